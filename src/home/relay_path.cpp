#include "home/relay_path.h"

#include "base/encoding.h"

#include <algorithm>

namespace caredian::home {

namespace {

// Hides the shape of a path when it comes out of an escape.
bool is_structure(char c) {
    auto b = static_cast<unsigned char>(c);
    return b < 0x20 || b == 0x7F || c == '/' || c == '\\' || c == '.';
}

// "%2e%2E/x" → true; "%252e" → true, as it is one decoding further.
bool hides_structure(std::string_view path) {
    if (path.find('%') == std::string_view::npos) return false;
    std::string text(path);
    for (int depth = 0; depth < 8; ++depth) {
        auto percent = text.find('%');
        if (percent == std::string::npos) return false;
        for (; percent != std::string::npos; percent = text.find('%', percent + 1)) {
            auto decoded = hex_decode(std::string_view(text).substr(percent + 1, 2));
            // A % that escapes nothing ends the path for us; further in it is a plain sign.
            if (!decoded || decoded->empty()) {
                if (depth == 0) return true;
                continue;
            }
            if (is_structure((*decoded)[0])) return true;
        }
        std::string once;
        for (std::size_t i = 0; i < text.size(); ++i) {
            auto decoded = text[i] == '%' ? hex_decode(std::string_view(text).substr(i + 1, 2))
                                          : result<std::string>(std::string());
            bool escape = text[i] == '%' && decoded && !decoded->empty();
            once += escape ? (*decoded)[0] : text[i];
            if (escape) i += 2;
        }
        if (once == text) return false;
        text = std::move(once);
    }
    return true; // nested deeper than anybody means
}

// ".", "..", and "..;x" which some servers read as "..".
bool is_dots(std::string_view segment) {
    segment = segment.substr(0, segment.find(';'));
    return segment == "." || segment == "..";
}

} // namespace

result<std::string> relay_target(std::string_view rest, std::string_view query) {
    auto invalid = make_error_code(boost::system::errc::invalid_argument);
    if (rest.find('\\') != std::string_view::npos || hides_structure(rest)) return invalid;
    for (auto left = rest; !left.empty();) {
        auto slash = left.find('/');
        auto segment = left.substr(0, slash);
        if (segment.empty() || is_dots(segment)) return invalid;
        if (slash == std::string_view::npos) break;
        left.remove_prefix(slash + 1);
    }
    std::string target;
    target.reserve(6 + rest.size() + query.size());
    target += "/api/";
    target += rest;
    if (!query.empty()) {
        target += '?';
        target += query;
    }
    return target;
}

} // namespace caredian::home
