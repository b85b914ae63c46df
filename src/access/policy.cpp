#include "access/policy.h"

#include "access/policy_impl.h"
#include "base/encoding.h"

#include <algorithm>

namespace caredian::access {

using identity::Principal;
using identity::Role;

namespace {

constexpr std::string_view own_paths = "/ha/api";

template <class Entries>
bool any_matches(const Entries& patterns, std::string_view word) {
    return !word.empty() && std::any_of(patterns.begin(), patterns.end(),
                                        [&](const Pattern& p) { return p.matches(word); });
}

bool area_fits(const std::vector<CompiledGrant::Area>& areas, const Resource& what) {
    if (what.area.empty() && what.area_id.empty()) return false;
    return std::any_of(areas.begin(), areas.end(), [&](const CompiledGrant::Area& area) {
        if (area.name == "*") return true;
        if (area.name.size() == what.area.size() && iequals_ascii(area.name, what.area))
            return true;
        return !what.area_id.empty() && (area.name == what.area_id || area.id == what.area_id);
    });
}

bool entity_fits(const std::vector<Pattern>& entities, const Resource& what) {
    if (!what.entity.empty()) return any_matches(entities, what.entity);
    return !what.domain.empty() &&
           std::any_of(entities.begin(), entities.end(),
                       [&](const Pattern& p) { return p.covers_domain(what.domain); });
}

// A path of ours is granted by its own name alone, never by "/". One that is for administrators is
// granted by a path at or below the one that says so.
bool path_fits(const PathRule& rule, const Resource& what) {
    if (what.host.empty() && (!rule.host.empty() || !rule.prefix.starts_with(own_paths)))
        return false;
    return rule.prefix.size() >= what.admin_prefix && rule.covers(what.host, what.path);
}

} // namespace

bool CompiledGrant::covers(const Resource& what) const {
    if (!what.path.empty())
        return std::any_of(paths.begin(), paths.end(),
                           [&](const PathRule& rule) { return path_fits(rule, what); });
    if (!paths.empty()) return false;
    if (!areas.empty() && !area_fits(areas, what)) return false;
    if (!devices.empty() && !any_matches(devices, what.device)) return false;
    if (!entities.empty() && !entity_fits(entities, what)) return false;
    if (!services.empty()) return any_matches(services, what.service);
    return what.service.empty() || what.own_service;
}

// What stands behind a path of another host decides itself what is read and what is changed.
bool CompiledGrant::allows(Action action, const Resource& what) const {
    return may >= action || !what.host.empty();
}

bool open_to_members(const Resource& what, Action action) {
    if (!what.path.empty()) return !what.host.empty() && !what.for_admins;
    return what.ours && action == Action::read;
}

Standing Policy::Impl::standing_of(const Principal& who) const {
    auto find = [](const Subjects& all, std::string_view name) -> const Subject* {
        if (all.empty() || name.empty()) return nullptr;
        auto found = all.find(name);
        return found == all.end() ? nullptr : &found->second;
    };
    Standing out;
    out.add(who.bounds ? find(keys, who.bounds->key) : nullptr);
    if (!out.narrowed) {
        out.add(find(accounts, who.account));
        out.add(find(people, who.username));
    }
    if (out.member && !members.granted.empty()) out.add(&members);
    return out;
}

Policy::Policy() : impl_(std::make_unique<Impl>()) {}
Policy::~Policy() = default;

bool Policy::reads_all(const Principal& who) const {
    return who.role == Role::admin || (impl_->known && impl_->standing_of(who).member);
}

bool Policy::has_grants(const Principal& who) const {
    return impl_->standing_of(who).each(
        [](const GrantIndex& set) { return !set.grants().empty(); });
}

std::vector<std::string_view> Policy::roles_of(const Principal& who) const {
    std::vector<std::string_view> out;
    const auto standing = impl_->standing_of(who);
    for (std::size_t i = 0; i < standing.count; ++i)
        for (const auto& name : standing.parts[i]->roles)
            if (std::find(out.begin(), out.end(), name) == out.end()) out.emplace_back(name);
    return out;
}

bool Policy::any_own_roles() const {
    return impl_->any_narrowed;
}

bool Policy::any_grants() const {
    return !impl_->grants.empty();
}

std::string Policy::groups_of(const Principal& who) const {
    if (who.role == Role::admin || !impl_->any_narrowed) return std::string(to_string(who.role));
    std::string out;
    for (auto name : roles_of(who)) out.append(out.empty() ? "" : ",").append(name);
    if (impl_->standing_of(who).member) out.append(out.empty() ? "member" : ",member");
    return out;
}

Decision decide(const Policy& policy, const Principal& who, const Resource& what, Action action,
                WallTime now, const net::Address& from) {
    if (who.role == Role::admin) return {true, Reason::is_admin};
    const auto& impl = policy.impl();
    if (!impl.known) return {false, Reason::not_known};
    const auto standing = impl.standing_of(who);
    if (standing.member && open_to_members(what, action)) return {true, Reason::is_member};
    return judge(impl, standing, what, action, now, from);
}

Decision judge(const Policy::Impl& impl, const Standing& standing, const Resource& what,
               Action action, WallTime now, const net::Address& from) {
    Moment moment(now, impl.zone);
    auto nearest = Reason::not_granted;
    std::uint64_t missed = 0; // CompiledGrant::when of those that would fit: they needn't be read
    auto fits = [&](std::uint32_t index) {
        const auto& grant = impl.grants[index];
        if (((missed >> grant.when) & 1) != 0) return false;
        if (!grant.allows(action, what) || !grant.covers(what)) return false;
        if (grant.anytime) return true;
        if (!moment.in_time(grant) || !moment.in_hours(grant))
            nearest = Reason::not_now;
        else if (!grant.addresses.empty() && !grant.addresses.contains(from))
            nearest = Reason::not_from_here;
        else
            return true;
        if (grant.when != 0) missed |= std::uint64_t{1} << grant.when;
        return false;
    };
    if (standing.each([&](const GrantIndex& set) { return set.find(what, fits); }))
        return {true, Reason::granted};
    return {false, nearest};
}

} // namespace caredian::access
