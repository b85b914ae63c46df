// From messages to the journal: gathers a batch, commits it, and says what may be acknowledged.
//
// The batch is whatever came while the last commit ran. When it cannot be written (journal full,
// disk full, read-only, damaged) it is kept, nothing is acknowledged, reading pauses, and it is
// tried again; health, counters and one line in the log say so. Needs no event loop: the caller
// asks deadline() and calls poll() then. Ingest thread.
#pragma once

#include "base/clock.h"
#include "base/health.h"
#include "base/random.h"
#include "base/result.h"
#include "ingest/batch.h"
#include "ingest/handoff.h"
#include "ingest/journal.h"
#include "ingest/journal_space.h"
#include "ingest/journal_status.h"
#include "ingest/options.h"
#include "ingest/session.h"
#include "ingest/stats.h"
#include "ingest/topic_filter.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caredian::ingest {

enum class Errc; // ingest.h

// Who brought the messages and hears what became of them.
class WriterEvents {
public:
    virtual ~WriterEvents() = default;
    // On disk: send PUBACK / PUBREC for `acks` and PUBCOMP for `completes`, in order.
    virtual void on_committed(std::span<const Ack> acks,
                              std::span<const std::uint16_t> completes) = 0;
    virtual void on_blocked() = 0;   // read no more
    virtual void on_unblocked() = 0; // read on
};

struct WriterOptions {
    std::string path; // of journal.db
    JournalOptions journal;
    std::vector<std::string> ignore;
    readings::Row at_least = 0;                  // the highest consumer cursor
    std::function<bool(std::string_view)> again; // Session::take_again; none: no topic
    Digits digits;
};

class Writer {
public:
    Writer(WriterOptions options, const Clock& clock, Random& random, Handoff& handoff,
           IngestStats& stats, HealthRegister& health, WriterEvents& events);
    ~Writer();

    // --- the connection's life
    // `in_flight`: so many QoS 1 and 2 messages the broker sends before it waits for us. A batch
    // with half of them does not gather on.
    void connected(bool session_present, std::size_t in_flight = 1000);
    void disconnected(); // what is not acknowledged will not be on this connection
    void ping_request();
    void ping_response();

    // --- messages
    void add(const Incoming& in);
    // A message that is acknowledged and not kept.
    void pass(std::uint16_t packet_id, std::uint8_t qos);
    void release(std::uint16_t packet_id); // PUBREL
    // Not over MQTT. `done` is called once, on this thread; at once when there is no room.
    void submit(std::string_view topic, std::string_view payload, SubmitDone done) {
        submit(Incoming{topic, payload}, std::move(done));
    }
    // With a key that is known: the row of the first sending, once that is on disk; key_reused when
    // something else was sent then. When the journal turns out to be full or broken, who waits is
    // told so, and what they sent is kept all the same, as MQTT's messages are.
    void submit(const Incoming& in, SubmitDone done);
    // All that one read brought was added: commit, or gather on (sync_interval).
    void batch_end();

    // --- time and room
    std::optional<MonoTime> deadline() const; // when poll() has something to do
    void poll();
    // Every consumer has rows up to `upto` on disk. Removes a few megabytes; true: call again.
    bool cut(readings::Row upto);
    void apply(const JournalOptions& journal, std::vector<std::string> ignore);
    // Nothing more is added: commits what is there, whatever sync_interval says.
    void stop_taking();
    // The end: saves the session's tables, for a quick next start.
    void stop();

    // Subscriptions that the broker's session holds: kept over a restart, opaque here.
    void remember(std::string subscriptions);
    const std::string& remembered() const { return remembered_; }

    bool ready() const { return journal_.has_value(); } // opened at least once
    bool blocked() const { return status_.blocked(); }
    readings::Row committed() const { return committed_; }

private:
    void open();
    void reopen_damaged();
    std::optional<MonoTime> gather_until() const;
    void commit();
    result<void> write();
    void committed_now();
    void block(JournalState state, std::string_view reason);
    void refuse_waiting(Errc why);
    Errc why_blocked() const;

    WriterOptions options_;
    const Clock& clock_;
    Random& random_;
    Handoff& handoff_;
    IngestStats& stats_;
    WriterEvents& events_;
    TopicFilters ignore_, urgent_;
    JournalStatus status_;
    JournalSpace space_;
    std::optional<Journal> journal_;
    std::unique_ptr<Session> session_; // 8 KiB of bits: not on a stack
    Batch batch_;
    readings::Row next_row_ = 1; // of the next message, waiting ones included
    readings::Row committed_ = 0;
    bool is_connected_ = false;
    std::string remembered_;
    std::size_t max_unacknowledged_ = 500;
    MonoTime last_commit_{}; // when it began
    std::optional<MonoTime> gather_until_;
};

} // namespace caredian::ingest
