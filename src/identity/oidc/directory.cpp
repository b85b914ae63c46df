#include "identity/oidc/directory.h"

#include "base/log.h"
#include "identity/used_once.h"

#include <array>

namespace caredian::identity::oidc {

namespace {

// No unique key on (provider, sid): a provider may open two sessions of ours from one of its own.
constexpr std::array<store::Migration, 3> steps{{
    {"CREATE TABLE IF NOT EXISTS identities("
     "id {key} NOT NULL PRIMARY KEY, issuer {text} NOT NULL, subject {text} NOT NULL,"
     "account {key} NOT NULL, email {text} NOT NULL, made_account {integer} NOT NULL,"
     "created_ns {integer} NOT NULL, seen_ns {integer} NOT NULL,"
     "event_ns {integer} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS identities_account ON identities(account);"
     "CREATE TABLE IF NOT EXISTS provider_sessions("
     "session {key} NOT NULL PRIMARY KEY, provider {key} NOT NULL, person {key} NOT NULL,"
     "sid {key} NOT NULL, expires_ns {integer} NOT NULL, due_ns {integer} NOT NULL,"
     "id_token {blob} NOT NULL, refresh_token {blob} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS provider_sessions_person ON provider_sessions(person);"
     "CREATE INDEX IF NOT EXISTS provider_sessions_sid ON provider_sessions(sid);"
     "CREATE INDEX IF NOT EXISTS provider_sessions_due ON provider_sessions(due_ns);"
     "CREATE TABLE IF NOT EXISTS used_once("
     "id {key} NOT NULL PRIMARY KEY, expires_ns {integer} NOT NULL) {table}"},
    {"CREATE TABLE IF NOT EXISTS disabled_there(id {key} NOT NULL PRIMARY KEY) {table};"
     "CREATE TABLE IF NOT EXISTS provider_events("
     "id {id}, received_ns {integer} NOT NULL, provider {key} NOT NULL, body {text} NOT NULL) "
     "{table}"},
    {groups_table},
}};

} // namespace

std::span<const store::Migration> migrations() {
    return steps;
}

std::string person_id(std::string_view issuer, std::string_view subject) {
    return sha256_base64url(std::string(issuer) + '\0' + std::string(subject));
}

result<std::optional<Account>> Directory::find(const std::string& person) {
    auto rows = database_.query("SELECT account FROM identities WHERE id = ?", {person});
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Account>();
    auto account = accounts_.find_id((*rows)[0].text(0));
    if (!account || *account) return account;
    // The account was removed: what is left of it must not name another one.
    if (auto gone = database_.execute("DELETE FROM identities WHERE id = ?", {person}); !gone)
        return gone.error();
    return std::optional<Account>();
}

result<Account> Directory::sign_in(const ProviderOptions& provider, const Person& person,
                                   std::string_view language, const std::string& client) {
    const guard::Actor by{provider.id, client};
    const auto id = person_id(person.issuer, person.subject);
    auto found = find(id);
    if (!found) return found.error();
    if (!admits(provider, person, found->has_value())) return Errc::not_admitted;
    if (!*found) return create(provider, person, language, by);
    if ((*found)->disabled) return identity::Errc::refused;
    auto account = follow(provider, person, std::move(**found), by);
    if (!account) return account;
    auto noted = database_.execute("UPDATE identities SET email = ?, seen_ns = ? WHERE id = ?",
                                   {person.email, to_ns(clock_.wall()), id});
    if (!noted) return noted.error();
    return account;
}

result<Account> Directory::create(const ProviderOptions& provider, const Person& person,
                                  std::string_view language, const guard::Actor& by) {
    NewAccount fresh;
    fresh.language = language;
    fresh.full_name = person.name;
    fresh.email = vouched_email(provider, person);
    fresh.role = role_of(provider, person).value_or(Role::member);
    result<Account> made = identity::Errc::exists;
    for (const auto& name : username_wishes(person, provider.id)) {
        fresh.username = name;
        made = accounts_.add_without_password(fresh, by);
        if (made || made.error() != identity::Errc::exists) break;
    }
    if (!made) return made;
    const auto now = to_ns(clock_.wall());
    const auto id = person_id(person.issuer, person.subject);
    auto kept = database_.execute(
        "INSERT INTO identities(id,issuer,subject,account,email,made_account,created_ns,seen_ns,"
        "event_ns) VALUES(?,?,?,?,?,1,?,?,0)",
        {id, person.issuer, person.subject, made->id, person.email, now, now});
    if (kept) {
        auto noted = note_groups(provider, person, *made);
        return noted ? made : result<Account>(noted.error());
    }
    // Two first sign-ins at once: the other one's account is the person's.
    (void)accounts_.remove(made->username, by);
    if (kept.error() != store::Errc::constraint) return kept.error();
    auto other = find(id);
    if (!other) return other.error();
    if (!*other) return identity::Errc::not_found;
    return std::move(**other);
}

result<Account> Directory::follow(const ProviderOptions& provider, const Person& person,
                                  Account account, const guard::Actor& by) {
    if (auto noted = note_groups(provider, person, account); !noted) return noted.error();
    auto rows = database_.query("SELECT made_account FROM identities WHERE id = ?",
                                {person_id(person.issuer, person.subject)});
    if (!rows) return rows.error();
    if (rows->empty() || (*rows)[0].integer(0) == 0) return account;
    AccountChange change;
    if (auto role = role_of(provider, person); role && *role != account.role) change.role = role;
    if (!person.name.empty() && person.name != account.full_name) change.full_name = person.name;
    if (auto email = vouched_email(provider, person); !email.empty() && email != account.email)
        change.email = email;
    if (!change.role && !change.full_name && !change.email) return account;
    auto changed = accounts_.change(account.username, change, by);
    if (changed || changed.error() != identity::Errc::last_admin) return changed;
    log::warning("oidc", "the last administrator keeps the role that its groups don't give",
                 {{"username", account.username}, {"provider", provider.id}});
    return account;
}

// Where the claim is missing, what was known stays: no role may be lost, nor a narrow one be
// slipped off, by a provider that forgot to say it.
result<void> Directory::note_groups(const ProviderOptions& provider, const Person& person,
                                    const Account& account) {
    if (!person.groups_known && person.groups.empty()) return {};
    return groups_.put(account.id, provider.id, person.groups);
}

result<void> Directory::use_once(const std::string& id, WallTime expires) {
    auto first = identity::use_once(database_, id, expires);
    if (!first) return first.error();
    return *first ? result<void>() : result<void>(Errc::replayed);
}

result<bool> Directory::was_used(const std::string& id) {
    auto rows = database_.query("SELECT 1 FROM used_once WHERE id = ?", {id});
    if (!rows) return {boost::system::in_place_error, rows.error()};
    return !rows->empty();
}

result<void> Directory::sweep() {
    return sweep_used_once(database_, clock_.wall());
}

} // namespace caredian::identity::oidc
