#include "api/sites.h"

#include "api/return_to.h"
#include "base/encoding.h"

#include <algorithm>

namespace caredian::api {

namespace {

std::string_view without_port(std::string_view host) {
    return host.substr(0, host.find(':'));
}

bool is_host_and_port(std::string_view text) {
    auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == ':';
    };
    return !text.empty() && std::ranges::all_of(text, good);
}

} // namespace

SiteUrl split_url(std::string_view url) {
    auto scheme = url.find("://");
    if (scheme == std::string_view::npos || url.starts_with('/')) return {};
    auto begin = scheme + 3;
    auto end = std::min(url.find_first_of("/?#", begin), url.size());
    return {url.substr(0, end), url.substr(begin, end - begin), url.substr(end)};
}

std::string origin_of(const net::http::Request& request) {
    return (request.secure ? "https://" : "http://") + std::string(request.host);
}

std::string main_origin(const net::http::Request& request, const Sites& sites) {
    return sites.public_url.empty() ? origin_of(request) : sites.public_url;
}

bool Sites::is_https(const net::http::Request& request) const {
    return request.secure || public_url.starts_with("https://");
}

bool Sites::at_further(const net::http::Request& request) const {
    if (public_url.empty()) return false;
    auto main = split_url(public_url).host;
    return !iequals_ascii(without_port(main), without_port(request.host)) &&
           is_further(request.host);
}

bool Sites::shares_cookie(std::string_view host) const {
    if (cookie_domain.empty()) return false;
    auto name = lower_ascii(without_port(host));
    return name == cookie_domain || name.ends_with("." + cookie_domain);
}

std::string Sites::safe_target(std::string_view text) const {
    if (text.starts_with('/') || public_url.empty() || text.size() > 2000)
        return safe_return_to(text);
    auto url = split_url(text);
    auto main = split_url(public_url);
    // Scheme and host as they are: what only looks like one of ours is not.
    const bool same_scheme = url.origin.size() > url.host.size() &&
                             url.origin.substr(0, url.origin.size() - url.host.size()) ==
                                 main.origin.substr(0, main.origin.size() - main.host.size());
    const bool ours = same_scheme && is_host_and_port(url.host) &&
                      (url.host == main.host || is_further(url.host));
    if (!ours) return "/";
    if (url.target.empty()) return std::string(url.origin) + "/";
    if (is_handover_target(url.target)) return std::string(text);
    auto target = safe_return_to(url.target);
    return target == "/" && url.target != "/" ? std::string("/") : std::string(url.origin) + target;
}

} // namespace caredian::api
