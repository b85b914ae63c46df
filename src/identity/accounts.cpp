#include "identity/accounts.h"

#include "base/encoding.h"
#include "identity/api_keys.h"
#include "identity/digest.h"
#include "identity/invitations.h"
#include "identity/oidc/directory.h"
#include "identity/passkeys.h"
#include "identity/reset_links.h"
#include "identity/second_factors.h"
#include "identity/session_ends.h"
#include "identity/session_store.h"
#include "identity/token_grants.h"

#include <algorithm>
#include <array>

namespace caredian::identity {

namespace {

constexpr std::size_t id_bytes = 11; // 15 characters: fits a string without allocating
constexpr std::size_t max_full_name = 100;
constexpr std::size_t max_email = 190; // of a {key}; RFC 5321 would allow 254

constexpr std::array<store::Migration, 2> migrations{{
    {"CREATE TABLE IF NOT EXISTS accounts("
     "id {key} NOT NULL PRIMARY KEY, username {key} NOT NULL UNIQUE, full_name {text} NOT NULL,"
     "role {key} NOT NULL, language {key} NOT NULL, password {text} NOT NULL,"
     "disabled {integer} NOT NULL, created_ns {integer} NOT NULL) {table}"},
    {"ALTER TABLE accounts ADD COLUMN email {key} NOT NULL DEFAULT ''"},
}};

constexpr std::string_view select = "SELECT id,username,full_name,role,language,disabled,"
                                    "created_ns,password,email FROM accounts ";

Account account_of(const store::Row& row) {
    Account a;
    a.id = row.text(0);
    a.username = row.text(1);
    a.full_name = row.text(2);
    // Anything unknown is the lesser role.
    a.role = row.text(3) == "admin" ? Role::admin : Role::member;
    a.language = row.text(4);
    a.disabled = row.integer(5) != 0;
    a.created = from_ns(row.integer(6));
    a.email = row.text(8);
    return a;
}

result<void> check_language(std::string_view language) {
    if (language == "ko" || language == "en") return {};
    return Errc::bad_language;
}

result<void> check(const AccountChange& change) {
    result<void> r;
    if (change.password) r = check_password(change.password->reveal());
    if (r && change.language) r = check_language(*change.language);
    if (r && change.full_name) r = check_full_name(*change.full_name);
    if (r && change.email) r = check_email(*change.email);
    return r;
}

std::string describe_change(const AccountChange& change) {
    std::string out;
    auto say = [&](std::string_view what) {
        if (!out.empty()) out += ", ";
        out += what;
    };
    if (change.role) say("role " + std::string(to_string(*change.role)));
    if (change.disabled) say(*change.disabled ? "disabled" : "enabled");
    if (change.password) say("password");
    if (change.language) say("language " + *change.language);
    if (change.full_name) say("full name");
    if (change.email) say("e-mail");
    return out;
}

result<void> stored(const result<std::uint64_t>& r) {
    return r ? result<void>() : result<void>(r.error());
}

} // namespace

result<std::string> parse_username(std::string_view text) {
    std::string name = lower_ascii(text);
    auto alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    auto allowed = [&](char c) { return alnum(c) || c == '.' || c == '_' || c == '-' || c == '@'; };
    if (name.empty() || name.size() > 64 || !alnum(name[0]) ||
        !std::all_of(name.begin(), name.end(), allowed))
        return Errc::bad_name;
    return name;
}

result<Role> parse_role(std::string_view text) {
    if (text == "admin") return Role::admin;
    if (text == "member") return Role::member;
    return Errc::bad_role;
}

result<void> check_full_name(std::string_view name) {
    auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (name.size() > max_full_name || !is_utf8(name) ||
        std::any_of(name.begin(), name.end(), control))
        return Errc::bad_full_name;
    return {};
}

result<void> check_email(std::string_view email) {
    if (email.empty()) return {};
    auto unfit = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
    const auto at = email.find('@');
    if (email.size() > max_email || !is_utf8(email) || std::ranges::any_of(email, unfit) ||
        at == 0 || at == email.npos || at + 1 == email.size() || at != email.rfind('@'))
        return Errc::bad_email;
    return {};
}

result<void> prepare(store::Database& database) {
    if (auto r = guard::Audit::prepare(database); !r) return r;
    if (auto r = store::migrate(database, "identity.accounts", migrations); !r) return r;
    if (auto r = store::migrate(database, "identity.oidc", oidc::migrations()); !r) return r;
    if (auto r = store::migrate(database, "identity.sessions", SqlSessionStore::migrations()); !r)
        return r;
    if (auto r = store::migrate(database, "identity.session_ends", SessionEnds::migrations()); !r)
        return r;
    if (auto r = store::migrate(database, "identity.api_keys", ApiKeys::migrations()); !r) return r;
    const std::pair<std::string_view, std::span<const store::Migration>> rest[] = {
        {"identity.token_grants", TokenGrants::migrations()},
        {"identity.reset_links", ResetLinks::migrations()},
        {"identity.invitations", Invitations::migrations()},
        {"identity.second_factors", SecondFactors::migrations()},
        {"identity.passkeys", Passkeys::migrations()}};
    for (const auto& [room, steps] : rest)
        if (auto r = store::migrate(database, room, steps); !r) return r;
    return {};
}

Accounts::Accounts(store::Database& database, const Clock& clock, Random& random, PasswordCost cost)
    : database_(database), clock_(clock), random_(random), passwords_(cost),
      audit_(database, clock) {}

result<Account> Accounts::add(const NewAccount& fresh, const guard::Actor& by) {
    if (auto name = parse_username(fresh.username); !name) return name.error();
    if (auto r = check_password(fresh.password.reveal()); !r) return r.error();
    return insert(fresh, passwords_.hash(fresh.password.reveal()), by);
}

result<Account> Accounts::add_without_password(const NewAccount& fresh, const guard::Actor& by) {
    return insert(fresh, {}, by);
}

result<Account> Accounts::insert(const NewAccount& fresh, const std::string& hash,
                                 const guard::Actor& by) {
    auto name = parse_username(fresh.username);
    if (!name) return name.error();
    if (auto r = check_language(fresh.language); !r) return r.error();
    if (auto r = check_full_name(fresh.full_name); !r) return r.error();
    if (auto r = check_email(fresh.email); !r) return r.error();
    Account a{random_.token(id_bytes), *name, fresh.full_name, fresh.role,
              fresh.language,          false, clock_.wall(),   fresh.email};
    auto r = database_.execute("INSERT INTO accounts(id,username,full_name,role,language,password,"
                               "disabled,created_ns,email) VALUES(?,?,?,?,?,?,0,?,?)",
                               {a.id, a.username, a.full_name, to_string(a.role), a.language, hash,
                                to_ns(a.created), a.email});
    if (!r) return r.error() == store::Errc::constraint ? error_code(Errc::exists) : r.error();
    audit_.write(guard::AuditEvent::user_added, by, a.username,
                 "role " + std::string(to_string(a.role)));
    for (auto& listener : added_) listener(a);
    return a;
}

result<void> Accounts::keep_an_admin(store::Connection& c, const Account& without) {
    auto rows = c.query("SELECT COUNT(*) FROM accounts WHERE role='admin' AND disabled=0 "
                        "AND id <> ?",
                        {without.id});
    if (!rows) return rows.error();
    if ((*rows)[0].integer(0) == 0) return Errc::last_admin;
    return {};
}

namespace {

result<Account> find_in(store::Connection& c, std::string_view username) {
    auto name = parse_username(username);
    if (!name) return Errc::not_found;
    auto rows = c.query(std::string(select) + "WHERE username = ?", {*name});
    if (!rows) return rows.error();
    if (rows->empty()) return Errc::not_found;
    return account_of((*rows)[0]);
}

} // namespace

result<Account> Accounts::change(std::string_view username, const AccountChange& change,
                                 const guard::Actor& by) {
    if (auto r = check(change); !r) return r.error();
    std::string hash = change.password ? passwords_.hash(change.password->reveal()) : "";
    Account now;
    auto work = [&](store::Connection& c) -> result<void> {
        auto found = find_in(c, username);
        if (!found) return found.error();
        now = *found;
        bool was_admin = now.role == Role::admin && !now.disabled;
        now.role = change.role.value_or(now.role);
        now.disabled = change.disabled.value_or(now.disabled);
        now.language = change.language.value_or(now.language);
        now.full_name = change.full_name.value_or(now.full_name);
        now.email = change.email.value_or(now.email);
        if (was_admin && (now.role != Role::admin || now.disabled))
            if (auto r = keep_an_admin(c, now); !r) return r;
        auto r = stored(c.execute("UPDATE accounts SET role=?,disabled=?,language=?,full_name=?,"
                                  "email=? WHERE id=?",
                                  {to_string(now.role), std::int64_t{now.disabled}, now.language,
                                   now.full_name, now.email, now.id}));
        if (!r || !change.password) return r;
        return stored(c.execute("UPDATE accounts SET password=? WHERE id=?", {hash, now.id}));
    };
    if (auto r = database_.transaction(work); !r) return r.error();
    audit_.write(guard::AuditEvent::user_changed, by, now.username, describe_change(change));
    const bool must_end = change.role || change.password || now.disabled;
    for (auto& listener : must_end ? ended_ : changed_) listener(now);
    return now;
}

result<void> Accounts::remove(std::string_view username, const guard::Actor& by) {
    Account gone;
    auto work = [&](store::Connection& c) -> result<void> {
        auto found = find_in(c, username);
        if (!found) return found.error();
        gone = *found;
        if (gone.role == Role::admin && !gone.disabled)
            if (auto r = keep_an_admin(c, gone); !r) return r;
        return stored(c.execute("DELETE FROM accounts WHERE id=?", {gone.id}));
    };
    if (auto r = database_.transaction(work); !r) return r.error();
    audit_.write(guard::AuditEvent::user_removed, by, gone.username);
    for (auto& listener : ended_) listener(gone);
    return {};
}

result<std::vector<Account>> Accounts::list() {
    auto rows = database_.query(std::string(select) + "ORDER BY username LIMIT 10000");
    if (!rows) return rows.error();
    std::vector<Account> out;
    out.reserve(rows->size());
    for (const auto& row : *rows) out.push_back(account_of(row));
    return out;
}

result<std::optional<Account>> Accounts::find(std::string_view username) {
    auto found = find_in(database_, username);
    if (found) return std::optional<Account>(std::move(*found));
    if (found.error() == Errc::not_found) return std::optional<Account>();
    return found.error();
}

result<std::optional<Account>> Accounts::find_id(std::string_view id) {
    auto rows = database_.query(std::string(select) + "WHERE id = ?", {id});
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Account>();
    return std::optional<Account>(account_of((*rows)[0]));
}

result<Accounts::PasswordState> Accounts::password_state(std::string_view id) {
    auto rows = database_.query("SELECT password FROM accounts WHERE id = ?", {id});
    if (!rows) return rows.error();
    if (rows->empty()) return Errc::not_found;
    const auto& hash = (*rows)[0].text(0);
    return PasswordState{!hash.empty(), sha256_hex(hash).substr(0, 32)};
}

result<bool> Accounts::has_admin() {
    auto rows = database_.query("SELECT COUNT(*) FROM accounts WHERE role='admin' AND disabled=0");
    if (!rows) return {boost::system::in_place_error, rows.error()};
    return (*rows)[0].integer(0) > 0;
}

result<Account> Accounts::verify(std::string_view username, std::string_view password,
                                 Refusal* refusal) {
    // A name that cannot be one is looked for all the same: the work must not differ.
    auto name = parse_username(username);
    auto rows = database_.query(std::string(select) + "WHERE username = ?",
                                {std::string_view(name ? *name : std::string())});
    if (!rows) return rows.error();
    bool known = !rows->empty();
    std::string hash = known ? (*rows)[0].text(7) : std::string();
    bool too_long = password.size() > max_password_bytes;
    bool equal =
        passwords_.verify(too_long ? std::string() : hash, password.substr(0, max_password_bytes));
    Account account = known ? account_of((*rows)[0]) : Account();
    if (equal && known && !account.disabled) {
        if (passwords_.needs_rehash(hash)) {
            auto better = passwords_.hash(password);
            (void)database_.execute("UPDATE accounts SET password=? WHERE id=? AND password=?",
                                    {better, account.id, hash});
        }
        return account;
    }
    if (refusal)
        *refusal = {account.username, !known  ? "unknown name"
                                      : equal ? "disabled"
                                              : "wrong password"};
    return Errc::refused;
}

} // namespace caredian::identity
