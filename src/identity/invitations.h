// Links with which somebody new makes an account: an administrator says the role and hands the link
// on; who opens it chooses name and password.
//
// The token is 256 random bits, of which the SHA-256 is kept; it is good once, until it ends or is
// revoked, and while who invited is an administrator.
#pragma once

#include "identity/accounts.h"
#include "store/migrations.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::identity {

struct Invitation {
    std::string id; // 16 hex digits
    Role role = Role::member;
    std::string full_name;  // as the administrator wrote it; may be empty
    std::string invited_by; // username, or "command line"
    WallTime created{};
    WallTime expires{};
    WallTime used{};     // 1970: not yet
    std::string account; // who came by it: username; "" when not used, or gone again
};

struct NewInvitation {
    Role role = Role::member;
    std::string full_name;
    std::int64_t days = 7;
};

// Any thread; blocks (SQL; accept() argon2id too).
class Invitations {
public:
    static constexpr std::size_t max_open = 200;

    Invitations(store::Database& database, Accounts& accounts, const Clock& clock, Random& random);
    static std::span<const store::Migration> migrations();

    struct Made {
        Invitation invitation;
        Secret token; // cannot be had again
    };
    // `account`: Account::id of who invites; empty: the command line. Errors: bad_invite,
    // bad_full_name, too_many_invites; store's. Audited.
    result<Made> make(const NewInvitation& fresh, std::string_view account, const guard::Actor& by);
    result<std::vector<Invitation>> list(); // newest first; those that ended for 30 days
    result<void> revoke(std::string_view id, const guard::Actor& by); // not_found; audited

    // While it is good. Errors: bad_link; store's.
    result<Invitation> look(std::string_view token);
    // The account gets the invitation's role. Errors: bad_link; Accounts::add's, after which the
    // link is still good; store's. Audited.
    result<Account> accept(std::string_view token, NewAccount account, const std::string& client);
    result<void> sweep(); // once an hour

private:
    result<void> end_of(const Account& inviter);

    store::Database& database_;
    Accounts& accounts_;
    const Clock& clock_;
    Random& random_;
};

} // namespace caredian::identity
