#include "api/access_explain.h"

#include "access/schedule.h"
#include "base/json.h"

#include <algorithm>
#include <charconv>

namespace caredian::api {

using access::What;
using access::WhoKind;
using identity::Bounds;
using identity::Principal;

namespace {

void be(Principal& who, const identity::Account& account) {
    who.username = account.username;
    who.account = account.id;
    who.role = account.role;
}

bool find_person(identity::Accounts& accounts, const std::string& name, Principal& who,
                 FoundWho& out) {
    auto account = accounts.find(name);
    if (!account)
        out.failure = account.error();
    else if (!*account)
        out.problem = "there is no person of this name";
    else
        be(who, **account);
    return account && *account;
}

bool find_key(identity::Accounts& accounts, identity::ApiKeys& keys, const std::string& id,
              Principal& who, FoundWho& out) {
    auto all = keys.list({});
    if (!all) {
        out.failure = all.error();
        return false;
    }
    auto key = std::find_if(all->begin(), all->end(), [&](const auto& k) { return k.id == id; });
    if (key == all->end()) {
        out.problem = "there is no such key";
        return false;
    }
    if (!find_person(accounts, key->owner, who, out)) return false;
    who.role = key->role;
    who.bounds = std::make_unique<Bounds>(Bounds{key->id, key->name, key->scopes, {}});
    return true;
}

std::optional<WallTime> moment_of(const std::string& text, WallTime now, const TimeZone& zone) {
    if (text.empty()) return now;
    if (text.size() != 5 || text[2] != ':') return access::parse_moment(text, false, zone);
    int hour = 0, minute = 0;
    auto number = [&](std::size_t at, int& out) {
        auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 2, out);
        return error == std::errc() && end == text.data() + at + 2;
    };
    if (!number(0, hour) || !number(3, minute) || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59)
        return std::nullopt;
    auto today = std::chrono::floor<std::chrono::days>(now + zone.offset(now));
    return zone.instant(today, std::chrono::hours(hour) + std::chrono::minutes(minute));
}

void write_what(JsonWriter& w, const What& what) {
    w.key("what").begin_object();
    for (auto [name, value] : {std::pair("entity", &what.entity),
                               {"domain", &what.domain},
                               {"service", &what.service},
                               {"device", &what.device},
                               {"area", &what.area},
                               {"host", &what.host},
                               {"path", &what.path}})
        if (!value->empty()) w.member(name, std::string_view(*value));
    w.end_object();
}

std::string json_of(const access::Explanation& told, const What& what, WallTime at,
                    const TimeZone& zone) {
    std::string out;
    JsonWriter w(out);
    w.begin_object().member("allowed", told.decision.allowed);
    w.member("because", access::explain(told.decision.reason));
    w.key("roles").begin_array();
    for (const auto& role : told.roles) w.value(std::string_view(role));
    w.end_array();
    write_what(w, what);
    w.member("at", at).member("time_zone", std::string_view(zone.name()));
    w.key("grants").begin_array();
    for (const auto& grant : told.grants) {
        w.begin_object().member("from", std::string_view(grant.from));
        w.member("grant", std::string_view(grant.line)).member("fits", grant.fits);
        w.key("lacks").begin_array();
        for (auto lack : grant.lacks) {
            w.begin_object().member("code", access::to_string(lack));
            w.member("text", access::describe(lack)).end_object();
        }
        w.end_array().end_object();
    }
    w.end_array().end_object();
    return out;
}

Explained wrong(std::string sentence) {
    return {{}, std::move(sentence), {}};
}

} // namespace

FoundWho find_who(identity::Accounts& accounts, identity::ApiKeys& keys, const std::string& text) {
    FoundWho out;
    auto parsed = access::parse_who(text.find(':') == std::string::npos ? "person:" + text : text);
    auto* who = new Principal;
    const identity::PrincipalPtr held(who);
    bool found = false;
    if (parsed && parsed->kind == WhoKind::person)
        found = find_person(accounts, parsed->name, *who, out);
    else if (parsed && parsed->kind == WhoKind::key)
        found = find_key(accounts, keys, parsed->name, *who, out);
    else
        out.problem = "who is person:NAME or key:ID";
    if (found) out.who = held;
    return out;
}

Explained explain(const ExplainWith& with, const Asked& asked) {
    auto who = find_who(with.accounts, with.keys, asked.who);
    if (who.failure) return {{}, {}, who.failure};
    if (!who.problem.empty()) return wrong(who.problem);
    auto action = access::parse_action(asked.action);
    if (!action) return wrong("action is read, control or admin");
    auto what = access::parse_what(asked.what);
    if (!what)
        return wrong("what is an entity (light.bedroom), light.*, device:ID, area:NAME, "
                     "service:light.turn_on or path:host.name/path");
    const auto zone = with.access.settings().zone;
    auto at = moment_of(asked.at, with.clock.wall(), zone);
    if (!at) return wrong("at is a time of RFC 3339, a date, or like 22:00");
    auto from = net::parse_address(asked.from.empty() ? "127.0.0.1" : asked.from);
    if (!from) return wrong("from is an IP address");
    with.locate(*what);
    access::apply(with.admin_paths, *what);
    auto told = access::explain(*with.access.policies().now(), *who.who, what->resource(), *action,
                                *at, *from);
    return {json_of(told, *what, *at, zone), {}, {}};
}

} // namespace caredian::api
