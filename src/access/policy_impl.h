// A policy's inside. Only for policy*.cpp.
#pragma once

#include "access/grant_index.h"
#include "access/path_rule.h"
#include "access/pattern.h"
#include "access/policy.h"
#include "access/schedule.h"

#include <array>
#include <optional>
#include <unordered_map>

namespace caredian::access {

struct CompiledGrant {
    Action may = Action::read;
    bool anytime = true; // whatever the hours, the dates and the address
    // The same number: the same hours, dates and addresses. 0: nobody else's is known to be.
    std::uint8_t when = 0;
    struct Area {
        std::string name; // "*": any
        std::string id;   // as Home Assistant makes it of the name
    };
    std::vector<Area> areas;
    std::vector<Pattern> entities, devices, services;
    std::vector<PathRule> paths;
    Schedule schedule;
    std::optional<WallTime> from, until;
    net::NetworkSet addresses;
    std::string origin; // for explain
    GrantText text;

    bool covers(const Resource& what) const;
    bool allows(Action action, const Resource& what) const;
};

// The moment of a decision; local time only when somebody asks.
class Moment {
public:
    Moment(WallTime now, const TimeZone& zone) : now_(now), zone_(zone) {}
    bool in_time(const CompiledGrant& grant) const {
        return (!grant.from || now_ >= *grant.from) && (!grant.until || now_ < *grant.until);
    }
    bool in_hours(const CompiledGrant& grant) {
        if (grant.schedule.always()) return true;
        if (!local_) local_ = zone_.local(now_);
        return grant.schedule.holds(*local_);
    }

private:
    WallTime now_;
    const TimeZone& zone_;
    std::optional<TimeZone::Local> local_;
};

// Somebody whom roles or grants name.
struct Subject {
    std::vector<std::uint32_t> granted;   // directly: indexes
    GrantIndex own;                       // of these
    std::vector<const GrantIndex*> given; // by roles
    std::vector<std::string> roles;       // by name
    bool narrowed = false;                // has a role of its own
    bool member_too = false;              // that includes `member`
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>()(text);
    }
};
using Subjects = std::unordered_map<std::string, Subject, TextHash, std::equal_to<>>;

// What counts for one caller.
struct Standing {
    std::array<const Subject*, 4> parts{};
    std::size_t count = 0;
    bool narrowed = false;
    bool member = true;
    void add(const Subject* part) {
        if (!part) return;
        parts[count++] = part;
        narrowed = narrowed || part->narrowed;
        member_too_ = member_too_ || part->member_too;
        member = !narrowed || member_too_;
    }
    // Calls use(set) for each set of grants, until it says true.
    template <class Use>
    bool each(Use use) const {
        for (std::size_t i = 0; i < count; ++i) {
            if (!parts[i]->granted.empty() && use(parts[i]->own)) return true;
            for (const auto* set : parts[i]->given)
                if (use(*set)) return true;
        }
        return false;
    }

private:
    bool member_too_ = false;
};

struct Policy::Impl {
    bool known = false;        // false: before anything was read
    bool any_narrowed = false; // somebody has a role of their own
    TimeZone zone;
    std::vector<CompiledGrant> grants;
    Subjects accounts, people, keys;         // by account id, by name, by key's id
    Subjects devices;                        // by the id that signs in at the broker
    Subject members;                         // what is granted to role:member
    std::map<std::string, GrantIndex> roles; // each with all that it includes

    Standing standing_of(const identity::Principal& who) const;
};

// Does one of the grants in `standing` fit? What the built-in roles give is not looked at.
Decision judge(const Policy::Impl& impl, const Standing& standing, const Resource& what,
               Action action, WallTime now, const net::Address& from);

// What the built-in role `member` may.
bool open_to_members(const Resource& what, Action action);

} // namespace caredian::access
