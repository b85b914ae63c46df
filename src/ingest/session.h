// What one incoming message means: new, the same again, or nothing to keep. Decides, writes
// nothing.
#pragma once

#include "base/clock.h"
#include "ingest/content_hash.h"
#include "ingest/receive_clock.h"
#include "ingest/redelivery.h"
#include "ingest/retained.h"
#include "ingest/segment.h"
#include "ingest/sent_keys.h"
#include "ingest/stats.h"
#include "ingest/topic_filter.h"

#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace caredian::ingest {

struct Incoming {
    std::string_view topic; // aliases are resolved
    std::string_view payload;
    std::uint16_t packet_id = 0;
    std::uint8_t qos = 0;
    bool retain = false;
    bool dup = false;
    // Posted readings (direct.h). `key`: of who sent them and their Idempotency-Key, 0: none;
    // `content`: of what they sent, which tells equal from different.
    bool direct = false;
    std::uint64_t key = 0;
    std::uint64_t content = 0;
};

// State of the session with the broker. Ingest thread. What decide() changes is made durable by the
// commit of the row it gave; after a crash restore() makes it again from rows and a saved copy.
class Session {
public:
    explicit Session(std::uint64_t hash_seed = 0, std::int64_t last_us = ReceiveClock::never,
                     Digits digits = {})
        : seed_(hash_seed), hash_(hash_seed), clock_(last_us, digits) {}
    std::uint64_t hash_seed() const { return seed_; }

    // `row` is the number the message gets if it is kept; rows up to `committed` are on disk.
    // Either `entry` is filled in, or the reason to keep nothing is returned.
    std::optional<Ignored> decide(const Incoming& in, WallTime now, readings::Row row,
                                  readings::Row committed, Entry& entry);
    // A PUBREL. False: the id was not known.
    bool release(std::uint16_t packet_id);

    // `next_row`: the first row of this connection. Session Present = 0 forgets everything that
    // hangs on packet ids.
    void connected(bool session_present, readings::Row next_row);

    RedeliveryTable& redelivery() { return redelivery_; }
    const RedeliveryTable& redelivery() const { return redelivery_; }
    const SentKeys& sent_keys() const { return sent_keys_; }
    SentKeys& sent_keys() { return sent_keys_; }
    RetainedFilter& retained() { return retained_; }
    const RetainedFilter& retained() const { return retained_; }
    ReceiveClock& clock() { return clock_; }
    std::size_t qos2_pending() const { return qos2_.count(); }

    // Topics of which an unchanged retained message is news all the same.
    void take_again(std::function<bool(std::string_view topic)> topics) {
        again_ = std::move(topics);
    }

    // While restoring, in the order of rows.
    void restore_qos2(std::uint16_t packet_id) { qos2_.set(packet_id); }
    void replay(const Entry& entry, bool same_session);

private:
    void take_direct(const Incoming& in, WallTime now, readings::Row row, Entry& entry);

    std::uint64_t seed_;
    ContentHash hash_;
    ReceiveClock clock_;
    RedeliveryTable redelivery_;
    RetainedFilter retained_;
    SentKeys sent_keys_;
    std::function<bool(std::string_view)> again_;
    std::bitset<65'536> qos2_; // between PUBLISH and PUBREL
};

} // namespace caredian::ingest
