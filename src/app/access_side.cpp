#include "app/access_side.h"

#include "app/audit_head.h"
#include "base/log.h"
#include "identity/oidc/sign_in.h"

#include <algorithm>

namespace caredian::app {

access::FromSettings access_settings(const Settings& settings) {
    access::FromSettings out;
    out.roles = settings.roles;
    out.grants = settings.grants;
    // Checked when the settings were loaded; a machine without zone data runs on UTC.
    if (auto zone = TimeZone::find(settings.time_zone)) out.zone = std::move(*zone);
    for (const auto& provider : settings.login.providers)
        for (const auto& [group, name] : provider.roles) {
            if (identity::parse_role(name)) continue; // a built-in one
            access::RoleText role;
            role.name = name;
            role.members = {"group:" + provider.id + "/" + group};
            out.roles.push_back(std::move(role));
        }
    return out;
}

api::ExplainWith explain_with(const Settings& settings, access::Access& access,
                              identity::Accounts& accounts, identity::ApiKeys& keys,
                              const Clock& clock) {
    auto paths = access::PathRules::parse(settings.forward_auth.admin_paths).value(); // checked
    return {access, accounts, keys, clock, std::move(paths)};
}

api::ExplainWith explain_with(const Settings& settings, access::Access& access,
                              identity::Identity& identity, const devices::PlaceBook* places,
                              const Clock& clock) {
    auto with = explain_with(settings, access, identity.accounts, identity.api_keys, clock);
    with.locate = [places](access::What& what) { places->now()->locate(what); };
    return with;
}

result<std::string> AccountDirectory::account_of(const std::string& username) {
    auto account = accounts_.find(username);
    if (!account) return account.error();
    if (!*account) return access::Errc::no_person;
    return (*account)->id;
}

result<void> AccountDirectory::has_key(const std::string& id) {
    auto keys = keys_.list({});
    if (!keys) return keys.error();
    auto found = std::ranges::find(*keys, id, &identity::ApiKey::id);
    return found == keys->end() ? result<void>(access::Errc::no_key) : result<void>();
}

namespace {

access::Access::GroupsOf groups_of(PeopleSide& people) {
    return [&people]() -> result<access::Access::Groups> {
        auto* providers = people.providers();
        if (!providers) return access::Access::Groups();
        return providers->directory().groups().accounts();
    };
}

} // namespace

AccessSide::AccessSide(const Settings& settings, PeopleSide& people, const Clock& clock,
                       Random& random)
    : people_(people), clock_(clock), head_file_(settings.data_path("audit-head")),
      directory_(people.identity().accounts, people.identity().api_keys),
      access_(people.database(), directory_, groups_of(people), people.identity().accounts.audit(),
              clock, random, access_settings(settings)),
      denials_(people.identity().accounts.audit(), clock, [&people](std::function<void()> job) {
          return people.sql().submit(std::move(job));
      }) {
    if (people.identity().ready()) (void)access_.follow();
    if (auto* providers = people.providers())
        // On the thread that signs somebody in, before it is answered.
        providers->directory().groups().on_change([this] {
            if (auto done = access_.groups_changed(); !done)
                log::warning("access", "new groups have to wait for the database",
                             {{"reason", done.error().message()}});
        });
}

void AccessSide::apply(const Settings& settings) {
    (void)people_.sql().submit([this, with = access_settings(settings)] { access_.set(with); });
}

void AccessSide::follow() {
    if (!people_.identity().ready() || following_.exchange(true)) return;
    auto job = [this] {
        (void)access_.follow();
        following_ = false;
    };
    if (!people_.sql().submit(job)) following_ = false;
}

void AccessSide::export_head() {
    if (!people_.identity().ready()) return;
    (void)people_.sql().submit([this] {
        auto head = people_.identity().accounts.audit().head();
        if (!head || head->id == 0 || !head_is_due(head_file_, clock_.wall())) return;
        log::info("audit", "head", {{"id", head->id}, {"hash", head->hash}});
        if (auto kept = append_head(head_file_, clock_.wall(), *head); !kept)
            log::error("audit", "the head could not be exported",
                       {{"file", head_file_}, {"reason", kept.error().message()}});
    });
}

void AccessSide::settings_changed(const std::vector<std::string>& paths) {
    if (paths.empty()) return;
    std::string names;
    for (const auto& path : paths) names.append(names.empty() ? "" : ", ").append(path);
    (void)people_.sql().submit([this, names] {
        people_.identity().accounts.audit().write(guard::AuditEvent::settings_changed,
                                                  {"settings file", ""}, "", names);
    });
}

} // namespace caredian::app
