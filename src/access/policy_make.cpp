// From words to a policy.
#include "access/policy_impl.h"
#include "base/encoding.h"
#include "base/log.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace caredian::access {

namespace {

// "Living Room" → "living_room", as Home Assistant does it. Other letters it spells in Latin ones;
// we don't: then the id must be written as it is.
std::string area_id_of(std::string_view name) {
    std::string out;
    for (char c : lower_ascii(name)) {
        if (static_cast<unsigned char>(c) >= 0x80) return {};
        bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (kept)
            out += c;
        else if (!out.empty() && out.back() != '_')
            out += '_';
    }
    while (out.ends_with('_')) out.pop_back();
    return out;
}

std::vector<Pattern> patterns_of(const std::vector<std::string>& words) {
    return {words.begin(), words.end()};
}

CompiledGrant compile(const GrantText& text, const TimeZone& zone, std::string origin) {
    CompiledGrant g;
    g.may = parse_action(text.may).value();
    for (const auto& name : text.areas) g.areas.push_back({name, area_id_of(name)});
    g.entities = patterns_of(text.entities);
    g.devices = patterns_of(text.devices);
    g.services = patterns_of(text.services);
    for (const auto& path : text.paths) g.paths.push_back(PathRule::parse(path).value());
    std::string wrong;
    g.schedule = Schedule::parse(text.hours, text.days, wrong).value();
    if (!text.from.empty()) g.from = parse_moment(text.from, false, zone);
    if (!text.until.empty()) g.until = parse_moment(text.until, true, zone);
    std::vector<net::Network> networks;
    networks.reserve(text.addresses.size());
    for (const auto& one : text.addresses) networks.push_back(net::parse_network(one).value());
    g.addresses = net::NetworkSet(std::move(networks));
    g.anytime = g.schedule.always() && !g.from && !g.until && g.addresses.empty();
    g.origin = std::move(origin);
    g.text = text;
    return g;
}

class Maker {
public:
    Maker(const PolicyText& text, Policy::Impl& out) : text_(text), out_(out) {}

    void make() {
        for (const auto& role : text_.roles) add_role(role);
        for (const auto& grant : text_.grants) add_grant(grant);
        for (auto& [name, role] : roles_)
            for (const auto& member : role.members) give(member, name);
        for (auto* all : {&out_.accounts, &out_.people, &out_.keys, &out_.devices})
            for (auto& entry : *all) entry.second.own.build(entry.second.granted, out_.grants);
        out_.members.own.build(out_.members.granted, out_.grants);
        out_.known = true;
    }

private:
    struct Role {
        std::vector<std::uint32_t> grants;
        std::set<std::string> includes;
        std::vector<Who> members;
    };

    void add_role(const RoleText& text) {
        auto& role = roles_[text.name];
        role.includes.insert(text.includes.begin(), text.includes.end());
        for (const auto& grant : text.grants)
            if (auto index = add(grant, true, "role " + text.name)) role.grants.push_back(*index);
        for (const auto& member : text.members)
            if (auto who = parse_who(member)) role.members.push_back(std::move(*who));
    }

    void add_grant(const GrantText& text) {
        auto origin = text.id.empty() ? std::string("settings") : "grant " + text.id;
        auto index = add(text, false, std::move(origin));
        if (!index) return;
        for (const auto& word : text.who) {
            auto who = parse_who(word);
            if (!who) continue;
            if (who->kind == WhoKind::role)
                (who->name == "member" ? out_.members.granted : roles_[who->name].grants)
                    .push_back(*index);
            else
                each_subject(*who, [&](Subject& s) { s.granted.push_back(*index); });
        }
    }

    std::optional<std::uint32_t> add(const GrantText& text, bool in_role, std::string origin) {
        if (auto problem = problem_of(text, in_role)) {
            log::warning("access", "a grant is not understood and grants nothing",
                         {{"grant", origin}, {"part", problem->part}, {"what", problem->what}});
            return std::nullopt;
        }
        out_.grants.push_back(compile(text, out_.zone, std::move(origin)));
        auto& made = out_.grants.back();
        if (!made.anytime) made.when = when_of(text);
        return static_cast<std::uint32_t>(out_.grants.size() - 1);
    }

    // As many as a decision remembers.
    std::uint8_t when_of(const GrantText& t) {
        constexpr std::size_t most = 63;
        auto [at, fresh] =
            whens_.try_emplace({t.hours, t.days, t.addresses, t.from, t.until}, std::uint8_t{0});
        if (fresh && whens_.size() <= most) at->second = static_cast<std::uint8_t>(whens_.size());
        return at->second;
    }

    template <class Use>
    void each_subject(const Who& who, Use use) {
        switch (who.kind) {
        case WhoKind::account:
            return use(out_.accounts[who.name]);
        case WhoKind::person:
            return use(out_.people[lower_ascii(who.name)]);
        case WhoKind::key:
            return use(out_.keys[who.name]);
        case WhoKind::group:
            if (auto found = text_.groups.find(who.name); found != text_.groups.end())
                for (const auto& account : found->second) use(out_.accounts[account]);
            return;
        case WhoKind::device:
            return use(out_.devices[who.name]);
        case WhoKind::role:
            return;
        }
    }

    // A role with all that it includes, however deep; a circle ends where it began.
    struct Whole {
        std::vector<std::uint32_t> grants;
        std::set<std::string> seen;
    };
    void collect(const std::string& name, Whole& whole) {
        if (!whole.seen.insert(name).second) return;
        auto found = roles_.find(name);
        if (found == roles_.end()) return;
        const auto& role = found->second;
        whole.grants.insert(whole.grants.end(), role.grants.begin(), role.grants.end());
        for (const auto& other : role.includes) collect(other, whole);
    }

    void give(const Who& member, const std::string& name) {
        Whole whole;
        collect(name, whole);
        auto [role, fresh] = out_.roles.try_emplace(name);
        if (fresh) role->second.build(whole.grants, out_.grants);
        const bool member_too = whole.seen.contains("member");
        each_subject(member, [&, set = &role->second](Subject& s) {
            s.narrowed = out_.any_narrowed = true;
            s.member_too = s.member_too || member_too;
            if (std::find(s.roles.begin(), s.roles.end(), name) != s.roles.end()) return;
            s.roles.push_back(name);
            s.given.push_back(set);
        });
    }

    const PolicyText& text_;
    Policy::Impl& out_;
    std::map<std::string, Role> roles_;
    using Words = std::vector<std::string>;
    std::map<std::tuple<Words, Words, Words, std::string, std::string>, std::uint8_t> whens_;
};

} // namespace

PolicyPtr Policy::make(const PolicyText& text, const TimeZone& zone) {
    auto made = std::make_shared<Policy>();
    made->impl_->zone = zone;
    Maker(text, *made->impl_).make();
    return made;
}

} // namespace caredian::access
