#include "ingest/content_hash.h"

#include "base/little_endian.h"

#include <algorithm>
#include <cstddef>

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

} // namespace

std::uint64_t ContentHash::operator()(std::string_view bytes) const {
    std::uint64_t state = seed_ ^ first_key;
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 16; at += 16, left -= 16)
        state = mix(load_little<std::uint64_t>(at) ^ second_key,
                    load_little<std::uint64_t>(at + 8) ^ state);
    std::uint64_t low = load_little(at, std::min<std::size_t>(left, 8));
    std::uint64_t high = left > 8 ? load_little(at + 8, left - 8) : 0;
    state = mix(low ^ second_key, high ^ state);
    return mix(state ^ first_key, static_cast<std::uint64_t>(bytes.size()) ^ second_key);
}

std::uint64_t ContentHash::of_message(std::uint64_t topic_hash, std::uint64_t payload_hash) {
    return mix(topic_hash ^ first_key, payload_hash ^ second_key);
}

} // namespace caredian::ingest
