// The kinds of values of config_value.h that name something on a network.
#include "access/path_rule.h"
#include "app/config_value.h"
#include "base/encoding.h"
#include "net/address.h"
#include "net/redis/options.h"
#include "store/database.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <charconv>
#include <ranges>

namespace caredian::app {

namespace {

bool read_port(std::string_view text, unsigned& port) {
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    return ec == std::errc() && end == text.data() + text.size() && port <= 65535;
}

bool is_host_name(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    while (!text.empty()) {
        auto label = next_token(text, '.');
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
            return false;
        for (char c : label)
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_') return false;
    }
    return true;
}

Refusal check_listen(std::string_view text, std::string& out) {
    auto colon = text.rfind(':');
    unsigned port = 0;
    if (colon == text.npos || !read_port(text.substr(colon + 1), port))
        return quote_value(text) +
               " is not an address with a port (write 0.0.0.0:8080 or [::]:8080)";
    auto host = text.substr(0, colon);
    bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    auto address = net::parse_address(brackets ? host.substr(1, host.size() - 2) : host);
    if (!address || address->is_v4() == brackets)
        return quote_value(text) +
               " does not begin with an IP address (write 0.0.0.0:8080 for every "
               "IPv4 address, [::]:8080 for IPv6)";
    out = text;
    return std::nullopt;
}

Refusal check_network(std::string_view text, std::string& out) {
    auto network = net::parse_network(text);
    if (!network)
        return quote_value(text) +
               " is not an address or network (write 10.0.0.5 or 10.0.0.0/8, with no "
               "bit set after the prefix)";
    if (network->prefix == 0 || (network->base.is_v4() && network->prefix <= 96))
        return "would be the whole Internet";
    out = text;
    return std::nullopt;
}

// A path is one that a request can begin with as it stands.
bool is_prefix(std::string_view path) {
    return path.size() <= 500 && path.find("//") == path.npos &&
           std::ranges::none_of(std::views::split(path, '/'), [](auto segment) {
               auto text = std::string_view(segment.begin(), segment.end());
               return text == "." || text == "..";
           });
}

// No part of a URL is quoted: people put passwords into them. `with_path`: what stands before the
// targets of all requests may follow the port.
Refusal check_origin(std::string_view text, const std::vector<std::string>& schemes,
                     const std::string& form, bool with_path, std::string& out) {
    auto url = boost::urls::parse_uri(text);
    if (!url) return "is not a URL (write " + form + ")";
    auto scheme = lower_ascii(std::string(url->scheme()));
    if (std::ranges::find(schemes, scheme) == schemes.end())
        return "must begin with " + schemes.front() + ":// or " + schemes.back() + "://";
    if (url->has_userinfo()) return "must not hold a user name or password";
    auto path = std::string_view(url->encoded_path());
    if (path.ends_with('/')) path.remove_suffix(1);
    if ((!path.empty() && !with_path) || url->has_query() || url->has_fragment())
        return std::string("must end after the ") + (with_path ? "path" : "host and port") +
               " (write " + form + ")";
    if (!is_prefix(path)) return "has a path that is none (write " + form + ")";
    auto host = lower_ascii(std::string(url->encoded_host()));
    bool v6 = url->host_type() == boost::urls::host_type::ipv6;
    unsigned port = 0;
    if ((!v6 && !is_host_name(host)) ||
        (url->has_port() && (!read_port(std::string(url->port()), port) || port == 0)))
        return "names no host and port (write " + form + ")";
    out = scheme + "://" + host + (url->has_port() ? ":" + std::to_string(port) : "");
    out += path;
    return std::nullopt;
}

Refusal check_filter(std::string_view text, std::string& out) {
    if (text.empty() || text.size() > 65535 || text.find('\0') != text.npos)
        return "is not a topic filter";
    for (auto rest = text; !rest.empty();) {
        bool last = rest.find('/') == rest.npos;
        auto level = next_token(rest, '/');
        if (level.find_first_of("+#") == level.npos) continue;
        if (level.size() != 1)
            return quote_value(text) + ": + and # must stand alone between slashes";
        if (level == "#" && !last) return quote_value(text) + ": # may only be the last level";
    }
    out = text;
    return std::nullopt;
}

std::string same(const std::string& value) {
    return value;
}

} // namespace

Codec<std::string> listen_address() {
    return {{"address with port", "포트가 붙은 주소"}, check_listen, same};
}

Codec<std::string> network() {
    return {{"address or network", "주소 또는 네트워크"}, check_network, same};
}

Codec<std::string> path_rule() {
    return {{"path (`/admin`), or host and path (`host.name/admin`)",
             "경로(`/admin`), 또는 호스트와 경로(`host.name/admin`)"},
            [](std::string_view text, std::string& out) -> Refusal {
                std::string one(text);
                auto host = lower_ascii(text.substr(0, text.find('/')));
                if (!access::PathRules::parse({&one, 1}) || (!host.empty() && !is_host_name(host)))
                    return quote_value(text) + " is not a path that can be read in one way only "
                                               "(write /admin or host.name/admin)";
                out = std::move(one);
                return std::nullopt;
            },
            same};
}

Codec<std::string> host_name() {
    return {{"host name", "호스트 이름"},
            [](std::string_view text, std::string& out) -> Refusal {
                auto low = lower_ascii(text);
                if (!is_host_name(low))
                    return quote_value(text) + " is not a host name (without a port)";
                out = low;
                return std::nullopt;
            },
            same};
}

Codec<std::string> topic_filter() {
    return {{"MQTT topic filter", "MQTT 토픽 필터"}, check_filter, same};
}

Codec<std::string> topic_name() {
    return {{"MQTT topic", "MQTT 토픽"},
            [](std::string_view text, std::string& out) -> Refusal {
                if (text.find_first_of("+#") != text.npos)
                    return quote_value(text) + " must not hold + or #";
                return check_filter(text, out);
            },
            same};
}

namespace {

Codec<std::string> url_codec(std::vector<std::string> schemes, bool with_path) {
    auto form = schemes.front() + "://host:port" + (with_path ? "/path" : "");
    std::string kind = "`" + schemes.front() + "://` or `" + schemes.back() + "://`";
    std::string kind_ko = "`" + schemes.front() + "://` 또는 `" + schemes.back() + "://`";
    return {{"URL, " + kind, "URL, " + kind_ko},
            [schemes, form, with_path](std::string_view text, std::string& out) {
                return check_origin(text, schemes, form, with_path, out);
            },
            same};
}

} // namespace

Codec<std::string> origin_url(std::vector<std::string> schemes) {
    return url_codec(std::move(schemes), false);
}

Codec<std::string> base_url(std::vector<std::string> schemes) {
    return url_codec(std::move(schemes), true);
}

Codec<Secret> redis_url() {
    return {{"URL, `redis://`, `rediss://` (TLS) or `redis+sentinel://`",
             "URL, `redis://`, `rediss://`(TLS) 또는 `redis+sentinel://`"},
            [](std::string_view text, Secret& out) -> Refusal {
                net::redis::Options ignored;
                if (auto wrong = net::redis::parse_url(text, ignored); !wrong.empty()) return wrong;
                out = Secret(std::string(text));
                return std::nullopt;
            },
            [](const Secret&) { return std::string(); }}; // never shown: it may hold a password
}

Codec<Secret> database_url() {
    return {{"URL, `sqlite:PATH` or `mysql://user:password@host:port/database`",
             "URL, `sqlite:경로` 또는 `mysql://사용자:암호@호스트:포트/데이터베이스`"},
            [](std::string_view text, Secret& out) -> Refusal {
                if (auto wrong = store::check_database_url(text); !wrong.empty()) return wrong;
                out = Secret(std::string(text));
                return std::nullopt;
            },
            [](const Secret&) { return std::string(); }}; // never shown: it may hold a password
}

} // namespace caredian::app
