// Bits and variable-length integers in a byte string. The reader never reads past its end.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace caredian::history {

inline std::uint64_t zigzag(std::int64_t v) {
    return (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63);
}
inline std::int64_t unzigzag(std::uint64_t v) {
    return static_cast<std::int64_t>((v >> 1) ^ (~(v & 1) + 1));
}

// LEB128: seven bits a byte, lowest first, at most ten bytes.
inline void put_varint(std::string& out, std::uint64_t v) {
    for (; v >= 0x80; v >>= 7) out.push_back(static_cast<char>(v | 0x80));
    out.push_back(static_cast<char>(v));
}

// Bits, highest first; the last byte is filled up with zeros by finish().
class BitWriter {
public:
    explicit BitWriter(std::string& out) : out_(out) {}
    // The lowest `count` (0 to 64) bits of `value`.
    void put(std::uint64_t value, unsigned count) {
        if (count > 32) {
            put_short(value >> 32, count - 32);
            count = 32;
        }
        put_short(value, count);
    }
    void finish() {
        if (used_ > 0) out_.push_back(static_cast<char>(word_ << (8 - used_)));
        used_ = 0;
    }

private:
    void put_short(std::uint64_t value, unsigned count) { // at most 32 bits
        word_ = (word_ << count) | (value & ((std::uint64_t{1} << count) - 1));
        for (used_ += count; used_ >= 8; used_ -= 8)
            out_.push_back(static_cast<char>(word_ >> (used_ - 8)));
    }
    std::string& out_;
    std::uint64_t word_ = 0; // its lowest used_ bits wait
    unsigned used_ = 0;      // 0 to 7 between calls
};

// Reads bytes and varints; failed() stays true after the first read beyond the end.
class ByteReader {
public:
    explicit ByteReader(std::string_view in) : in_(in) {}
    std::uint8_t byte() {
        if (in_.empty()) return fail();
        auto b = static_cast<std::uint8_t>(in_.front());
        in_.remove_prefix(1);
        return b;
    }
    std::uint64_t varint() {
        std::uint64_t v = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            std::uint8_t b = byte();
            if (shift == 63 && b > 1) return fail(); // more than 64 bits
            v |= static_cast<std::uint64_t>(b & 0x7f) << shift;
            if ((b & 0x80) == 0) return v;
        }
        return fail();
    }
    std::string_view bytes(std::uint64_t count) {
        if (count > in_.size()) {
            fail();
            return {};
        }
        auto piece = in_.substr(0, static_cast<std::size_t>(count));
        in_.remove_prefix(piece.size());
        return piece;
    }
    std::string_view rest() const { return in_; }
    bool empty() const { return in_.empty(); }
    bool failed() const { return failed_; }

private:
    std::uint8_t fail() {
        failed_ = true;
        in_ = {};
        return 0;
    }
    std::string_view in_;
    bool failed_ = false;
};

class BitReader {
public:
    explicit BitReader(std::string_view in) : in_(in) {}
    std::uint64_t get(unsigned count) { // 0 to 64
        if (count <= 32) return get_short(count);
        std::uint64_t high = get_short(count - 32);
        return (high << 32) | get_short(32);
    }
    // How many ones stand before the next zero, at most `limit`; the zero is taken too unless the
    // limit is reached.
    unsigned ones(unsigned limit) {
        unsigned n = 0;
        while (n < limit && get_short(1) == 1 && !failed_) ++n;
        return n;
    }
    // All bits were there, and what is left of the last byte is zeros and nothing else follows.
    bool finished() const { return !failed_ && in_.empty() && word_bits() == 0; }
    bool failed() const { return failed_; }

private:
    std::uint64_t word_bits() const { return word_ & ((std::uint64_t{1} << have_) - 1); }
    std::uint64_t get_short(unsigned count) { // at most 32
        while (have_ < count) {
            if (in_.empty()) {
                failed_ = true;
                return 0;
            }
            word_ = (word_ << 8) | static_cast<std::uint8_t>(in_.front());
            in_.remove_prefix(1);
            have_ += 8;
        }
        have_ -= count;
        return (word_ >> have_) & ((std::uint64_t{1} << count) - 1);
    }
    std::string_view in_;
    std::uint64_t word_ = 0; // its lowest have_ bits are unread
    unsigned have_ = 0;      // 0 to 39
    bool failed_ = false;
};

} // namespace caredian::history
