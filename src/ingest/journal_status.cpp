#include "ingest/journal_status.h"

#include "base/log.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_retry{250}, last_retry{10'000};
constexpr std::string_view feature = "new messages of devices are kept and acknowledged";

} // namespace

JournalStatus::JournalStatus(const Clock& clock, IngestStats& stats, HealthRegister& health)
    : clock_(clock), stats_(stats), health_(health), retry_at_(clock.mono()) {
    health_.declare("journal", std::string(feature));
}

bool JournalStatus::block(JournalState state, std::string_view reason,
                          std::uint64_t waiting_bytes) {
    bool first = !blocked();
    backoff_ = first || backoff_.count() == 0 ? first_retry : std::min(backoff_ * 2, last_retry);
    retry_at_ = clock_.mono() + backoff_;
    bool changed = state_ != state;
    state_ = state;
    stats_.journal_state.set(static_cast<std::int64_t>(state));
    health_.set("journal", HealthState::down, std::string(reason));
    if (changed)
        log::warning("journal", "messages are not acknowledged: the journal cannot be written",
                     {{"reason", reason}, {"waiting_bytes", waiting_bytes}});
    return first;
}

bool JournalStatus::unblock(readings::Row committed) {
    if (!blocked()) return false;
    state_ = JournalState::up;
    retry_at_.reset();
    backoff_ = milliseconds(0);
    stats_.journal_state.set(static_cast<std::int64_t>(state_));
    health_.set("journal", HealthState::up);
    log::info("journal", "messages are kept and acknowledged", {{"row", committed}});
    return true;
}

void JournalStatus::show_level(const Journal& journal) {
    stats_.journal_rows.set(static_cast<std::int64_t>(journal.rows()));
    stats_.journal_bytes.set(static_cast<std::int64_t>(journal.bytes()));
    stats_.journal_oldest_us.set(journal.oldest_us().value_or(0));
    stats_.journal_last_row.set(static_cast<std::int64_t>(journal.next_row() - 1));
}

} // namespace caredian::ingest
