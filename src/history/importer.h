// Puts readings with times of their own into the history, beside ingest: for imports.
//
// They do not pass through the journal: what finish() was answered for is synced to disk. Blocks
// are committed as they fill, so an import that is cut short leaves what it had; the same file
// again gives the same history. A value replaces one that was there of its series, time and field.
#pragma once

#include "history/local_history.h"

#include <map>
#include <memory>
#include <span>
#include <vector>

namespace caredian::history {

class Importer {
public:
    // Errors: store's. `history` outlives it.
    static result<std::unique_ptr<Importer>> open(LocalHistory& history);
    ~Importer(); // what was not finished and not yet committed is dropped
    // Errors: store's; nothing of the batch under way is kept then. One thread at a time; blocks.
    result<void> add(std::span<readings::Reading> readings);
    result<void> finish();
    // Readings of new series beyond LocalHistoryOptions::max_series.
    std::uint64_t dropped() const { return dropped_; }

private:
    struct Pending;
    Importer(LocalHistory& history, std::unique_ptr<Pending> pending);
    result<void> flush();
    LocalHistory& history_;
    std::unique_ptr<Pending> pending_;
    std::uint64_t dropped_ = 0;
};

} // namespace caredian::history
