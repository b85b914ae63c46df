// The data types of §1.5: integers, variable byte integers, texts.
#pragma once

#include "net/mqtt/errc.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace caredian::net::mqtt {

inline constexpr std::uint32_t max_varint = 268'435'455;

// Reads from a view that it does not own. The first read past the end fails all later ones: they
// give zeros and empty views, and failed() says so. So a packet is read straight down and checked
// once.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    std::uint8_t u8() {
        if (!has(1)) return 0;
        auto value = byte(0);
        rest_.remove_prefix(1);
        return value;
    }
    std::uint16_t u16() {
        if (!has(2)) return 0;
        auto value = static_cast<std::uint16_t>(byte(0) << 8 | byte(1));
        rest_.remove_prefix(2);
        return value;
    }
    std::uint32_t u32() {
        std::uint32_t high = u16();
        return high << 16 | u16();
    }
    std::uint32_t varint(); // more than four bytes: failed() with Errc::bad_length
    std::string_view bytes(std::size_t n) {
        if (!has(n)) return {};
        auto out = rest_.substr(0, n);
        rest_.remove_prefix(n);
        return out;
    }
    std::string_view binary() { return bytes(u16()); } // also the bytes of a text, not yet checked
    std::string_view text();                           // checked: UTF-8 without NUL
    std::string_view rest() const { return rest_; }
    bool at_end() const { return rest_.empty(); }
    bool failed() const { return error_ != Errc::ok; }
    Errc error() const { return error_; }
    void fail(Errc e) {
        if (!failed()) error_ = e;
        rest_ = {};
    }

private:
    std::uint8_t byte(std::size_t i) const { return static_cast<std::uint8_t>(rest_[i]); }
    bool has(std::size_t n) {
        if (rest_.size() >= n) [[likely]]
            return true;
        fail(Errc::truncated);
        return false;
    }
    std::string_view rest_;
    Errc error_ = Errc::ok;
};

// A text of §1.5.4: UTF-8 in shortest form, no surrogates, no U+0000.
Errc check_text(std::string_view text);
// A topic name: a text without wildcards. Empty is for the caller to judge.
Errc check_topic(std::string_view topic);
// A topic filter (§4.7): not empty, # only last and alone in its level, + alone in its level,
// $share/<group>/<filter> with a group.
bool is_filter(std::string_view filter);

void append_u8(std::string& out, std::uint8_t v);
void append_u16(std::string& out, std::uint16_t v);
void append_u32(std::string& out, std::uint32_t v);
void append_varint(std::string& out, std::uint32_t v);  // v <= max_varint
void append_text(std::string& out, std::string_view v); // also binary data; cut at 65,535 bytes

} // namespace caredian::net::mqtt
