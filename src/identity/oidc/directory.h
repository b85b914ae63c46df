// Who, of a provider's people, is which account of ours; and which session began at which provider.
// The tables behind the sign-in. Any thread; blocks (SQL).
#pragma once

#include "identity/accounts.h"
#include "identity/oidc/groups.h"
#include "identity/oidc/person.h"
#include "store/migrations.h"
#include "store/sealed.h"

#include <span>

namespace caredian::identity::oidc {

std::span<const store::Migration> migrations();

// Issuer and subject, as one key of a row.
std::string person_id(std::string_view issuer, std::string_view subject);

class Directory {
public:
    Directory(store::Database& database, Accounts& accounts, const Clock& clock)
        : database_(database), accounts_(accounts), clock_(clock), groups_(database) {}

    // The account of a person who has just proved who it is: found by issuer and subject alone, or
    // made when the provider's people may have one. Name and role follow the provider where it made
    // the account; an account with a password of ours keeps both.
    // Errors: not_admitted; identity's refused for a disabled account; the store's.
    result<Account> sign_in(const ProviderOptions& provider, const Person& person,
                            std::string_view language, const std::string& client);

    // Once: replayed when the id is there already. Kept until `expires`.
    result<void> use_once(const std::string& id, WallTime expires);
    result<bool> was_used(const std::string& id);
    result<void> sweep(); // forgets what has run out

    Groups& groups() { return groups_; }

    // The steps of sign_in, for those who are told of people in another way (provisioning.h).
    result<std::optional<Account>> find(const std::string& person);
    result<Account> create(const ProviderOptions& provider, const Person& person,
                           std::string_view language, const guard::Actor& by);
    result<Account> follow(const ProviderOptions& provider, const Person& person, Account account,
                           const guard::Actor& by);

private:
    result<void> note_groups(const ProviderOptions& provider, const Person& person,
                             const Account& account);

    store::Database& database_;
    Accounts& accounts_;
    const Clock& clock_;
    Groups groups_;
};

// What the provider gave for a session. Kept sealed.
struct Tokens {
    Secret id_token; // the hint when signing out there
    Secret refresh_token;
    WallTime access_expires{}; // when to refresh; the epoch: never
};

struct ProviderSession {
    std::string session; // ours
    std::string provider;
    std::string person; // person_id
    std::string sid;    // theirs; may be empty. Goes in, never comes out (it is kept as a hash)
    WallTime expires{};
    Tokens tokens;
};

class ProviderSessions {
public:
    ProviderSessions(store::Database& database, const store::Sealer& sealer, Random& random)
        : database_(database), sealer_(sealer), random_(random) {}
    result<void> save(const ProviderSession& session); // puts or replaces
    result<std::optional<ProviderSession>> find(std::string_view session);
    // Of a provider's session, or of all of a person's: ids of our sessions.
    result<std::vector<std::string>> by_sid(std::string_view provider, std::string_view sid);
    result<std::vector<std::string>> by_person(std::string_view provider, std::string_view person);
    // Those whose access token runs out before `time`, at most `limit`.
    struct Due {
        std::string session;
        WallTime at{};
    };
    result<std::vector<Due>> due(WallTime time, std::size_t limit);
    // Takes a due one for itself until `until`: false when another (of this gateway or of another
    // on the same database) was faster.
    result<bool> claim(const Due& due, WallTime until);
    result<void> renew(std::string_view session, const Tokens& tokens);
    result<void> forget(std::string_view session);
    result<void> forget_account(std::string_view account);
    result<void> sweep(WallTime now);

private:
    std::string seal(std::string_view purpose, std::string_view session, const Secret& value);

    store::Database& database_;
    const store::Sealer& sealer_;
    Random& random_;
};

} // namespace caredian::identity::oidc
