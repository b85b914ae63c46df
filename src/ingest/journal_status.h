// Whether the journal takes messages, when it is tried again, and what operators see of it: health
// `journal`, gauges, one line in the log per change. Ingest thread.
#pragma once

#include "base/clock.h"
#include "base/health.h"
#include "ingest/journal.h"
#include "ingest/stats.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace caredian::ingest {

class JournalStatus {
public:
    // Not opened yet: to be tried at once.
    JournalStatus(const Clock& clock, IngestStats& stats, HealthRegister& health);

    JournalState state() const { return state_; }
    bool blocked() const { return state_ != JournalState::up; }
    // While blocked: when to try again, after 250 ms at first, then twice as long each time, 10 s
    // at most.
    std::optional<MonoTime> retry_at() const { return retry_at_; }
    void retry_now() { retry_at_ = clock_.mono(); }

    // It could not be written: `state` is full or failing. True: until now it could.
    bool block(JournalState state, std::string_view reason, std::uint64_t waiting_bytes);
    // It was written. True: until now it could not.
    bool unblock(readings::Row committed);

    void show_level(const Journal& journal);

private:
    const Clock& clock_;
    IngestStats& stats_;
    HealthRegister& health_;
    JournalState state_ = JournalState::starting;
    std::optional<MonoTime> retry_at_;
    std::chrono::milliseconds backoff_{0};
};

} // namespace caredian::ingest
