// From committed messages to consumers: decodes each message once and gives the readings to all.
//
// Follows the journal by row. What was committed just now comes from memory (handoff.h); at start,
// and when it is behind, it reads the journal with a connection of its own. Each consumer has its
// own cursor: rows that it has already are not given to it again. Pipeline thread.
#pragma once

#include "base/clock.h"
#include "ingest/follower.h"
#include "ingest/handoff.h"
#include "ingest/journal_reader.h"
#include "ingest/options.h"
#include "ingest/pipeline_store.h"
#include "ingest/recent.h"
#include "ingest/stats.h"
#include "ingest/translator.h"
#include "readings/consumer.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace caredian::ingest {

struct PipelineOptions {
    std::string journal_path;
    std::string store_path;
    DecodeOptions decode;
    DeadLetterOptions dead_letters;
    RecentOptions recent = {};
    FieldTypes::Authority types = {};
};

class Pipeline {
public:
    // `cut` is told the row up to which the journal is needed no more; any thread's business.
    Pipeline(PipelineOptions options, const Clock& clock, Handoff& handoff, IngestStats& stats,
             std::vector<readings::Consumer*> consumers, std::function<void(readings::Row)> cut);
    // Sinks that go at their own pace. Before run(); they outlive it.
    void follow(std::vector<Follower*> followers) { followers_ = std::move(followers); }

    // Until the hand-off is closed and everything was taken; then consumers save. The body of the
    // thread.
    void run();
    // What run() repeats: takes what is there (waits at most `wait` for it), ticks when it is time.
    // False: closed and at the end.
    bool step(std::chrono::milliseconds wait);
    void save(); // consumers save, the journal may be cut

    // Rules that hold from the next message on. Any thread.
    void apply(std::vector<MappingRule> mappings);
    DecodeOptions decode_options() const; // any thread
    const RecentMessages& recent() const { return recent_; }

    // Stop without reaching the end (the rest is in the journal). Any thread.
    void hurry() { hurry_.store(true); }
    // Any thread: waits until rows up to `row` were given to all consumers.
    bool wait_taken(readings::Row row, std::chrono::milliseconds timeout) const;

private:
    struct Sink {
        readings::Consumer* consumer = nullptr;
        ConsumerStats* stats = nullptr;
        readings::Row given = 0; // rows up to here it has, or was given
        bool warned = false;
    };
    void begin();
    void read_journal();
    void take_mappings();
    void process(const Segment& segment);
    void decode_one(const readings::Message& message);
    void deliver();
    void give(Sink& sink, readings::Row last_row);
    void housekeeping();
    void keep_own();
    void make_room();
    void show_cursors();
    bool guarded(Sink& sink, const std::function<void()>& call);

    PipelineOptions options_;
    const Clock& clock_;
    Handoff& handoff_;
    IngestStats& stats_;
    std::function<void(readings::Row)> cut_;
    std::vector<Sink> sinks_;
    std::vector<Follower*> followers_;
    Translator translator_;
    PipelineStore store_;
    bool store_warned_ = false, journal_warned_ = false, begun_ = false;
    RecentMessages recent_;
    ReadingBatch batch_;
    std::optional<JournalReader> reader_; // while it is behind
    Segment segment_;
    readings::Row expected_ = 1; // the next row to decode
    readings::Row told_ = 0;     // the row that cut_ was told last
    MonoTime next_tick_{}, last_save_{}, last_room_{};
    std::atomic<bool> hurry_{false};

    mutable std::mutex options_mutex_; // of options_.decode.mappings
    std::atomic<bool> new_mappings_{false};

    mutable std::mutex taken_mutex_;
    mutable std::condition_variable taken_changed_;
    mutable int taken_waiters_ = 0;
    readings::Row taken_ = 0;
};

} // namespace caredian::ingest
