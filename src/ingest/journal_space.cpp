#include "ingest/journal_space.h"

#include "base/log.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

// For consumers to save, before age counts as full.
constexpr std::chrono::milliseconds age_grace{5'000};
constexpr std::uint64_t cut_step = 4 * 1024 * 1024;

readings::Row last_row(const Journal& journal) {
    return journal.next_row() - 1;
}

SessionTables tables_of(const Session& session, const Journal& journal) {
    return {session.redelivery().save(last_row(journal)),
            session.retained().save(last_row(journal)),
            session.sent_keys().save(last_row(journal))};
}

} // namespace

JournalSpace::JournalSpace(const JournalOptions& options, const Clock& clock, Handoff& handoff,
                           IngestStats& stats)
    : clock_(clock), handoff_(handoff), stats_(stats), bounds_(options.max_bytes, options.max_age),
      when_full_(options.when_full) {
    stats_.journal_max_bytes.set(static_cast<std::int64_t>(options.max_bytes));
}

void JournalSpace::apply(const JournalOptions& options) {
    bounds_ = JournalBounds(options.max_bytes, options.max_age);
    when_full_ = options.when_full;
    stats_.journal_max_bytes.set(static_cast<std::int64_t>(options.max_bytes));
}

std::optional<std::string_view> JournalSpace::refusal(Journal& journal, const Session& session,
                                                      std::uint64_t waiting) {
    Room room = bounds_.check({journal.bytes(), waiting, journal.oldest_us()}, clock_.wall());
    if (room != Room::age) age_full_since_.reset();
    if (room == Room::free) return std::nullopt;
    if (room == Room::save_soon)
        handoff_.request_save();
    else
        handoff_.request_room();
    if (room == Room::save_soon || room == Room::tight) return std::nullopt;
    if (room == Room::age) {
        // Perhaps the sinks have the rows and only did not save yet (or the clock was just set).
        if (!age_full_since_) age_full_since_ = clock_.mono();
        if (clock_.mono() - *age_full_since_ < age_grace) return std::nullopt;
    }
    if (drop_oldest(journal, session, room, waiting)) return std::nullopt;
    return room == Room::bytes ? "max_bytes is reached: a sink does not keep up"
                               : "rows are older than max_age: a sink does not take them";
}

bool JournalSpace::drop_for_disk(Journal& journal, const Session& session, std::uint64_t waiting) {
    return drop_oldest(journal, session, Room::bytes, waiting);
}

bool JournalSpace::drop_oldest(Journal& journal, const Session& session, Room room,
                               std::uint64_t waiting) {
    if (when_full_ != WhenFull::drop_oldest) return false;
    std::uint64_t before = journal.rows();
    std::uint64_t target = bounds_.after_drop(waiting);
    std::uint64_t have = journal.bytes();
    SessionTables tables = tables_of(session, journal);
    result<bool> done = room == Room::age
                            ? journal.cut(last_row(journal), UINT64_MAX, &tables,
                                          bounds_.oldest_kept_us(clock_.wall()))
                            : journal.cut(last_row(journal),
                                          have > target ? have - target : have / 10 + 1, &tables);
    if (done) saved_row_ = last_row(journal);
    std::uint64_t dropped = before - journal.rows();
    stats_.dropped_rows.add(dropped);
    if (dropped)
        log::warning("journal", "oldest messages dropped, as journal.when_full says",
                     {{"rows", dropped}});
    return done && dropped > 0;
}

result<bool> JournalSpace::cut(Journal& journal, const Session& session, readings::Row upto) {
    bool covered = std::min(upto, last_row(journal)) <= saved_row_;
    SessionTables tables = covered ? SessionTables{} : tables_of(session, journal);
    auto more = journal.cut(upto, cut_step, covered ? nullptr : &tables);
    if (more && !covered) saved_row_ = last_row(journal);
    return more;
}

void JournalSpace::save_tables(Journal& journal, const Session& session) {
    if (saved_row_ < last_row(journal)) (void)journal.save(tables_of(session, journal));
}

} // namespace caredian::ingest
