#include "identity/scopes.h"

#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <utility>

namespace caredian::identity {

namespace {

constexpr std::array<std::pair<Scope, std::string_view>, 8> words{{
    {Scope::read, "read"},
    {Scope::control, "control"},
    {Scope::admin, "admin"},
    {Scope::verify, "verify"},
    {Scope::introspect, "introspect"},
    {Scope::fall_ingest, "events:fall:ingest"},
    {Scope::readings_write, "readings:write"},
    {Scope::influx_query, "influx:query"},
}};
constexpr std::string_view one_device = "readings:write:";
constexpr std::size_t longest_device = 128;

std::optional<Scope> parse_scope(std::string_view text) {
    for (auto [scope, word] : words)
        if (word == text) return scope;
    return std::nullopt;
}

std::optional<std::string> parse_device(std::string_view text) {
    auto name = percent_decode(text);
    auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (!name || name->empty() || name->size() > longest_device || !is_utf8(*name) ||
        std::any_of(name->begin(), name->end(), control))
        return std::nullopt;
    return std::move(*name);
}

} // namespace

void Scopes::remove(Scope s) {
    bits_ = static_cast<std::uint8_t>(bits_ & ~static_cast<std::uint8_t>(s));
    if (s == Scope::readings_write) device_.clear();
}

bool Scopes::within(const Scopes& wider) const {
    if ((bits_ & ~wider.bits_) != 0) return false;
    return !has(Scope::readings_write) || wider.device_.empty() || wider.device_ == device_;
}

bool Scopes::may_write(std::string_view device) const {
    return has(Scope::readings_write) && (device_.empty() || device_ == device);
}

std::string_view to_string(Scope s) {
    for (auto [scope, word] : words)
        if (scope == s) return word;
    return "unknown";
}

std::string to_string(const Scopes& scopes) {
    std::string out;
    for (auto [scope, word] : words) {
        if (!scopes.has(scope)) continue;
        if (!out.empty()) out += ' ';
        out += word;
        if (scope == Scope::readings_write && !scopes.device().empty())
            (out += ':') += percent_encode(scopes.device());
    }
    return out;
}

std::optional<Scopes> parse_scopes(std::string_view text) {
    Scopes out;
    bool any_device = false;
    std::string device;
    while (!text.empty()) {
        auto end = text.find_first_of(" ,");
        auto word = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        if (word.empty()) continue;
        if (word.starts_with(one_device)) {
            auto named = parse_device(word.substr(one_device.size()));
            if (!named || (!device.empty() && device != *named)) return std::nullopt;
            device = std::move(*named);
            continue;
        }
        auto scope = parse_scope(word);
        if (!scope) return std::nullopt;
        any_device = any_device || *scope == Scope::readings_write;
        out.add(*scope);
    }
    if (!any_device && !device.empty()) out.add_device(device);
    return out;
}

} // namespace caredian::identity
