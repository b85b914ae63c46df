// Links with which somebody chooses a new password: made by an administrator, who hands them on.
//
// A link's token is 256 random bits, of which the SHA-256 is kept; it is good once, for a day, and
// until the account's password, role or state changes in any other way. There is one of an account
// at a time.
#pragma once

#include "identity/accounts.h"
#include "store/migrations.h"

#include <span>
#include <string>
#include <string_view>

namespace caredian::identity {

// Any thread; blocks (SQL; use() argon2id too).
class ResetLinks {
public:
    static constexpr auto lifetime = std::chrono::hours(24);

    ResetLinks(store::Database& database, Accounts& accounts, const Clock& clock, Random& random);
    static std::span<const store::Migration> migrations();

    struct Made {
        Secret token; // cannot be had again
        WallTime expires{};
    };
    // Errors: not_found, disabled; store's. Audited.
    result<Made> make(std::string_view username, const guard::Actor& by);

    // Whose it is, while it is good. Errors: bad_link; store's.
    result<Account> look(std::string_view token);
    // The account's sessions end. Errors: bad_link; bad_password (the link stays good); store's.
    // Audited.
    result<Account> use(std::string_view token, const Secret& password, const std::string& client);
    result<void> sweep(); // once an hour

private:
    store::Database& database_;
    Accounts& accounts_;
    const Clock& clock_;
    Random& random_;
};

} // namespace caredian::identity
