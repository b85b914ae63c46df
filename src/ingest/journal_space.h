// Room in the journal: whether the next batch fits, and what leaves the journal for it. Rows go
// when every consumer has them, or, when `when_full` says so, the oldest ones before that.
//
// Rows carry the session's tables (redelivery, retained) too: before rows go, the tables are saved
// with them, unless the copy on disk covers these rows already. Ingest thread.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "ingest/bounds.h"
#include "ingest/handoff.h"
#include "ingest/journal.h"
#include "ingest/options.h"
#include "ingest/session.h"
#include "ingest/stats.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace caredian::ingest {

class JournalSpace {
public:
    JournalSpace(const JournalOptions& options, const Clock& clock, Handoff& handoff,
                 IngestStats& stats);
    void apply(const JournalOptions& options);
    void opened() { saved_row_ = 0; } // another file: what it saved is not known

    // Nothing: `waiting` bytes may be written. Else why not. Has consumers save when it gets tight,
    // and drops the oldest rows when it may.
    std::optional<std::string_view> refusal(Journal& journal, const Session& session,
                                            std::uint64_t waiting);
    // The disk itself is full. True: the oldest rows were dropped, as `when_full` says.
    bool drop_for_disk(Journal& journal, const Session& session, std::uint64_t waiting);
    // Every consumer has rows up to `upto` on disk: removes a few megabytes of them. True: there is
    // more to remove.
    result<bool> cut(Journal& journal, const Session& session, readings::Row upto);
    // At the end, for a quick next start.
    void save_tables(Journal& journal, const Session& session);

private:
    bool drop_oldest(Journal& journal, const Session& session, Room room, std::uint64_t waiting);

    const Clock& clock_;
    Handoff& handoff_;
    IngestStats& stats_;
    JournalBounds bounds_;
    WhenFull when_full_;
    readings::Row saved_row_ = 0; // the tables on disk cover rows up to this one
    std::optional<MonoTime> age_full_since_;
};

} // namespace caredian::ingest
