// Little pieces of the journal's byte formats: fixed little-endian numbers and varints.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace caredian::ingest::wire {

template <class T>
void put(std::string& out, T value) { // fixed width, little endian
    char bytes[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i)
        bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    out.append(bytes, sizeof(T));
}

inline void put_varint(std::string& out, std::uint64_t value) { // LEB128: 7 bits a byte
    char bytes[10];
    std::size_t n = 0;
    while (value >= 0x80) {
        bytes[n++] = static_cast<char>(value | 0x80);
        value >>= 7;
    }
    bytes[n++] = static_cast<char>(value);
    out.append(bytes, n);
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
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i)
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(at_[i])) << (8 * i);
        at_ += sizeof(T);
        return static_cast<T>(value);
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
