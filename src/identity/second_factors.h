// What is asked for after a password: a code of an authenticator app, a passkey, or one of ten
// recovery codes.
//
// The app's secret is sealed with the master key. A code's step is never accepted again, a recovery
// code (80 random bits, kept as SHA-256) is good once: both hold when two try at the same moment.
#pragma once

#include "identity/accounts.h"
#include "store/migrations.h"
#include "store/sealed.h"

#include <atomic>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::identity {

// Any thread; blocks (SQL). `account` is an Account::id.
class SecondFactors {
public:
    static constexpr std::size_t recovery_codes = 10;
    static constexpr auto enrol_within = std::chrono::minutes(15);

    SecondFactors(store::Database& database, Accounts& accounts, const store::Sealer& sealer,
                  const Clock& clock, Random& random);
    static std::span<const store::Migration> migrations();

    struct State {
        bool app = false;           // an authenticator app
        bool passkeys = false;      // a passkey is asked for after the password
        std::size_t codes_left = 0; // recovery codes
        bool on() const { return app || passkeys; }
    };
    result<State> state(std::string_view account);

    using Codes = std::vector<Secret>; // "abcd-efgh-jkmn-pqrs"; shown once
    // The secret of an app to come, the same for enrol_within. Errors: factor_on; store's.
    result<Secret> begin_app(std::string_view account);
    // With a first code from it. Errors: start_again: none was begun, or too long ago;
    // wrong_second; factor_on; store's. Audited. New recovery codes; empty: there are some already.
    result<Codes> finish_app(const Account& account, std::string_view code, const guard::Actor& by);
    // Errors: factor_off; factor_needed; store's. Audited.
    result<void> remove_app(const Account& account, const guard::Actor& by);
    // Ask for a passkey after the password, or no longer. The caller knows that there is one.
    // Errors: factor_needed; store's. Audited when it changes. Codes as above.
    result<Codes> ask_for_passkeys(const Account& account, bool ask, const guard::Actor& by);
    // Those until now are good for nothing any more. Errors: factor_off; store's. Audited.
    result<Codes> renew_codes(const Account& account, const guard::Actor& by);
    // All of it, for somebody who lost it. Errors: factor_off; store's. Audited.
    result<void> remove_all(const Account& account, const guard::Actor& by);

    // A code of the app or a recovery code, with or without blanks and dashes. It is used up.
    // Errors: wrong_second; store's. A recovery code is audited.
    result<void> check(const Account& account, std::string_view code, const guard::Actor& by);

    // Administrators must have one (login.admins_need_second_factor).
    void set_admins_need_one(bool need) { admins_need_one_.store(need); }
    bool needed(const Account& account) const {
        return account.role == Role::admin && admins_need_one_.load();
    }
    result<void> sweep(); // of accounts that are gone. Once an hour

private:
    struct Row;
    result<Row> load(store::Connection& c, std::string_view account);
    result<Codes> first_codes(store::Connection& c, std::string_view account);
    result<Codes> new_codes(store::Connection& c, std::string_view account);
    static result<void> drop_codes_if_off(store::Connection& c, std::string_view account);
    result<void> check_app(const Account& account, std::string_view digits);
    result<void> check_recovery(const Account& account, std::string_view letters,
                                const guard::Actor& by);

    store::Database& database_;
    Accounts& accounts_;
    const store::Sealer& sealer_;
    const Clock& clock_;
    Random& random_;
    std::atomic<bool> admins_need_one_{false};
};

} // namespace caredian::identity
