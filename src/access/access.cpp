#include "access/access.h"

#include "base/log.h"

namespace caredian::access {

Access::Access(store::Database& database, Directory& directory, GroupsOf groups,
               guard::Audit& audit, const Clock& clock, Random& random, FromSettings settings)
    : settings_(std::move(settings)), store_(database, directory, audit, clock, random),
      groups_(std::move(groups)), database_(database) {}

result<void> Access::reload() {
    std::lock_guard lock(reloading_);
    stale_ = true;
    if (!prepared_) {
        if (auto made = GrantStore::prepare(database_); !made) return made;
        prepared_ = true;
    }
    // Read first: what changes while we read makes us read again.
    auto version = store_.version();
    if (!version) return version.error();
    auto text = store_.policy_text();
    if (!text) return text.error();
    auto groups = groups_();
    if (!groups) return groups.error();
    text->groups = std::move(*groups);
    auto with = settings();
    text->roles.insert(text->roles.begin(), with.roles.begin(), with.roles.end());
    text->grants.insert(text->grants.begin(), with.grants.begin(), with.grants.end());
    policies_.publish(Policy::make(*text, with.zone));
    version_ = *version;
    stale_ = false;
    return {};
}

result<void> Access::follow() {
    {
        std::lock_guard lock(reloading_);
        if (!stale_) {
            auto version = store_.version();
            if (!version) return version.error();
            if (*version == version_) return {};
        }
    }
    auto done = reload();
    if (!done)
        log::warning("access", "roles and grants cannot be read: those known before hold",
                     {{"reason", done.error().message()}});
    return done;
}

void Access::set(FromSettings settings) {
    {
        std::lock_guard lock(mutex_);
        settings_ = std::move(settings);
    }
    if (auto done = reload(); !done)
        log::warning("access", "new roles and grants have to wait for the database",
                     {{"reason", done.error().message()}});
}

result<void> Access::groups_changed() {
    if (auto told = store_.touch(); !told) return told;
    return reload();
}

FromSettings Access::settings() const {
    std::lock_guard lock(mutex_);
    return settings_;
}

} // namespace caredian::access
