// Why a decision came out as it did.
#include "access/policy_impl.h"

#include <algorithm>

namespace caredian::access {

namespace {

constexpr std::size_t most = 5;

struct Looked {
    const CompiledGrant* grant = nullptr;
    std::vector<Lack> lacks;
    bool other_things = false;
};

Looked look_at(const CompiledGrant& grant, const Resource& what, Action action, Moment& moment,
               const net::Address& from) {
    Looked out{&grant, {}, !grant.covers(what)};
    const bool by_name = !what.service.empty() && grant.services.empty() && !what.own_service;
    if (!grant.allows(action, what)) out.lacks.push_back(Lack::level);
    if (out.other_things) out.lacks.push_back(by_name ? Lack::service : Lack::things);
    if (!moment.in_time(grant)) out.lacks.push_back(Lack::dates);
    if (!moment.in_hours(grant)) out.lacks.push_back(Lack::hours);
    if (!grant.addresses.empty() && !grant.addresses.contains(from))
        out.lacks.push_back(Lack::address);
    return out;
}

// What fits in its things comes first, then what lacks less.
bool nearer(const Looked& a, const Looked& b) {
    if (a.other_things != b.other_things) return b.other_things;
    if (a.lacks.size() != b.lacks.size()) return a.lacks.size() < b.lacks.size();
    return a.grant < b.grant; // in one vector: as they were written
}

struct LackWords {
    std::string_view word, sentence;
};
constexpr std::array<LackWords, 6> lack_words{{
    {"level", "it allows less than that"},
    {"things", "it is about other things"},
    {"service", "this service must be granted by its name"},
    {"dates", "it has not begun yet, or has ended"},
    {"hours", "it does not hold at this time of the day or week"},
    {"address", "it does not hold from this address"},
}};

} // namespace

std::string_view to_string(Lack lack) {
    return lack_words.at(static_cast<std::size_t>(lack)).word;
}

std::string_view describe(Lack lack) {
    return lack_words.at(static_cast<std::size_t>(lack)).sentence;
}

Explanation explain(const Policy& policy, const identity::Principal& who, const Resource& what,
                    Action action, WallTime now, const net::Address& from) {
    Explanation out;
    out.decision = decide(policy, who, what, action, now, from);
    if (who.role == identity::Role::admin) {
        out.roles.emplace_back("admin");
        return out;
    }
    for (auto name : policy.roles_of(who)) out.roles.emplace_back(name);
    const auto& impl = policy.impl();
    const auto standing = impl.standing_of(who);
    if (standing.member) out.roles.emplace_back("member");
    if (out.decision.reason == Reason::is_member) return out;
    Moment moment(now, impl.zone);
    std::vector<Looked> all;
    std::vector<std::uint32_t> seen;
    standing.each([&](const GrantIndex& set) {
        for (auto index : set.grants()) {
            if (std::find(seen.begin(), seen.end(), index) != seen.end()) continue;
            seen.push_back(index);
            all.push_back(look_at(impl.grants[index], what, action, moment, from));
        }
        return false;
    });
    std::sort(all.begin(), all.end(), nearer);
    if (all.size() > most) all.resize(most);
    if (out.decision.allowed)
        std::erase_if(all, [](const Looked& one) { return !one.lacks.empty(); });
    for (auto& one : all)
        out.grants.push_back(
            {one.grant->origin, to_line(one.grant->text), one.lacks.empty(), std::move(one.lacks)});
    return out;
}

} // namespace caredian::access
