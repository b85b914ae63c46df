// Identity, built from the settings: database, keys, accounts, sessions.
#pragma once

#include "app/settings.h"
#include "base/clock.h"
#include "base/health.h"
#include "base/pool.h"
#include "base/random.h"
#include "identity/identity.h"
#include "store/database.h"

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

class PeopleSide {
public:
    // Opens the database and the keys. Throws std::runtime_error with a sentence for the operator.
    PeopleSide(const Settings& settings, const Clock& clock, Random& random,
               HealthRegister& health);
    ~PeopleSide();

    identity::Identity& identity() { return *identity_; }
    identity::oidc::SignIn* providers() { return providers_.get(); }     // nullptr: none are set up
    identity::authentik::Users* authentik() { return authentik_.get(); } // nullptr likewise
    Pool& sql() { return sql_; }
    Pool& passwords() { return passwords_; }
    void apply(const Settings& settings); // what can change while it runs
    void maintain();                      // once an hour; returns at once
    void wait_idle();                     // until no job of the pools is under way

private:
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<identity::Identity> identity_;
    std::unique_ptr<identity::oidc::SignIn> providers_; // posts to sql_
    std::unique_ptr<identity::authentik::Users> authentik_;
    Pool sql_; // after what its jobs use, so that it ends first
    Pool passwords_;
};

} // namespace caredian::app
