// Committed batches on their way from the ingest thread to the pipeline thread.
//
// Bounded: what does not fit is not queued, because it is in the journal, where the pipeline reads
// it when it sees the gap. So push() never waits.
#pragma once

#include "ingest/segment.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

namespace caredian::ingest {

class Handoff {
public:
    explicit Handoff(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    // --- ingest thread
    // The journal can be read; its rows up to `last_row` are on disk.
    void opened(readings::Row last_row);
    void push(const SegmentPtr& segment);
    // The journal needs room: consumers are to save.
    void request_save();
    // Saving is not enough: sinks are to let go of what they lack.
    void request_room();
    // Nothing more comes.
    void close();

    // --- pipeline thread
    enum class What {
        segment, // `segment` holds row `expected` (it may begin before it)
        journal, // read row `expected` from the journal
        nothing, // not in time
        closed,  // everything was handed out
    };
    struct Next {
        What what = What::nothing;
        SegmentPtr segment;
    };
    Next next(readings::Row expected, std::chrono::milliseconds wait);
    void pause(std::chrono::milliseconds wait); // or until something happens
    bool opened() const;
    readings::Row opened_at() const; // the journal's last row when it was opened
    bool closed() const;
    bool take_save_request();
    bool take_room_request();
    // The row after `expected - 1` is in memory or nowhere: where to go on when the journal has a
    // hole (rows dropped by choice, a file that was lost).
    readings::Row after_hole() const;

private:
    const std::size_t max_bytes_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<SegmentPtr> queue_;
    std::size_t bytes_ = 0;
    readings::Row committed_ = 0;
    readings::Row opened_at_ = 0;
    bool opened_ = false, closed_ = false, save_ = false, room_ = false, waiting_ = false;
};

} // namespace caredian::ingest
