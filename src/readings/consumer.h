// Who takes readings. The pipeline (ingest) knows consumers only by this interface.
#pragma once

#include "readings/description.h"
#include "readings/reading.h"

#include <span>
#include <string_view>

namespace caredian::readings {

// Called by one thread (the pipeline's), in the order of rows.
class Consumer {
public:
    virtual ~Consumer() = default;
    virtual std::string_view name() const = 0;
    // The highest row whose readings are kept for good (synced to disk by the consumer itself,
    // together with this number). The journal is cut only up to the lowest of all consumers.
    virtual Row cursor() const = 0;
    // False: it keeps nothing and wants only what is new. It is not given again what came before
    // the start, and never holds the journal back; its cursor is the highest row it was given.
    virtual bool keeps() const { return true; }
    // Readings of rows (`last_row` of the batch before, `last_row`]. Some rows make none. After a
    // start, rows from cursor() + 1 on are given again.
    virtual void take(std::span<const Reading> readings, Row last_row) = 0;
    // What devices said about themselves in the rows of the next take(), in the order of rows.
    // Called only when there is something. The descriptions of one row come together.
    virtual void describe(std::span<const Description> /*descriptions*/, Row /*last_row*/) {}
    // The journal needs room or the program stops: keep all that was taken, move the cursor.
    virtual void save() = 0;
    // Once a second or so, also when nothing comes: for work by the clock.
    virtual void tick() {}
};

} // namespace caredian::readings
