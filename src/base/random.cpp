#include "base/random.h"

#include "base/encoding.h"

#include <cstring>
#include <sodium.h>
#include <stdexcept>

namespace caredian {

std::uint64_t Random::next_u64() {
    std::uint64_t value = 0;
    fill(std::as_writable_bytes(std::span(&value, 1)));
    return value;
}

double Random::next_unit() {
    return static_cast<double>(next_u64() >> 11) * 0x1.0p-53;
}

std::string Random::token(std::size_t bytes) {
    std::string raw(bytes, '\0');
    fill(std::as_writable_bytes(std::span(raw)));
    return base64url_encode(raw);
}

std::string Random::hex(std::size_t bytes) {
    std::string raw(bytes, '\0');
    fill(std::as_writable_bytes(std::span(raw)));
    return hex_encode(raw);
}

SystemRandom::SystemRandom() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
}

void SystemRandom::fill(std::span<std::byte> out) {
    randombytes_buf(out.data(), out.size());
}

void SeededRandom::fill(std::span<std::byte> out) {
    while (!out.empty()) {
        std::uint64_t value = engine_();
        auto n = std::min(out.size(), sizeof value);
        std::memcpy(out.data(), &value, n);
        out = out.subspan(n);
    }
}

} // namespace caredian
