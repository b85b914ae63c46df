// A segment: the messages of one commit, one after another. What the journal keeps as one SQLite
// row, and what the pipeline gets in memory. One INSERT per commit instead of one per message costs
// less CPU and writes fewer pages to the card.
//
// Format of `data`, version 1 (do not change; a new one gets a new first byte):
//   u8      1
// then per message; its row is first_row + its index:
//   u8      bits 0-1 QoS, bit 2 RETAIN (`initial`), bit 3 redelivered, bit 4 direct: posted
//           readings, the payload is direct.h's
//   varint  zigzag(time − time of the message before), ns; the first one minus 0
//   u16     packet id                  only QoS 1 and 2
//   u64     hash of (topic, payload), see content_hash.h; of direct ones what came, see Incoming
//   u64     Incoming::key              only direct
//   varint  row − first_row            only redelivered
//   varint  length, then the topic
//   varint  length, then the payload
// Fixed numbers are little endian, varints LEB128.
#pragma once

#include "ingest/redelivery.h"
#include "ingest/wire.h"
#include "readings/message.h"

#include <cstdint>
#include <memory>
#include <string>

namespace caredian::ingest {

struct Entry {
    readings::Message message;
    std::uint64_t hash = 0;
    bool direct = false;   // posted readings (direct.h), no broker's
    std::uint64_t key = 0; // of a direct one
    std::uint16_t packet_id = 0;
    std::uint8_t qos = 0;
};

struct Segment {
    readings::Row first_row = 0;
    std::uint32_t rows = 0;
    std::int64_t last_us = 0; // ReceiveClock's after the last message
    AckMarks marks;           // as they were when it was closed
    std::string data;

    readings::Row last_row() const { return first_row + rows - 1; }
    // The next message must have row first_row + rows.
    void append(const Entry& entry);

    static constexpr std::size_t split_bytes = 1024 * 1024; // a larger one is closed

private:
    std::int64_t last_time_ns_ = 0; // while it is written
};

using SegmentPtr = std::shared_ptr<const Segment>;

// Reads messages in order. Views in an entry point into the segment's data.
class SegmentReader {
public:
    explicit SegmentReader(const Segment& segment);
    bool next(Entry& entry); // false: at the end, or damaged
    bool damaged() const { return damaged_; }

private:
    wire::Reader in_;
    readings::Row row_;
    std::uint32_t left_;
    std::int64_t time_ns_ = 0;
    bool damaged_ = false;
};

} // namespace caredian::ingest
