#include "devices/events/event_outbox.h"

namespace caredian::devices {

namespace {

constexpr std::string_view schema = R"sql(
CREATE TABLE IF NOT EXISTS event(id INTEGER PRIMARY KEY AUTOINCREMENT, row_no INTEGER NOT NULL,
  part INTEGER NOT NULL, time_ns INTEGER NOT NULL, received_ns INTEGER NOT NULL,
  measurement TEXT NOT NULL, device TEXT NOT NULL, path TEXT NOT NULL, field TEXT NOT NULL,
  kind TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS state(key BLOB PRIMARY KEY, is_on INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
)sql";

constexpr std::string_view insert =
    "INSERT INTO event(row_no,part,time_ns,received_ns,measurement,device,path,field,kind,value) "
    "VALUES(?,?,?,?,?,?,?,?,?,?)";

result<void> add_one(store::Statement& to, const DeviceEvent& e) {
    to.bind(1, static_cast<std::int64_t>(e.row));
    to.bind(2, static_cast<std::int64_t>(e.part));
    to.bind(3, e.time);
    to.bind(4, e.received);
    int at = 5;
    for (const auto* text : {&e.measurement, &e.device, &e.path, &e.field, &e.kind, &e.value})
        to.bind(at++, std::string_view(*text));
    return to.run();
}

DeviceEvent read_one(const store::Statement& from) {
    DeviceEvent e;
    e.row = static_cast<readings::Row>(from.integer(1));
    e.part = static_cast<std::uint32_t>(from.integer(2));
    e.time = from.integer(3);
    e.received = from.integer(4);
    int at = 5;
    for (auto* text : {&e.measurement, &e.device, &e.path, &e.field, &e.kind, &e.value})
        *text = from.text(at++);
    return e;
}

} // namespace

result<EventOutbox> EventOutbox::open(const std::string& path) {
    auto db = store::Sqlite::open(path);
    if (!db) return db.error();
    if (auto made = db->execute(schema); !made) return made.error();
    return EventOutbox(std::move(*db));
}

result<std::int64_t> EventOutbox::meta(std::string_view name) {
    auto select = db_.prepare("SELECT value FROM meta WHERE name=?");
    if (!select) return select.error();
    select->bind(1, name);
    auto row = select->step();
    if (!row) return row.error();
    return *row ? select->integer(0) : std::int64_t{0};
}

result<void> EventOutbox::set_meta(std::string_view name, std::int64_t value) {
    auto put = db_.prepare("REPLACE INTO meta(name,value) VALUES(?,?)");
    if (!put) return put.error();
    put->bind(1, name);
    put->bind(2, value);
    return put->run();
}

result<readings::Row> EventOutbox::load(EventRules& rules) {
    auto cursor = meta("cursor");
    if (!cursor) return cursor.error();
    auto all = db_.prepare("SELECT key,is_on FROM state");
    if (!all) return all.error();
    for (;;) {
        auto row = all->step();
        if (!row) return row.error();
        if (!*row) return static_cast<readings::Row>(*cursor);
        rules.restore(std::string(all->blob(0)), all->integer(1) != 0);
    }
}

result<void> EventOutbox::add(std::span<const DeviceEvent> events,
                              std::span<const EventRules::State> states, readings::Row cursor) {
    return db_.transaction([&]() -> result<void> {
        auto put_event = db_.prepare(insert);
        auto put_state = db_.prepare("REPLACE INTO state(key,is_on) VALUES(?,?)");
        if (!put_event) return put_event.error();
        if (!put_state) return put_state.error();
        for (const auto& event : events)
            if (auto r = add_one(*put_event, event); !r) return r;
        for (const auto& [key, on] : states) {
            put_state->bind_blob(1, key);
            put_state->bind(2, std::int64_t{on ? 1 : 0});
            if (auto r = put_state->run(); !r) return r;
        }
        if (!events.empty())
            if (auto r = make_room(); !r) return r;
        return set_meta("cursor", static_cast<std::int64_t>(cursor));
    });
}

result<void> EventOutbox::make_room() {
    auto count = db_.prepare("SELECT max(id)-min(id)+1-? FROM event");
    if (!count) return count.error();
    count->bind(1, most);
    auto row = count->step();
    if (!row) return row.error();
    std::int64_t over = *row ? count->integer(0) : 0;
    count->reset();
    if (over <= 0) return {};
    auto cut = db_.prepare("DELETE FROM event WHERE id < (SELECT min(id) FROM event)+?");
    if (!cut) return cut.error();
    cut->bind(1, over);
    if (auto r = cut->run(); !r) return r;
    auto before = meta("lost");
    if (!before) return before.error();
    return set_meta("lost", *before + over);
}

result<std::vector<EventOutbox::Waiting>> EventOutbox::oldest(std::size_t limit) {
    auto select = db_.prepare(
        "SELECT id,row_no,part,time_ns,received_ns,measurement,device,path,field,kind,value "
        "FROM event ORDER BY id LIMIT ?");
    if (!select) return select.error();
    select->bind(1, static_cast<std::int64_t>(limit));
    std::vector<Waiting> out;
    for (;;) {
        auto row = select->step();
        if (!row) return row.error();
        if (!*row) return out;
        out.push_back({select->integer(0), read_one(*select)});
    }
}

result<void> EventOutbox::remove(std::int64_t upto_id) {
    auto cut = db_.prepare("DELETE FROM event WHERE id <= ?");
    if (!cut) return cut.error();
    cut->bind(1, upto_id);
    return cut->run();
}

result<std::int64_t> EventOutbox::lost() {
    return meta("lost");
}

} // namespace caredian::devices
