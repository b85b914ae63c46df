#include "identity/passkeys.h"

#include "base/encoding.h"
#include "base/json.h"
#include "base/log.h"
#include "identity/digest.h"
#include "identity/sealed_state.h"
#include "identity/used_once.h"
#include "net/address.h"

#include <algorithm>
#include <array>

namespace caredian::identity {

namespace {

constexpr std::string_view purpose = "passkey.ceremony";
constexpr std::size_t challenge_bytes = 32;
constexpr std::size_t max_name = 100;
constexpr std::string_view registration = "create";
constexpr std::string_view sign_in = "get";
constexpr std::string_view second = "second";

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS passkeys("
     "id {key} NOT NULL PRIMARY KEY, account {key} NOT NULL, credential {blob} NOT NULL,"
     "name {text} NOT NULL, algorithm {integer} NOT NULL, public_key {blob} NOT NULL,"
     "counter {integer} NOT NULL, backed_up {integer} NOT NULL, created_ns {integer} NOT NULL,"
     "last_used_ns {integer} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS passkeys_account ON passkeys(account)"},
}};

result<void> done(const result<std::uint64_t>& r) {
    return r ? result<void>() : result<void>(r.error());
}

result<void> check_name(std::string_view name) {
    auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (name.empty() || name.size() > max_name || !is_utf8(name) ||
        std::any_of(name.begin(), name.end(), control))
        return Errc::bad_passkey_name;
    return {};
}

} // namespace

webauthn::RelyingParty relying_party(std::string_view public_url) {
    const bool tls = public_url.starts_with("https://");
    if (!tls && !public_url.starts_with("http://")) return {};
    std::string origin = lower_ascii(public_url.substr(0, public_url.find('/', 8)));
    std::string_view host = std::string_view(origin).substr(tls ? 8 : 7);
    if (host.starts_with('[')) return {};
    const auto colon = host.find(':');
    // Browsers leave a scheme's own port out.
    if (colon != host.npos && host.substr(colon) == (tls ? ":443" : ":80"))
        origin.resize(origin.size() - (host.size() - colon));
    std::string id(host.substr(0, colon));
    if (id.empty() || net::parse_address(id)) return {};
    if (!tls && id != "localhost" && !id.ends_with(".localhost")) return {};
    return {std::move(id), std::move(origin)};
}

struct Passkeys::Ceremony {
    std::string challenge;
    WallTime expires{};
};

std::span<const store::Migration> Passkeys::migrations() {
    return steps;
}

Passkeys::Passkeys(store::Database& database, Accounts& accounts, const store::Sealer& sealer,
                   const Clock& clock, Random& random, std::string_view public_url)
    : database_(database), accounts_(accounts), sealer_(sealer), clock_(clock), random_(random),
      us_(relying_party(public_url)) {}

// --- ceremonies ---------------------------------------------------------------------------------

Passkeys::Begun Passkeys::begun(std::string options, std::string_view kind,
                                std::string_view account, std::string_view challenge) {
    std::string text;
    JsonWriter(text)
        .begin_object()
        .member("k", kind)
        .member("a", account)
        .member("c", challenge)
        .member("e", to_ns(clock_.wall() + lifetime))
        .end_object();
    return {std::move(options), seal_state(sealer_, purpose, {}, std::move(text), random_)};
}

result<Passkeys::Ceremony> Passkeys::open(std::string_view cookie, std::string_view kind,
                                          std::string_view account) const {
    auto held = open_state(sealer_, purpose, {}, cookie, clock_.wall());
    if (!held || text_of(*held, "k") != kind || text_of(*held, "a") != account)
        return Errc::start_again;
    auto challenge = base64url_decode(text_of(*held, "c"));
    if (!challenge) return Errc::start_again;
    return Ceremony{std::move(*challenge), end_of(*held)};
}

result<std::string> Passkeys::known_ids(std::string_view account) {
    auto rows = database_.query("SELECT credential FROM passkeys WHERE account = ? LIMIT ?",
                                {account, static_cast<std::int64_t>(per_account)});
    if (!rows) return rows.error();
    std::string out;
    JsonWriter w(out);
    w.begin_array();
    for (const auto& row : *rows)
        w.begin_object()
            .member("type", "public-key")
            .member("id", base64url_encode(row.text(0)))
            .end_object();
    w.end_array();
    return out;
}

result<Passkeys::Begun> Passkeys::begin_registration(const Account& account) {
    if (!available()) return Errc::passkeys_off;
    auto n = count(account.id);
    if (!n) return n.error();
    if (*n >= per_account) return Errc::too_many_passkeys;
    auto known = known_ids(account.id);
    if (!known) return known.error();
    const std::string challenge = random_.token(challenge_bytes);
    const auto& shown = account.full_name.empty() ? account.username : account.full_name;
    std::string json;
    JsonWriter w(json);
    w.begin_object().member("challenge", challenge).key("rp").begin_object();
    w.member("id", us_.id).member("name", "CareDian").end_object();
    w.key("user").begin_object().member("id", base64url_encode(account.id));
    w.member("name", account.username).member("displayName", shown).end_object();
    w.key("pubKeyCredParams").begin_array();
    for (auto one :
         {webauthn::Algorithm::eddsa, webauthn::Algorithm::es256, webauthn::Algorithm::rs256})
        w.begin_object()
            .member("type", "public-key")
            .member("alg", static_cast<std::int64_t>(one))
            .end_object();
    w.end_array().key("excludeCredentials").raw(*known);
    w.key("authenticatorSelection").begin_object().member("residentKey", "preferred");
    w.member("userVerification", "preferred").end_object();
    w.member("attestation", "none");
    w.member("timeout", std::chrono::milliseconds(lifetime).count()).end_object();
    return begun(std::move(json), registration, account.id, challenge);
}

result<Passkeys::Begun> Passkeys::begin_sign_in() {
    if (!available()) return Errc::passkeys_off;
    const std::string challenge = random_.token(challenge_bytes);
    std::string json;
    JsonWriter w(json);
    w.begin_object().member("challenge", challenge).member("rpId", us_.id);
    w.key("allowCredentials").begin_array().end_array().member("userVerification", "required");
    w.member("timeout", std::chrono::milliseconds(lifetime).count()).end_object();
    return begun(std::move(json), sign_in, {}, challenge);
}

result<Passkeys::Begun> Passkeys::begin_second(std::string_view account) {
    if (!available()) return Errc::passkeys_off;
    auto known = known_ids(account);
    if (!known) return known.error();
    if (*known == "[]") return Errc::not_found;
    const std::string challenge = random_.token(challenge_bytes);
    std::string json;
    JsonWriter w(json);
    w.begin_object().member("challenge", challenge).member("rpId", us_.id);
    w.key("allowCredentials").raw(*known).member("userVerification", "discouraged");
    w.member("timeout", std::chrono::milliseconds(lifetime).count()).end_object();
    return begun(std::move(json), second, account, challenge);
}

result<Passkey> Passkeys::finish_registration(const Account& account, std::string_view cookie,
                                              const webauthn::Registration& answer,
                                              std::string name, const guard::Actor& by) {
    if (!available()) return Errc::passkeys_off;
    if (auto r = check_name(name); !r) return r.error();
    auto ceremony = open(cookie, registration, account.id);
    if (!ceremony) return ceremony.error();
    auto judged = webauthn::verify_registration(us_, ceremony->challenge, answer, false);
    if (!judged) {
        log::warning("identity", "a passkey was not taken",
                     {{"username", account.username}, {"reason", judged.error().message()}});
        return Errc::bad_passkey;
    }
    auto once =
        use_once(database_, "passkey " + sha256_hex(ceremony->challenge), ceremony->expires);
    if (!once) return once.error();
    if (!*once) return Errc::start_again;
    Passkey key{sha256_hex(judged->id), std::move(name), clock_.wall(), {}, judged->backed_up};
    auto work = [&](store::Connection& c) -> result<void> {
        auto rows = c.query("SELECT COUNT(*) FROM passkeys WHERE account = ?", {account.id});
        if (!rows) return rows.error();
        if ((*rows)[0].integer(0) >= static_cast<std::int64_t>(per_account))
            return Errc::too_many_passkeys;
        return done(c.execute(
            "INSERT INTO passkeys(id,account,credential,name,algorithm,public_key,counter,"
            "backed_up,created_ns,last_used_ns) VALUES(?,?,?,?,?,?,?,?,?,0)",
            {key.id, account.id, store::Blob(judged->id), key.name,
             static_cast<std::int64_t>(judged->key.algorithm), store::Blob(judged->key.key),
             std::int64_t{judged->counter}, std::int64_t{judged->backed_up}, to_ns(key.created)}));
    };
    if (auto r = database_.transaction(work); !r)
        return r.error() == store::Errc::constraint ? error_code(Errc::passkey_exists) : r.error();
    accounts_.audit().write(guard::AuditEvent::passkey_added, by, account.username, key.name);
    return key;
}

result<Account> Passkeys::finish(std::string_view cookie, const Answer& answer,
                                 std::string_view account, const std::string& client) {
    if (!available()) return Errc::passkeys_off;
    auto ceremony = open(cookie, account.empty() ? sign_in : second, account);
    if (!ceremony) return ceremony.error();
    return accept(answer, *ceremony, account, client);
}

result<Account> Passkeys::accept(const Answer& answer, const Ceremony& ceremony,
                                 std::string_view account, const std::string& client) {
    const auto id = sha256_hex(answer.credential);
    auto rows = database_.query("SELECT account,algorithm,public_key,counter,name FROM passkeys "
                                "WHERE id = ?",
                                {id});
    if (!rows) return rows.error();
    if (rows->empty()) return Errc::unknown_passkey;
    const auto& row = (*rows)[0];
    const std::string owner_id = row.text(0);
    // Without a name asked for, the authenticator says whose it is; it must be the same.
    const bool whose =
        account.empty() ? answer.user == owner_id
                        : owner_id == account && (answer.user.empty() || answer.user == owner_id);
    if (!whose) return Errc::unknown_passkey;
    auto algorithm = webauthn::algorithm_of(row.integer(1));
    if (!algorithm) return Errc::unknown_passkey;
    const webauthn::KnownCredential known{{*algorithm, row.text(2)},
                                          static_cast<std::uint32_t>(row.integer(3))};
    auto judged = webauthn::verify_assertion(us_, ceremony.challenge, answer.assertion, known,
                                             account.empty());
    auto owner = accounts_.find_id(owner_id);
    if (!owner) return owner.error();
    if (!judged) {
        log::warning("identity", "an answer of a passkey is refused",
                     {{"passkey", id.substr(0, 16)}, {"reason", judged.error().message()}});
        if (judged.error() == webauthn::Errc::counter && *owner)
            accounts_.audit().write(guard::AuditEvent::passkey_refused, {"", client},
                                    (*owner)->username, row.text(4));
        return Errc::bad_passkey;
    }
    if (!*owner || (*owner)->disabled) return Errc::unknown_passkey;
    auto once = use_once(database_, "passkey " + sha256_hex(ceremony.challenge), ceremony.expires);
    if (!once) return once.error();
    if (!*once) return Errc::start_again;
    // Of two answers made at once by an authenticator that counts, the later one stays.
    auto kept = database_.execute(
        "UPDATE passkeys SET counter = ?, backed_up = ?, last_used_ns = ? WHERE id = ? AND "
        "(counter < ? OR (counter = 0 AND ? = 0))",
        {std::int64_t{judged->counter}, std::int64_t{judged->backed_up}, to_ns(clock_.wall()), id,
         std::int64_t{judged->counter}, std::int64_t{judged->counter}});
    if (!kept) return kept.error();
    if (*kept != 1) return Errc::bad_passkey;
    return std::move(**owner);
}

// --- the list -----------------------------------------------------------------------------------

result<std::vector<Passkey>> Passkeys::list(std::string_view account) {
    auto rows = database_.query("SELECT id,name,created_ns,last_used_ns,backed_up FROM passkeys "
                                "WHERE account = ? ORDER BY created_ns, id LIMIT 100",
                                {account});
    if (!rows) return rows.error();
    std::vector<Passkey> out;
    for (const auto& row : *rows)
        out.push_back({row.text(0), row.text(1), from_ns(row.integer(2)), from_ns(row.integer(3)),
                       row.integer(4) != 0});
    return out;
}

result<std::size_t> Passkeys::count(std::string_view account) {
    auto rows = database_.query("SELECT COUNT(*) FROM passkeys WHERE account = ?", {account});
    if (!rows) return rows.error();
    return static_cast<std::size_t>((*rows)[0].integer(0));
}

result<void> Passkeys::rename(std::string_view id, std::string_view account,
                              std::string_view name) {
    if (auto r = check_name(name); !r) return r;
    auto set = database_.execute("UPDATE passkeys SET name = ? WHERE id = ? AND account = ?",
                                 {name, id, account});
    if (!set) return set.error();
    return *set == 1 ? result<void>() : result<void>(Errc::not_found);
}

result<void> Passkeys::remove(std::string_view id, const Account& owner, const guard::Actor& by) {
    auto rows =
        database_.query("SELECT name FROM passkeys WHERE id = ? AND account = ?", {id, owner.id});
    if (!rows) return rows.error();
    auto gone =
        database_.execute("DELETE FROM passkeys WHERE id = ? AND account = ?", {id, owner.id});
    if (!gone) return gone.error();
    if (*gone != 1 || rows->empty()) return Errc::not_found;
    accounts_.audit().write(guard::AuditEvent::passkey_removed, by, owner.username,
                            (*rows)[0].text(0));
    return {};
}

result<void> Passkeys::remove_all(std::string_view account) {
    return done(database_.execute("DELETE FROM passkeys WHERE account = ?", {account}));
}

result<void> Passkeys::sweep() {
    return done(
        database_.execute("DELETE FROM passkeys WHERE account NOT IN (SELECT id FROM accounts)"));
}

} // namespace caredian::identity
