#include "identity/api_keys.h"

#include "base/encoding.h"
#include "base/log.h"
#include "identity/digest.h"

#include <algorithm>
#include <array>

namespace caredian::identity {

namespace {

constexpr std::size_t id_bytes = 8;
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t max_name = 100;
constexpr std::size_t max_addresses = 20;
constexpr std::size_t remembered_refusals = 1000;
constexpr auto kept_after_end = std::chrono::hours(24 * 30);
constexpr auto between_audits = std::chrono::minutes(10);

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS api_keys("
     "id {key} NOT NULL PRIMARY KEY, account {key} NOT NULL, name {text} NOT NULL,"
     "role {key} NOT NULL, scopes {text} NOT NULL, addresses {text} NOT NULL, hash {key} NOT NULL,"
     "created_ns {integer} NOT NULL, expires_ns {integer} NOT NULL,"
     "last_used_ns {integer} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS api_keys_account ON api_keys(account)"},
}};

constexpr std::string_view select =
    "SELECT k.id,k.account,k.name,k.role,k.scopes,k.addresses,k.created_ns,k.expires_ns,"
    "k.last_used_ns,a.username,k.hash FROM api_keys k LEFT JOIN accounts a ON a.id = k.account ";
constexpr std::size_t hash_column = 10;

std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> out;
    while (!list.empty()) out.emplace_back(next_token(list, ','));
    return out;
}

std::string join(const std::vector<std::string>& list) {
    std::string out;
    for (const auto& one : list) out.append(out.empty() ? "" : ",").append(one);
    return out;
}

ApiKey key_of(const store::Row& row) {
    ApiKey k;
    k.id = row.text(0);
    k.account = row.text(1);
    k.name = row.text(2);
    k.role = row.text(3) == "admin" ? Role::admin : Role::member; // anything unknown is the lesser
    k.scopes = parse_scopes(row.text(4)).value_or(Scopes());
    k.addresses = split(row.text(5));
    k.created = from_ns(row.integer(6));
    k.expires = from_ns(row.integer(7));
    k.last_used = from_ns(row.integer(8));
    k.owner = row.text(9);
    return k;
}

// nullopt: one of them is no network. A key that says where it may be used from is never let
// through because that cannot be read.
std::optional<net::NetworkSet> networks_of(const std::vector<std::string>& texts) {
    std::vector<net::Network> out;
    for (const auto& text : texts) {
        auto network = net::parse_network(text);
        if (!network) return std::nullopt;
        out.push_back(*network);
    }
    return net::NetworkSet(std::move(out));
}

struct Parts {
    std::string_view id;
    std::string_view secret;
};

std::optional<Parts> parse(std::string_view text) {
    constexpr std::size_t id_at = api_key_prefix.size();
    constexpr std::size_t secret_at = id_at + 2 * id_bytes + 1;
    if (text.size() != api_key_bytes || !text.starts_with(api_key_prefix) ||
        text[secret_at - 1] != '_')
        return std::nullopt;
    Parts parts{text.substr(id_at, 2 * id_bytes), text.substr(secret_at)};
    auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (!std::all_of(parts.id.begin(), parts.id.end(), hex)) return std::nullopt;
    return parts;
}

result<void> check(const NewApiKey& key, const Account& owner) {
    auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (key.name.empty() || key.name.size() > max_name || !is_utf8(key.name) ||
        std::any_of(key.name.begin(), key.name.end(), control))
        return Errc::bad_key_name;
    if (key.addresses.size() > max_addresses || !networks_of(key.addresses))
        return Errc::bad_addresses;
    if (key.days < 1 || key.days > 3650) return Errc::bad_days;
    if (key.role == Role::admin && owner.role != Role::admin) return Errc::role_too_high;
    if (key.scopes.needs_administrator() && owner.role != Role::admin) return Errc::role_too_high;
    if (owner.disabled) return Errc::refused;
    return {};
}

std::string session_of(std::string_view id) {
    return "key:" + std::string(id);
}

PrincipalPtr principal_for(const Account& owner, const ApiKey& key, net::NetworkSet from) {
    auto* p = new Principal;
    PrincipalPtr out(p);
    p->username = owner.username;
    p->full_name = owner.full_name;
    p->email = owner.email;
    p->account = owner.id;
    p->session = session_of(key.id);
    p->language = owner.language;
    p->role = owner.role == Role::admin ? key.role : Role::member;
    p->expires = key.expires;
    auto scopes = key.scopes;
    if (owner.role != Role::admin) { // of today
        scopes.remove(Scope::readings_write);
        scopes.remove(Scope::influx_query);
    }
    p->bounds = std::make_unique<const Bounds>(
        Bounds{key.id, key.name, std::move(scopes), std::move(from)});
    return out;
}

std::string describe(const ApiKey& key) {
    return key.id + " (" + key.name + "), role " + std::string(to_string(key.role)) + ", scopes " +
           to_string(key.scopes);
}

} // namespace

std::span<const store::Migration> ApiKeys::migrations() {
    return steps;
}

ApiKeys::ApiKeys(store::Database& database, Accounts& accounts, const Clock& clock, Random& random)
    : database_(database), accounts_(accounts), clock_(clock), random_(random) {
    accounts_.on_sessions_must_end([this](const Account& account) {
        if (auto r = end_all(account); !r)
            log::error("identity", "keys of a changed account could not be ended",
                       {{"username", account.username}, {"reason", r.error().message()}});
    });
}

result<ApiKeys::Made> ApiKeys::add(const NewApiKey& fresh, const Account& owner,
                                   const guard::Actor& by) {
    if (auto r = check(fresh, owner); !r) return r.error();
    ApiKey k;
    k.id = random_.hex(id_bytes);
    k.account = owner.id;
    k.owner = owner.username;
    k.name = fresh.name;
    k.role = fresh.role;
    k.scopes = fresh.scopes;
    if (k.scopes.empty()) k.scopes.add(Scope::read);
    k.addresses = fresh.addresses;
    k.created = clock_.wall();
    k.expires = k.created + std::chrono::hours(24 * fresh.days);
    Secret text(std::string(api_key_prefix) + k.id + "_" + random_.token(secret_bytes));
    auto work = [&](store::Connection& c) -> result<void> {
        auto rows = c.query("SELECT COUNT(*) FROM api_keys WHERE account = ?", {k.account});
        if (!rows) return rows.error();
        if ((*rows)[0].integer(0) >= static_cast<std::int64_t>(per_account))
            return Errc::too_many_keys;
        auto made = c.execute(
            "INSERT INTO api_keys(id,account,name,role,scopes,addresses,hash,created_ns,"
            "expires_ns,last_used_ns) VALUES(?,?,?,?,?,?,?,?,?,0)",
            {k.id, k.account, k.name, to_string(k.role), to_string(k.scopes), join(k.addresses),
             sha256_hex(text.reveal()), to_ns(k.created), to_ns(k.expires)});
        return made ? result<void>() : result<void>(made.error());
    };
    if (auto r = database_.transaction(work); !r) return r.error();
    accounts_.audit().write(guard::AuditEvent::key_added, by, k.owner, describe(k));
    return Made{std::move(k), std::move(text)};
}

error_code ApiKeys::refuse(const ApiKey& key, const std::string& client, std::string_view why) {
    MonoTime now = clock_.mono();
    {
        std::lock_guard lock(refusing_);
        if (refused_.size() >= remembered_refusals) refused_.clear();
        auto [last, first] = refused_.try_emplace(key.id, now);
        if (!first && now - last->second < between_audits) return Errc::bad_key;
        last->second = now;
    }
    accounts_.audit().write(guard::AuditEvent::key_refused, {"", client}, key.owner,
                            std::string(why) + ": " + key.id + " (" + key.name + ")");
    return Errc::bad_key;
}

result<Sessions::Live> ApiKeys::find(std::string_view text, const std::string& client) {
    auto parts = parse(text);
    if (!parts) return Errc::bad_key;
    auto rows = database_.query(std::string(select) + "WHERE k.id = ?", {parts->id});
    if (!rows) return rows.error();
    std::string hash = sha256_hex(text);
    if (rows->empty()) return Errc::bad_key;
    ApiKey key = key_of((*rows)[0]);
    if (!equal_constant_time(hash, (*rows)[0].text(hash_column)))
        return refuse(key, client, "wrong secret");
    return live(key, client);
}

result<Sessions::Live> ApiKeys::live(std::string_view id) {
    auto rows = database_.query(std::string(select) + "WHERE k.id = ?", {id});
    if (!rows) return rows.error();
    if (rows->empty()) return Errc::bad_key;
    return live(key_of((*rows)[0]), {});
}

result<Sessions::Live> ApiKeys::live(const ApiKey& key, const std::string& client) {
    if (clock_.wall() >= key.expires) return refuse(key, client, "expired");
    auto owner = accounts_.find_id(key.account);
    if (!owner) return owner.error();
    if (!*owner || (*owner)->disabled) return refuse(key, client, "no owner");
    auto from = networks_of(key.addresses);
    if (!from) return refuse(key, client, "unreadable addresses");
    return Sessions::Live{principal_for(**owner, key, std::move(*from)), key.last_used};
}

result<std::vector<ApiKey>> ApiKeys::list(std::string_view account) {
    auto rows = database_.query(std::string(select) +
                                    "WHERE k.account = ? OR ? = '' ORDER BY k.created_ns, k.id "
                                    "LIMIT 10000",
                                {account, account});
    if (!rows) return rows.error();
    std::vector<ApiKey> out;
    out.reserve(rows->size());
    for (const auto& row : *rows) out.push_back(key_of(row));
    return out;
}

result<void> ApiKeys::revoke(std::string_view id, std::string_view account,
                             const guard::Actor& by) {
    auto rows = database_.query(std::string(select) + "WHERE k.id = ?", {id});
    if (!rows) return rows.error();
    if (rows->empty()) return Errc::not_found;
    ApiKey key = key_of((*rows)[0]);
    if (!account.empty() && key.account != account) return Errc::not_found;
    auto gone = database_.execute("DELETE FROM api_keys WHERE id = ?", {id});
    if (!gone) return gone.error();
    tell(id); // also when somebody else was faster: a worker may still remember it
    if (*gone == 0) return Errc::not_found;
    accounts_.audit().write(guard::AuditEvent::key_revoked, by, key.owner, describe(key));
    return {};
}

result<void> ApiKeys::touch(std::string_view id, WallTime used) {
    auto r =
        database_.execute("UPDATE api_keys SET last_used_ns = ? WHERE id = ? AND last_used_ns < ?",
                          {to_ns(used), id, to_ns(used)});
    return r ? result<void>() : result<void>(r.error());
}

result<void> ApiKeys::sweep() {
    auto r = database_.execute("DELETE FROM api_keys WHERE expires_ns < ?",
                               {to_ns(clock_.wall() - kept_after_end)});
    return r ? result<void>() : result<void>(r.error());
}

// A role that changed is looked up again; of who is disabled or gone the keys go too.
result<void> ApiKeys::end_all(const Account& owner) {
    auto all = list(owner.id);
    if (!all) return all.error();
    auto now = accounts_.find_id(owner.id);
    if (!now) return now.error();
    if (!*now || (*now)->disabled) {
        auto gone = database_.execute("DELETE FROM api_keys WHERE account = ?", {owner.id});
        if (!gone) return gone.error();
    }
    for (const auto& key : *all) tell(key.id);
    return {};
}

void ApiKeys::tell(std::string_view id) const {
    for (const auto& listener : listeners_) listener(session_of(id));
}

} // namespace caredian::identity
