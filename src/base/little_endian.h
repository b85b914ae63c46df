// Numbers in bytes, lowest byte first, on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace caredian {

template <class T>
T load_little(const char* at) {
    T value = 0;
    if constexpr (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
        std::memcpy(&value, at, sizeof(T));
    } else {
        std::uint64_t wide = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i)
            wide |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
        value = static_cast<T>(wide);
    }
    return value;
}

template <class T>
void store_little(char* at, T value) {
    if constexpr (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
        std::memcpy(at, &value, sizeof(T));
    } else {
        for (std::size_t i = 0; i < sizeof(T); ++i)
            at[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    }
}

// The `n` bytes (0 to 8) at `at` as a little-endian number; reads nothing behind them. Pieces of
// fixed sizes that overlap: a copy of `n` bytes would be a call.
inline std::uint64_t load_little(const char* at, std::size_t n) {
    if (n == 8) return load_little<std::uint64_t>(at);
    if (n >= 4) {
        std::uint64_t high = load_little<std::uint32_t>(at + n - 4);
        return load_little<std::uint32_t>(at) | high << (8 * (n - 4));
    }
    if (n == 0) return 0;
    auto byte = [at](std::size_t i) {
        return static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
    };
    return byte(0) | byte(n / 2) | byte(n - 1);
}

} // namespace caredian
