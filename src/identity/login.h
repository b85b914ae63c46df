// Signing in to an account of ours: a password, then a second step where one is asked for; or a
// passkey, which is both at once. And what somebody who is signed in may change about that.
//
// Between the two steps nothing is stored: the sign-in lives in a sealed cookie of the browser that
// knew the password, and in a token of the page or answer that it got. It ends with the password.
#pragma once

#include "identity/identity.h"
#include "identity/passkeys.h"
#include "identity/second_factors.h"

#include <optional>
#include <string>
#include <variant>

namespace caredian::identity {

// Where somebody signs in from.
struct LoginFrom {
    std::string client; // address
    std::string agent;
    std::string replaces; // the browser's session until now
};

// Any thread; blocks unless said otherwise. "hashes": on the passwords' pool.
// Attempts: the caller has asked lockout.begin(attempt); what is called here brings it to its end.
class Login {
public:
    static constexpr auto second_within = std::chrono::minutes(10);
    static constexpr auto fresh = std::chrono::minutes(15); // a session that proves who it is

    Login(Identity& identity, SecondFactors& factors, Passkeys& passkeys,
          const store::Sealer& sealer, const Clock& clock, Random& random);

    struct Done {
        Identity::SignedIn signed_in;
        SecondFactors::Codes codes; // when an app was set up on the way
    };
    struct NextStep {
        std::string token; // both are needed for what follows
        std::string cookie;
        std::string username;
        bool enrol = false;   // an app has to be set up first
        bool app = false;     // what the account has
        bool passkey = false; // … and can be used here
    };
    using Outcome = std::variant<Done, NextStep>;

    // Hashes. A right password with a step to come leaves earlier failures counted. Errors:
    // refused; store's. Audited.
    result<Outcome> password(const guard::Attempt& attempt, const std::string& username,
                             const Secret& password, const LoginFrom& from);

    struct Pending {
        std::string account; // Account::id
        std::string username;
        std::string mark; // Accounts::PasswordState
        bool enrol = false;
        bool passkey = false;
    };
    // Doesn't block. Error: start_again.
    result<Pending> open(std::string_view cookie, std::string_view token) const;

    // A code, or (enrol) the first code of a new app. Errors: wrong_second; start_again: the
    // password changed meanwhile, the account is disabled; store's. Audited.
    result<Done> second(const guard::Attempt& attempt, const Pending& pending,
                        std::string_view code, const LoginFrom& from);
    // The secret of the app to set up. Errors: start_again; store's.
    result<Secret> enrolment(const Pending& pending);
    // As Passkeys::begin_second.
    result<Passkeys::Begun> begin_second_passkey(const Pending& pending);
    // Errors: second's, and Passkeys::finish's.
    result<Done> second_passkey(const guard::Attempt& attempt, const Pending& pending,
                                std::string_view ceremony, const Passkeys::Answer& answer,
                                const LoginFrom& from);
    // Without a name. Errors: Passkeys::finish's; store's. Audited.
    result<Done> passkey(std::string_view ceremony, const Passkeys::Answer& answer,
                         const LoginFrom& from);

    // May who is signed in change how they sign in? When they did so a moment ago, by all the steps
    // that they have. Errors: confirm_first; store's.
    result<void> must_be_fresh(const Principal& who);
    // Hashes. All sessions end; the new one is for the caller. An account without a password needs
    // a fresh session instead of `current`. Errors: wrong_password (the attempt counts);
    // confirm_first; bad_password; store's. Audited.
    result<Identity::SignedIn> change_password(const guard::Attempt& attempt, const Principal& who,
                                               const Secret& current, const Secret& fresh_one,
                                               const LoginFrom& from);

private:
    result<Account> account_of(const Pending& pending);
    result<Done> let_in(Account account, const LoginFrom& from, std::string_view how);
    result<NextStep> next_step(const Account& account, const SecondFactors::State& state,
                               bool enrol);
    result<void> check_current(const guard::Attempt& attempt, const Principal& who,
                               const Secret& current);

    Identity& identity_;
    SecondFactors& factors_;
    Passkeys& passkeys_;
    const store::Sealer& sealer_;
    const Clock& clock_;
    Random& random_;
};

} // namespace caredian::identity
