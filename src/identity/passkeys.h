// Passkeys: keys of an authenticator (phone, computer, security key) that sign in without a
// password, or after one. What a browser answers is judged in webauthn/verify.h; this keeps them.
//
// A ceremony under way lives in a sealed cookie of the browser that began it; its challenge is
// used once. Passkeys are bound to the host of public_url.
#pragma once

#include "identity/accounts.h"
#include "identity/webauthn/verify.h"
#include "store/migrations.h"
#include "store/sealed.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::identity {

struct Passkey {
    std::string id; // SHA-256 of the credential's id, in hex
    std::string name;
    WallTime created{};
    WallTime last_used{};   // 1970: never
    bool backed_up = false; // it is on more than one device
};

// Any thread. What begins is cheap where it says so; else it blocks (SQL).
class Passkeys {
public:
    static constexpr std::size_t per_account = 20;
    static constexpr auto lifetime = std::chrono::minutes(5); // of a ceremony

    // `public_url`: "https://home.example.org"; http only for localhost. Else there are none.
    Passkeys(store::Database& database, Accounts& accounts, const store::Sealer& sealer,
             const Clock& clock, Random& random, std::string_view public_url);
    static std::span<const store::Migration> migrations();
    bool available() const { return !us_.id.empty(); }
    const std::string& host() const { return us_.id; } // that they are bound to; "": not available

    struct Begun {
        std::string options; // JSON: publicKey, with bytes as base64url
        std::string cookie;
    };
    // Errors of all: passkeys_off; store's.
    result<Begun> begin_registration(const Account& account); // too_many_passkeys
    // For anybody whose authenticator knows who it is; doesn't block.
    result<Begun> begin_sign_in();
    // After a password: one of the account's. not_found: it has none.
    result<Begun> begin_second(std::string_view account);

    // Errors: start_again: no such ceremony, or it is over; bad_passkey; bad_passkey_name;
    // too_many_passkeys; passkey_exists; store's. Audited.
    result<Passkey> finish_registration(const Account& account, std::string_view cookie,
                                        const webauthn::Registration& answer, std::string name,
                                        const guard::Actor& by);
    struct Answer {
        std::string credential; // its id
        webauthn::Assertion assertion;
        std::string user; // user handle; may be empty after a password
    };
    // Whose it is. `account`: of begin_second; empty: of begin_sign_in, where the person has proved
    // to the authenticator who it is. Errors: start_again; bad_passkey; unknown_passkey; store's.
    result<Account> finish(std::string_view cookie, const Answer& answer, std::string_view account,
                           const std::string& client);

    result<std::vector<Passkey>> list(std::string_view account); // oldest first
    result<std::size_t> count(std::string_view account);
    // Errors: bad_passkey_name; not_found; store's.
    result<void> rename(std::string_view id, std::string_view account, std::string_view name);
    result<void> remove(std::string_view id, const Account& owner, const guard::Actor& by);
    result<void> remove_all(std::string_view account);
    result<void> sweep(); // of accounts that are gone. Once an hour

private:
    struct Ceremony;
    Begun begun(std::string options, std::string_view kind, std::string_view account,
                std::string_view challenge);
    result<Ceremony> open(std::string_view cookie, std::string_view kind,
                          std::string_view account) const;
    result<std::string> known_ids(std::string_view account); // JSON array
    result<Account> accept(const Answer& answer, const Ceremony& ceremony, std::string_view account,
                           const std::string& client);

    store::Database& database_;
    Accounts& accounts_;
    const store::Sealer& sealer_;
    const Clock& clock_;
    Random& random_;
    webauthn::RelyingParty us_;
};

// Who passkeys are bound to; an empty id: `public_url` is nothing that they can be bound to (an
// address, or plain http elsewhere than on localhost).
webauthn::RelyingParty relying_party(std::string_view public_url);

} // namespace caredian::identity
