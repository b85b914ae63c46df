#include "ingest/pipeline_store.h"

#include <algorithm>
#include <filesystem>

namespace caredian::ingest {

namespace {

constexpr std::string_view schema = R"(
CREATE TABLE IF NOT EXISTS dead_letter(
  row INTEGER PRIMARY KEY, time_ns INTEGER NOT NULL, topic TEXT NOT NULL, error TEXT NOT NULL,
  bytes INTEGER NOT NULL, payload BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS field_type(
  measurement TEXT NOT NULL, field TEXT NOT NULL, type INTEGER NOT NULL,
  PRIMARY KEY(measurement, field)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS device_field_type(
  measurement TEXT NOT NULL, device TEXT NOT NULL, field TEXT NOT NULL, type INTEGER NOT NULL,
  PRIMARY KEY(measurement, device, field)) WITHOUT ROWID;
)";

// What one letter counts: its payload and about its columns.
constexpr std::uint64_t letter_overhead = 64;

result<void> for_each_row(store::Statement& statement, auto&& use) {
    for (;;) {
        auto row = statement.step();
        if (!row) return row.error();
        if (!*row) return {};
        use(statement);
    }
}

result<std::vector<DeadLetter>> select_newest(store::Sqlite& db, std::size_t most) {
    auto select = db.prepare("SELECT row,time_ns,topic,error,bytes,payload FROM dead_letter "
                             "ORDER BY row DESC LIMIT ?");
    if (!select) return select.error();
    select->bind(1, static_cast<std::int64_t>(most));
    std::vector<DeadLetter> out;
    auto read = for_each_row(*select, [&](const store::Statement& row) {
        out.push_back({static_cast<readings::Row>(row.integer(0)), from_ns(row.integer(1)),
                       std::string(row.text(2)), std::string(row.text(3)),
                       static_cast<std::uint64_t>(row.integer(4)), std::string(row.blob(5))});
    });
    if (!read) return read.error();
    return out;
}

result<void> select_types(store::Sqlite& db, FieldTypes& types) {
    auto select = db.prepare("SELECT measurement, field, type, '' FROM field_type UNION ALL "
                             "SELECT measurement, field, type, device FROM device_field_type");
    if (!select) return select.error();
    return for_each_row(*select, [&](const store::Statement& row) {
        auto type = row.integer(2);
        if (type < 0 || type > 3) return;
        types.restore({std::string(row.text(0)), std::string(row.text(1)),
                       static_cast<readings::FieldType>(type), std::string(row.text(3))});
    });
}

} // namespace

result<void> PipelineStore::open(FieldTypes& types) {
    if (db_) return {};
    auto db = store::Sqlite::open(path_);
    if (!db) return db.error();
    if (auto r = db->execute(schema); !r) return r;
    auto read = select_types(*db, types);
    if (!read) return read;
    auto sums = db->prepare("SELECT count(*), coalesce(sum(length(payload)),0) FROM dead_letter");
    if (!sums) return sums.error();
    read = for_each_row(*sums, [&](const store::Statement& row) {
        rows_ = static_cast<std::uint64_t>(row.integer(0));
        bytes_ = static_cast<std::uint64_t>(row.integer(1)) + rows_ * letter_overhead;
    });
    if (!read) return read;
    db_.emplace(std::move(*db));
    return {};
}

void PipelineStore::add(const readings::Message& m, std::string_view error) {
    if (letters_.size() >= max_waiting) letters_.erase(letters_.begin());
    letters_.push_back({m.row, m.time, std::string(m.topic), std::string(error), m.payload.size(),
                        std::string(m.payload.substr(0, options_.max_payload))});
}

void PipelineStore::add(std::vector<PinnedType> types) {
    types_.insert(types_.end(), std::make_move_iterator(types.begin()),
                  std::make_move_iterator(types.end()));
}

result<void> PipelineStore::flush() {
    if (!has_waiting()) return {};
    if (!db_) return store::Errc::open;
    std::uint64_t rows = rows_, bytes = bytes_;
    auto done = db_->transaction([&] { return write(); });
    if (!done) {
        rows_ = rows;
        bytes_ = bytes;
        return done;
    }
    letters_.clear();
    types_.clear();
    return {};
}

result<void> PipelineStore::write() {
    auto letter = db_->prepare("INSERT OR IGNORE INTO dead_letter VALUES(?,?,?,?,?,?)");
    if (!letter) return letter.error();
    for (const auto& l : letters_) {
        letter->bind(1, static_cast<std::int64_t>(l.row));
        letter->bind(2, to_ns(l.time));
        letter->bind(3, l.topic);
        letter->bind(4, l.error);
        letter->bind(5, static_cast<std::int64_t>(l.bytes));
        letter->bind_blob(6, l.payload);
        if (auto r = letter->run(); !r) return r;
        if (db_->changes() == 0) continue; // there already: the row was given again
        ++rows_;
        bytes_ += l.payload.size() + letter_overhead;
    }
    auto type = db_->prepare("INSERT OR REPLACE INTO field_type VALUES(?,?,?)");
    if (!type) return type.error();
    auto own = db_->prepare("INSERT OR REPLACE INTO device_field_type VALUES(?,?,?,?)");
    if (!own) return own.error();
    for (const auto& t : types_) {
        auto& into = t.device.empty() ? *type : *own;
        int at = 0;
        into.bind(++at, t.measurement);
        if (!t.device.empty()) into.bind(++at, t.device);
        into.bind(++at, t.field);
        into.bind(++at, static_cast<std::int64_t>(t.type));
        if (auto r = into.run(); !r) return r;
    }
    return prune();
}

result<void> PipelineStore::prune() {
    if (rows_ <= options_.max_rows && bytes_ <= options_.max_bytes) return {};
    auto oldest = db_->prepare("SELECT row, length(payload) FROM dead_letter ORDER BY row");
    if (!oldest) return oldest.error();
    std::int64_t upto = 0;
    while (rows_ > 0 && (rows_ > options_.max_rows || bytes_ > options_.max_bytes)) {
        auto row = oldest->step();
        if (!row) return row.error();
        if (!*row) break;
        upto = oldest->integer(0);
        --rows_;
        bytes_ -= static_cast<std::uint64_t>(oldest->integer(1)) + letter_overhead;
    }
    oldest->reset();
    return db_->execute("DELETE FROM dead_letter WHERE row<=" + std::to_string(upto));
}

std::optional<readings::Row> PipelineStore::first_waiting() const {
    if (letters_.empty()) return std::nullopt;
    return letters_.front().row;
}

result<std::vector<DeadLetter>> PipelineStore::newest(std::size_t most) {
    if (!db_) return store::Errc::open;
    return select_newest(*db_, most);
}

result<std::vector<DeadLetter>> read_dead_letters(const std::string& path, std::size_t most) {
    store::SqliteOptions options;
    options.read_only = true;
    std::error_code none;
    if (!std::filesystem::exists(path, none)) return std::vector<DeadLetter>();
    auto db = store::Sqlite::open(path, options);
    if (!db) return db.error();
    return select_newest(*db, most);
}

result<void> read_field_types(const std::string& path, FieldTypes& types) {
    store::SqliteOptions options;
    options.read_only = true;
    std::error_code none;
    if (!std::filesystem::exists(path, none)) return {};
    auto db = store::Sqlite::open(path, options);
    if (!db) return db.error();
    return select_types(*db, types);
}

} // namespace caredian::ingest
