#include "net/mqtt/wire.h"

#include "base/encoding.h"
#include "base/little_endian.h"

namespace caredian::net::mqtt {
namespace {

constexpr std::uint64_t ones = 0x0101010101010101;
constexpr std::uint64_t highs = 0x8080808080808080;

// Non-zero when a byte of `word` is zero (exact as long as only "is there one" is asked).
constexpr std::uint64_t zero_byte(std::uint64_t word) {
    return (word - ones) & ~word & highs;
}

struct Seen {
    bool non_ascii = false;
    bool nul = false;
    bool wildcard = false;
};

// Eight bytes at a time: almost every topic is ASCII without anything special.
Seen scan(std::string_view text) {
    std::uint64_t high = 0, nul = 0, wild = 0;
    auto look = [&](std::uint64_t word) {
        high |= word & highs;
        nul |= zero_byte(word);
        wild |= zero_byte(word ^ (ones * '+')) | zero_byte(word ^ (ones * '#'));
    };
    const char* p = text.data();
    std::size_t left = text.size();
    for (; left >= 8; p += 8, left -= 8) {
        look(load_little<std::uint64_t>(p));
    }
    if (left > 0) {
        std::uint64_t filler = ones * 'x' << (8 * left);
        look(load_little(p, left) | filler);
    }
    return {high != 0, nul != 0, wild != 0};
}

} // namespace

std::uint32_t Reader::varint() {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        std::uint8_t b = u8();
        value |= static_cast<std::uint32_t>(b & 0x7F) << shift;
        if ((b & 0x80) == 0) return failed() ? 0 : value;
    }
    fail(Errc::bad_length);
    return 0;
}

std::string_view Reader::text() {
    auto out = binary();
    if (auto e = check_text(out); e != Errc::ok) {
        fail(e);
        return {};
    }
    return out;
}

Errc check_text(std::string_view text) {
    Seen seen = scan(text);
    if (seen.nul) return Errc::nul_character;
    if (seen.non_ascii && !is_utf8(text)) return Errc::bad_utf8;
    return Errc::ok;
}

Errc check_topic(std::string_view topic) {
    Seen seen = scan(topic);
    if (seen.nul) return Errc::nul_character;
    if (seen.wildcard) return Errc::wildcard_in_topic;
    if (seen.non_ascii && !is_utf8(topic)) return Errc::bad_utf8;
    return Errc::ok;
}

bool is_filter(std::string_view filter) {
    if (filter.empty() || filter.size() > 65'535 || check_text(filter) != Errc::ok) return false;
    if (filter.starts_with("$share/")) {
        auto group = filter.substr(7);
        auto slash = group.find('/');
        if (slash == 0 || slash == std::string_view::npos) return false;
        if (group.substr(0, slash).find_first_of("+#") != std::string_view::npos) return false;
        return !group.substr(slash + 1).starts_with("$share/") &&
               is_filter(group.substr(slash + 1));
    }
    for (std::size_t i = 0; i < filter.size(); ++i) {
        if (filter[i] != '+' && filter[i] != '#') continue;
        bool last = i + 1 == filter.size();
        if (i > 0 && filter[i - 1] != '/') return false;
        if (!last && (filter[i] == '#' || filter[i + 1] != '/')) return false;
    }
    return true;
}

void append_u8(std::string& out, std::uint8_t v) {
    out += static_cast<char>(v);
}

void append_u16(std::string& out, std::uint16_t v) {
    const char both[] = {static_cast<char>(v >> 8), static_cast<char>(v & 0xFF)};
    out.append(both, 2);
}

void append_u32(std::string& out, std::uint32_t v) {
    append_u16(out, static_cast<std::uint16_t>(v >> 16));
    append_u16(out, static_cast<std::uint16_t>(v & 0xFFFF));
}

void append_varint(std::string& out, std::uint32_t v) {
    do {
        std::uint8_t b = v & 0x7F;
        v >>= 7;
        append_u8(out, v > 0 ? static_cast<std::uint8_t>(b | 0x80) : b);
    } while (v > 0);
}

void append_text(std::string& out, std::string_view v) {
    v = v.substr(0, 65'535);
    append_u16(out, static_cast<std::uint16_t>(v.size()));
    out.append(v);
}

} // namespace caredian::net::mqtt
