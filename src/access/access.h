// The room as one: roles and grants of the settings and of the database, made into the policy that
// every worker holds.
#pragma once

#include "access/grant_store.h"
#include "access/policies.h"

#include <atomic>
#include <functional>
#include <mutex>

namespace caredian::access {

// What the settings say.
struct FromSettings {
    std::vector<RoleText> roles;
    std::vector<GrantText> grants;
    TimeZone zone;
};

class Access {
public:
    using Groups = std::map<std::string, std::vector<std::string>, std::less<>>;
    // Who is in which group of the providers; blocks.
    using GroupsOf = std::function<result<Groups>()>;

    // All must outlive it. Nothing is read before reload().
    Access(store::Database& database, Directory& directory, GroupsOf groups, guard::Audit& audit,
           const Clock& clock, Random& random, FromSettings settings);

    // The following block (SQL); any thread. An error leaves the policy as it was: before the first
    // good one, administrators alone may anything.
    result<void> reload();
    result<void> follow();           // reload, when a change was made elsewhere or was missed
    void set(FromSettings settings); // and reloads
    result<void> groups_changed();   // here: for other gateways, too

    FromSettings settings() const; // any thread
    Policies& policies() { return policies_; }
    const Policies& policies() const { return policies_; }
    GrantStore& store() { return store_; }

private:
    std::mutex reloading_; // one after the other; taken before mutex_
    mutable std::mutex mutex_;
    FromSettings settings_;
    GrantStore store_;
    GroupsOf groups_;
    Policies policies_;
    store::Database& database_;
    bool prepared_ = false;    // of reloading_
    bool stale_ = true;        // of reloading_: the last attempt failed
    std::int64_t version_ = 0; // of reloading_
};

} // namespace caredian::access
