// Little pieces of the journal's byte formats: fixed little-endian numbers and varints.
#pragma once

#include "base/little_endian.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace caredian::ingest::wire {

constexpr std::size_t max_varint = 10;

// To a place with room enough; return the place behind.
template <class T>
char* write(char* at, T value) { // fixed width, little endian
    store_little(at, value);
    return at + sizeof(T);
}
inline char* write_varint(char* at, std::uint64_t value) { // LEB128: 7 bits a byte
    for (; value >= 0x80; value >>= 7) *at++ = static_cast<char>(value | 0x80);
    *at++ = static_cast<char>(value);
    return at;
}

template <class T>
void put(std::string& out, T value) {
    char bytes[sizeof(T)];
    store_little(bytes, value);
    out.append(bytes, sizeof(T));
}
inline void put_varint(std::string& out, std::uint64_t value) {
    char bytes[max_varint];
    out.append(bytes, static_cast<std::size_t>(write_varint(bytes, value) - bytes));
}

// Small numbers of either sign become small varints: 0, -1, 1, -2 → 0, 1, 2, 3.
inline std::uint64_t zigzag(std::int64_t v) {
    return (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63);
}
inline std::int64_t unzigzag(std::uint64_t v) {
    return static_cast<std::int64_t>((v >> 1) ^ (~(v & 1) + 1));
}

// Reads what was put. After the first failure everything fails.
class Reader {
public:
    explicit Reader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}
    bool ok() const { return ok_; }
    bool done() const { return at_ == end_; }

    template <class T>
    T get() {
        if (!has(sizeof(T))) return T{};
        T value = load_little<T>(at_);
        at_ += sizeof(T);
        return value;
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (!has(1)) return 0;
            auto byte = static_cast<unsigned char>(*at_++);
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        ok_ = false;
        return 0;
    }
    std::string_view bytes(std::uint64_t n) {
        if (!has(n)) return {};
        std::string_view out(at_, static_cast<std::size_t>(n));
        at_ += n;
        return out;
    }

private:
    bool has(std::uint64_t n) {
        if (ok_ && static_cast<std::uint64_t>(end_ - at_) >= n) return true;
        ok_ = false;
        return false;
    }
    const char* at_;
    const char* end_;
    bool ok_ = true;
};

} // namespace caredian::ingest::wire
