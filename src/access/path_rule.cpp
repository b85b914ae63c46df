#include "access/path_rule.h"

#include "base/encoding.h"

#include <algorithm>

namespace caredian::access {

namespace {

// '/' is none when it was encoded: where segments end was seen before decoding.
bool is_clear(unsigned char c) {
    return c >= 0x20 && c != 0x7f && c != '\\' && c != ';' && c != '%' && c != '#' && c != '/';
}

} // namespace

std::string_view host_name(std::string_view host) {
    if (host.starts_with('[')) return host.substr(0, host.find(']'));
    host = host.substr(0, host.find(':'));
    if (host.ends_with('.')) host.remove_suffix(1); // the root of the DNS
    return host;
}

std::optional<std::string> canonical_path(std::string_view target) {
    std::string_view rest = target.substr(0, target.find('?'));
    if (!rest.starts_with('/')) return std::nullopt;
    std::string out;
    while (!rest.empty()) {
        rest.remove_prefix(1); // the '/'
        auto end = rest.find('/');
        auto raw = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
        auto segment = percent_decode(raw);
        if (!segment || !is_utf8(*segment) || *segment == "." || *segment == ".." ||
            !std::all_of(segment->begin(), segment->end(), is_clear))
            return std::nullopt;
        if (segment->empty() && !rest.empty()) return std::nullopt; // "//"
        out.append("/").append(lower_ascii(*segment));
    }
    return out;
}

std::optional<PathRule> PathRule::parse(std::string_view text) {
    auto slash = text.find('/');
    if (slash == std::string_view::npos || text.find('?') != std::string_view::npos)
        return std::nullopt;
    auto path = canonical_path(text.substr(slash));
    if (!path) return std::nullopt;
    if (path->ends_with('/')) path->pop_back();
    return PathRule{lower_ascii(text.substr(0, slash)), std::move(*path)};
}

bool PathRule::covers(std::string_view name, std::string_view path) const {
    if (!host.empty() && !iequals_ascii(host, name)) return false;
    return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

std::optional<PathRules> PathRules::parse(std::span<const std::string> texts) {
    PathRules out;
    for (std::string_view text : texts) {
        auto rule = PathRule::parse(text);
        if (!rule) return std::nullopt;
        out.rules_.push_back(std::move(*rule));
    }
    return out;
}

bool PathRules::apply_to(std::string_view host) const {
    return std::any_of(rules_.begin(), rules_.end(), [&](const PathRule& rule) {
        return rule.host.empty() || iequals_ascii(rule.host, host_name(host));
    });
}

PathRules::Answer PathRules::look(std::string_view host, std::string_view target) const {
    if (!apply_to(host)) return Answer::open;
    auto path = canonical_path(target);
    if (!path) return Answer::unclear;
    return find(host, *path) ? Answer::admins : Answer::open;
}

std::optional<std::size_t> PathRules::find(std::string_view host, std::string_view path) const {
    std::optional<std::size_t> longest;
    for (const auto& rule : rules_)
        if (rule.covers(host_name(host), path))
            longest = std::max(longest.value_or(0), rule.prefix.size());
    return longest;
}

} // namespace caredian::access
