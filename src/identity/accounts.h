// People who may sign in with a password of ours.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "guard/audit.h"
#include "identity/errc.h"
#include "identity/password.h"
#include "identity/principal.h"
#include "store/database.h"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::identity {

struct Account {
    std::string id;       // random, never used again; the `sub` of tokens
    std::string username; // lower case
    std::string full_name;
    Role role = Role::member;
    std::string language; // "ko", "en"
    bool disabled = false;
    WallTime created{};
    // Empty, or one that an administrator wrote or a provider vouched for: programs behind
    // forward authentication may know people by it.
    std::string email;
};

struct NewAccount {
    std::string username;
    Secret password;
    Role role = Role::member;
    std::string language = "ko";
    std::string full_name;
    std::string email;
};

// What to change; nothing = leave.
struct AccountChange {
    std::optional<Role> role;
    std::optional<bool> disabled;
    std::optional<Secret> password;
    std::optional<std::string> language;
    std::optional<std::string> full_name;
    std::optional<std::string> email; // empty: none any more
};

// Lower-cased: a letter or digit first, then letters, digits, '.', '_', '-', '@'; at most 64.
result<std::string> parse_username(std::string_view text);
result<Role> parse_role(std::string_view text);
result<void> check_full_name(std::string_view name); // bad_full_name
result<void> check_email(std::string_view email);    // bad_email; an empty one is good

// Makes the tables of this room and of guard. Call it once before anything else here.
result<void> prepare(store::Database& database);

// Any thread; blocks (SQL; argon2id where a password is given: use the passwords' pool there).
// Needs only a database, so that the command line works without a running gateway:
//   auto db = store::open_database("sqlite:data/caredian.db");
//   identity::prepare(**db);
//   identity::Accounts accounts(**db, clock, random);
//   accounts.add({.username = "ann", .password = Secret("…"), .role = Role::admin}, {"command
//   line"});
class Accounts {
public:
    Accounts(store::Database& database, const Clock& clock, Random& random, PasswordCost cost = {});

    // Errors: bad_name, bad_password, bad_language, bad_full_name, bad_email, exists; store's.
    result<Account> add(const NewAccount& fresh, const guard::Actor& by);
    // For a person whom a provider vouches for: without a password, which no sign-in here fits
    // until one is set. Errors as add's.
    result<Account> add_without_password(const NewAccount& fresh, const guard::Actor& by);
    // Sessions of a changed or removed account end when its role or password changed, or it is
    // disabled or gone: the listeners below are told. Errors: not_found, last_admin; add's.
    result<Account> change(std::string_view username, const AccountChange& change,
                           const guard::Actor& by);
    result<void> remove(std::string_view username, const guard::Actor& by);

    result<std::vector<Account>> list(); // by name
    result<std::optional<Account>> find(std::string_view username);
    result<std::optional<Account>> find_id(std::string_view id);
    result<bool> has_admin(); // one that is not disabled

    // Errc::refused for an unknown name, a wrong password and a disabled account alike, after the
    // same work. Nothing is audited or throttled here: see SignIn.
    struct Refusal {
        std::string subject; // username, if there is such an account
        std::string_view why;
    };
    result<Account> verify(std::string_view username, std::string_view password,
                           Refusal* refusal = nullptr);

    // Of an account's password, without the password.
    struct PasswordState {
        bool set = false;
        std::string mark; // another one after each change; tells nothing about it
    };
    result<PasswordState> password_state(std::string_view id); // not_found

    // Called after a change was stored, on the thread that made it. Register before threads start.
    using Ended = std::function<void(const Account&)>; // its sessions must end
    void on_sessions_must_end(Ended listener) { ended_.push_back(std::move(listener)); }
    void on_changed(Ended listener) { changed_.push_back(std::move(listener)); } // they go on
    void on_added(Ended listener) { added_.push_back(std::move(listener)); }

    const Passwords& passwords() const { return passwords_; }
    guard::Audit& audit() { return audit_; }

private:
    result<Account> insert(const NewAccount& fresh, const std::string& hash,
                           const guard::Actor& by);
    result<void> keep_an_admin(store::Connection& c, const Account& without);

    store::Database& database_;
    const Clock& clock_;
    Random& random_;
    Passwords passwords_;
    guard::Audit audit_;
    std::vector<Ended> ended_;
    std::vector<Ended> changed_;
    std::vector<Ended> added_;
};

} // namespace caredian::identity
