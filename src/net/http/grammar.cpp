// Characters, tokens and lists of RFC 9110.
#include "base/encoding.h"
#include "net/http/head.h"

#include <algorithm>
#include <cstring>

namespace caredian::net::http {

namespace {

using Table = std::array<bool, 256>;

// Digits, letters, and `others`.
constexpr Table make_table(std::string_view others) {
    Table table{};
    for (unsigned c = '0'; c <= '9'; ++c) table[c] = true;
    for (unsigned c = 'A'; c <= 'Z'; ++c) table[c] = true;
    for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = true;
    for (char c : others) table[static_cast<unsigned char>(c)] = true;
    return table;
}
constexpr auto token_table = make_table("!#$%&'*+-.^_`|~");
constexpr auto name_table = make_table(".-_"); // of a host

// No branch for each byte: names are short and nearly always good.
bool all_in(const Table& table, std::string_view text) {
    bool good = true;
    for (char c : text) good &= table[static_cast<unsigned char>(c)];
    return good;
}

bool is_text(char c) {
    auto b = static_cast<unsigned char>(c);
    return b >= 0x20 ? b != 0x7F : b == '\t';
}

// True when none of eight bytes is below 0x20 or is 0x7F; may be false for others (then look).
bool eight_are_text(const char* p) {
    constexpr std::uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    std::uint64_t x;
    std::memcpy(&x, p, 8);
    auto low = (x - ones * 0x20) & ~x & high;
    auto del = x ^ (ones * 0x7F);
    auto is_del = (del - ones) & ~del & high;
    return (low | is_del) == 0;
}

// The same of a long value, in the form that compilers make vector instructions of; exact.
bool thirty_two_are_text(const char* p) {
    unsigned char bad = 0;
    for (int i = 0; i < 32; ++i) {
        auto b = static_cast<unsigned char>(p[i]);
        bad |= static_cast<unsigned char>((b < 0x20 && b != '\t') || b == 0x7F);
    }
    return bad == 0;
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

bool is_token(std::string_view text) {
    return !text.empty() && all_in(token_table, text);
}

bool is_field_value(std::string_view text) {
    const char* p = text.data();
    const char* end = p + text.size();
    for (; end - p >= 32; p += 32)
        if (!thirty_two_are_text(p)) return false;
    for (; end - p >= 8; p += 8)
        if (!eight_are_text(p) && !std::all_of(p, p + 8, is_text)) return false;
    if (p == end) return true;
    // The rest once more with what is before it, when eight are there.
    if (text.size() >= 8 && eight_are_text(end - 8)) return true;
    return std::all_of(p, end, is_text);
}

bool is_host(std::string_view text) {
    if (text.empty() || text.size() > 255 + 6) return false;
    std::string_view port;
    if (text[0] == '[') {
        auto close = text.find(']');
        if (close == std::string_view::npos || close < 3) return false;
        auto inside = text.substr(1, close - 1);
        if (!std::all_of(inside.begin(), inside.end(),
                         [](char c) { return is_hex(c) || c == ':' || c == '.'; }))
            return false;
        port = text.substr(close + 1);
    } else {
        auto colon = std::min(text.find(':'), text.size());
        auto name = text.substr(0, colon);
        if (name.empty() || !all_in(name_table, name)) return false;
        port = text.substr(colon);
    }
    return port.empty() || (port[0] == ':' && is_port(port.substr(1)));
}

bool is_hop_by_hop(std::string_view name) {
    switch (name.size()) {
    case 2:
        return iequals_ascii(name, "te");
    case 7:
        return iequals_ascii(name, "trailer") || iequals_ascii(name, "upgrade");
    case 10:
        return iequals_ascii(name, "connection") || iequals_ascii(name, "keep-alive");
    case 16:
        return iequals_ascii(name, "proxy-connection");
    case 17:
        return iequals_ascii(name, "transfer-encoding");
    case 18:
        return iequals_ascii(name, "proxy-authenticate");
    case 19:
        return iequals_ascii(name, "proxy-authorization");
    default:
        return false;
    }
}

bool claims_identity(std::string_view name) {
    constexpr std::string_view prefix = "x-remote-";
    if (name.size() < prefix.size() || (name[0] | 0x20) != 'x') return false;
    for (std::size_t i = 1; i < prefix.size(); ++i) {
        if (prefix[i] == '-' ? name[i] != '-' && name[i] != '_' : (name[i] | 0x20) != prefix[i])
            return false;
    }
    return true;
}

bool has_token(std::string_view list, std::string_view token) {
    while (!list.empty())
        if (iequals_ascii(trim(next_token(list, ',')), token)) return true;
    return false;
}

} // namespace caredian::net::http
