#include "ingest/decode/value_template.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Reads from the left; `left` is what remains.
struct Reader {
    std::string_view left;

    void blanks() {
        auto at = left.find_first_not_of(" \t\r\n");
        left.remove_prefix(at == std::string_view::npos ? left.size() : at);
    }
    bool take(std::string_view token) {
        if (!left.starts_with(token)) return false;
        left.remove_prefix(token.size());
        return true;
    }
    std::string_view word() {
        auto end = std::find_if_not(left.begin(), left.end(), is_word);
        auto found = left.substr(0, static_cast<std::size_t>(end - left.begin()));
        left.remove_prefix(found.size());
        return found;
    }
    // Up to `end`, which is taken too. Nothing when it does not come.
    std::optional<std::string_view> until(char end) {
        auto at = left.find(end);
        if (at == std::string_view::npos) return std::nullopt;
        auto found = left.substr(0, at);
        left.remove_prefix(at + 1);
        return found;
    }
};

// .name, ['name'], ["name"], [0]
bool step(Reader& in, std::string& path) {
    std::string_view name;
    if (in.take(".")) {
        name = in.word();
    } else if (in.take("[")) {
        in.blanks();
        char quote = in.left.empty() ? ' ' : in.left[0];
        if (quote == '\'' || quote == '"') {
            in.left.remove_prefix(1);
            auto quoted = in.until(quote);
            if (!quoted) return false;
            name = *quoted;
        } else {
            name = in.word();
            bool digits =
                std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
            if (!digits) return false; // a variable
        }
        in.blanks();
        if (!in.take("]")) return false;
    }
    if (name.empty()) return false;
    if (!path.empty()) path += '_';
    path += name;
    return true;
}

bool filter(Reader& in) {
    in.blanks();
    std::string_view name = in.word();
    constexpr std::string_view harmless[] = {"float",      "int",    "round", "default",
                                             "is_defined", "string", "trim"};
    if (std::find(std::begin(harmless), std::end(harmless), name) == std::end(harmless))
        return false;
    in.blanks();
    if (!in.take("(")) return true;
    auto arguments = in.until(')');
    return arguments && arguments->find('(') == std::string_view::npos;
}

} // namespace

std::optional<std::string> template_field(std::string_view text) {
    Reader in{text};
    in.blanks();
    if (!in.take("{{")) return std::nullopt;
    (void)in.take("-");
    in.blanks();
    std::string_view root = in.word();
    std::string path;
    if (root == "value_json")
        while (in.left.starts_with('.') || in.left.starts_with('['))
            if (!step(in, path)) return std::nullopt;
    if (root != "value" && root != "value_json") return std::nullopt;
    in.blanks();
    while (in.take("|")) {
        if (!filter(in)) return std::nullopt;
        in.blanks();
    }
    (void)in.take("-");
    if (!in.take("}}")) return std::nullopt;
    in.blanks();
    if (!in.left.empty()) return std::nullopt;
    return path.empty() ? std::string("value") : path;
}

} // namespace caredian::ingest
