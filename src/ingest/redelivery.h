// Which QoS 1 message a PUBLISH with DUP = 1 is again.
//
// Per packet id: hash of (topic, payload), row and full time of the first storing. Every PUBLISH
// sets its id's entry. DUP = 1 with an equal hash is the same message: it is stored again under the
// entry's time and marked. DUP = 1 with another hash, or none, is a new message; DUP = 0 always is.
//
// An entry is forgotten two minutes after the broker showed, on the connection that its PUBACK went
// over, that it had read it: a PINGRESP to a PINGREQ that was sent after the PUBACK. Session
// Present = 0 clears all.
//
// Limit: two equal messages under one id inside that window, the second with DUP = 1 because its
// first delivery was lost, become one point.
#pragma once

#include "base/clock.h"
#include "readings/message.h"

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::ingest {

// What the journal remembers beside its rows, to rebuild the table as it was.
struct AckMarks {
    readings::Row connection_row = 0; // first row of the connection in question
    readings::Row settled_row = 0;    // the broker has read the PUBACKs of rows up to here
    std::int64_t settled_us = 0;      // since (wall)
    bool operator==(const AckMarks&) const = default;
};

class RedeliveryTable {
public:
    static constexpr std::int64_t keep_us = 120'000'000;

    struct First {
        readings::Row row = 0;
        WallTime time{};
    };
    // For DUP = 1: the first storing of the same message.
    std::optional<First> match(std::uint16_t packet_id, std::uint64_t hash) const;
    // Every PUBLISH of QoS 1. `row` is the row now written, `first` that of its first storing.
    void set(std::uint16_t packet_id, std::uint64_t hash, readings::Row row, First first);
    void erase(std::uint16_t packet_id);
    void clear();
    std::size_t size() const { return size_; }

    // `next_row` is the row that the connection's first message will get.
    void connected(readings::Row next_row);
    // PUBACKs of all rows up to `row` were written to this connection.
    void acknowledged(readings::Row row) { acked_row_ = row; }
    // A PINGREQ was sent behind them; its PINGRESP. Answers come in the order of requests.
    void ping_request();
    void ping_response(WallTime now);
    // Forgets what is two minutes settled.
    void expire(WallTime now);

    const AckMarks& marks() const { return marks_; }
    // While rebuilding: marks read beside rows, in their order.
    void replay(const AckMarks& marks);

    // What holds when rows up to `committed` are on disk and nothing else: a message that waits for
    // the disk is not known after a crash.
    std::string save(readings::Row committed) const;
    bool load(std::string_view saved); // false: not ours; the table is empty then

private:
    struct Entry {
        std::uint64_t hash = 0;
        readings::Row first_row = 0; // 0: no entry
        std::int64_t time_ns = 0;
        readings::Row row = 0; // of the last storing: the one that was acknowledged
    };
    using Page = std::array<Entry, 256>; // made when an id in it is used first
    Entry* find(std::uint16_t packet_id) const;
    void settle(const AckMarks& marks);
    void forget_rows(readings::Row from, readings::Row to);

    std::array<std::unique_ptr<Page>, 256> pages_;
    std::size_t size_ = 0;
    std::deque<AckMarks> settled_; // waiting for their two minutes
    AckMarks marks_;
    readings::Row acked_row_ = 0;
    std::deque<readings::Row> pings_; // acked_row_ at each open PINGREQ
};

} // namespace caredian::ingest
