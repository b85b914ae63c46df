// Who may do what, built from the settings: roles and grants, refusals in the audit, and the
// audit's head that is exported.
#pragma once

#include "access/access.h"
#include "api/access_explain.h"
#include "app/people_side.h"
#include "app/settings.h"
#include "devices/places.h"
#include "guard/denials.h"

#include <atomic>

namespace caredian::app {

// Roles, grants and the home's clock; also what login.providers[].roles give to groups.
access::FromSettings access_settings(const Settings& settings);

// For `caredian access explain` and the API alike.
api::ExplainWith explain_with(const Settings& settings, access::Access& access,
                              identity::Identity& identity, const devices::PlaceBook* places,
                              const Clock& clock);
// Without a running gateway nobody knows where things stand.
api::ExplainWith explain_with(const Settings& settings, access::Access& access,
                              identity::Accounts& accounts, identity::ApiKeys& keys,
                              const Clock& clock);

// People and keys as access asks for them.
class AccountDirectory final : public access::Directory {
public:
    AccountDirectory(identity::Accounts& accounts, identity::ApiKeys& keys)
        : accounts_(accounts), keys_(keys) {}
    result<std::string> account_of(const std::string& username) override;
    result<void> has_key(const std::string& id) override;

private:
    identity::Accounts& accounts_;
    identity::ApiKeys& keys_;
};

class AccessSide {
public:
    // Reads the database. While it is away nobody but administrators may anything.
    AccessSide(const Settings& settings, PeopleSide& people, const Clock& clock, Random& random);

    access::Access& access() { return access_; }
    guard::Denials& denials() { return denials_; }
    void apply(const Settings& settings); // returns at once
    // Once a second; returns at once. Takes up what was changed elsewhere.
    void follow();
    // Once an hour; returns at once. Writes down where the audit's chain ends, once a day.
    void export_head();
    void settings_changed(const std::vector<std::string>& paths); // for the audit

private:
    PeopleSide& people_;
    const Clock& clock_;
    const std::string head_file_;
    AccountDirectory directory_;
    access::Access access_;
    guard::Denials denials_;
    std::atomic<bool> following_{false};
};

} // namespace caredian::app
