// One series' points in the order of time, out of blocks that may overlap.
#pragma once

#include "history/block_store.h"
#include "history/query.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace caredian::history {

// A block that a query has to look at. Its points are in `memory` (an open block's copy), in
// `data`, or, when too many overlap, on disk until they are needed.
struct Candidate {
    std::uint32_t number = 0; // the order of rows
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::shared_ptr<const Block> memory;
    std::shared_ptr<const WaitingBlock> waiting;
    std::string data;
};

// Sweeps over the blocks in the order of their first time. What lies before the next block's first
// time is final once the blocks at hand are merged: blocks that don't overlap are decoded once, one
// after the other. Where very many overlap (a device whose clock jumps about), they are read once
// per run of some thousand points, so that memory stays bounded.
class SeriesReader {
public:
    using OnCorrupt = std::function<void(std::uint32_t number)>;
    // All outlive the reader. `field` empty = any.
    SeriesReader(BlockReader& disk, std::string_view field, const std::atomic<bool>& cancelled,
                 OnCorrupt on_corrupt);
    // Begins a series, or another range of it. `in_memory` are its open and waiting blocks.
    void start(std::uint32_t series, std::uint64_t span, std::int64_t from, std::int64_t to,
               std::vector<Candidate> in_memory);
    // Replaces `out` with the next points; false at the end of the series.
    result<bool> next(Batch& out);

private:
    result<const Candidate*> peek(); // the next block by first time; nullptr at the end
    result<void> fill_active();
    result<void> collect(const Candidate& candidate, std::int64_t limit, Batch& out);
    void add_points(const Block& block, std::int64_t limit, Batch& out);
    std::uint32_t field_index(const std::string& name, Batch& out);
    static bool in_order(const std::vector<Point>& points);
    static void merge(Batch& out);
    static std::int64_t cut(Batch& out, std::int64_t limit); // too many: keeps the earlier half
    void retire();

    BlockReader& disk_;
    const std::string field_;
    const std::atomic<bool>& cancelled_;
    OnCorrupt on_corrupt_;

    std::uint32_t series_ = 0;
    std::uint64_t span_ = 0;
    std::int64_t from_ = 0;
    std::int64_t to_ = 0;
    std::int64_t position_ = 0;     // everything before it was given
    std::vector<Candidate> memory_; // sorted by `from`, the first is last
    std::vector<std::uint32_t> memory_numbers_;
    std::vector<Candidate> page_; // from disk, the first is last
    std::int64_t page_from_ = 0;  // where the next page begins
    std::int64_t page_number_ = -1;
    bool page_end_ = false;
    std::vector<Candidate> active_; // begin before the limit, end at or after the position
    std::size_t active_bytes_ = 0;
    std::unordered_map<std::string, std::uint32_t> names_;
    Block scratch_;
};

} // namespace caredian::history
