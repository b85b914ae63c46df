// What an operator may set. Plain structs, one per topic; defaults are what runs with no file at
// all.
//
// Every field has one row in the table of config_table.h, which gives it its YAML path, its
// environment name, its checks and its page in docs/configuration.md. A field without a row fails a
// test, so a new setting is: a member here, a row there, and the part that reads it.
//
// Settings are values: loaded and checked once (config.h), copied, compared, never changed in
// place.
#pragma once

#include "access/grant_text.h"
#include "app/broker_settings.h"
#include "app/gateways_settings.h"
#include "app/influx_settings.h"
#include "base/log.h"
#include "base/secret.h"
#include "guard/rate_rule.h"
#include "ingest/mapping_rule.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::app {

using std::chrono::milliseconds;
using std::chrono::seconds;

// tls.*: HTTPS on `listen`. Both or none; PEM. The files are read again when they change.
struct TlsSettings {
    std::string certificate; // leaf first, then the chain
    std::string key;
    bool enabled() const { return !certificate.empty(); }
    bool operator==(const TlsSettings&) const = default;
};

// http.*: limits at the door. They protect the gateway from slow and greedy clients; none of them
// limits a stream that flows (relay, SSE).
struct HttpSettings {
    std::uint64_t header_limit = 16 * 1024; // bytes of request line and headers; 431 beyond
    milliseconds header_timeout{10'000};    // from a request's first byte to its last header line
    milliseconds body_timeout{30'000};      // between two pieces of a request body
    milliseconds write_timeout{60'000};     // without a byte taken by the client
    milliseconds idle_timeout{75'000};      // of a kept connection between two requests
    milliseconds drain_timeout{10'000};     // at stop: for requests under way
    std::uint32_t connections = 20'000;     // of the whole server
    std::uint32_t connections_per_address = 256; // trusted proxies and loopback exempt
    bool operator==(const HttpSettings&) const = default;
};

// database.*: accounts, sessions, devices, audit. (Journal and history are files of their own.)
struct DatabaseSettings {
    // "sqlite:PATH" or "mysql://user:password@host:port/database", so it may hold a password; empty
    // = sqlite:<data_dir>/caredian.db
    Secret url;
    Secret password;  // of a server, instead of the URL's
    bool tls = false; // to a server, its certificate checked
    std::string ca;   // PEM; empty = the system's
    bool operator==(const DatabaseSettings&) const = default;
};

// redis.*: where sessions are kept when several gateways share them. No url: the database.
struct RedisSettings {
    Secret url;      // redis://, rediss://, redis+sentinel://: see net/redis/options.h
    Secret password; // instead of the URL's
    std::string ca;  // PEM; empty = the system's
    bool enabled() const { return !url.empty(); }
    bool operator==(const RedisSettings&) const = default;
};

// sessions.*: of people who signed in with the cookie.
struct SessionSettings {
    seconds idle{std::chrono::hours(24)};          // ends this long after its last use
    seconds absolute{std::chrono::hours(24 * 14)}; // ends this long after login, used or not
    seconds grace{5 * 60};     // known ones are honoured this long while their store is away
    std::string cookie_domain; // "example.org": cookies for all below it; empty: host-only
    bool operator==(const SessionSettings&) const = default;
};

// mqtt.*: the broker whose messages are kept. No url: no MQTT.
struct MqttSettings {
    std::string url; // "mqtt://host[:1883]" or "mqtts://host[:8883]"; no user part, no path
    std::string
        client_id; // empty = "caredian-" and a random part made once and kept in data_dir.
                   // The broker keeps unacknowledged messages under this name: keep it stable
    std::vector<std::string> topics{"#"}; // topic filters to subscribe to
    std::uint32_t qos = 1;                // asked for with every filter; 0 = no promise
    std::string ca;                       // PEM; empty = the system's. Only with mqtts
    std::string certificate;              // mTLS, PEM; both or none. Only with mqtts
    std::string key;
    std::string username;
    Secret password;
    seconds keep_alive{30};
    seconds session_expiry{
        std::chrono::hours(24 * 14)};           // how long the broker is to keep our session
    std::uint32_t receive_maximum = 1000;       // messages in flight before we acknowledge (v5)
    std::uint64_t max_packet = 4 * 1024 * 1024; // bytes; a larger packet is refused by its header
    bool enabled() const { return !url.empty(); }
    bool operator==(const MqttSettings&) const = default;
};

// home_assistant.*: the one home that this gateway stands beside (its homes[0]). No url: no relay.
struct HomeAssistantSettings {
    std::string url; // "http://host:8123", an origin: no path, no user part
    Secret token;    // a long-lived access token of an administrator
    milliseconds connect_timeout{5'000};
    milliseconds first_byte_timeout{30'000}; // until the answer begins; none for the rest of it
    bool enabled() const { return !url.empty(); }
    bool operator==(const HomeAssistantSettings&) const = default;
};

enum class WhenFull {
    stop,        // stop acknowledging: the broker keeps what it can
    drop_oldest, // cut the oldest rows, taken or not: the newest are kept, and the loss is counted
};

// journal.*: where messages are made durable before they are acknowledged.
struct JournalSettings {
    std::uint64_t max_bytes = 256ull * 1024 * 1024; // of messages; then `when_full`
    seconds max_age{std::chrono::hours(24 * 7)}; // rows older than this and not taken count as full
    WhenFull when_full = WhenFull::stop;
    milliseconds sync_interval{0}; // gather this long before a sync: spares an SD card, delays acks
    std::vector<std::string> urgent; // topic filters that never wait for sync_interval
    bool operator==(const JournalSettings&) const = default;
};

// ingest.*: how messages become readings.
struct IngestSettings {
    std::vector<std::string> ignore;              // topic filters: acknowledged, counted, not kept
    std::string zigbee2mqtt_base = "zigbee2mqtt"; // base_topic of Zigbee2MQTT
    std::string discovery_prefix = "homeassistant"; // of Home Assistant's MQTT discovery
    // base_topic of Home Assistant's mqtt_statestream; only known domains below it are claimed.
    std::vector<std::string> statestream_bases{"homeassistant", "ha"};
    std::uint64_t max_payload = 256 * 1024;    // bytes; larger: kept as a dead letter, not decoded
    std::vector<ingest::MappingRule> mappings; // the first that matches a topic decides
    bool operator==(const IngestSettings&) const = default;
};

// history.*: how long readings are kept. 0 = for ever.
struct HistorySettings {
    std::string source = "local";                            // what /api/v1/readings answers from
    seconds retention{0};                                    // points as they came
    std::map<std::string, seconds> retention_by_measurement; // overrides `retention`
    seconds retention_5m{0};                                 // what five minutes sum up
    std::map<std::string, seconds> retention_5m_by_measurement;
    seconds retention_1h{0}; // what an hour sums up
    std::map<std::string, seconds> retention_1h_by_measurement;
    bool operator==(const HistorySettings&) const = default;
};

// events.*: what devices did, in the database.
struct EventSettings {
    seconds retention{std::chrono::hours(24 * 400)}; // 0: for ever
    std::uint32_t max_rows = 1'000'000;              // beyond, the oldest go
    bool operator==(const EventSettings&) const = default;
};

// login.providers[]: where people may sign in besides here. Texts as written; what is not set is
// the preset's (identity/oidc/options.h).
struct LoginProvider {
    std::string id;     // in addresses and in the database: stays
    std::string preset; // "authentik", "google", …
    std::string issuer; // letter by letter as the provider writes it
    std::string client_id;
    Secret client_secret;
    std::vector<std::string> scopes;
    std::vector<std::string> algorithms; // of ID tokens
    std::string groups_claim;
    std::map<std::string, std::string> roles; // group → "admin", "member"
    std::string label_ko;
    std::string label_en;
    std::string ca;
    std::string authorization_url; // oauth2 alone
    std::string token_url;
    std::string profile_url;
    std::map<std::string, std::string> claims; // "subject" → "response.id"
    std::string create_accounts;               // "true", "false"; empty: the preset's
    std::string trust_emails;                  // "true": its addresses count as verified
    std::vector<std::string> allowed_emails;
    std::vector<std::string> allowed_groups;
    bool operator==(const LoginProvider&) const = default;
};

// login.*: what failed sign-ins cost, per account and per true client; and the other ways in.
struct LoginSettings {
    std::uint32_t free_attempts = 5;        // wrong passwords before the first delay
    seconds max_delay{15 * 60};             // the delay doubles from 1 s up to this
    bool admins_need_second_factor = false; // at sign-in with a password
    std::vector<LoginProvider> providers;
    bool operator==(const LoginSettings&) const = default;
};

// authentik.*: its people, apart from their sign-ins. Of the provider with the preset "authentik".
struct AuthentikSettings {
    Secret webhook_secret; // of /hooks/authentik; empty = no webhook
    std::string url;       // "https://sso.example.org"; with `token`: people are read from its API
    Secret token;
    std::string ca;
    bool operator==(const AuthentikSettings&) const = default;
};

// tokens.*: access tokens for programs; /auth/token.
struct TokenSettings {
    seconds access_ttl{900};
    seconds refresh_ttl{1'209'600};
    std::string issuer;               // iss; empty = public_url, or "caredian"
    std::string audience{"caredian"}; // aud
    std::string key; // PEM file, RSA or EC P-256: signs instead of `secret`. Empty = none
    std::vector<std::string> old_keys; // PEM files; verify what they signed until it ends
    Secret old_secret;                 // likewise; was `secret`
    bool operator==(const TokenSettings&) const = default;
};

// forward_auth.*: what stands behind a reverse proxy that asks /auth/verify.
struct ForwardAuthSettings {
    std::vector<std::string> admin_paths; // "/prefix" or "host.name/prefix": administrators alone
    bool operator==(const ForwardAuthSettings&) const = default;
};

// metrics.*
struct MetricsSettings {
    // Networks that read /metrics and the details of /readyz without signing in. Loopback always
    // may.
    std::vector<std::string> allow;
    bool operator==(const MetricsSettings&) const = default;
};

// log.*: to standard error.
struct LogSettings {
    log::Level level = log::Level::info;
    log::Format format = log::Format::text;
    bool access = true; // one line for each request
    bool operator==(const LogSettings&) const = default;
};

struct Settings {
    std::vector<std::string> listen{"0.0.0.0:8080"}; // "address:port", "[::]:port"
    std::uint32_t workers = 0; // threads that serve requests; 0 = one per core
    std::string public_url;    // "https://home.example.org" as browsers see it; no trailing slash
    std::vector<std::string> known_hosts; // further names this gateway may be called by (else 421)
    std::vector<std::string> trusted_proxies; // networks whose X-Forwarded-* are believed
    std::string data_dir = "./data"; // everything that is kept; relative to the working directory
    Secret secret;     // signs session cookies (HS256), >= 32 bytes. Empty = made once in data_dir
    Secret master_key; // seals stored keys and tokens, >= 32 bytes. Empty = made once in data_dir
    TlsSettings tls;
    HttpSettings http;
    DatabaseSettings database;
    RedisSettings redis;
    SessionSettings sessions;
    LoginSettings login;
    AuthentikSettings authentik;
    TokenSettings tokens;
    ForwardAuthSettings forward_auth;
    std::vector<guard::RateRule> rate_limits = guard::default_rate_rules(); // empty: none
    std::string time_zone;                 // of the home: "Asia/Seoul"; empty = the machine's
    std::vector<access::RoleText> roles;   // access/grant_text.h
    std::vector<access::GrantText> grants; //
    MqttSettings mqtt;
    BrokerSettings broker; // broker_settings.h
    GatewaysSettings gateways;
    HomeAssistantSettings home_assistant;
    JournalSettings journal;
    IngestSettings ingest;
    HistorySettings history;
    EventSettings events;
    InfluxServer influxdb;
    MetricsSettings metrics;
    LogSettings log;

    std::string database_url() const;   // database.url, or the file in data_dir
    std::string database_place() const; // the same for people: without user and password
    std::string data_path(std::string_view name) const; // <data_dir>/name
    bool operator==(const Settings&) const = default;
};

} // namespace caredian::app
