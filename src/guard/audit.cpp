#include "guard/audit.h"

#include "base/encoding.h"
#include "base/log.h"
#include "store/migrations.h"

#include <algorithm>
#include <array>
#include <limits>

namespace caredian::guard {

namespace {

constexpr std::size_t max_text = 200; // bytes of a column

constexpr std::array<store::Migration, 1> migrations{{
    {"CREATE TABLE IF NOT EXISTS audit("
     "id {id}, time_ns {integer} NOT NULL, event {key} NOT NULL, actor {key} NOT NULL,"
     "client {key} NOT NULL, subject {key} NOT NULL, detail {text} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS audit_time ON audit(time_ns)"},
}};

AuditRow row_of(const store::Row& row) {
    AuditRow out;
    out.id = row.integer(0);
    out.time = from_ns(row.integer(1));
    out.event = row.text(2);
    out.actor = row.text(3);
    out.client = row.text(4);
    out.subject = row.text(5);
    out.detail = row.text(6);
    return out;
}

} // namespace

std::string_view to_string(AuditEvent e) {
    switch (e) {
    case AuditEvent::first_run:
        return "first_run";
    case AuditEvent::login:
        return "login";
    case AuditEvent::login_failed:
        return "login_failed";
    case AuditEvent::logout:
        return "logout";
    case AuditEvent::session_ended:
        return "session_ended";
    case AuditEvent::user_added:
        return "user_added";
    case AuditEvent::user_changed:
        return "user_changed";
    case AuditEvent::user_removed:
        return "user_removed";
    case AuditEvent::key_added:
        return "key_added";
    case AuditEvent::key_revoked:
        return "key_revoked";
    case AuditEvent::token_reused:
        return "token_reused";
    case AuditEvent::token_revoked:
        return "token_revoked";
    case AuditEvent::key_refused:
        return "key_refused";
    case AuditEvent::reset_link_made:
        return "reset_link_made";
    case AuditEvent::password_reset:
        return "password_reset";
    case AuditEvent::invited:
        return "invited";
    case AuditEvent::invitation_used:
        return "invitation_used";
    case AuditEvent::invitation_revoked:
        return "invitation_revoked";
    case AuditEvent::second_factor_on:
        return "second_factor_on";
    case AuditEvent::second_factor_off:
        return "second_factor_off";
    case AuditEvent::recovery_codes_made:
        return "recovery_codes_made";
    case AuditEvent::recovery_code_used:
        return "recovery_code_used";
    case AuditEvent::passkey_added:
        return "passkey_added";
    case AuditEvent::passkey_removed:
        return "passkey_removed";
    case AuditEvent::passkey_refused:
        return "passkey_refused";
    }
    return "unknown";
}

Audit::Audit(store::Database& database, const Clock& clock, AuditLimits limits)
    : database_(database), clock_(clock), limits_(limits) {}

result<void> Audit::prepare(store::Database& database) {
    return store::migrate(database, "guard", migrations);
}

void Audit::write(AuditEvent event, const Actor& actor, std::string_view subject,
                  std::string_view detail) {
    log::info("audit", to_string(event),
              {{"actor", actor.name},
               {"client", actor.client},
               {"subject", subject},
               {"detail", detail}});
    auto written = database_.execute(
        "INSERT INTO audit(time_ns,event,actor,client,subject,detail) VALUES(?,?,?,?,?,?)",
        {to_ns(clock_.wall()), to_string(event), sanitize_utf8(actor.name, max_text),
         sanitize_utf8(actor.client, max_text), sanitize_utf8(subject, max_text),
         sanitize_utf8(detail, max_text)});
    if (written) return;
    lost_.add();
    log::error("audit", "an event could not be kept", {{"reason", written.error().message()}});
}

result<std::vector<AuditRow>> Audit::list(std::size_t limit, std::optional<std::int64_t> before) {
    auto bounded = static_cast<std::int64_t>(std::clamp<std::size_t>(limit, 1, 1000));
    auto rows =
        database_.query("SELECT id,time_ns,event,actor,client,subject,detail FROM audit "
                        "WHERE id < ? ORDER BY id DESC LIMIT ?",
                        {before.value_or(std::numeric_limits<std::int64_t>::max()), bounded});
    if (!rows) return rows.error();
    std::vector<AuditRow> out;
    out.reserve(rows->size());
    for (const auto& row : *rows) out.push_back(row_of(row));
    return out;
}

result<void> Audit::trim() {
    auto oldest = to_ns(clock_.wall() - limits_.max_age);
    auto aged = database_.execute("DELETE FROM audit WHERE time_ns < ?", {oldest});
    if (!aged) return aged.error();
    auto last = database_.query("SELECT MAX(id) FROM audit");
    if (!last) return last.error();
    // Ids have no gaps to speak of, so the id says how many rows are behind it.
    auto cut = database_.execute("DELETE FROM audit WHERE id <= ?",
                                 {(*last)[0].integer(0) - limits_.max_rows});
    return cut ? result<void>() : result<void>(cut.error());
}

} // namespace caredian::guard
