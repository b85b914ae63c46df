#include "access/grant_store.h"

#include "access/grant_json.h"
#include "base/log.h"

namespace caredian::access {

using guard::Actor;
using guard::AuditEvent;

namespace {

constexpr std::size_t max_body = 60'000; // bytes
constexpr std::size_t id_bytes = 8;

// Words of `who` and what they are bound to: "person:ann" → "account:ID".
using Bound = std::vector<std::pair<std::string, std::string>>;

std::string text_of(const json::string& text) {
    return {text.data(), text.size()};
}

std::optional<GrantProblem> read(const json::object& from, RoleText& out) {
    return read_json(from, out);
}

std::optional<GrantProblem> read(const json::object& from, GrantText& out) {
    return read_json(from, false, out);
}

// A body is {"what":…,"bound":{"person:ann":"account:ID"}}.
template <class T>
result<T> parse(const BodyTable::Row& row, Bound* bound = nullptr) {
    auto parsed = parse_json(row.body);
    const auto* all = parsed ? parsed->if_object() : nullptr;
    const auto* what = all && all->if_contains("what") ? all->at("what").if_object() : nullptr;
    T out;
    auto problem = what ? read(*what, out) : GrantProblem{row.key, "is no JSON"};
    if (problem) {
        log::error("access", "a row of the database is not understood",
                   {{"key", row.key}, {"part", problem->part}, {"what", problem->what}});
        return Errc::unreadable;
    }
    if constexpr (std::is_same_v<T, GrantText>) out.id = row.key;
    const auto* names = all->if_contains("bound");
    if (!bound || !names || !names->is_object()) return out;
    for (const auto& [name, account] : names->get_object())
        if (account.is_string())
            bound->emplace_back(std::string(name.data(), name.size()),
                                text_of(account.get_string()));
    return out;
}

template <class T>
result<std::vector<T>> parse_all(const result<std::vector<BodyTable::Row>>& rows) {
    if (!rows) return rows.error();
    std::vector<T> out;
    out.reserve(rows->size());
    for (const auto& row : *rows) {
        auto one = parse<T>(row);
        if (!one) return one.error();
        out.push_back(std::move(*one));
    }
    return out;
}

void to_accounts(std::vector<std::string>& who, const Bound& bound) {
    for (auto& word : who)
        for (const auto& [name, account] : bound)
            if (word == name) {
                word = account;
                break;
            }
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out.append(out.empty() ? "" : " ").append(word);
    return out;
}

BodyTable::Rules rules(std::string_view name, Errc missing, Errc exists, std::size_t most) {
    return {name, missing, exists, Errc::too_many, Errc::overtaken, most};
}

} // namespace

GrantStore::GrantStore(store::Database& database, Directory& directory, guard::Audit& audit,
                       const Clock& clock, Random& random, const std::string& home)
    : database_(database), directory_(directory), audit_(audit), random_(random), home_(home),
      roles_(database, clock, home, rules("roles", Errc::no_role, Errc::role_exists, max_roles)),
      grants_(database, clock, home, rules("grants", Errc::no_grant, Errc::overtaken, max_grants)) {
}

result<void> GrantStore::prepare(store::Database& database) {
    return prepare_body_tables(database);
}

result<std::vector<RoleText>> GrantStore::roles() {
    return parse_all<RoleText>(roles_.all());
}

result<std::vector<GrantText>> GrantStore::grants() {
    return parse_all<GrantText>(grants_.all());
}

// The directory is asked before the transaction: it uses the database, too.
template <class T>
result<std::string> GrantStore::body_of(const T& what, const std::vector<std::string>& who) {
    std::string out;
    JsonWriter w(out);
    w.begin_object().key("what");
    w.begin_object();
    append_members(w, what);
    w.end_object().key("bound").begin_object();
    for (const auto& word : who) {
        auto parsed = parse_who(word);
        if (!parsed) return Errc::bad;
        if (parsed->kind == WhoKind::key) {
            if (auto there = directory_.has_key(parsed->name); !there) return there.error();
        }
        if (parsed->kind != WhoKind::person) continue;
        auto account = directory_.account_of(parsed->name);
        if (!account) return account.error();
        w.member(word, std::string_view("account:" + *account));
    }
    w.end_object().end_object();
    if (out.size() > max_body) return Errc::too_large;
    return out;
}

result<RoleText> GrantStore::add_role(const RoleText& role, const Actor& by) {
    if (problem_of(role)) return Errc::bad;
    auto body = body_of(role, role.members);
    if (!body) return body.error();
    if (auto kept = roles_.insert(role.name, *body); !kept) return kept.error();
    audit_.write(AuditEvent::role_added, by, role.name, joined(role.members));
    return role;
}

result<RoleText> GrantStore::change_role(const std::string& name, const Edit<RoleText>& edit,
                                         const Actor& by) {
    auto before = roles_.find(name);
    if (!before) return before.error();
    auto role = parse<RoleText>({name, *before});
    if (!role) return role.error();
    if (!edit(*role) || role->name != name || problem_of(*role)) return Errc::bad;
    auto body = body_of(*role, role->members);
    if (!body) return body.error();
    if (auto kept = roles_.update(name, *before, *body); !kept) return kept.error();
    audit_.write(AuditEvent::role_changed, by, name, joined(role->members));
    return role;
}

result<void> GrantStore::remove_role(const std::string& name, const Actor& by) {
    if (auto gone = roles_.remove(name); !gone) return gone;
    audit_.write(AuditEvent::role_removed, by, name);
    return {};
}

result<GrantText> GrantStore::add_grant(const GrantText& grant, const Actor& by) {
    if (problem_of(grant, false)) return Errc::bad;
    auto made = grant;
    made.id.clear();
    auto body = body_of(made, made.who);
    if (!body) return body.error();
    made.id = random_.hex(id_bytes);
    if (auto kept = grants_.insert(made.id, *body); !kept) return kept.error();
    audit_.write(AuditEvent::grant_added, by, joined(made.who), made.id + ": " + to_line(made));
    return made;
}

result<GrantText> GrantStore::change_grant(const std::string& id, const Edit<GrantText>& edit,
                                           const Actor& by) {
    auto before = grants_.find(id);
    if (!before) return before.error();
    auto grant = parse<GrantText>({id, *before});
    if (!grant) return grant.error();
    if (!edit(*grant) || problem_of(*grant, false)) return Errc::bad;
    grant->id.clear();
    auto body = body_of(*grant, grant->who);
    if (!body) return body.error();
    if (auto kept = grants_.update(id, *before, *body); !kept) return kept.error();
    grant->id = id;
    audit_.write(AuditEvent::grant_changed, by, joined(grant->who), id + ": " + to_line(*grant));
    return grant;
}

result<void> GrantStore::remove_grant(const std::string& id, const Actor& by) {
    auto before = grants_.find(id);
    if (!before) return before.error();
    if (auto gone = grants_.remove(id); !gone) return gone;
    auto grant = parse<GrantText>({id, *before});
    audit_.write(AuditEvent::grant_removed, by, grant ? joined(grant->who) : std::string(), id);
    return {};
}

result<PolicyText> GrantStore::policy_text() {
    PolicyText out;
    auto roles = roles_.all();
    if (!roles) return roles.error();
    for (const auto& row : *roles) {
        Bound bound;
        auto role = parse<RoleText>(row, &bound);
        if (!role) return role.error();
        to_accounts(role->members, bound);
        out.roles.push_back(std::move(*role));
    }
    auto grants = grants_.all();
    if (!grants) return grants.error();
    for (const auto& row : *grants) {
        Bound bound;
        auto grant = parse<GrantText>(row, &bound);
        if (!grant) return grant.error();
        to_accounts(grant->who, bound);
        out.grants.push_back(std::move(*grant));
    }
    return out;
}

result<std::int64_t> GrantStore::version() {
    return version_of(database_, home_);
}

result<void> GrantStore::touch() {
    return database_.transaction([&](store::Connection& c) { return bump_version(c, home_); });
}

} // namespace caredian::access
