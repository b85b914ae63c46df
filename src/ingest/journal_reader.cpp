#include "ingest/journal_reader.h"

namespace caredian::ingest {

namespace {

std::uint64_t number(const store::Statement& row, int column) {
    return static_cast<std::uint64_t>(row.integer(column));
}

// Columns in the order of every SELECT below.
constexpr std::string_view segment_columns =
    "first_row,rows,last_us,connection_row,settled_row,settled_us,data";

Segment segment_of(const store::Statement& row) {
    Segment s;
    s.first_row = number(row, 0);
    s.rows = static_cast<std::uint32_t>(row.integer(1));
    s.last_us = row.integer(2);
    s.marks = {number(row, 3), number(row, 4), row.integer(5)};
    s.data = row.blob(6);
    return s;
}

} // namespace

result<JournalReader> JournalReader::open(const std::string& path) {
    store::SqliteOptions options;
    options.read_only = true;
    auto db = store::Sqlite::open(path, options);
    if (!db) return db.error();
    std::string select = "SELECT " + std::string(segment_columns) + " FROM segment WHERE ";
    auto at = db->prepare(select + "first_row<=? ORDER BY first_row DESC LIMIT 1");
    if (!at) return at.error();
    auto after = db->prepare(select + "first_row>? ORDER BY first_row LIMIT 1");
    if (!after) return after.error();
    return JournalReader(std::move(*db), std::move(*at), std::move(*after));
}

result<bool> JournalReader::read(readings::Row from, Segment& out) {
    for (auto* statement : {&at_, &after_}) {
        statement->bind(1, static_cast<std::int64_t>(from));
        auto row = statement->step();
        bool found = row && *row;
        if (found) {
            readings::Row first = number(*statement, 0);
            readings::Row end = first + number(*statement, 1);
            found = end > from;
            if (found) out = segment_of(*statement);
        }
        statement->reset(); // a reading transaction left open would keep the WAL from shrinking
        if (!row) return {boost::system::in_place_error, row.error()};
        if (found) return true;
    }
    return false;
}

} // namespace caredian::ingest
