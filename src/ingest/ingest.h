// Ingest as app sees it: messages in (MQTT, submit), made durable, acknowledged, decoded, and
// given to consumers.
//
// Two threads. The *ingest thread* owns the MQTT connection and the journal: what one read of the
// socket brought is one batch, committed (synced) and then acknowledged. The *pipeline thread*
// takes committed batches (from memory, or from the journal when it is behind), decodes each
// message once and gives the readings to every consumer. Neither touches the other's files. A sink
// that is slower has one more thread, which does nothing while the sink keeps up (follower.h).
//
//   data_dir/journal.db  messages, their high-water mark, session state (ingest thread)
//   data_dir/ingest.db   dead letters, field types                     (pipeline thread)
#pragma once

#include "base/clock.h"
#include "base/health.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "ingest/options.h"
#include "ingest/several.h"
#include "ingest/stats.h"
#include "readings/consumer.h"
#include "readings/sink.h"

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::ingest {

class Talker;         // talker.h
struct DeadLetter;    // dead_letter.h
struct RecentMessage; // recent.h

enum class Errc {
    ok,
    not_running, // start() was not called, or stop() was
    full,        // the journal is at its limit
    failing,     // the journal's file cannot be written (disk full, read-only, broken)
    timeout,     // not on disk in time; it may still come
    too_large,   // topic or payload above what MQTT allows here
    key_reused,  // an Idempotency-Key under which something else was sent
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

class Ingest {
public:
    // Everything handed in must outlive this object. Consumers are called by the pipeline thread
    // only, from start() to the end of stop(); sinks see no call after stop().
    Ingest(IngestOptions options, const Clock& clock, Random& random, Metrics& metrics,
           HealthRegister& health, const std::vector<readings::Consumer*>& consumers,
           const std::vector<readings::Sink*>& sinks = {}, Several several = {});
    ~Ingest(); // stop()
    Ingest(const Ingest&) = delete;
    Ingest& operator=(const Ingest&) = delete;

    // Returns at once. The journal is opened, and replayed, on the threads: what cannot be opened
    // is tried again for ever, shown as health `journal`; MQTT connects only after.
    void start();
    // Commits and acknowledges what was read, disconnects, lets the pipeline reach the journal's
    // end (at most `drain`), and has every consumer save. A second call does nothing.
    void stop(std::chrono::milliseconds drain = std::chrono::seconds(10));

    // Whether it listens to the broker; only where Several::attend is false. What was taken is kept
    // and goes on. Any thread; returns at once.
    void attend(bool on);
    // No more messages, for good; the broker keeps the session. Any thread; returns at once.
    void leave_broker() { attend(false); }

    // A message that did not come over MQTT. Returns its row after it is synced. Any thread but
    // the two above; blocks.
    result<readings::Row> submit(std::string_view topic, std::string_view payload,
                                 std::chrono::milliseconds timeout = std::chrono::seconds(10));

    // Posted readings: `device` and `payload` as direct.h says, `key` and `content` as Incoming
    // does. `done` is called once, unless this returns false (ingest does not run): on a thread of
    // ours, or at once; until then nothing waits here. Any thread.
    struct Posted {
        std::string device;
        std::string payload;
        std::uint64_t key = 0;
        std::uint64_t content = 0;
    };
    bool post(Posted posted, std::function<void(result<readings::Row>)> done);
    // Who speaks to devices; must outlive stop(). Before start().
    void use(Talker& talker);
    // Runs `work` on the ingest thread, where the talker lives. False: it does not run. Any thread.
    bool post(std::function<void()> work);

    // Settings that change while it runs. Any thread; takes effect with the next batch.
    void apply(const JournalOptions& journal, std::vector<std::string> ignore,
               std::vector<MappingRule> mappings);
    // How messages are decoded now. Any thread.
    DecodeOptions decode_options() const;

    // The newest dead letters that are on disk (about a second after they came), the newest first.
    // Any thread but the two above; blocks.
    result<std::vector<DeadLetter>> dead_letters(std::size_t most) const;
    // What was heard last on each of these topics since start(), the newest first. Any thread.
    std::vector<RecentMessage> recent(std::span<const std::string> topics, std::size_t most) const;

    // Waits until every row up to `row` was given to all consumers. False: not in time.
    bool wait_taken(readings::Row row, std::chrono::milliseconds timeout) const;

    const IngestStats& stats() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace caredian::ingest

template <>
struct boost::system::is_error_code_enum<caredian::ingest::Errc> : std::true_type {};
