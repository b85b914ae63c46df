#include "home/relay_headers.h"

#include "base/encoding.h"
#include "net/http/head.h"

#include <algorithm>
#include <array>

namespace caredian::home {

namespace {

using namespace std::string_view_literals;

constexpr std::array stays_here{
    "host"sv,        "cookie"sv,         "authorization"sv, "content-length"sv, "expect"sv,
    "origin"sv,      "referer"sv,        "forwarded"sv,     "x-real-ip"sv,      "x-request-id"sv,
    "x-ha-access"sv, "x-ingress-path"sv, "via"sv,           "x-api-key"sv,
};

constexpr std::array stays_there{
    "set-cookie"sv,
    "www-authenticate"sv,
    "content-security-policy"sv,
    "content-security-policy-report-only"sv,
    "x-frame-options"sv,
    "x-content-type-options"sv,
    "referrer-policy"sv,
    "permissions-policy"sv,
    "cross-origin-opener-policy"sv,
    "cross-origin-resource-policy"sv,
    "cross-origin-embedder-policy"sv,
    "strict-transport-security"sv,
    "clear-site-data"sv,
    "server"sv,
    "date"sv,
    "alt-svc"sv,
    "x-request-id"sv,
    "x-accel-redirect"sv,
    "x-accel-buffering"sv,
};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::any_of(names.begin(), names.end(),
                       [&](auto n) { return n.size() == name.size() && iequals_ascii(n, name); });
}

bool has_prefix(std::string_view name, std::string_view prefix) {
    return name.size() >= prefix.size() && iequals_ascii(name.substr(0, prefix.size()), prefix);
}

} // namespace

void append_request_headers(std::vector<net::http::HeaderView>& out,
                            const net::http::Request& request) {
    std::vector<std::string_view> named; // by Connection, of which there may be several
    for (const auto& field : request.headers)
        if (iequals_ascii(field.name, "connection")) named.push_back(field.value);
    auto is_named = [&](std::string_view name) {
        return std::any_of(named.begin(), named.end(),
                           [&](std::string_view list) { return net::http::has_token(list, name); });
    };
    for (const auto& field : request.headers) {
        if (net::http::is_hop_by_hop(field.name) || is_one_of(stays_here, field.name) ||
            has_prefix(field.name, "x-forwarded-") || has_prefix(field.name, "x_forwarded_") ||
            is_named(field.name))
            continue;
        out.push_back(field);
    }
}

bool passes_back(std::string_view name) {
    return !net::http::is_hop_by_hop(name) && !is_one_of(stays_there, name) &&
           !has_prefix(name, "access-control-");
}

} // namespace caredian::home
