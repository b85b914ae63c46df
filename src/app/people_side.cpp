#include "app/people_side.h"

#include "app/login_providers.h"
#include "base/log.h"
#include "identity/authentik/users.h"
#include "identity/oidc/sign_in.h"
#include "store/key_file.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace caredian::app {

namespace {

Secret key_or_throw(const Secret& given, const std::string& path, Random& random) {
    if (!given.empty()) return given;
    auto key = store::load_or_make_key(path, random);
    if (!key)
        throw std::runtime_error("the key " + path + " cannot be kept: " + key.error().message());
    return std::move(*key);
}

Secret pem_or_throw(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    text.resize(64 * 1024);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.empty()) throw std::runtime_error("the key " + path + " cannot be read");
    return Secret(std::move(text));
}

identity::TokenKeyOptions token_options(const Settings& settings) {
    const auto& t = settings.tokens;
    identity::TokenKeyOptions o;
    o.issuer = !t.issuer.empty()              ? t.issuer
               : !settings.public_url.empty() ? settings.public_url
                                              : "caredian";
    if (!t.audience.empty()) o.audience = t.audience;
    o.old_secret = t.old_secret;
    if (!t.key.empty()) o.key = pem_or_throw(t.key);
    for (const auto& path : t.old_keys) o.old_keys.push_back(pem_or_throw(path));
    return o;
}

std::unique_ptr<store::Database> open_or_throw(const Settings& settings, HealthRegister& health) {
    auto database = open_database(settings, [&health](const std::string& reason) {
        // What runs on goes on: data, the relay for those who are signed in.
        health.set("database", reason.empty() ? HealthState::up : HealthState::degraded, reason);
    });
    if (!database)
        throw std::runtime_error("the database " + settings.database_place() +
                                 " cannot be opened: " + database.error().message());
    return std::move(*database);
}

std::unique_ptr<identity::RedisSessionStore> make_redis(const Settings& settings,
                                                        const net::redis::Options& options,
                                                        identity::SessionEnds& ends,
                                                        const Clock& clock, Random& random,
                                                        HealthRegister& health) {
    if (!settings.redis.enabled()) return nullptr;
    health.declare("redis", "signing in; sessions that are not known here yet", true);
    // Told by one connection; the workers have theirs.
    auto on_state = [&health](bool up, const std::string& reason) {
        health.set("redis", up ? HealthState::up : HealthState::degraded, reason);
    };
    return std::make_unique<identity::RedisSessionStore>(options, ends, clock, random, on_state);
}

identity::IdentityOptions identity_options(const Settings& settings, Random& random,
                                           identity::SessionStore* session_store) {
    identity::IdentityOptions o;
    o.session_store = session_store;
    o.secret = key_or_throw(settings.secret, settings.data_path("secret"), random);
    o.first_run_file = settings.data_path("first-run-code");
    o.sessions = session_limits(settings);
    o.lockout = lockout_options(settings);
    o.tokens = token_options(settings);
    o.token_limits.access = settings.tokens.access_ttl;
    o.token_limits.refresh = settings.tokens.refresh_ttl;
    return o;
}

// A key that is none stops the start, with a sentence that names its setting.
std::unique_ptr<identity::Identity> make_identity(const Settings& settings,
                                                  store::Database& database,
                                                  identity::SessionStore* session_store,
                                                  const Clock& clock, Random& random) {
    auto options = identity_options(settings, random, session_store);
    try {
        return std::make_unique<identity::Identity>(options, database, clock, random);
    } catch (const std::invalid_argument& e) {
        throw std::runtime_error(std::string("tokens.key, tokens.old_keys or secret: ") + e.what());
    }
}

// One argon2id at a time per two cores: each takes 19 MiB and tens of milliseconds.
std::size_t hashing_threads() {
    return std::max(1u, std::thread::hardware_concurrency() / 2);
}

} // namespace

identity::SessionLimits session_limits(const Settings& settings) {
    identity::SessionLimits limits;
    limits.idle = settings.sessions.idle;
    limits.absolute = settings.sessions.absolute;
    return limits;
}

guard::LockoutOptions lockout_options(const Settings& settings) {
    guard::LockoutOptions o;
    o.free_attempts = settings.login.free_attempts;
    o.max_delay = settings.login.max_delay;
    o.forget_after = std::max<nanoseconds>(o.forget_after, o.max_delay);
    return o;
}

result<std::unique_ptr<store::Database>>
open_database(const Settings& settings, std::function<void(const std::string&)> on_change) {
    store::DatabaseOptions o;
    o.password = settings.database.password;
    o.tls = settings.database.tls;
    o.ca = settings.database.ca;
    o.on_change = std::move(on_change);
    return store::open_database(settings.database_url(), o);
}

net::redis::Options redis_options(const Settings& settings) {
    net::redis::Options o;
    (void)net::redis::parse_url(settings.redis.url.reveal(), o); // checked at load
    if (!settings.redis.password.empty()) o.password = settings.redis.password;
    o.ca = settings.redis.ca;
    return o;
}

store::Sealer make_sealer(const Settings& settings, Random& random) {
    return store::Sealer(
        key_or_throw(settings.master_key, settings.data_path("master_key"), random));
}

PeopleSide::PeopleSide(const Settings& settings, const Clock& clock, Random& random,
                       HealthRegister& health)
    : redis_options_(redis_options(settings)), random_(random),
      database_(open_or_throw(settings, health)),
      ends_(std::make_unique<identity::SessionEnds>(*database_)),
      redis_(make_redis(settings, redis_options_, *ends_, clock, random, health)),
      identity_(make_identity(settings, *database_, redis_.get(), clock, random)),
      sql_("sql", 2, 256),
      // Argon2 takes what it gets: who has signed in already goes first.
      passwords_("passwords", hashing_threads(), 8, 10) {
    if (redis_) {
        auto tell = [this](const std::string& session) { redis_->announce(session); };
        identity_->api_keys.on_end(tell);
        identity_->tokens.on_end(tell);
    }
    store::Sealer sealer = make_sealer(settings, random);
    credentials_ = std::make_unique<identity::Credentials>(*identity_, *database_, sealer, clock,
                                                           random, settings.public_url);
    credentials_->second_factors.set_admins_need_one(settings.login.admins_need_second_factor);
    health.declare("database", "signing in, accounts", true);
    if (!settings.public_url.empty())
        handover_ = std::make_unique<identity::Handover>(sealer, *database_, identity_->sessions,
                                                         clock, random);
    auto started = identity_->start();
    if (!started && started.error() != store::DatabaseErrc::away)
        throw std::runtime_error("the database " + settings.database_place() +
                                 " cannot be prepared: " + started.error().message());
    if (started)
        health.set("database", HealthState::up);
    else // Messages are taken meanwhile; watch_database() goes on with it.
        health.set("database", HealthState::degraded, "not reached since the start");
    std::vector<identity::oidc::ProviderOptions> providers;
    providers.reserve(settings.login.providers.size());
    for (const auto& one : settings.login.providers) providers.push_back(provider_options(one));
    if (!providers.empty())
        providers_ = std::make_unique<identity::oidc::SignIn>(
            std::move(providers), *identity_, *database_, std::move(sealer), sql_, clock, random);
    const auto& a = settings.authentik;
    if (a.webhook_secret.empty() && a.url.empty()) return;
    for (const auto& one : settings.login.providers)
        if (one.preset == "authentik" && !authentik_)
            authentik_ = std::make_unique<identity::authentik::Users>(
                identity::authentik::Options{a.webhook_secret, a.url, a.token, a.ca},
                providers_->find(one.id)->options(), *providers_, *database_, sql_, clock);
}

std::unique_ptr<identity::LiveSessions> PeopleSide::live_sessions(boost::asio::io_context& worker,
                                                                  identity::LiveHooks hooks) {
    return identity::make_redis_sessions(worker, redis_options_, *redis_, identity_->sessions, sql_,
                                         random_, std::move(hooks));
}

void PeopleSide::watch_database() {
    const bool server = database_->dialect() != store::Dialect::sqlite;
    if ((!server && !ends_->any()) || looking_.exchange(true)) return;
    if (!sql_.submit([this] { look_at_database(); })) looking_ = false;
}

void PeopleSide::look_at_database() {
    if (identity_->ready()) {
        (void)database_->query("SELECT 1");
    } else if (auto started = identity_->start(); started) {
        log::info("app", "the database is there");
    } else if (started.error() != store::DatabaseErrc::away) {
        log::error("app", "the database cannot be prepared",
                   {{"reason", started.error().message()}});
    }
    if (redis_ && ends_->any()) (void)redis_->settle(); // again in a second
    looking_ = false;
}

PeopleSide::~PeopleSide() = default;

void PeopleSide::apply(const Settings& settings) {
    identity_->sessions.set_limits(session_limits(settings));
    identity_->lockout.set_options(lockout_options(settings));
    credentials_->second_factors.set_admins_need_one(settings.login.admins_need_second_factor);
}

void PeopleSide::maintain() {
    sql_.submit([this] {
        identity_->maintain();
        credentials_->maintain();
        if (providers_) providers_->maintain();
    });
}

void PeopleSide::wait_idle() {
    sql_.wait_idle();
    passwords_.wait_idle();
}

} // namespace caredian::app
