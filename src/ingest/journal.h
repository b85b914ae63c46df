// The journal on disk: segments, and what the session with the broker needs to survive.
//
//   segment(first_row, rows, bytes, last_us, connection_row, settled_row, settled_us, data)
//       one per commit (segment.h); rows are the journal's own counter, never used again
//   qos2(packet_id, row)   ids between PUBLISH and PUBREL
//   meta(name, value)      version, hash_seed, high_water, session_row, last_us, saved_row,
//                          subscriptions, redelivery, topics, sent_keys (the last three: tables
//                          saved when rows are cut)
//
// SQLite in WAL mode, synchronous=FULL: commit() returns after the disk has it. One writing
// connection (this one, ingest thread); the pipeline reads through a JournalReader of its own.
#pragma once

#include "base/random.h"
#include "base/result.h"
#include "ingest/options.h"
#include "ingest/segment.h"
#include "store/sqlite.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caredian::ingest {

// A change of the table of QoS 2 ids; row 0 removes.
struct Qos2Change {
    std::uint16_t packet_id = 0;
    readings::Row row = 0;
};

// What one commit writes, all or nothing.
struct JournalWrite {
    std::span<const SegmentPtr> segments;
    std::span<const Qos2Change> qos2; // in order
    // Session Present = 0: rows below this one belong to a session that is gone; the table of QoS 2
    // ids is emptied before `qos2` is applied. 0: same session.
    readings::Row session_row = 0;
};

// The tables of the session when rows are cut: as the rows on disk made them, not what waits.
struct SessionTables {
    std::string redelivery; // RedeliveryTable::save
    std::string topics;     // RetainedFilter::save
    std::string sent_keys;  // SentKeys::save
};

class Journal {
public:
    // Opens or makes the file. Rows start above `at_least` (the highest consumer cursor: rows
    // must not come again even when the file was lost). Errors: store::Errc.
    static result<Journal> open(const std::string& path, std::uint32_t max_pages,
                                readings::Row at_least, Random& random);

    // Segments must continue at next_row(). Nothing of it is kept on an error.
    result<void> commit(const JournalWrite& write);

    // Removes whole segments whose rows are all ≤ `upto`, oldest first, about `max_bytes` of them
    // and at least one; only those that are older than `older_than_us`. True: there is more to
    // remove. `tables`, when given, and the high-water mark are written in the same transaction:
    // they cover every row up to now.
    result<bool> cut(readings::Row upto, std::uint64_t max_bytes, const SessionTables* tables,
                     std::int64_t older_than_us = INT64_MAX);
    // Writes the tables only (on stop: the next start replays nothing).
    result<void> save(const SessionTables& tables);

    // A new file in the place of a damaged one goes on with the seed that tables in memory have.
    result<void> set_hash_seed(std::uint64_t seed);

    result<void> set_subscriptions(std::string_view saved); // opaque here

    // What the last run left.
    struct Left {
        SessionTables tables;          // empty when never saved
        readings::Row saved_row = 0;   // the tables cover rows up to this one
        readings::Row session_row = 0; // older rows belong to another session
        std::vector<std::uint16_t> qos2;
        std::string subscriptions;
    };
    result<Left> left();

    readings::Row next_row() const { return next_row_; }
    std::int64_t last_us() const { return last_us_; } // of ReceiveClock
    std::uint64_t hash_seed() const { return hash_seed_; }
    std::uint64_t rows() const { return rows_; }
    std::uint64_t bytes() const { return bytes_; }
    std::optional<std::int64_t> oldest_us() const { return oldest_us_; }
    std::string last_message() const { return db_.last_message(); }

private:
    explicit Journal(store::Sqlite db) : db_(std::move(db)) {}
    result<void> prepare(std::uint32_t max_pages);
    result<void> read_state(readings::Row at_least, Random& random);
    result<std::optional<std::int64_t>> meta(std::string_view name);
    result<void> set_meta(std::string_view name, std::int64_t value);
    result<void> set_meta_blob(std::string_view name, std::string_view value);
    result<void> write_tables(const SessionTables& tables);
    result<void> insert(const Segment& segment);
    result<void> write_all(const JournalWrite& write);
    result<void> read_oldest();

    store::Sqlite db_;
    store::Statement insert_, set_meta_, add_qos2_, remove_qos2_, oldest_, remove_;
    readings::Row next_row_ = 1;
    std::int64_t last_us_ = 0;
    std::uint64_t hash_seed_ = 0;
    std::uint64_t rows_ = 0, bytes_ = 0;
    std::optional<std::int64_t> oldest_us_;
};

} // namespace caredian::ingest
