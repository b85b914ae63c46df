// The room as one: what app makes and everybody above is handed.
#pragma once

#include "guard/lockout.h"
#include "identity/accounts.h"
#include "identity/api_keys.h"
#include "identity/first_run.h"
#include "identity/session_store.h"
#include "identity/sessions.h"
#include "identity/token_grants.h"

#include <atomic>
#include <string>

namespace caredian::identity {

struct IdentityOptions {
    Secret secret;              // signs sessions; 32 bytes or more
    std::string first_run_file; // data_dir/first-run-code
    SessionLimits sessions;
    guard::LockoutOptions lockout;
    SessionStore* session_store = nullptr; // none: the database. Must outlive the room
    PasswordCost password_cost;
    TokenKeyOptions tokens; // without a secret: `secret` signs
    TokenLimits token_limits;
};

// Construct, start(), then start threads. Members are used directly.
class Identity {
public:
    Identity(const IdentityOptions& options, store::Database& database, const Clock& clock,
             Random& random);
    // Makes the tables, looks whether this is the first run. Blocks. May be tried again when the
    // database was away.
    result<void> start();
    bool ready() const { return ready_.load(std::memory_order_relaxed); } // started
    // Forgets old sessions and audit rows. Blocks; call it once an hour on a pool.
    void maintain();

    // What every way to sign in ends with; see login.h and oidc/sign_in.h.
    struct SignedIn {
        Account account;
        Sessions::Started session;
    };

private:
    store::Database& database_;
    std::atomic<bool> ready_{false};

public:
    Accounts accounts;
    SqlSessionStore session_store;
    Sessions sessions;
    ApiKeys api_keys;
    TokenGrants tokens;
    FirstRun first_run;
    guard::Lockout lockout;
};

} // namespace caredian::identity
