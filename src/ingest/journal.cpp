#include "ingest/journal.h"

#include "ingest/receive_clock.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

constexpr std::int64_t file_version = 1;

constexpr std::string_view schema = R"(
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segment(
  first_row INTEGER PRIMARY KEY, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
  last_us INTEGER NOT NULL, connection_row INTEGER NOT NULL, settled_row INTEGER NOT NULL,
  settled_us INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS qos2(packet_id INTEGER PRIMARY KEY, row INTEGER NOT NULL);
)";

std::int64_t stored(std::uint64_t v) {
    return static_cast<std::int64_t>(v);
}
std::uint64_t unsigned_of(std::int64_t v) {
    return static_cast<std::uint64_t>(v);
}

// A result<bool> would take an error_code for a bool.
result<bool> failed(error_code error) {
    return {boost::system::in_place_error, error};
}

} // namespace

result<Journal> Journal::open(const std::string& path, std::uint32_t max_pages,
                              readings::Row at_least, Random& random) {
    auto db = store::Sqlite::open(path);
    if (!db) return db.error();
    Journal journal(std::move(*db));
    if (auto r = journal.prepare(max_pages); !r) return r.error();
    if (auto r = journal.read_state(at_least, random); !r) return r.error();
    return journal;
}

result<void> Journal::prepare(std::uint32_t max_pages) {
    if (max_pages)
        if (auto r = db_.execute("PRAGMA max_page_count=" + std::to_string(max_pages)); !r)
            return r;
    if (auto r = db_.execute(schema); !r) return r;
    const std::pair<store::Statement*, std::string_view> statements[] = {
        {&insert_, "INSERT INTO segment VALUES(?,?,?,?,?,?,?,?)"},
        {&set_meta_, "INSERT OR REPLACE INTO meta VALUES(?,?)"},
        {&add_qos2_, "INSERT OR REPLACE INTO qos2 VALUES(?,?)"},
        {&remove_qos2_, "DELETE FROM qos2 WHERE packet_id=?"},
        {&oldest_, "SELECT first_row,rows,bytes,last_us FROM segment ORDER BY first_row LIMIT 1"},
        {&remove_, "DELETE FROM segment WHERE first_row=?"},
    };
    for (const auto& [statement, sql] : statements) {
        auto prepared = db_.prepare(sql);
        if (!prepared) return prepared.error();
        *statement = std::move(*prepared);
    }
    return {};
}

result<void> Journal::read_state(readings::Row at_least, Random& random) {
    auto version = meta("version");
    if (!version) return version.error();
    if (*version && **version != file_version) return store::Errc::corrupt;
    if (!*version) {
        auto made = db_.transaction([&]() -> result<void> {
            if (auto r = set_meta("version", file_version); !r) return r;
            return set_meta("hash_seed", stored(random.next_u64()));
        });
        if (!made) return made;
    }
    auto seed = meta("hash_seed");
    auto high_water = meta("high_water");
    auto last_us = meta("last_us");
    if (!seed || !high_water || !last_us) return store::Errc::corrupt;
    hash_seed_ = unsigned_of(seed->value_or(0));
    last_us_ = last_us->value_or(ReceiveClock::never);

    auto sums = db_.prepare("SELECT coalesce(sum(rows),0), coalesce(sum(bytes),0) FROM segment");
    if (!sums) return sums.error();
    if (auto row = sums->step(); !row) return row.error();
    rows_ = unsigned_of(sums->integer(0));
    bytes_ = unsigned_of(sums->integer(1));
    auto last = db_.prepare("SELECT first_row+rows, last_us FROM segment ORDER BY first_row DESC "
                            "LIMIT 1");
    if (!last) return last.error();
    auto found = last->step();
    if (!found) return found.error();
    next_row_ = std::max(unsigned_of(high_water->value_or(0)), at_least) + 1;
    if (*found) {
        next_row_ = std::max(next_row_, unsigned_of(last->integer(0)));
        last_us_ = last->integer(1);
    }
    return read_oldest();
}

result<std::optional<std::int64_t>> Journal::meta(std::string_view name) {
    auto select = db_.prepare("SELECT value FROM meta WHERE name=?");
    if (!select) return select.error();
    select->bind(1, name);
    auto row = select->step();
    if (!row) return row.error();
    if (!*row) return std::optional<std::int64_t>();
    return std::optional<std::int64_t>(select->integer(0));
}

result<void> Journal::set_meta(std::string_view name, std::int64_t value) {
    set_meta_.bind(1, name);
    set_meta_.bind(2, value);
    return set_meta_.run();
}

result<void> Journal::set_meta_blob(std::string_view name, std::string_view value) {
    set_meta_.bind(1, name);
    set_meta_.bind_blob(2, value);
    auto done = set_meta_.run();
    set_meta_.bind_null(2); // the view goes
    return done;
}

result<void> Journal::set_hash_seed(std::uint64_t seed) {
    hash_seed_ = seed;
    return set_meta("hash_seed", stored(seed));
}

result<void> Journal::set_subscriptions(std::string_view saved) {
    return set_meta_blob("subscriptions", saved);
}

result<void> Journal::insert(const Segment& s) {
    insert_.bind(1, stored(s.first_row));
    insert_.bind(2, static_cast<std::int64_t>(s.rows));
    insert_.bind(3, stored(s.data.size()));
    insert_.bind(4, s.last_us);
    insert_.bind(5, stored(s.marks.connection_row));
    insert_.bind(6, stored(s.marks.settled_row));
    insert_.bind(7, s.marks.settled_us);
    insert_.bind_blob(8, s.data);
    auto done = insert_.run();
    insert_.bind_null(8); // the view goes
    return done;
}

result<void> Journal::write_all(const JournalWrite& write) {
    if (write.session_row) {
        if (auto r = set_meta("session_row", stored(write.session_row)); !r) return r;
        if (auto r = db_.execute("DELETE FROM qos2"); !r) return r;
    }
    for (const auto& s : write.segments)
        if (auto r = insert(*s); !r) return r;
    for (const auto& change : write.qos2) {
        auto& statement = change.row ? add_qos2_ : remove_qos2_;
        statement.bind(1, static_cast<std::int64_t>(change.packet_id));
        if (change.row) statement.bind(2, stored(change.row));
        if (auto r = statement.run(); !r) return r;
    }
    return {};
}

result<void> Journal::commit(const JournalWrite& write) {
    // The usual case, one statement, is a transaction of its own: BEGIN and COMMIT cost as much.
    bool alone = write.segments.size() == 1 && write.qos2.empty() && !write.session_row;
    auto done =
        alone ? insert(*write.segments[0]) : db_.transaction([&] { return write_all(write); });
    if (!done) return done;
    for (const auto& s : write.segments) {
        next_row_ = s->first_row + s->rows;
        last_us_ = s->last_us;
        rows_ += s->rows;
        bytes_ += s->data.size();
        if (!oldest_us_) oldest_us_ = s->last_us;
    }
    return {};
}

result<void> Journal::write_tables(const SessionTables& tables) {
    if (auto r = set_meta("high_water", stored(next_row_ - 1)); !r) return r;
    if (auto r = set_meta("saved_row", stored(next_row_ - 1)); !r) return r;
    if (auto r = set_meta("last_us", last_us_); !r) return r;
    if (auto r = set_meta_blob("redelivery", tables.redelivery); !r) return r;
    if (auto r = set_meta_blob("sent_keys", tables.sent_keys); !r) return r;
    return set_meta_blob("topics", tables.topics);
}

result<void> Journal::save(const SessionTables& tables) {
    return db_.transaction([&] { return write_tables(tables); });
}

result<bool> Journal::cut(readings::Row upto, std::uint64_t max_bytes, const SessionTables* tables,
                          std::int64_t older_than_us) {
    std::uint64_t rows = 0, bytes = 0;
    bool more = false;
    auto done = db_.transaction([&]() -> result<void> {
        if (tables)
            if (auto r = write_tables(*tables); !r) return r;
        for (;;) {
            auto found = oldest_.step();
            if (!found) return found.error();
            bool whole = *found &&
                         unsigned_of(oldest_.integer(0) + oldest_.integer(1) - 1) <= upto &&
                         oldest_.integer(3) < older_than_us;
            more = whole && rows > 0 && bytes >= max_bytes;
            if (!whole || more) break;
            rows += unsigned_of(oldest_.integer(1));
            bytes += unsigned_of(oldest_.integer(2));
            remove_.bind(1, oldest_.integer(0));
            oldest_.reset();
            if (auto r = remove_.run(); !r) return r;
        }
        return {};
    });
    oldest_.reset();
    if (!done) return failed(done.error());
    rows_ -= rows;
    bytes_ -= bytes;
    if (auto r = read_oldest(); !r) return failed(r.error());
    return more;
}

result<void> Journal::read_oldest() {
    auto found = oldest_.step();
    oldest_us_.reset();
    if (found && *found) oldest_us_ = oldest_.integer(3);
    oldest_.reset();
    if (!found) return found.error();
    return {};
}

result<Journal::Left> Journal::left() {
    Left left;
    auto saved = meta("saved_row");
    auto session = meta("session_row");
    if (!saved) return saved.error();
    if (!session) return session.error();
    left.saved_row = unsigned_of(saved->value_or(0));
    left.session_row = unsigned_of(session->value_or(0));
    auto blobs = db_.prepare("SELECT name,value FROM meta WHERE name IN"
                             "('redelivery','topics','sent_keys','subscriptions')");
    if (!blobs) return blobs.error();
    for (;;) {
        auto row = blobs->step();
        if (!row) return row.error();
        if (!*row) break;
        std::string_view name = blobs->text(0);
        auto& value = name == "topics"       ? left.tables.topics
                      : name == "redelivery" ? left.tables.redelivery
                      : name == "sent_keys"  ? left.tables.sent_keys
                                             : left.subscriptions;
        value = blobs->blob(1);
    }
    auto ids = db_.prepare("SELECT packet_id FROM qos2");
    if (!ids) return ids.error();
    for (;;) {
        auto row = ids->step();
        if (!row) return row.error();
        if (!*row) break;
        left.qos2.push_back(static_cast<std::uint16_t>(ids->integer(0)));
    }
    return left;
}

} // namespace caredian::ingest
