// Identity, built from the settings: database, keys, accounts, sessions.
#pragma once

#include "app/settings.h"
#include "base/clock.h"
#include "base/health.h"
#include "base/pool.h"
#include "base/random.h"
#include "identity/credentials.h"
#include "identity/handover.h"
#include "identity/identity.h"
#include "identity/live_sessions.h"
#include "identity/redis_session_store.h"
#include "store/database.h"

#include <atomic>
#include <functional>
#include <memory>

namespace caredian::identity::oidc {
class SignIn;
}
namespace caredian::identity::authentik {
class Users;
}

namespace caredian::app {

identity::SessionLimits session_limits(const Settings& settings);
guard::LockoutOptions lockout_options(const Settings& settings);

net::redis::Options redis_options(const Settings& settings);

// Errors: store's.
result<std::unique_ptr<store::Database>>
open_database(const Settings& settings,
              std::function<void(const std::string& reason)> on_change = {});

// Of secrets in the database; makes the key in data_dir when there is none. Throws
// std::runtime_error with a sentence for the operator.
store::Sealer make_sealer(const Settings& settings, Random& random);

class PeopleSide {
public:
    // Opens the database and the keys. Throws std::runtime_error with a sentence for the operator.
    PeopleSide(const Settings& settings, const Clock& clock, Random& random,
               HealthRegister& health);
    ~PeopleSide();

    identity::Identity& identity() { return *identity_; }
    identity::Credentials& credentials() { return *credentials_; }
    store::Database& database() { return *database_; }
    identity::oidc::SignIn* providers() { return providers_.get(); }     // nullptr: none are set up
    identity::authentik::Users* authentik() { return authentik_.get(); } // nullptr likewise
    // How the workers ask for sessions; empty: on the pool (see api::GateOptions).
    std::unique_ptr<identity::LiveSessions> live_sessions(boost::asio::io_context& worker,
                                                          identity::LiveHooks hooks);
    identity::Handover* handover() { return handover_.get(); } // nullptr: no public_url
    bool shares_sessions() const { return redis_ != nullptr; }
    Pool& sql() { return sql_; }
    Pool& passwords() { return passwords_; }
    void apply(const Settings& settings); // what can change while it runs
    void maintain();                      // once an hour; returns at once
    // Every second or two; returns at once. Notices a database server that went or came back while
    // nobody asked, and finishes a start that it missed.
    void watch_database();
    void wait_idle(); // until no job of the pools is under way

private:
    void look_at_database();

    std::atomic<bool> looking_{false};
    net::redis::Options redis_options_;
    Random& random_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<identity::SessionEnds> ends_;
    std::unique_ptr<identity::RedisSessionStore> redis_; // none without redis.url
    std::unique_ptr<identity::Identity> identity_;
    std::unique_ptr<identity::Handover> handover_;
    std::unique_ptr<identity::Credentials> credentials_;
    std::unique_ptr<identity::oidc::SignIn> providers_; // posts to sql_
    std::unique_ptr<identity::authentik::Users> authentik_;
    Pool sql_; // after what its jobs use, so that it ends first
    Pool passwords_;
};

} // namespace caredian::app
