#include "identity/reset_links.h"

#include "base/log.h"
#include "identity/digest.h"

#include <array>

namespace caredian::identity {

namespace {

constexpr std::size_t token_bytes = 32;

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS reset_links("
     "account {key} NOT NULL PRIMARY KEY, hash {key} NOT NULL UNIQUE,"
     "expires_ns {integer} NOT NULL, used {integer} NOT NULL) {table}"},
}};

result<void> done(const result<std::uint64_t>& r) {
    return r ? result<void>() : result<void>(r.error());
}

} // namespace

std::span<const store::Migration> ResetLinks::migrations() {
    return steps;
}

ResetLinks::ResetLinks(store::Database& database, Accounts& accounts, const Clock& clock,
                       Random& random)
    : database_(database), accounts_(accounts), clock_(clock), random_(random) {
    accounts_.on_sessions_must_end([this](const Account& account) {
        auto gone = database_.execute("DELETE FROM reset_links WHERE account = ?", {account.id});
        if (!gone)
            log::error("identity", "a reset link of a changed account is still good",
                       {{"username", account.username}, {"reason", gone.error().message()}});
    });
}

result<ResetLinks::Made> ResetLinks::make(std::string_view username, const guard::Actor& by) {
    auto account = accounts_.find(username);
    if (!account) return account.error();
    if (!*account) return Errc::not_found;
    if ((*account)->disabled) return Errc::disabled;
    Made made{Secret(random_.token(token_bytes)), clock_.wall() + lifetime};
    auto kept =
        database_.execute("REPLACE INTO reset_links(account,hash,expires_ns,used) VALUES(?,?,?,0)",
                          {(*account)->id, sha256_hex(made.token.reveal()), to_ns(made.expires)});
    if (!kept) return kept.error();
    accounts_.audit().write(guard::AuditEvent::reset_link_made, by, (*account)->username);
    return made;
}

result<Account> ResetLinks::look(std::string_view token) {
    auto rows = database_.query(
        "SELECT account FROM reset_links WHERE hash = ? AND used = 0 AND expires_ns > ?",
        {sha256_hex(token), to_ns(clock_.wall())});
    if (!rows) return rows.error();
    if (rows->empty()) return Errc::bad_link;
    auto account = accounts_.find_id((*rows)[0].text(0));
    if (!account) return account.error();
    if (!*account || (*account)->disabled) return Errc::bad_link;
    return std::move(**account);
}

result<Account> ResetLinks::use(std::string_view token, const Secret& password,
                                const std::string& client) {
    if (auto r = check_password(password.reveal()); !r) return r.error();
    auto account = look(token);
    if (!account) return account;
    const std::string hash = sha256_hex(token);
    // Of two who come at once, one.
    auto taken =
        database_.execute("UPDATE reset_links SET used = 1 WHERE hash = ? AND used = 0", {hash});
    if (!taken) return taken.error();
    if (*taken != 1) return Errc::bad_link;
    AccountChange change;
    change.password = password;
    auto changed = accounts_.change(account->username, change, {account->username, client});
    if (!changed) {
        (void)database_.execute("UPDATE reset_links SET used = 0 WHERE hash = ?", {hash});
        return changed;
    }
    accounts_.audit().write(guard::AuditEvent::password_reset, {changed->username, client},
                            changed->username);
    return changed;
}

result<void> ResetLinks::sweep() {
    return done(
        database_.execute("DELETE FROM reset_links WHERE expires_ns <= ?", {to_ns(clock_.wall())}));
}

} // namespace caredian::identity
