#include "ingest/content_hash.h"

#include <cstddef>
#include <cstring>

namespace caredian::ingest {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t first_key = 0x9e3779b97f4a7c15ull;  // 2^64 / golden ratio
constexpr std::uint64_t second_key = 0xd6e8feb86659fd93ull; // odd, half of its bits set

// Multiplies to 128 bits and folds: every bit of both reaches every bit of the answer.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(const char* at, std::size_t bytes) {
    std::uint64_t value = 0;
    if constexpr (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
        std::memcpy(&value, at, bytes);
    } else {
        for (std::size_t i = 0; i < bytes; ++i)
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
    }
    return value;
}

} // namespace

std::uint64_t ContentHash::operator()(std::string_view bytes) const {
    std::uint64_t state = seed_ ^ first_key;
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 16; at += 16, left -= 16)
        state = mix(load(at, 8) ^ second_key, load(at + 8, 8) ^ state);
    std::uint64_t low = left >= 8 ? load(at, 8) : load(at, left);
    std::uint64_t high = left > 8 ? load(at + 8, left - 8) : 0;
    state = mix(low ^ second_key, high ^ state);
    return mix(state ^ first_key, static_cast<std::uint64_t>(bytes.size()) ^ second_key);
}

std::uint64_t ContentHash::of_message(std::uint64_t topic_hash, std::uint64_t payload_hash) {
    return mix(topic_hash ^ first_key, payload_hash ^ second_key);
}

} // namespace caredian::ingest
