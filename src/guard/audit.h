// Who did what to whom: sign-ins, refusals and changes. Rows are only ever added, and fall off at
// the old end. Never holds a password, token, code or key, nor an unknown name that somebody typed
// (people type passwords there).
//
// Each row carries the SHA-256 of the row before it and of itself, so that a row which was changed,
// removed or put in breaks the chain from there on. The hash of what fell off is kept as its
// anchor. Who could write the whole table anew is found by the heads that were exported (a file,
// the log): they no longer fit.
#pragma once

#include "base/clock.h"
#include "base/metrics.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::guard {

enum class AuditEvent {
    first_run,    // the first administrator was made with the one-time code
    login,        //
    login_failed, // detail: "unknown name", "wrong password", "disabled"
    logout,
    session_ended, // by its owner from another session, or by an administrator
    user_added,
    user_changed, // detail: what ("role member", "disabled", "password")
    user_removed,
    key_added, // subject: the owner; detail: id, name, role, scopes
    key_revoked,
    token_reused,  // a refresh token came a second time: all that was issued with it has ended
    token_revoked, // detail of both: the key's id
    key_refused,   // a key of ours that was not good: detail says why; at most one in ten minutes
    reset_link_made,
    password_reset, // with such a link
    invited,        // detail: role
    invitation_used,
    invitation_revoked,
    second_factor_on, // detail of these two: which
    second_factor_off,
    recovery_codes_made,
    recovery_code_used,
    passkey_added, // detail of these: its name
    passkey_removed,
    passkey_refused, // its counter went back: there may be a copy of it
    role_added,      // subject: the role; detail: who has it
    role_changed,
    role_removed,
    grant_added, // subject: whom; detail: id and what
    grant_changed,
    grant_removed,
    access_denied,    // subject: what was asked for; detail: why. Not each one: see denials.h
    settings_changed, // detail: which, when they were read again
    broker_made,      // a configuration for the broker; detail: its names
    device_added,     // subject of these: the device; detail: on which topics
    device_removed,
    device_certified, // detail: the certificate's serial number and end
    device_password_made,
    device_code_made, // detail: its end
    device_code_used,
    device_code_refused, // it was none, used or over; at most one in ten minutes
    device_revoked,      // detail: serial numbers
};
std::string_view to_string(AuditEvent e); // "login_failed"

// Who acts, for the record.
struct Actor {
    std::string name;   // a username; "command line"; "" = nobody is signed in
    std::string client; // address of the true client; "" = this machine
};

struct AuditRow {
    std::int64_t id = 0; // counts up; never used again
    WallTime time{};
    std::string event;
    std::string actor;
    std::string client;
    std::string subject; // the account it is about
    std::string detail;
    std::string hash; // hex
};

// What to list; empty = any.
struct AuditQuery {
    std::size_t limit = 100;            // 1 to 1000
    std::optional<std::int64_t> before; // ids below this one
    std::string actor;
    std::string event;
    std::string subject;
    std::optional<WallTime> from, to; // to: not included
};

// Where the chain ends: the last row's id and hash. Before the first row: 0 and zeros.
struct AuditHead {
    std::int64_t id = 0;
    std::string hash;
    bool operator==(const AuditHead&) const = default;
};

// What a look at the whole chain came to.
struct AuditCheck {
    bool whole = false;
    std::string problem; // a sentence, when it is not
    std::int64_t rows = 0;
    std::int64_t first = 0; // id of the oldest row that is kept
    AuditHead head;
    std::size_t exported = 0; // of the given heads, how many could be compared
};

struct AuditLimits {
    nanoseconds max_age = std::chrono::hours(24 * 400);
    std::int64_t max_rows = 100'000; // beyond, the oldest go
};

// Any thread; blocks (SQL).
class Audit {
public:
    Audit(store::Database& database, const Clock& clock, AuditLimits limits = {});
    static result<void> prepare(store::Database& database); // makes the table

    // Also one line in the log. A row that cannot be written is logged as an error and counted:
    // what it records is not undone for it.
    void write(AuditEvent event, const Actor& actor, std::string_view subject,
               std::string_view detail = {});
    // Newest first.
    result<std::vector<AuditRow>> list(const AuditQuery& query);
    result<std::vector<AuditRow>> list(std::size_t limit, std::optional<std::int64_t> before = {});
    result<AuditHead> head();
    // Reads every row. `exported`: heads as they were once, which must still be in the chain (those
    // that fell off are passed over). Errors are the store's.
    result<AuditCheck> verify(std::span<const AuditHead> exported = {});
    // Cuts what is too old or too much. Call it once an hour.
    result<void> trim();
    std::uint64_t lost() const { return lost_.value(); }

private:
    result<void> append(const AuditRow& row);

    store::Database& database_;
    const Clock& clock_;
    AuditLimits limits_;
    SharedCounter lost_;
};

} // namespace caredian::guard
