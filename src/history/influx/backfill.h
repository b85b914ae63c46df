// Points of the history on their way to a sink once more: to move in, or to fill what is missing.
// Sending what is there already changes nothing.
#pragma once

#include "history/influx/encoder.h"
#include "history/influx/lines.h"
#include "history/query.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace caredian::history::influx {

class Backfill {
public:
    // `points` was asked for without windows.
    Backfill(std::unique_ptr<Cursor> points, std::unique_ptr<Encoder> encoder);

    struct Progress {
        std::uint64_t lines = 0;     // stored
        std::uint64_t set_aside = 0; // refused by the server
        bool ended = false;
        std::string failed; // why it ended before its time; empty: it did not
    };
    // --- any thread
    Progress progress() const;
    void cancel();

    // --- the sender
    // The next lines, about so many at most. False: at the end, cancelled, or the history cannot be
    // read. Blocks on the disk.
    bool fill(Lines& out, std::size_t bytes, std::size_t lines);
    void add(std::size_t stored, std::size_t set_aside);
    void end(std::string failed);

private:
    void append(Lines& out);

    std::unique_ptr<Cursor> points_;
    std::unique_ptr<Encoder> encoder_;
    Batch batch_;
    std::atomic<bool> cancelled_{false};
    mutable std::mutex mutex_;
    Progress progress_;
};

} // namespace caredian::history::influx
