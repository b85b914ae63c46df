// Rules about the paths of what stands behind a reverse proxy that asks CareDian (/auth/verify).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::access {

// The path of a request's target as rules see it: without its query, percent-decoded once, ASCII in
// lower case (a rule shall hold for a server that does not tell /Admin from /admin).
// nullopt: no path, or one that two parsers may read in two ways: segments that are empty, "." or
// "..", however they are written; an encoded '/' or '%'; a backslash, ';' or control character,
// encoded or not; what is no UTF-8; a '%' that encodes nothing; a '#'.
std::optional<std::string> canonical_path(std::string_view target);

// The name in a Host header, without port and the DNS' last point. As it was written, else.
std::string_view host_name(std::string_view host);

// A path and all that is below it, on one host or on every.
struct PathRule {
    std::string host;   // lower case; empty: every host
    std::string prefix; // canonical, without the last '/'
    // "/prefix" or "host.name/prefix"; nullopt: neither.
    static std::optional<PathRule> parse(std::string_view text);
    // `name`: without port. `path`: canonical.
    bool covers(std::string_view name, std::string_view path) const;
};

// Paths that administrators alone may open. Never changed once made.
class PathRules {
public:
    PathRules() = default;
    // Each "/prefix", for every host, or "host.name/prefix". A prefix means itself and all that is
    // below it. nullopt: one of them is neither.
    static std::optional<PathRules> parse(std::span<const std::string> texts);

    enum class Answer {
        open,
        admins,
        unclear, // there is a rule for this host, and the path may be read in two ways
    };
    Answer look(std::string_view host, std::string_view target) const;
    // The length of the longest prefix that covers a canonical path; nullopt: none does.
    std::optional<std::size_t> find(std::string_view host, std::string_view path) const;
    bool apply_to(std::string_view host) const; // is there any rule for it? With or without port
    bool empty() const { return rules_.empty(); }

private:
    std::vector<PathRule> rules_;
};

} // namespace caredian::access
