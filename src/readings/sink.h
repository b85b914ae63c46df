// Who stores readings somewhere else, at a pace of its own: a server may be slow, or away for days.
//
// A consumer (consumer.h) takes what it is given; a sink may say that it has no room. Then it is
// behind, and is given the rest from the journal by a thread of its own (ingest/follower.h), so
// that it holds up nobody else.
#pragma once

#include "readings/reading.h"

#include <chrono>
#include <span>
#include <string_view>

namespace caredian::readings {

class Sink {
public:
    virtual ~Sink() = default;
    virtual std::string_view name() const = 0;
    // The highest row whose readings are stored for good, itself on disk: after a start, rows from
    // here on are offered again, so storing one twice must be as storing it once. Any thread.
    virtual Row cursor() const = 0;
    // Readings of the rows up to `last_row`, all of them or none: false says that there is no room
    // now. Empty `readings` only move the cursor. Called by one thread at a time, in the order of
    // rows; quick, as it does not wait for anybody. What is offered to an empty sink is taken.
    virtual bool offer(std::span<const Reading> readings, Row last_row) = 0;
    // Waits until there is room for a good while, or `wait` has passed. The caller of offer().
    virtual void wait_for_room(std::chrono::milliseconds wait) = 0;
    // The journal needs room or the program stops: put the cursor on disk soon. Any thread.
    virtual void save() = 0;
    // The journal has no room for rows that this sink lacks: those above cursor() that were
    // received between these times will not be offered again, also not after a start. True: it is
    // on disk that the sink gets them from elsewhere. The pipeline's thread; blocks on the disk.
    virtual bool let_go(WallTime /*first*/, WallTime /*last*/) { return false; }
};

} // namespace caredian::readings
