#include "net/redis/options.h"

#include <boost/url/decode_view.hpp>
#include <boost/url/pct_string_view.hpp>
#include <charconv>
#include <optional>

namespace caredian::net::redis {

namespace {

const std::string form = "write redis://user:password@host:port/db or "
                         "redis+sentinel://host1,host2/master/db";

using namespace std::string_view_literals;
constexpr auto not_in_host = " \t\r\n\0@/%?#[]\"'\\"sv;

struct Scheme {
    std::string_view name;
    bool tls;
    bool sentinel;
};
constexpr Scheme schemes[] = {{"redis://", false, false},
                              {"rediss://", true, false},
                              {"redis+sentinel://", false, true},
                              {"rediss+sentinel://", true, true}};

std::optional<std::string> decoded(std::string_view text) {
    auto view = boost::urls::make_pct_string_view(text);
    if (!view) return std::nullopt;
    std::string out = view->decode();
    if (out.find_first_of(std::string_view("\0\r\n", 3)) != out.npos) return std::nullopt;
    return out;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool read_server(std::string_view text, std::uint16_t port, Server& out) {
    std::string_view host = text, after;
    if (text.starts_with('[')) {
        auto close = text.find(']');
        if (close == text.npos) return false;
        host = text.substr(1, close - 1);
        after = text.substr(close + 1);
    } else if (auto colon = text.find(':'); colon != text.npos) {
        host = text.substr(0, colon);
        after = text.substr(colon);
    }
    out.host = host;
    out.port = port;
    bool bad = host.empty() || host.size() > 253 || host.find_first_of(not_in_host) != host.npos;
    if (bad) return false;
    if (after.empty()) return true;
    return after[0] == ':' && read_number(after.substr(1), out.port) && out.port != 0;
}

std::string read_user(std::string_view text, Options& out) {
    const std::string wrong = "holds a user or password that is not one";
    auto colon = text.find(':');
    auto user = decoded(text.substr(0, colon));
    if (!user) return wrong;
    if (colon == text.npos && user->empty()) return wrong;
    out.username = std::move(*user);
    if (colon == text.npos) return {};
    auto password = decoded(text.substr(colon + 1));
    if (!password || password->empty()) return wrong;
    out.password = Secret(std::move(*password));
    return {};
}

std::string read_servers(std::string_view text, bool sentinel, Options& out) {
    out.servers.clear();
    while (true) {
        auto comma = text.find(',');
        Server server;
        if (!read_server(text.substr(0, comma), sentinel ? 26379 : 6379, server))
            return "names no host and port (" + form + ")";
        out.servers.push_back(std::move(server));
        if (comma == text.npos) break;
        text.remove_prefix(comma + 1);
    }
    if (!sentinel && out.servers.size() > 1)
        return "names several hosts; Redis Cluster is not supported, Sentinel is (" + form + ")";
    return out.servers.size() > 16 ? "names more than 16 hosts" : std::string();
}

} // namespace

std::string parse_url(std::string_view url, Options& out) {
    const Scheme* scheme = nullptr;
    for (const auto& one : schemes)
        if (url.starts_with(one.name)) scheme = &one;
    if (!scheme || url.size() > 4096) return "is not a URL of Redis (" + form + ")";
    url.remove_prefix(scheme->name.size());
    auto slash = url.find('/');
    auto authority = url.substr(0, slash);
    auto path = slash == url.npos ? std::string_view() : url.substr(slash + 1);
    if (auto at = authority.rfind('@'); at != authority.npos) {
        if (auto wrong = read_user(authority.substr(0, at), out); !wrong.empty()) return wrong;
        authority.remove_prefix(at + 1);
    }
    if (auto wrong = read_servers(authority, scheme->sentinel, out); !wrong.empty()) return wrong;
    out.sentinel_master.clear();
    if (scheme->sentinel) {
        auto next = path.find('/');
        auto master = decoded(path.substr(0, next));
        if (!master || master->empty()) return "names no master (" + form + ")";
        out.sentinel_master = std::move(*master);
        path = next == path.npos ? std::string_view() : path.substr(next + 1);
    }
    out.database = 0;
    if (!path.empty() && (!read_number(path, out.database) || out.database > 65535))
        return "must end with the number of a database (" + form + ")";
    out.tls = scheme->tls;
    return {};
}

} // namespace caredian::net::redis
