#include "guard/audit.h"

#include "base/encoding.h"
#include "base/log.h"
#include "guard/audit_chain.h"
#include "guard/audit_command.h"
#include "store/migrations.h"

#include <algorithm>
#include <array>
#include <limits>

namespace caredian::guard {

namespace {

constexpr std::size_t max_word = 190; // bytes of a column that is an index somewhere
constexpr std::size_t max_text = 500;

constexpr std::array<store::Migration, 2> migrations{{
    {"CREATE TABLE IF NOT EXISTS audit("
     "id {id}, time_ns {integer} NOT NULL, event {key} NOT NULL, actor {key} NOT NULL,"
     "client {key} NOT NULL, subject {key} NOT NULL, detail {text} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS audit_time ON audit(time_ns)"},
    {"CREATE TABLE IF NOT EXISTS audit_heads("
     "name {key} NOT NULL PRIMARY KEY, row_id {integer} NOT NULL, hash {key} NOT NULL) {table}",
     chain_old_rows},
}};

} // namespace

std::string_view to_string(AuditEvent e) {
    if (e == device_command) return "device_command";
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
    case AuditEvent::role_added:
        return "role_added";
    case AuditEvent::role_changed:
        return "role_changed";
    case AuditEvent::role_removed:
        return "role_removed";
    case AuditEvent::grant_added:
        return "grant_added";
    case AuditEvent::grant_changed:
        return "grant_changed";
    case AuditEvent::grant_removed:
        return "grant_removed";
    case AuditEvent::access_denied:
        return "access_denied";
    case AuditEvent::settings_changed:
        return "settings_changed";
    case AuditEvent::broker_made:
        return "broker_made";
    case AuditEvent::device_added:
        return "device_added";
    case AuditEvent::device_removed:
        return "device_removed";
    case AuditEvent::device_certified:
        return "device_certified";
    case AuditEvent::device_password_made:
        return "device_password_made";
    case AuditEvent::device_code_made:
        return "device_code_made";
    case AuditEvent::device_code_used:
        return "device_code_used";
    case AuditEvent::device_code_refused:
        return "device_code_refused";
    case AuditEvent::device_revoked:
        return "device_revoked";
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
    AuditRow row;
    row.time = clock_.wall();
    row.event = to_string(event);
    row.actor = sanitize_utf8(actor.name, max_word);
    row.client = sanitize_utf8(actor.client, max_word);
    row.subject = sanitize_utf8(subject, max_word);
    row.detail = sanitize_utf8(detail, max_text);
    auto written = append(row);
    if (written) return;
    lost_.add();
    log::error("audit", "an event could not be kept", {{"reason", written.error().message()}});
}

// One after the other, also of several gateways: each row follows the one that is last now.
result<void> Audit::append(const AuditRow& row) {
    return database_.transaction([&](store::Connection& c) -> result<void> {
        if (auto held = hold_chain(c); !held) return held;
        auto last = read_head(c, "head");
        if (!last) return last.error();
        AuditRow next = row;
        next.id = last->id + 1;
        next.hash = chain_hash(last->hash, next);
        auto put = c.execute("INSERT INTO audit(id,time_ns,event,actor,client,subject,detail,hash) "
                             "VALUES(?,?,?,?,?,?,?,?)",
                             {next.id, to_ns(next.time), next.event, next.actor, next.client,
                              next.subject, next.detail, next.hash});
        return put ? write_head(c, "head", {next.id, next.hash}) : result<void>(put.error());
    });
}

result<AuditHead> Audit::head() {
    return read_head(database_, "head");
}

result<std::vector<AuditRow>> Audit::list(std::size_t limit, std::optional<std::int64_t> before) {
    AuditQuery query;
    query.limit = limit;
    query.before = before;
    return list(query);
}

result<std::vector<AuditRow>> Audit::list(const AuditQuery& query) {
    std::string sql = "SELECT " + std::string(audit_columns) + " FROM audit WHERE id < ?";
    std::vector<store::Parameter> parameters{
        query.before.value_or(std::numeric_limits<std::int64_t>::max())};
    auto add = [&](std::string_view condition, store::Parameter value) {
        sql.append(" AND ").append(condition);
        parameters.push_back(value);
    };
    if (!query.actor.empty()) add("actor = ?", query.actor);
    if (!query.event.empty()) add("event = ?", query.event);
    if (!query.subject.empty()) add("subject = ?", query.subject);
    if (query.from) add("time_ns >= ?", to_ns(*query.from));
    if (query.to) add("time_ns < ?", to_ns(*query.to));
    sql += " ORDER BY id DESC LIMIT ?";
    parameters.emplace_back(
        static_cast<std::int64_t>(std::clamp<std::size_t>(query.limit, 1, 1000)));
    auto rows =
        database_.query(sql, store::Parameters(std::span<const store::Parameter>(parameters)));
    if (!rows) return rows.error();
    std::vector<AuditRow> out;
    out.reserve(rows->size());
    for (const auto& row : *rows) out.push_back(audit_row(row));
    return out;
}

// Whole beginnings alone, so that the chain goes on from the last row that is gone.
result<void> Audit::trim() {
    const auto oldest = to_ns(clock_.wall() - limits_.max_age);
    return database_.transaction([&](store::Connection& c) -> result<void> {
        if (auto held = hold_chain(c); !held) return held;
        auto last = read_head(c, "head");
        if (!last) return last.error();
        auto young = c.query("SELECT MIN(id) FROM audit WHERE time_ns >= ?", {oldest});
        if (!young) return young.error();
        const bool none = (*young)[0].is_null(0);
        auto cut =
            std::max(none ? last->id : (*young)[0].integer(0) - 1, last->id - limits_.max_rows);
        auto end =
            c.query("SELECT id,hash FROM audit WHERE id <= ? ORDER BY id DESC LIMIT 1", {cut});
        if (!end) return end.error();
        if (end->empty()) return {};
        auto gone = c.execute("DELETE FROM audit WHERE id <= ?", {cut});
        if (!gone) return gone.error();
        return write_head(c, "anchor", {(*end)[0].integer(0), (*end)[0].text(1)});
    });
}

} // namespace caredian::guard
