#include "identity/token_grants.h"

#include "base/encoding.h"
#include "base/log.h"
#include "store/sealed.h"

#include <array>
#include <charconv>
#include <sodium.h>

namespace caredian::identity {

namespace {

constexpr std::size_t id_bytes = 12; // 24 hex digits
constexpr std::string_view refresh_prefix = "cdr_";
constexpr std::string_view key_prefix = "key:"; // of a key's Principal::session

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS token_grants("
     "id {key} NOT NULL PRIMARY KEY, api_key {key} NOT NULL, scopes {text} NOT NULL,"
     "turn {integer} NOT NULL, created_ns {integer} NOT NULL,"
     "expires_ns {integer} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS token_grants_key ON token_grants(api_key, created_ns)"},
}};

std::int64_t seconds_of(WallTime t) {
    return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

std::string session_of(std::string_view id) {
    return "grant:" + std::string(id);
}

std::string hmac(const Secret& key, std::string_view text) {
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> out{};
    crypto_auth_hmacsha256(out.data(), reinterpret_cast<const unsigned char*>(text.data()),
                           text.size(),
                           reinterpret_cast<const unsigned char*>(key.reveal().data()));
    return {reinterpret_cast<const char*>(out.data()), out.size()};
}

Secret refresh_key(const Secret& secret) {
    return Secret(store::hkdf_sha256(secret.reveal(), {}, "caredian refresh tokens",
                                     crypto_auth_hmacsha256_KEYBYTES));
}

} // namespace

struct TokenGrants::Grant {
    std::string id;
    std::string key; // ApiKey::id
    std::string account;
    Scopes scopes;
    std::int64_t turn = 0; // of the refresh token that is good; 0: there is none
    WallTime expires{};
};

struct TokenGrants::RefreshParts {
    std::string_view grant;
    std::int64_t turn = 0;
};

std::span<const store::Migration> TokenGrants::migrations() {
    return steps;
}

TokenGrants::TokenGrants(store::Database& database, ApiKeys& keys, const TokenKeyOptions& options,
                         const Clock& clock, Random& random, TokenLimits limits)
    : database_(database), keys_(keys), options_(options), clock_(clock), random_(random),
      limits_(limits), signer_(options), refresh_key_(refresh_key(options.secret)) {
    keys_.on_end([this](const std::string& session) {
        auto ended = end_of_key(database_, session);
        if (!ended)
            log::error("identity", "tokens of a key could not be ended",
                       {{"reason", ended.error().message()}});
        else
            for (const auto& one : *ended)
                for (const auto& listener : listeners_) listener(one);
    });
}

result<std::optional<TokenGrants::Grant>> TokenGrants::load(std::string_view id) {
    auto rows = database_.query(
        "SELECT g.id,g.api_key,g.scopes,g.turn,g.expires_ns,k.account FROM token_grants g "
        "JOIN api_keys k ON k.id = g.api_key WHERE g.id = ?",
        {id});
    if (!rows) return rows.error();
    if (rows->empty() || clock_.wall() >= from_ns((*rows)[0].integer(4)))
        return std::optional<Grant>();
    const auto& row = (*rows)[0];
    Grant g;
    g.id = row.text(0);
    g.key = row.text(1);
    g.scopes = parse_scopes(row.text(2)).value_or(Scopes());
    g.turn = row.integer(3);
    g.expires = from_ns(row.integer(4));
    g.account = row.text(5);
    return std::optional<Grant>(std::move(g));
}

// "cdr_<grant>.<turn>.<HMAC of both>": an old one is known for what it is, a guess for none.
std::string TokenGrants::refresh_token(std::string_view grant, std::int64_t turn) const {
    std::string text = std::string(grant) + "." + std::to_string(turn);
    return std::string(refresh_prefix) + text + "." + base64url_encode(hmac(refresh_key_, text));
}

std::optional<TokenGrants::RefreshParts> TokenGrants::parse_refresh(std::string_view token) const {
    if (token.size() > 128 || !token.starts_with(refresh_prefix)) return std::nullopt;
    auto rest = token.substr(refresh_prefix.size());
    RefreshParts parts;
    parts.grant = next_token(rest, '.');
    auto turn = next_token(rest, '.');
    auto [end, code] = std::from_chars(turn.data(), turn.data() + turn.size(), parts.turn);
    if (code != std::errc() || end != turn.data() + turn.size()) return std::nullopt;
    if (!equal_constant_time(refresh_token(parts.grant, parts.turn), token)) return std::nullopt;
    return parts;
}

TokenGrants::Issued TokenGrants::sign(const Grant& grant, Scopes scopes, bool with_refresh) {
    WallTime now = clock_.wall();
    WallTime until = std::min(now + limits_.access, grant.expires);
    AccessClaims claims{grant.id, grant.account,   grant.key,
                        scopes,   seconds_of(now), seconds_of(until)};
    Issued out;
    {
        std::lock_guard lock(signing_);
        out.access = Secret(signer_.sign(claims));
    }
    if (with_refresh) out.refresh = Secret(refresh_token(grant.id, grant.turn));
    out.scopes = scopes;
    out.access_seconds = claims.expires - claims.issued;
    return out;
}

result<TokenGrants::Issued> TokenGrants::issue(const Principal& key, Scopes scopes,
                                               bool with_refresh) {
    if (scopes.empty()) scopes = key.bounds->scopes;
    if (!scopes.within(key.bounds->scopes)) return Errc::bad_scope;
    WallTime now = clock_.wall();
    Grant g;
    g.id = random_.hex(id_bytes);
    g.key = key.bounds->key;
    g.account = key.account;
    g.scopes = scopes;
    g.turn = with_refresh ? 1 : 0;
    g.expires = std::min(key.expires, now + (with_refresh ? limits_.refresh : limits_.access));
    auto made =
        database_.execute("INSERT INTO token_grants(id,api_key,scopes,turn,created_ns,expires_ns) "
                          "VALUES(?,?,?,?,?,?)",
                          {g.id, g.key, to_string(scopes), g.turn, to_ns(now), to_ns(g.expires)});
    if (!made) return made.error();
    auto all = database_.query(
        "SELECT id FROM token_grants WHERE api_key = ? ORDER BY created_ns DESC LIMIT ?,100",
        {g.key, static_cast<std::int64_t>(limits_.per_key)});
    if (!all) return all.error();
    for (const auto& row : *all) (void)end(row.text(0));
    return sign(g, scopes, with_refresh);
}

result<TokenGrants::Issued> TokenGrants::refresh(std::string_view token, Scopes scopes,
                                                 std::string_view client,
                                                 const std::string& address) {
    auto parts = parse_refresh(token);
    if (!parts) return Errc::bad_token;
    auto grant = load(parts->grant);
    if (!grant) return grant.error();
    if (!*grant || (!client.empty() && (*grant)->key != client)) return Errc::bad_token;
    if (scopes.empty()) scopes = (*grant)->scopes;
    if (!scopes.within((*grant)->scopes)) return Errc::bad_scope;
    auto live = keys_.live((*grant)->key);
    if (!live) return live.error() == Errc::bad_key ? error_code(Errc::bad_token) : live.error();
    // One of two who come at once is the second one.
    auto turned =
        database_.execute("UPDATE token_grants SET turn = turn + 1 WHERE id = ? AND turn = ?",
                          {parts->grant, parts->turn});
    if (!turned) return turned.error();
    if (*turned == 0) {
        keys_.audit().write(guard::AuditEvent::token_reused, {"", address},
                            live->principal->username, (*grant)->key);
        if (auto r = end(parts->grant); !r) return r.error();
        return Errc::bad_token;
    }
    (*grant)->turn = parts->turn + 1;
    return sign(**grant, scopes, true);
}

result<Sessions::Live> TokenGrants::find(const AccessClaims& claims) {
    auto grant = load(claims.grant);
    if (!grant) return grant.error();
    if (!*grant || (*grant)->key != claims.client || (*grant)->account != claims.account ||
        !claims.scopes.within((*grant)->scopes))
        return Errc::bad_token;
    auto live = keys_.live(claims.client);
    if (!live) return live.error() == Errc::bad_key ? error_code(Errc::bad_token) : live.error();
    const Principal& key = *live->principal;
    if (!claims.scopes.within(key.bounds->scopes)) return Errc::bad_token;
    auto* p = new Principal;
    PrincipalPtr out(p);
    p->username = key.username;
    p->full_name = key.full_name;
    p->email = key.email;
    p->account = key.account;
    p->session = session_of(claims.grant);
    p->language = key.language;
    p->role = key.role;
    p->expires = std::min(key.expires, WallTime(std::chrono::seconds(claims.expires)));
    p->bounds = std::make_unique<const Bounds>(
        Bounds{key.bounds->key, key.bounds->name, claims.scopes, key.bounds->from});
    return Sessions::Live{std::move(out), live->last_used};
}

result<TokenGrants::Told> TokenGrants::introspect(std::string_view token) {
    Told told;
    if (auto parts = parse_refresh(token)) {
        auto grant = load(parts->grant);
        if (!grant) return grant.error();
        if (!*grant || (*grant)->turn != parts->turn) return Errc::bad_token;
        told.is_refresh = true;
        told.claims = {(*grant)->id,
                       (*grant)->account,
                       (*grant)->key,
                       (*grant)->scopes,
                       0,
                       seconds_of((*grant)->expires)};
    } else {
        std::lock_guard lock(signing_);
        auto claims = signer_.verify(token, clock_.wall());
        if (!claims) return claims.error();
        told.claims = std::move(*claims);
    }
    auto live = told.is_refresh ? keys_.live(told.claims.client) : find(told.claims);
    if (!live) return live.error() == Errc::bad_key ? error_code(Errc::bad_token) : live.error();
    told.username = live->principal->username;
    return told;
}

result<void> TokenGrants::revoke(std::string_view token, std::string_view client,
                                 const guard::Actor& by) {
    std::string id;
    if (auto parts = parse_refresh(token)) {
        id = parts->grant;
    } else {
        std::lock_guard lock(signing_);
        auto claims = signer_.verify(token, clock_.wall());
        if (!claims) return {};
        id = claims->grant;
    }
    auto grant = load(id);
    if (!grant) return grant.error();
    if (!*grant) return {};
    if ((*grant)->key != client) return Errc::refused;
    keys_.audit().write(guard::AuditEvent::token_revoked, by, by.name, (*grant)->key);
    return end(id);
}

result<void> TokenGrants::sweep() {
    auto r =
        database_.execute("DELETE FROM token_grants WHERE expires_ns <= ?", {to_ns(clock_.wall())});
    return r ? result<void>() : result<void>(r.error());
}

result<void> TokenGrants::end(std::string_view id) {
    auto gone = database_.execute("DELETE FROM token_grants WHERE id = ?", {id});
    if (!gone) return gone.error();
    for (const auto& listener : listeners_) listener(session_of(id));
    return {};
}

result<std::vector<std::string>> TokenGrants::end_of_key(store::Database& database,
                                                         std::string_view key_session) {
    const auto key = key_session.substr(key_prefix.size());
    auto all = database.query("SELECT id FROM token_grants WHERE api_key = ? LIMIT 1000", {key});
    if (!all) return all.error();
    auto gone = database.execute("DELETE FROM token_grants WHERE api_key = ?", {key});
    if (!gone) return gone.error();
    std::vector<std::string> out;
    for (const auto& row : *all) out.push_back(session_of(row.text(0)));
    return out;
}

} // namespace caredian::identity
