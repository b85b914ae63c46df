// Maintenance: goes round through the series and does what is due.
//
//   rolling up   (roll_up.cpp)    a chunk's rollups are made anew from all its points on disk: when
//                                 time has passed over it, and when points came late into it
//   folding      (fold.cpp)       points of a block that reaches back into the time of others move
//                                 into blocks of their time
//   deleting     (retention.cpp)  what is older than is asked for
//
// What holds after every commit, and so after every crash: for each bucket that ends before a
// series' rolled_to and lies in no dirty chunk, the rollups say what the points on disk say.
// Points in memory are no business of maintenance: those that come late are marked (RollState).
#pragma once

#include "history/codec/rollup.h"
#include "history/local_state.h"
#include "history/maintenance_store.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace caredian::history {

class Keeper {
public:
    static result<std::unique_ptr<Keeper>> open(LocalHistory::State& state);
    // See LocalHistory::maintain.
    bool work(std::chrono::milliseconds budget);

private:
    using State = LocalHistory::State;
    Keeper(State& state, MaintenanceStore store) : state_(state), store_(std::move(store)) {}

    void begin_round();
    void end_round();
    bool visit(Series& series); // true: it is not done with the series yet
    void failed(const error_code& why);

    // What one chunk's rollups become.
    struct Row {
        std::int64_t id = 0;
        std::string data;         // empty: goes
        std::size_t replaced = 0; // bytes of the one that is there
    };
    struct Chunk {
        std::optional<std::int32_t> chunk; // nullopt: there was nothing to roll up
        std::int64_t rolled_to = 0;        // what the series' becomes
        std::uint32_t marked = 0;          // as it was before the points were read
        std::vector<Row> rows;             // that change
    };
    struct Due {
        bool any = false;
        bool dirty = false;    // a chunk that was rolled up already
        std::int64_t from = 0; // otherwise: the series' rolled_to
        Chunk chunk;
        std::int64_t to = 0; // no bucket that ends later
        std::int64_t raw_from = 0;
        std::uint64_t span = 0;
    };
    Due look(Series& series);
    result<bool> roll_up(Series& series); // true: there may be more to do
    result<bool> skip_empty(Series& series, Due& due);
    result<void> compute(Series& series, Due& due);
    result<void> commit(Series& series, const Chunk& chunk);

    result<bool> fold(Series& series); // true: there may be more to do
    result<std::uint32_t> fold_end(Series& series);
    struct Fold;
    enum class Folded { nothing, some, later };
    result<Folded> fold_block(Series& series, const MaintenanceStore::Meta& block,
                              std::uint32_t end);
    result<bool> load(Series& series, Fold& fold);
    result<bool> commit(Series& series, Fold& fold);
    result<void> write(Series& series, Fold& fold, Totals& totals);
    result<void> keep_checked(Series& series, std::uint32_t checked, std::int64_t reach);

    result<bool> expire(Series& series); // true: there may be more to do
    std::int64_t expiry(Series& series, std::int64_t before);
    result<void> note_first(Series& series);
    bool may_take_newest(Series& series, std::uint32_t newest);
    result<bool> expire_points(Series& series, std::int64_t before);
    result<bool> expire_rollups(Series& series, Level level, std::int64_t before);

    State& state_;
    MaintenanceStore store_;
    Retention retention_;                   // as of this round
    bool under_way_ = false;                // a round is
    std::size_t at_ = 0;                    // its next series
    bool expiring_ = false;                 // it folds and deletes
    std::int64_t first_ = INT64_MAX;        // the earliest time seen in this round
    std::int64_t first_before_ = INT64_MAX; // what State::first was before it
    MonoTime next_expiry_{};
    MonoTime next_checkpoint_{};
    MonoTime pause_until_{};
    bool warned_ = false;
    std::atomic<bool> never_{false}; // SeriesReader's cancel
};

} // namespace caredian::history
