// The journal's reading side: what the pipeline has not taken yet, from the disk.
#pragma once

#include "base/result.h"
#include "ingest/segment.h"
#include "store/sqlite.h"

#include <string>

namespace caredian::ingest {

// Reads segments by row, with a read-only connection. Any one thread; beside a Journal.
class JournalReader {
public:
    static result<JournalReader> open(const std::string& path);
    // The segment that holds row `from`, or the next one after it. False: none.
    result<bool> read(readings::Row from, Segment& out);

private:
    JournalReader(store::Sqlite db, store::Statement at, store::Statement after)
        : db_(std::move(db)), at_(std::move(at)), after_(std::move(after)) {}
    store::Sqlite db_;
    store::Statement at_, after_;
};

} // namespace caredian::ingest
