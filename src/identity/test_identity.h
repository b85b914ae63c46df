// For tests here and above: a database with the tables of people, cheap passwords, a clock by hand.
#pragma once

#include "identity/identity.h"
#include "store/test_database.h"

namespace caredian::identity {

inline PasswordCost cheap_passwords() {
    return {8192, 1}; // libsodium's least
}
inline Secret test_secret() {
    return Secret("a secret of the tests, thirty-two bytes or more");
}

struct TestIdentity {
    explicit TestIdentity(store::TestDatabase& database, const Clock& clock,
                          SessionLimits limits = {})
        : identity(options(database, limits), *database, clock, random) {
        if (auto done = identity.start(); !done)
            throw std::runtime_error("identity does not start: " + done.error().message());
    }
    static IdentityOptions options(const store::TestDatabase& database, SessionLimits limits) {
        IdentityOptions o;
        o.secret = test_secret();
        o.first_run_file = database.folder().file("first-run-code");
        o.sessions = limits;
        o.password_cost = cheap_passwords();
        return o;
    }
    Account add(std::string name, Role role) {
        NewAccount account;
        account.username = std::move(name);
        account.password = Secret("correct horse");
        account.role = role;
        return identity.accounts.add(account, {"test", ""}).value();
    }
    SystemRandom random;
    Identity identity;
};

} // namespace caredian::identity
