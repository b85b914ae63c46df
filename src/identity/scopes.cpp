#include "identity/scopes.h"

#include <array>
#include <utility>

namespace caredian::identity {

namespace {

constexpr std::array<std::pair<Scope, std::string_view>, 6> words{{
    {Scope::read, "read"},
    {Scope::control, "control"},
    {Scope::admin, "admin"},
    {Scope::verify, "verify"},
    {Scope::introspect, "introspect"},
    {Scope::fall_ingest, "events:fall:ingest"},
}};

std::optional<Scope> parse_scope(std::string_view text) {
    for (auto [scope, word] : words)
        if (word == text) return scope;
    return std::nullopt;
}

} // namespace

std::string_view to_string(Scope s) {
    for (auto [scope, word] : words)
        if (scope == s) return word;
    return "unknown";
}

std::string to_string(Scopes scopes) {
    std::string out;
    for (auto [scope, word] : words) {
        if (!scopes.has(scope)) continue;
        if (!out.empty()) out += ' ';
        out += word;
    }
    return out;
}

std::optional<Scopes> parse_scopes(std::string_view text) {
    Scopes out;
    while (!text.empty()) {
        auto end = text.find_first_of(" ,");
        auto word = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (word.empty()) continue;
        auto scope = parse_scope(word);
        if (!scope) return std::nullopt;
        out.add(*scope);
    }
    return out;
}

} // namespace caredian::identity
