// People whom a provider's administration tells of, apart from any sign-in: made, changed,
// disabled.
#pragma once

#include "identity/oidc/directory.h"
#include "identity/sessions.h"

namespace caredian::identity::oidc {

// Any thread; blocks (SQL). Errors are the store's.
class Provisioning {
public:
    Provisioning(store::Database& database, Directory& directory, Accounts& accounts,
                 Sessions& sessions)
        : database_(database), directory_(directory), accounts_(accounts), sessions_(sessions) {}

    struct News {
        Person person;
        bool active = true;
        bool may_create = true; // an account for somebody unknown, where the provider may have it
        WallTime at{};          // older than what is known: nothing happens; the epoch: always new
        bool may_enable = true; // an account that was disabled from there
    };
    // Name, groups and role as at a sign-in; not active: the account is disabled, which ends its
    // sessions, and enabled again only if it was disabled from there. Somebody who is in no allowed
    // group any more loses the sessions. False: nothing was done.
    result<bool> put(const ProviderOptions& provider, const News& news);
    // Deleted there: disabled here.
    result<bool> gone(const ProviderOptions& provider, std::string_view subject, WallTime at);
    // Everybody known from this issuer.
    result<std::vector<std::string>> subjects(std::string_view issuer);

private:
    struct Known {
        Account account;
        bool disabled_there = false;
        WallTime last{};
    };
    result<std::optional<Known>> known(const std::string& id);
    result<bool> set_disabled(const ProviderOptions& provider, const std::string& id,
                              const Known& who, bool disabled);

    store::Database& database_;
    Directory& directory_;
    Accounts& accounts_;
    Sessions& sessions_;
};

} // namespace caredian::identity::oidc
