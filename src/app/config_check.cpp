#include "app/config_check.h"

#include "base/encoding.h"
#include "net/address.h"
#include "net/redis/options.h"
#include "store/database.h"

#include <algorithm>

namespace caredian::app {

namespace {

// The host of an origin that config_address.cpp has checked, without brackets.
std::string_view host_of(std::string_view origin) {
    origin.remove_prefix(origin.find("://") + 3);
    if (origin.starts_with('[')) return origin.substr(1, origin.find(']') - 1);
    return origin.substr(0, origin.find(':'));
}

// Names and addresses that stay in the home: a password may go there without TLS.
bool is_local(std::string_view host) {
    static const net::NetworkSet networks(
        {*net::parse_network("10.0.0.0/8"), *net::parse_network("172.16.0.0/12"),
         *net::parse_network("192.168.0.0/16"), *net::parse_network("127.0.0.0/8"),
         *net::parse_network("169.254.0.0/16"), *net::parse_network("100.64.0.0/10"),
         *net::parse_network("::1"), *net::parse_network("fe80::/10"),
         *net::parse_network("fc00::/7")});
    if (auto address = net::parse_address(host)) return networks.contains(*address);
    return host.find('.') == host.npos || host.ends_with(".local") || host.ends_with(".lan") ||
           host.ends_with(".internal") || host.ends_with(".home.arpa");
}

class Check {
public:
    Check(const Settings& settings, const WhereIs& where, std::vector<Problem>& problems,
          std::vector<Problem>& warnings)
        : s_(settings), where_(where), problems_(problems), warnings_(warnings) {}

    void run() {
        pairs();
        database();
        redis();
        mqtt();
        home_assistant();
        origins();
        sessions();
        secrets();
        authentik();
        influxdb();
        gateways();
    }

private:
    void problem(std::string_view path, const std::string& message) {
        problems_.push_back({where_(path), std::string(path) + ": " + message});
    }
    void warning(std::string_view path, const std::string& message) {
        warnings_.push_back({where_(path), std::string(path) + ": " + message});
    }
    // Asks where they were given, not what they hold: a value that was refused is there too.
    bool given(std::string_view path) const { return !where_(path).empty(); }
    void needs(std::string_view path, std::string_view other) {
        if (given(path) && !given(other)) problem(path, "needs " + std::string(other) + " too");
    }
    void both_or_none(std::string_view one, std::string_view other) {
        needs(one, other);
        needs(other, one);
    }

    void pairs() {
        both_or_none("tls.certificate", "tls.key");
        both_or_none("mqtt.certificate", "mqtt.key");
        both_or_none("home_assistant.url", "home_assistant.token");
        needs("mqtt.password", "mqtt.username");
        needs("authentik.token", "authentik.url");
    }

    void database() {
        auto url = s_.database_url();
        bool server = store::is_server_url(url);
        for (const char* path : {"database.password", "database.tls", "database.ca"})
            if (given(path) && !server) problem(path, "has a meaning only with a mysql:// URL");
        if (!server || s_.database.tls || !s_.database.ca.empty()) return;
        auto place = s_.database_place(); // host:port/database
        if (!is_local(host_of("://" + place.substr(0, place.find('/')))))
            warning("database.url",
                    "passwords and sessions go to another network without TLS; set database.tls");
    }

    void redis() {
        needs("redis.password", "redis.url");
        needs("redis.ca", "redis.url");
        if (!s_.redis.enabled()) return;
        net::redis::Options o;
        if (!net::redis::parse_url(s_.redis.url.reveal(), o).empty()) return;
        if (given("redis.ca") && !o.tls)
            problem("redis.ca", "has a meaning only with a rediss:// URL");
        if (!o.username.empty() && o.password.empty() && s_.redis.password.empty())
            problem("redis.url", "names a user without a password (set redis.password, or write "
                                 "redis://user:password@host)");
        for (const auto& server : o.servers)
            if (!o.tls && !is_local(server.host))
                return warning("redis.url", "sessions go to another network without TLS; use "
                                            "rediss://");
    }

    void mqtt() {
        bool tls = s_.mqtt.url.starts_with("mqtts:");
        for (auto [path, value] : {std::pair{"mqtt.ca", &s_.mqtt.ca},
                                   std::pair{"mqtt.certificate", &s_.mqtt.certificate}})
            if (!value->empty() && !tls && s_.mqtt.enabled())
                problem(path, "has a meaning only with an mqtts:// URL");
        if (!given("mqtt.url")) {
            for (const char* path :
                 {"mqtt.client_id", "mqtt.topics", "mqtt.username", "mqtt.ca", "mqtt.certificate"})
                if (given(path)) return warning(path, "has no effect: mqtt.url is not set");
            return;
        }
        if (!tls && !s_.mqtt.password.empty() && !is_local(host_of(s_.mqtt.url)))
            warning("mqtt.url", "the password goes to another network without TLS; use mqtts://");
    }

    void home_assistant() {
        if (s_.home_assistant.url.starts_with("http:") && !is_local(host_of(s_.home_assistant.url)))
            warning("home_assistant.url",
                    "the token goes to another network without TLS; use https://");
    }

    void origins() {
        if (s_.public_url.empty()) return;
        bool https = s_.public_url.starts_with("https:");
        if (s_.tls.enabled() && !https)
            problem("public_url", "must begin with https://, since tls.certificate is set");
        if (!s_.tls.enabled() && https && s_.trusted_proxies.empty())
            warning("public_url",
                    "says https, but neither tls.certificate nor trusted_proxies is "
                    "set: name the proxy that ends TLS, or every client has its address");
        if (!https && !is_local(host_of(s_.public_url)))
            warning("public_url", "passwords and cookies go over the Internet without TLS");
    }

    void sessions() {
        if (s_.sessions.idle > s_.sessions.absolute)
            problem(where_("sessions.idle").empty() ? "sessions.absolute" : "sessions.idle",
                    "sessions.idle is longer than sessions.absolute");
        const auto& domain = s_.sessions.cookie_domain;
        if (domain.empty()) return;
        auto host = host_of(s_.public_url);
        host = host.substr(0, host.find(':'));
        if (host != domain && !host.ends_with("." + domain))
            problem("sessions.cookie_domain", "public_url must be a host of this domain");
        else if (domain.find('.') == std::string::npos || net::parse_address(domain))
            problem("sessions.cookie_domain", "browsers take no cookie for this: name a domain");
    }

    void influxdb() {
        const auto& first = s_.influxdb;
        needs("influxdb.password", "influxdb.username");
        if (!first.enabled())
            for (const char* path : {"influxdb.version", "influxdb.database", "influxdb.org",
                                     "influxdb.token", "influxdb.username"})
                if (given(path)) return warning(path, "has no effect: influxdb.url is not set");
        if (first.version == history::influx::Version::v2 && first.org.empty())
            problem("influxdb.org", "is missing: InfluxDB 2 wants one");
        for (const auto& server : first.more)
            if (server.name == first.name)
                problem("influxdb.more", "the name " + server.name + " is given twice");
        bool known = s_.history.source == "local" || s_.history.source == first.name ||
                     std::ranges::any_of(first.more, [&](const auto& server) {
                         return server.name == s_.history.source;
                     });
        if (!known) problem("history.source", "is neither local nor the name of a server");
        bool secret = !first.token.empty() || !first.password.empty();
        if (secret && first.url.starts_with("http:") && !is_local(host_of(first.url)))
            warning("influxdb.url", "the token goes to another network without TLS; use https://");
    }

    // What several gateways cannot do without, and what cannot be while there are several.
    void gateways() {
        if (!s_.gateways.enabled()) {
            for (const char* path : {"gateways.name", "gateways.address", "gateways.lease"})
                if (given(path)) return warning(path, "has no effect: gateways.group is not set");
            return;
        }
        if (!s_.mqtt.enabled())
            problem("gateways.group", "needs mqtt.url: the broker deals the messages out");
        if (!s_.mqtt.client_id.empty())
            problem("mqtt.client_id", "cannot be set with gateways.group: it is made of "
                                      "gateways.name, as two clients with one id throw each "
                                      "other out");
        if (s_.mqtt.qos == 0)
            problem("mqtt.qos", "must be 1 or 2 with gateways.group: nothing waits for a gateway "
                                "that is away with 0");
        if (s_.mqtt.session_expiry.count() == 0)
            problem("mqtt.session_expiry", "must not be 0 with gateways.group: a gateway's share "
                                           "waits for it at the broker");
        if (!store::is_server_url(s_.database_url()))
            problem("gateways.group", "needs a database that all gateways share: set database.url "
                                      "to a mysql:// URL");
        if (s_.broker.enabled())
            problem("broker.directory", "cannot be set with gateways.group: that broker names "
                                        "clients after their accounts, and a gateway of several "
                                        "is two clients");
        shared_stores();
        for (auto [path, value] :
             {std::pair{"secret", &s_.secret}, std::pair{"master_key", &s_.master_key}})
            if (value->empty())
                warning(path, "is not set: with several gateways all need the same, or who signed "
                              "in at one is not known at the others");
    }

    void shared_stores() {
        const auto& first = s_.influxdb;
        if (!first.enabled() && first.more.empty())
            return problem("gateways.group", "needs influxdb.url: the local history of each "
                                             "gateway has its own share alone");
        if (s_.history.source == "local")
            problem("history.source", "must name a server of InfluxDB with gateways.group: the "
                                      "local history has this gateway's share alone");
        auto check = [&](const InfluxServer& server) {
            if (server.layout != history::influx::Layout::caredian)
                problem("influxdb.layout", "must be caredian with gateways.group: the other one "
                                           "needs the latest values, which one gateway has");
            else if (server.area_tag)
                problem("influxdb.area_tag", "must be false with gateways.group: only one gateway "
                                             "knows the rooms, and a tag is part of a point");
        };
        if (first.enabled()) check(first);
        for (const auto& server : first.more) check(server);
    }

    void authentik() {
        bool there = std::ranges::any_of(s_.login.providers,
                                         [](const auto& p) { return p.preset == "authentik"; });
        for (const char* path : {"authentik.webhook_secret", "authentik.url"})
            if (given(path) && !there)
                problem(path, "needs an entry of login.providers with the preset authentik");
        if (given("authentik.url") && !given("authentik.token"))
            warning("authentik.url", "has no effect: authentik.token is not set");
    }

    void secrets() {
        if (!s_.secret.empty() && s_.secret == s_.master_key)
            problem("master_key", "is the same as secret; each needs a value of its own");
    }

    const Settings& s_;
    const WhereIs& where_;
    std::vector<Problem>& problems_;
    std::vector<Problem>& warnings_;
};

} // namespace

void check_settings(const Settings& settings, const WhereIs& where, std::vector<Problem>& problems,
                    std::vector<Problem>& warnings) {
    Check(settings, where, problems, warnings).run();
}

} // namespace caredian::app
