#include "devices/events/event_store.h"

#include "base/encoding.h"
#include "store/migrations.h"

#include <array>

namespace caredian::devices {

namespace {

constexpr std::size_t longest = 190; // bytes of a {key}
constexpr std::int64_t slice = 5'000;

constexpr std::array<store::Migration, 2> migrations{{
    {"CREATE TABLE IF NOT EXISTS device_events("
     "id {id}, gateway {key} NOT NULL, row_no {integer} NOT NULL, part {integer} NOT NULL,"
     "time_ns {integer} NOT NULL, received_ns {integer} NOT NULL, device {key} NOT NULL,"
     "device_id {key} NOT NULL, measurement {key} NOT NULL, path {key} NOT NULL,"
     "field {key} NOT NULL, kind {key} NOT NULL, value {key} NOT NULL, area {key} NOT NULL"
     ") {table};"
     "CREATE UNIQUE INDEX IF NOT EXISTS device_events_once ON device_events(gateway, row_no, part);"
     "CREATE INDEX IF NOT EXISTS device_events_time ON device_events(time_ns, id);"
     "CREATE INDEX IF NOT EXISTS device_events_device ON device_events(device, time_ns);"
     "CREATE INDEX IF NOT EXISTS device_events_device_id ON device_events(device_id, time_ns);"
     "CREATE INDEX IF NOT EXISTS device_events_kind ON device_events(kind, time_ns)"},
    {"CREATE INDEX IF NOT EXISTS device_events_area ON device_events(area, time_ns)"},
}};

constexpr std::string_view columns =
    "time_ns,received_ns,device,device_id,measurement,path,field,kind,value,area,row_no,part";

std::string insert_statement(store::Dialect dialect) {
    std::string out = dialect == store::Dialect::sqlite ? "INSERT OR IGNORE" : "INSERT IGNORE";
    ((out += " INTO device_events(gateway,") += columns) += ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)";
    return out;
}

StoredEvent event_of(const store::Row& row) {
    StoredEvent out;
    auto& e = out.event;
    out.id = row.integer(0);
    e.time = row.integer(1);
    e.received = row.integer(2);
    std::size_t at = 3;
    for (auto* text : {&e.device, &out.device_id, &e.measurement, &e.path, &e.field, &e.kind,
                       &e.value, &out.area})
        *text = row.text(at++);
    e.row = static_cast<readings::Row>(row.integer(11));
    e.part = static_cast<std::uint32_t>(row.integer(12));
    return out;
}

result<bool> failed(error_code why) {
    return {boost::system::in_place_error, why};
}

} // namespace

result<void> EventStore::prepare() {
    return store::migrate(database_, "device_events", migrations);
}

result<void> EventStore::add(const std::string& gateway, std::span<const StoredEvent> events) {
    const auto sql = insert_statement(database_.dialect());
    return database_.transaction([&](store::Connection& c) -> result<void> {
        for (const auto& stored : events) {
            const auto& e = stored.event;
            std::array<std::string, 8> texts{e.device, stored.device_id, e.measurement,
                                             e.path,   e.field,          e.kind,
                                             e.value,  stored.area};
            for (auto& text : texts)
                if (text.size() > longest) text = sanitize_utf8(text, longest);
            auto done = c.execute(sql, {std::string_view(gateway), e.time, e.received,
                                        std::string_view(texts[0]), std::string_view(texts[1]),
                                        std::string_view(texts[2]), std::string_view(texts[3]),
                                        std::string_view(texts[4]), std::string_view(texts[5]),
                                        std::string_view(texts[6]), std::string_view(texts[7]),
                                        static_cast<std::int64_t>(e.row),
                                        static_cast<std::int64_t>(e.part)});
            if (!done) return done.error();
        }
        return {};
    });
}

result<std::vector<StoredEvent>> EventStore::list(const EventQuery& q) {
    std::string sql = "SELECT id," + std::string(columns) + " FROM device_events WHERE 1=1";
    std::vector<store::Parameter> with;
    auto where = [&](std::string_view condition, auto... values) {
        (sql += " AND ") += condition;
        (with.emplace_back(values), ...);
    };
    if (!q.device.empty())
        where("(device_id = ? OR device = ?)", std::string_view(q.device),
              std::string_view(q.device));
    if (!q.kind.empty()) where("kind = ?", std::string_view(q.kind));
    if (!q.area.empty()) where("area = ?", std::string_view(q.area));
    if (q.from) where("time_ns >= ?", *q.from);
    if (q.to) where("time_ns < ?", *q.to);
    if (q.after)
        where("(time_ns < ? OR (time_ns = ? AND id < ?))", q.after->first, q.after->first,
              q.after->second);
    sql += " ORDER BY time_ns DESC, id DESC LIMIT ?";
    with.emplace_back(static_cast<std::int64_t>(q.limit));
    auto rows = database_.query(sql, store::Parameters(std::span<const store::Parameter>(with)));
    if (!rows) return rows.error();
    std::vector<StoredEvent> out;
    out.reserve(rows->size());
    for (const auto& row : *rows) out.push_back(event_of(row));
    return out;
}

result<bool> EventStore::trim(std::optional<std::int64_t> before_ns, std::int64_t most) {
    std::uint64_t gone = 0;
    if (before_ns) {
        auto edge = database_.query("SELECT id FROM device_events WHERE time_ns < ? "
                                    "ORDER BY time_ns LIMIT ?",
                                    {*before_ns, slice});
        if (!edge) return failed(edge.error());
        for (const auto& row : *edge) {
            auto done =
                database_.execute("DELETE FROM device_events WHERE id = ?", {row.integer(0)});
            if (!done) return failed(done.error());
            gone += *done;
        }
    }
    auto newest = database_.query("SELECT MAX(id), MIN(id) FROM device_events");
    if (!newest) return failed(newest.error());
    if (newest->empty() || (*newest)[0].is_null(0)) return false;
    const std::int64_t keep_from = (*newest)[0].integer(0) - most + 1;
    const std::int64_t upto = std::min(keep_from, (*newest)[0].integer(1) + slice);
    if (keep_from > (*newest)[0].integer(1)) {
        auto done = database_.execute("DELETE FROM device_events WHERE id < ?", {upto});
        if (!done) return failed(done.error());
        gone += *done;
    }
    return gone >= static_cast<std::uint64_t>(slice);
}

} // namespace caredian::devices
