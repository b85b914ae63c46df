#include "identity/invitations.h"

#include "base/log.h"
#include "identity/digest.h"

#include <array>

namespace caredian::identity {

namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t id_bytes = 8;
constexpr std::int64_t max_days = 90;
constexpr auto kept_after_end = std::chrono::hours(24 * 30);

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS invitations("
     "id {key} NOT NULL PRIMARY KEY, hash {key} NOT NULL UNIQUE, role {key} NOT NULL,"
     "full_name {text} NOT NULL, inviter {key} NOT NULL, invited_by {key} NOT NULL,"
     "created_ns {integer} NOT NULL, expires_ns {integer} NOT NULL, used_ns {integer} NOT NULL,"
     "account {key} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS invitations_inviter ON invitations(inviter)"},
}};

constexpr std::string_view select =
    "SELECT i.id,i.role,i.full_name,i.invited_by,i.created_ns,i.expires_ns,i.used_ns,a.username "
    "FROM invitations i LEFT JOIN accounts a ON a.id = i.account ";

Invitation invitation_of(const store::Row& row) {
    Invitation i;
    i.id = row.text(0);
    i.role = row.text(1) == "admin" ? Role::admin : Role::member; // anything unknown is the lesser
    i.full_name = row.text(2);
    i.invited_by = row.text(3);
    i.created = from_ns(row.integer(4));
    i.expires = from_ns(row.integer(5));
    i.used = from_ns(row.integer(6));
    i.account = row.text(7);
    return i;
}

result<void> done(const result<std::uint64_t>& r) {
    return r ? result<void>() : result<void>(r.error());
}

} // namespace

std::span<const store::Migration> Invitations::migrations() {
    return steps;
}

Invitations::Invitations(store::Database& database, Accounts& accounts, const Clock& clock,
                         Random& random)
    : database_(database), accounts_(accounts), clock_(clock), random_(random) {
    accounts_.on_sessions_must_end([this](const Account& account) {
        if (auto r = end_of(account); !r)
            log::error("identity", "invitations of a changed account are still good",
                       {{"username", account.username}, {"reason", r.error().message()}});
    });
}

// Who is no administrator any more invites nobody; a new password changes nothing of it.
result<void> Invitations::end_of(const Account& inviter) {
    auto now = accounts_.find_id(inviter.id);
    if (!now) return now.error();
    if (*now && !(*now)->disabled && (*now)->role == Role::admin) return {};
    return done(database_.execute("DELETE FROM invitations WHERE inviter = ? AND account = ''",
                                  {inviter.id}));
}

result<Invitations::Made> Invitations::make(const NewInvitation& fresh, std::string_view account,
                                            const guard::Actor& by) {
    if (fresh.days < 1 || fresh.days > max_days) return Errc::bad_invite;
    if (auto r = check_full_name(fresh.full_name); !r) return r.error();
    Invitation i;
    i.id = random_.hex(id_bytes);
    i.role = fresh.role;
    i.full_name = fresh.full_name;
    i.invited_by = by.name;
    i.created = clock_.wall();
    i.expires = i.created + std::chrono::hours(24 * fresh.days);
    Secret token(random_.token(token_bytes));
    auto work = [&](store::Connection& c) -> result<void> {
        auto open = c.query("SELECT COUNT(*) FROM invitations WHERE used_ns = 0 AND expires_ns > ?",
                            {to_ns(i.created)});
        if (!open) return open.error();
        if ((*open)[0].integer(0) >= static_cast<std::int64_t>(max_open))
            return Errc::too_many_invites;
        return done(c.execute("INSERT INTO invitations(id,hash,role,full_name,inviter,invited_by,"
                              "created_ns,expires_ns,used_ns,account) VALUES(?,?,?,?,?,?,?,?,0,'')",
                              {i.id, sha256_hex(token.reveal()), to_string(i.role), i.full_name,
                               account, i.invited_by, to_ns(i.created), to_ns(i.expires)}));
    };
    if (auto r = database_.transaction(work); !r) return r.error();
    accounts_.audit().write(guard::AuditEvent::invited, by, {},
                            i.id + ", role " + std::string(to_string(i.role)));
    return Made{std::move(i), std::move(token)};
}

result<std::vector<Invitation>> Invitations::list() {
    auto rows =
        database_.query(std::string(select) + "ORDER BY i.created_ns DESC, i.id LIMIT 1000");
    if (!rows) return rows.error();
    std::vector<Invitation> out;
    for (const auto& row : *rows) out.push_back(invitation_of(row));
    return out;
}

result<void> Invitations::revoke(std::string_view id, const guard::Actor& by) {
    auto gone = database_.execute("DELETE FROM invitations WHERE id = ? AND used_ns = 0", {id});
    if (!gone) return gone.error();
    if (*gone == 0) return Errc::not_found;
    accounts_.audit().write(guard::AuditEvent::invitation_revoked, by, {}, id);
    return {};
}

result<Invitation> Invitations::look(std::string_view token) {
    auto rows = database_.query(std::string(select) +
                                    "WHERE i.hash = ? AND i.used_ns = 0 AND i.expires_ns > ?",
                                {sha256_hex(token), to_ns(clock_.wall())});
    if (!rows) return rows.error();
    if (rows->empty()) return Errc::bad_link;
    return invitation_of((*rows)[0]);
}

result<Account> Invitations::accept(std::string_view token, NewAccount account,
                                    const std::string& client) {
    // What can be seen beforehand costs no hashing.
    if (auto name = parse_username(account.username); !name) return name.error();
    if (auto r = check_password(account.password.reveal()); !r) return r.error();
    auto invitation = look(token);
    if (!invitation) return invitation.error();
    const std::string hash = sha256_hex(token);
    // Of two who come at once, one.
    auto taken =
        database_.execute("UPDATE invitations SET used_ns = ? WHERE hash = ? AND used_ns = 0",
                          {to_ns(clock_.wall()), hash});
    if (!taken) return taken.error();
    if (*taken != 1) return Errc::bad_link;
    account.role = invitation->role;
    auto made = accounts_.add(account, {"invitation", client});
    if (!made) {
        (void)database_.execute("UPDATE invitations SET used_ns = 0 WHERE hash = ?", {hash});
        return made;
    }
    (void)database_.execute("UPDATE invitations SET account = ? WHERE hash = ?", {made->id, hash});
    accounts_.audit().write(guard::AuditEvent::invitation_used, {made->username, client},
                            made->username, invitation->id + " of " + invitation->invited_by);
    return made;
}

result<void> Invitations::sweep() {
    return done(database_.execute("DELETE FROM invitations WHERE expires_ns < ?",
                                  {to_ns(clock_.wall() - kept_after_end)}));
}

} // namespace caredian::identity
