// Every series by its key, and what of it is in memory.
#pragma once

#include "history/chunk_set.h"
#include "history/codec/block.h"
#include "readings/reading.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history {

// A full block that waits for the next save.
struct WaitingBlock {
    std::uint32_t number = 0; // of the block in its series: the order of rows
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::size_t points = 0;
    std::string data;
    std::size_t stored_bytes = 0; // of the older form of this block on disk; 0: there is none
};

// How far maintenance is with a series. What the database has, and what is known besides.
struct RollState {
    std::int64_t rolled_to = INT64_MIN; // rollups hold all that is on disk before it, but for dirty
    std::int64_t raw_from = INT64_MIN;  // points before it may have been deleted
    std::uint32_t checked = 0;          // compaction has looked at blocks with lower numbers
    std::int64_t reach = INT64_MIN;     // the latest first time of these
    ChunkSet dirty;                     // whose rollups are to be made anew
    // Not in the database:
    std::uint32_t marked = 0; // counts what was added to dirty
    ChunkSet late;            // of points in memory that came late; joins dirty when they are saved
    std::int64_t unsaved_from = INT64_MAX; // earliest of the other points in memory
};

// `id` and `key` never change. The rest belongs to the thread of take(); others look at `open` and
// `waiting` under LocalHistory's lock.
struct Series {
    std::uint32_t id = 0;
    readings::SeriesKey key;
    std::unique_ptr<Block> open; // nullptr: not in memory
    std::vector<std::shared_ptr<const WaitingBlock>> waiting;
    std::uint32_t open_number = 0; // of `open`
    std::uint32_t next_number = 0; // holds when resumed
    std::size_t stored_bytes = 0;  // of `open` as it is on disk; 0: it isn't
    std::uint64_t span = 0;        // ns; no block of the series is longer
    std::uint64_t stored_span = 0; // as the database has it
    std::uint32_t touched = 0;     // the save before which it last got a point
    bool resumed = false;          // its newest block on disk was looked up
    bool stored = false;           // its key is in the database
    bool dirty = false;            // in State::dirty
    bool seal_next = false;        // an import came: what follows goes into a block of its own
    RollState roll;
    std::uint32_t readers = 0; // cursors that go through it: its blocks are not to be moved
    bool folding = false;      // its blocks are being moved: a cursor waits
};

// One thread adds and finds; any thread may match.
class SeriesDirectory {
public:
    explicit SeriesDirectory(std::uint64_t seed) : seed_(seed) {}
    Series* find(const readings::SeriesKey& key);
    Series& add(std::uint32_t id, readings::SeriesKey key); // not there yet
    // The series with this measurement and device (empty = any), in the order of keys. The lock is
    // given up now and then, so that adding doesn't wait for the whole.
    std::vector<Series*> match(std::string_view measurement, std::string_view device);
    std::size_t size() const { return size_.load(std::memory_order_relaxed); }
    Series& at(std::size_t index); // in the order of adding

private:
    std::uint64_t hash(const readings::SeriesKey& key) const;
    void grow();
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t index = 0; // + 1; 0 = empty
    };
    std::uint64_t seed_;
    std::vector<Slot> slots_; // open addressing, at most half full
    std::mutex mutex_;        // series_ grows
    std::deque<Series> series_;
    std::atomic<std::size_t> size_{0};
};

// A key as bytes, for the database: counts and lengths as varints, nothing escaped.
std::string encode_key(const readings::SeriesKey& key);
bool decode_key(std::string_view bytes, readings::SeriesKey& key);

} // namespace caredian::history
