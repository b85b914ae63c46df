#include "identity/second_factors.h"

#include "base/encoding.h"
#include "base/log.h"
#include "identity/digest.h"
#include "identity/totp.h"

#include <array>

namespace caredian::identity {

namespace {

constexpr std::string_view purpose = "second_factor.app";
constexpr std::size_t letters_of_code = 16;                               // 5 bits each
constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz023456789"; // no 1, i, l, o

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS second_factors("
     "account {key} NOT NULL PRIMARY KEY, app {blob} NOT NULL, last_step {integer} NOT NULL,"
     "begun {blob} NOT NULL, begun_ns {integer} NOT NULL, passkeys {integer} NOT NULL) {table};"
     "CREATE TABLE IF NOT EXISTS recovery_codes("
     "hash {key} NOT NULL PRIMARY KEY, account {key} NOT NULL, used_ns {integer} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS recovery_codes_account ON recovery_codes(account)"},
}};

result<void> done(const result<std::uint64_t>& r) {
    return r ? result<void>() : result<void>(r.error());
}

// What was typed, without what people put between.
std::string plain(std::string_view typed) {
    std::string out;
    for (char c : lower_ascii(typed.substr(0, 64)))
        if (c != ' ' && c != '-' && c != '\t') out += c;
    return out;
}

std::string hash_of(std::string_view account, std::string_view letters) {
    return sha256_hex(std::string(account) + '\n' + std::string(letters));
}

} // namespace

struct SecondFactors::Row {
    bool there = false;
    std::string app; // sealed; empty: none
    std::string begun;
    WallTime begun_at{};
    bool passkeys = false;
    std::size_t codes_left = 0;
};

std::span<const store::Migration> SecondFactors::migrations() {
    return steps;
}

SecondFactors::SecondFactors(store::Database& database, Accounts& accounts,
                             const store::Sealer& sealer, const Clock& clock, Random& random)
    : database_(database), accounts_(accounts), sealer_(sealer), clock_(clock), random_(random) {}

result<SecondFactors::Row> SecondFactors::load(store::Connection& c, std::string_view account) {
    auto rows = c.query("SELECT app,begun,begun_ns,passkeys FROM second_factors WHERE account = ?",
                        {account});
    if (!rows) return rows.error();
    auto codes =
        c.query("SELECT COUNT(*) FROM recovery_codes WHERE account = ? AND used_ns = 0", {account});
    if (!codes) return codes.error();
    Row row;
    row.codes_left = static_cast<std::size_t>((*codes)[0].integer(0));
    if (rows->empty()) return row;
    row.there = true;
    row.app = (*rows)[0].text(0);
    row.begun = (*rows)[0].text(1);
    row.begun_at = from_ns((*rows)[0].integer(2));
    row.passkeys = (*rows)[0].integer(3) != 0;
    return row;
}

result<SecondFactors::State> SecondFactors::state(std::string_view account) {
    auto row = load(database_, account);
    if (!row) return row.error();
    return State{!row->app.empty(), row->passkeys, row->codes_left};
}

// --- recovery codes -----------------------------------------------------------------------------

result<SecondFactors::Codes> SecondFactors::new_codes(store::Connection& c,
                                                      std::string_view account) {
    if (auto r = c.execute("DELETE FROM recovery_codes WHERE account = ?", {account}); !r)
        return r.error();
    Codes out;
    for (std::size_t n = 0; n < recovery_codes; ++n) {
        std::array<std::byte, letters_of_code> bytes{};
        random_.fill(bytes);
        std::string letters;
        std::string shown;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const char letter = alphabet[std::to_integer<std::size_t>(bytes[i]) & 31];
            letters += letter;
            if (i > 0 && i % 4 == 0) shown += '-';
            shown += letter;
        }
        auto r = c.execute("INSERT INTO recovery_codes(hash,account,used_ns) VALUES(?,?,0)",
                           {hash_of(account, letters), account});
        if (!r) return r.error();
        out.emplace_back(std::move(shown));
    }
    return out;
}

// With a first factor come codes; a second one leaves them as they are.
result<SecondFactors::Codes> SecondFactors::first_codes(store::Connection& c,
                                                        std::string_view account) {
    auto row = load(c, account);
    if (!row) return row.error();
    if (row->codes_left > 0) return Codes();
    return new_codes(c, account);
}

result<void> SecondFactors::drop_codes_if_off(store::Connection& c, std::string_view account) {
    auto rows = c.query("SELECT 1 FROM second_factors WHERE account = ? AND (passkeys <> 0 OR "
                        "LENGTH(app) > 0)",
                        {account});
    if (!rows) return rows.error();
    if (!rows->empty()) return {};
    return done(c.execute("DELETE FROM recovery_codes WHERE account = ?", {account}));
}

result<SecondFactors::Codes> SecondFactors::renew_codes(const Account& account,
                                                        const guard::Actor& by) {
    Codes codes;
    auto work = [&](store::Connection& c) -> result<void> {
        auto row = load(c, account.id);
        if (!row) return row.error();
        if (row->app.empty() && !row->passkeys) return Errc::factor_off;
        auto made = new_codes(c, account.id);
        if (!made) return made.error();
        codes = std::move(*made);
        return {};
    };
    if (auto r = database_.transaction(work); !r) return r.error();
    accounts_.audit().write(guard::AuditEvent::recovery_codes_made, by, account.username);
    return codes;
}

// --- the authenticator app ----------------------------------------------------------------------

result<Secret> SecondFactors::begin_app(std::string_view account) {
    Secret secret;
    auto work = [&](store::Connection& c) -> result<void> {
        auto row = load(c, account);
        if (!row) return row.error();
        if (!row->app.empty()) return Errc::factor_on;
        // Who reloads the page sees the code that is in the app already.
        if (!row->begun.empty() && clock_.wall() - row->begun_at < enrol_within)
            if (auto opened = sealer_.open(purpose, account, row->begun); opened) {
                secret = std::move(*opened);
                return {};
            }
        std::string bytes(totp_secret_bytes, '\0');
        random_.fill(std::as_writable_bytes(std::span(bytes)));
        secret = Secret(std::move(bytes));
        const auto sealed = sealer_.seal(purpose, account, secret, random_);
        const auto now = to_ns(clock_.wall());
        if (row->there)
            return done(c.execute("UPDATE second_factors SET begun=?,begun_ns=? WHERE account=?",
                                  {store::Blob(sealed), now, account}));
        return done(c.execute("INSERT INTO second_factors(account,app,last_step,begun,begun_ns,"
                              "passkeys) VALUES(?,?,0,?,?,0)",
                              {account, store::Blob({}), store::Blob(sealed), now}));
    };
    if (auto r = database_.transaction(work); !r) return r.error();
    return secret;
}

result<SecondFactors::Codes>
SecondFactors::finish_app(const Account& account, std::string_view code, const guard::Actor& by) {
    Codes codes;
    auto work = [&](store::Connection& c) -> result<void> {
        auto row = load(c, account.id);
        if (!row) return row.error();
        if (!row->app.empty()) return Errc::factor_on;
        if (row->begun.empty() || clock_.wall() - row->begun_at >= enrol_within)
            return Errc::start_again;
        auto secret = sealer_.open(purpose, account.id, row->begun);
        if (!secret) return Errc::start_again;
        auto step = totp_match(*secret, plain(code), clock_.wall());
        if (!step) return Errc::wrong_second;
        auto set = c.execute("UPDATE second_factors SET app=begun,begun=?,last_step=? "
                             "WHERE account=?",
                             {store::Blob({}), *step, account.id});
        if (!set) return set.error();
        auto made = first_codes(c, account.id);
        if (!made) return made.error();
        codes = std::move(*made);
        return {};
    };
    if (auto r = database_.transaction(work); !r) return r.error();
    accounts_.audit().write(guard::AuditEvent::second_factor_on, by, account.username, "app");
    return codes;
}

result<void> SecondFactors::remove_app(const Account& account, const guard::Actor& by) {
    auto work = [&](store::Connection& c) -> result<void> {
        auto row = load(c, account.id);
        if (!row) return row.error();
        if (row->app.empty()) return Errc::factor_off;
        if (needed(account) && !row->passkeys) return Errc::factor_needed;
        auto set = c.execute("UPDATE second_factors SET app=?,begun=? WHERE account=?",
                             {store::Blob({}), store::Blob({}), account.id});
        if (!set) return set.error();
        return drop_codes_if_off(c, account.id);
    };
    if (auto r = database_.transaction(work); !r) return r;
    accounts_.audit().write(guard::AuditEvent::second_factor_off, by, account.username, "app");
    return {};
}

// --- passkeys -----------------------------------------------------------------------------------

result<SecondFactors::Codes> SecondFactors::ask_for_passkeys(const Account& account, bool ask,
                                                             const guard::Actor& by) {
    Codes codes;
    bool changed = false;
    auto work = [&](store::Connection& c) -> result<void> {
        auto row = load(c, account.id);
        if (!row) return row.error();
        if (row->passkeys == ask) return {};
        if (!ask && needed(account) && row->app.empty()) return Errc::factor_needed;
        changed = true;
        auto set =
            row->there
                ? c.execute("UPDATE second_factors SET passkeys=? WHERE account=?",
                            {std::int64_t{ask}, account.id})
                : c.execute("INSERT INTO second_factors(account,app,last_step,begun,"
                            "begun_ns,passkeys) VALUES(?,?,0,?,0,?)",
                            {account.id, store::Blob({}), store::Blob({}), std::int64_t{ask}});
        if (!set) return set.error();
        if (!ask) return drop_codes_if_off(c, account.id);
        auto made = first_codes(c, account.id);
        if (!made) return made.error();
        codes = std::move(*made);
        return {};
    };
    if (auto r = database_.transaction(work); !r) return r.error();
    if (changed)
        accounts_.audit().write(ask ? guard::AuditEvent::second_factor_on
                                    : guard::AuditEvent::second_factor_off,
                                by, account.username, "passkeys");
    return codes;
}

result<void> SecondFactors::remove_all(const Account& account, const guard::Actor& by) {
    auto work = [&](store::Connection& c) -> result<void> {
        auto row = load(c, account.id);
        if (!row) return row.error();
        if (row->app.empty() && !row->passkeys) return Errc::factor_off;
        auto gone = c.execute("DELETE FROM second_factors WHERE account = ?", {account.id});
        if (!gone) return gone.error();
        return done(c.execute("DELETE FROM recovery_codes WHERE account = ?", {account.id}));
    };
    if (auto r = database_.transaction(work); !r) return r;
    accounts_.audit().write(guard::AuditEvent::second_factor_off, by, account.username, "all");
    return {};
}

// --- signing in ---------------------------------------------------------------------------------

result<void> SecondFactors::check(const Account& account, std::string_view code,
                                  const guard::Actor& by) {
    const std::string typed = plain(code);
    if (typed.size() == totp_digits) return check_app(account, typed);
    if (typed.size() == letters_of_code) return check_recovery(account, typed, by);
    return Errc::wrong_second;
}

result<void> SecondFactors::check_app(const Account& account, std::string_view digits) {
    auto row = load(database_, account.id);
    if (!row) return row.error();
    if (row->app.empty()) return Errc::wrong_second;
    auto secret = sealer_.open(purpose, account.id, row->app);
    if (!secret) {
        log::error("identity", "an authenticator app's secret was sealed with another master key",
                   {{"username", account.username}});
        return Errc::wrong_second;
    }
    auto step = totp_match(*secret, digits, clock_.wall());
    if (!step) return Errc::wrong_second;
    // Of two who bring the same code at once, one; and never an older one after a newer.
    auto used = database_.execute(
        "UPDATE second_factors SET last_step = ? WHERE account = ? AND last_step < ?",
        {*step, account.id, *step});
    if (!used) return used.error();
    if (*used != 1) return Errc::wrong_second;
    return {};
}

result<void> SecondFactors::check_recovery(const Account& account, std::string_view letters,
                                           const guard::Actor& by) {
    auto used = database_.execute("UPDATE recovery_codes SET used_ns = ? WHERE hash = ? AND "
                                  "account = ? AND used_ns = 0",
                                  {to_ns(clock_.wall()), hash_of(account.id, letters), account.id});
    if (!used) return used.error();
    if (*used != 1) return Errc::wrong_second;
    auto left = state(account.id);
    accounts_.audit().write(guard::AuditEvent::recovery_code_used, by, account.username,
                            left ? std::to_string(left->codes_left) + " left" : std::string());
    return {};
}

result<void> SecondFactors::sweep() {
    for (std::string_view table : {"second_factors", "recovery_codes"})
        if (auto r = database_.execute("DELETE FROM " + std::string(table) +
                                       " WHERE account NOT IN (SELECT id FROM accounts)");
            !r)
            return r.error();
    return {};
}

} // namespace caredian::identity
