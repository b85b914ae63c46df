// What was read and is not on disk yet: the next commit.
#pragma once

#include "base/result.h"
#include "ingest/journal.h"
#include "ingest/segment.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace caredian::ingest {

// A PUBLISH of QoS 1 or 2 that is answered after the commit.
struct Ack {
    std::uint16_t packet_id = 0;
    std::uint8_t qos = 0;
};

// Who waits for a message that did not come over MQTT.
using SubmitDone = std::function<void(result<readings::Row>)>;

struct Batch {
    std::vector<std::shared_ptr<Segment>> segments; // the last one is written to
    std::uint64_t bytes = 0;
    std::vector<Ack> acks;                // in the order of the PUBLISHes
    std::vector<std::uint16_t> completes; // packet ids of PUBRELs
    std::vector<Qos2Change> qos2;
    readings::Row session_row = 0; // see JournalWrite
    std::vector<std::pair<readings::Row, SubmitDone>> waiting;
    bool urgent = false; // does not gather

    bool nothing_to_write() const { return segments.empty() && qos2.empty() && session_row == 0; }
    bool empty() const {
        return nothing_to_write() && acks.empty() && completes.empty() && waiting.empty();
    }
    // `row` is the entry's own: one after the other.
    void append(const Entry& entry) {
        if (segments.empty() || segments.back()->data.size() >= Segment::split_bytes) {
            segments.push_back(std::make_shared<Segment>());
            segments.back()->first_row = entry.message.row;
        }
        Segment& segment = *segments.back();
        std::size_t before = segment.data.size();
        segment.append(entry);
        bytes += segment.data.size() - before;
    }
};

} // namespace caredian::ingest
