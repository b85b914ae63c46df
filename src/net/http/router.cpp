#include "net/http/router.h"

#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>
#include <stdexcept>
#include <unordered_map>

namespace caredian::net::http {

namespace {

constexpr std::size_t method_count = 8;
constexpr std::size_t none = static_cast<std::size_t>(-1);

using Segments = boost::container::small_vector<std::string_view, 16>;

Segments split(std::string_view path) {
    Segments segments;
    path.remove_prefix(1); // the leading '/'
    for (;;) {
        auto slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

bool is_name(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

// The rows of one path, by method.
struct Row {
    std::array<std::size_t, method_count> by_method;
    Row() { by_method.fill(none); }
    std::size_t find(Method m) const {
        auto found = by_method[static_cast<std::size_t>(m)];
        if (found == none && m == Method::head)
            return by_method[static_cast<std::size_t>(Method::get)];
        return found;
    }
    std::string allow() const {
        std::string out;
        for (std::size_t i = 0; i < method_count; ++i) {
            auto m = static_cast<Method>(i);
            if (find(m) == none || m == Method::other) continue;
            if (!out.empty()) out += ", ";
            out += to_string(m);
        }
        return out;
    }
};

struct Pattern {
    std::string text;
    std::vector<std::string> segments; // "{}" for a name; without the trailing "*"
    bool rest = false;                 // ends in "/*": takes one segment or more, or an empty one
    Row row;

    bool matches(const Segments& path) const {
        if (rest ? path.size() <= segments.size() : path.size() != segments.size()) return false;
        for (std::size_t i = 0; i < segments.size(); ++i)
            if (segments[i] == "{}" ? path[i].empty() : segments[i] != path[i]) return false;
        return true;
    }
    // More literal segments, and those earlier, come first; a rest comes last.
    bool before(const Pattern& other) const {
        for (std::size_t i = 0; i < std::min(segments.size(), other.segments.size()); ++i) {
            bool mine = segments[i] != "{}", its = other.segments[i] != "{}";
            if (mine != its) return mine;
        }
        if (rest != other.rest) return other.rest;
        return segments.size() > other.segments.size();
    }
};

} // namespace

struct Router::Index {
    std::unordered_map<std::string, Row, Hash, std::equal_to<>> exact;
    std::vector<Pattern> patterns;

    // Names of {…} don't tell patterns apart.
    Row& row_of(const std::string& path) {
        if (path.find('{') == std::string::npos && !path.ends_with("/*")) return exact[path];
        Pattern made;
        made.rest = path.ends_with("/*");
        auto text = made.rest ? path.substr(0, path.size() - 2) : path;
        if (!text.empty())
            for (auto segment : split(text))
                made.segments.emplace_back(is_name(segment) ? "{}" : segment);
        for (const auto& segment : made.segments) made.text += "/" + segment;
        if (made.rest) made.text += "/*";
        for (auto& pattern : patterns)
            if (pattern.text == made.text) return pattern.row;
        auto at = std::find_if(patterns.begin(), patterns.end(),
                               [&](const Pattern& p) { return made.before(p); });
        return patterns.insert(at, std::move(made))->row;
    }
};

Router::Router() : index_(std::make_unique<Index>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Route route) {
    if (!route.path.starts_with('/'))
        throw std::logic_error("a route begins with /: " + route.path);
    if (static_cast<bool>(route.quick) == static_cast<bool>(route.handler))
        throw std::logic_error("a route has exactly one handler: " + route.path);
    auto& row = index_->row_of(route.path);
    auto take = [&](std::size_t method) {
        if (row.by_method[method] != none) throw std::logic_error("route twice: " + route.path);
        row.by_method[method] = routes_.size();
    };
    if (route.methods.empty())
        for (std::size_t i = 0; i < method_count; ++i) take(i);
    for (auto m : route.methods) take(static_cast<std::size_t>(m));
    route.number = routes_.size();
    routes_.push_back(std::move(route));
}

Router::Match Router::match(Method method, std::string_view path) const {
    Match match;
    if (path.empty() || path[0] != '/') return match;
    std::string allow;
    if (auto found = index_->exact.find(path); found != index_->exact.end()) {
        if (auto i = found->second.find(method); i != none) {
            match.route = &routes_[i];
            return match;
        }
        allow = found->second.allow();
    }
    auto segments = split(path);
    for (const auto& pattern : index_->patterns) {
        if (!pattern.matches(segments)) continue;
        auto i = pattern.row.find(method);
        if (i == none) {
            if (allow.empty()) allow = pattern.row.allow();
            continue;
        }
        for (std::size_t k = 0; k < pattern.segments.size(); ++k) {
            if (pattern.segments[k] != "{}") continue;
            auto decoded = percent_decode(segments[k]);
            if (!decoded) return {}; // not a path we know how to read: 404
            match.parameters.push_back(std::move(*decoded));
        }
        if (pattern.rest) {
            auto from = segments[pattern.segments.size()].data();
            match.parameters.emplace_back(from, path.data() + path.size());
        }
        match.route = &routes_[i];
        return match;
    }
    match.allow = std::move(allow);
    return match;
}

} // namespace caredian::net::http
