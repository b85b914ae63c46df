// Brings readings to one sink (readings/sink.h), which may be slow or have nowhere to store for
// days.
//
// *Live*: the pipeline's thread offers what it has decoded. When the sink has no room it is
// *behind*: from then on the pipeline passes it by, and the follower's own thread reads the rows
// that are missing from the journal and decodes them once more, until it meets the pipeline again.
// It never reads rows that the pipeline has not delivered, so types are pinned by one of the two.
#pragma once

#include "base/clock.h"
#include "ingest/journal_reader.h"
#include "ingest/options.h"
#include "ingest/stats.h"
#include "ingest/translator.h"
#include "readings/sink.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>

namespace caredian::ingest {

struct FollowerOptions {
    std::string journal_path;
    std::string store_path; // where the pipeline keeps field types
    std::function<DecodeOptions()> decode;
    FieldTypes::Authority types = {};
};

class Follower {
public:
    // The sink outlives it.
    Follower(readings::Sink& sink, FollowerOptions options, ConsumerStats& stats);

    // --- pipeline thread
    void begin(readings::Row delivered); // rows up to here are decoded by nobody but this follower
    void give(std::span<const readings::Reading> readings, readings::Row last_row);
    // The journal needs the room of rows up to `upto`, which others have on disk: when the sink
    // lacks some and can get them elsewhere, the follower passes them over.
    void let_go(readings::Row upto);

    // --- its own thread
    void run(); // until stop()
    // What run() repeats while the sink is behind. False: it has met the pipeline.
    bool step();

    // --- any thread
    void stop();
    // Rows up to here are not needed in the journal any more.
    readings::Row cursor() const;
    void save() { sink_.save(); }
    ConsumerStats& stats() { return stats_; }

private:
    bool catch_up(readings::Row upto);
    void pass_over();
    void translate(const readings::Message& message);
    bool read_segment();
    bool push(readings::Row last_row);
    void wait(std::chrono::milliseconds time);
    bool stopping() const;

    readings::Sink& sink_;
    FollowerOptions options_;
    ConsumerStats& stats_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    readings::Row position_ = 0;  // the sink took rows up to here
    readings::Row delivered_ = 0; // the pipeline has decoded rows up to here
    readings::Row let_go_ = 0;    // rows up to here come from elsewhere
    bool stopping_ = false;
    bool warned_ = false;

    // Only while it is behind: its own thread's.
    std::optional<JournalReader> reader_;
    std::optional<Translator> translator_;
    Segment segment_;
    ReadingBatch batch_;
};

} // namespace caredian::ingest
