// One series as a question about windows reads it: rollups where they say all, points elsewhere.
#pragma once

#include "history/codec/rollup.h"
#include "history/query_plan.h"
#include "history/series_reader.h"

#include <atomic>
#include <deque>
#include <functional>
#include <vector>

namespace caredian::history {

class SeriesSource {
public:
    using OnCorruptRollup = std::function<void(std::int64_t time)>;
    // All outlive the source.
    SeriesSource(BlockReader& disk, const Query& query, const std::atomic<bool>& cancelled,
                 SeriesReader::OnCorrupt on_corrupt, OnCorruptRollup on_corrupt_rollup);
    void start(std::uint32_t series, std::uint64_t span, Standing standing,
               std::vector<Candidate> in_memory);

    // The next points or buckets in the order of time.
    enum class Kind { end, points, buckets };
    result<Kind> next(Batch& points, RollupRow& buckets);

private:
    result<bool> load_rows();
    bool take_row(RollupRow& out);
    bool needs_points(const RollupRow& row) const;
    void from_points(std::int64_t from, std::int64_t to);

    BlockReader& disk_;
    const Query& query_;
    const std::atomic<bool>& cancelled_;
    SeriesReader reader_;
    OnCorruptRollup on_corrupt_rollup_;

    std::uint32_t series_ = 0;
    std::uint64_t span_ = 0;
    Standing standing_;
    std::vector<Candidate> in_memory_;
    std::deque<Piece> pieces_;                   // the first is under way
    bool begun_ = false;                         // the first piece is
    bool found_ = false;                         // something was given
    std::deque<BlockReader::StoredRollup> rows_; // of the first piece
    std::int64_t next_row_ = 0;
};

} // namespace caredian::history
