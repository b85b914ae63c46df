// Where a Redis is and how to come in.
#pragma once

#include "base/secret.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::net::redis {

struct Server {
    std::string host;
    std::uint16_t port = 6379;
    bool operator==(const Server&) const = default;
};

struct Options {
    std::vector<Server> servers; // one; with Sentinel: the sentinels
    std::string sentinel_master; // not empty: the servers are sentinels, who know its address
    std::string username;        // of an ACL user; empty = default
    Secret password;
    unsigned database = 0;
    bool tls = false; // to Redis and to the sentinels; chain and host are checked
    std::string ca;   // PEM; empty = the system's
    std::chrono::milliseconds connect_timeout{3000}; // until the server has let us in
    std::chrono::milliseconds backoff_min{100};
    std::chrono::milliseconds backoff_max{2000};
};

// redis://[[user][:password]@]host[:6379][/db], rediss:// (TLS),
// redis+sentinel://[[user][:password]@]host[:26379][,host…]/master[/db], rediss+sentinel://.
// Parts are percent-encoded. Returns what is wrong, without the URL's text; empty: it is good.
std::string parse_url(std::string_view url, Options& out);

} // namespace caredian::net::redis
