// HTML out: text becomes text, whatever it holds.
#pragma once

#include <string>
#include <string_view>

namespace caredian::api {

// Safe between tags and in a double-quoted attribute.
inline std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

} // namespace caredian::api
