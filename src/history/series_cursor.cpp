#include "history/series_cursor.h"

#include "base/log.h"

#include <set>
#include <utility>

namespace caredian::history {

Visit::Visit(LocalHistory::State& state, Series& series) : state_(state), series_(series) {
    std::unique_lock lock(state_.mutex);
    state_.folded.wait(lock, [&] { return !series_.folding; });
    ++series_.readers;
    span = series_.span;
    for (const auto& full : series_.waiting)
        in_memory.push_back({.number = full->number,
                             .from = full->from,
                             .to = full->to,
                             .memory = nullptr,
                             .waiting = full,
                             .data = {}});
    if (series_.open)
        in_memory.push_back({.number = series_.open_number,
                             .from = series_.open->from(),
                             .to = series_.open->to(),
                             .memory = std::make_shared<Block>(*series_.open),
                             .waiting = nullptr,
                             .data = {}});
    const RollState& roll = series_.roll;
    standing.rolled_to = roll.rolled_to;
    standing.raw_from = roll.raw_from;
    for (const ChunkSet* marked : {&roll.dirty, &roll.late})
        for (const auto& interval : marked->intervals())
            standing.unsettled.emplace_back(chunk_start(interval.first),
                                            chunk_start(interval.last + 1));
}

Visit::~Visit() {
    std::lock_guard lock(state_.mutex);
    --series_.readers;
}

RollupFloors::RollupFloors(LocalHistory::State& state)
    : retention_(state.retention()), now_(to_ns(state.clock.wall())) {}

void RollupFloors::set(std::string_view measurement, Standing& standing) const {
    auto since = [&](const Keep& keep, Level level) {
        std::int64_t before = 0;
        auto kept = keep.of(measurement).count();
        if (kept <= 0 || __builtin_sub_overflow(now_, kept, &before)) return INT64_MIN;
        // Rows of five minutes (640) begin within an hour: what stands before it is the hour's.
        return ceil_to(floor_to(before, row_width(level)), kHour);
    };
    standing.five_from = since(retention_.five_minutes, Level::five);
    standing.hour_from = since(retention_.hour, Level::hour);
}

SeriesWalk::SeriesWalk(LocalHistory::State& s, std::unique_ptr<BlockReader> disk, Query q)
    : state(s), query(std::move(q)), disk_(std::move(disk)),
      series_(state.directory.match(query.measurement, query.device)) {
    if (query.visible)
        std::erase_if(series_,
                      [this](const Series* series) { return !query.visible(series->key); });
}

SeriesWalk::~SeriesWalk() {
    visit_.reset();
    state.give_back(std::move(disk_));
}

Visit& SeriesWalk::begin() {
    visit_ = std::make_unique<Visit>(state, current());
    return *visit_;
}

void SeriesWalk::end() {
    visit_.reset();
    ++at_;
}

error_code SeriesWalk::failed(const error_code& why) {
    visit_.reset();
    at_ = series_.size();
    for (auto told : {Errc::cancelled, Errc::too_many})
        if (why == make_error_code(told)) return why;
    log::error("history", "a query failed", {{"reason", why.message()}});
    return make_error_code(Errc::storage);
}

std::vector<std::string> SeriesWalk::tag_names() const {
    std::set<std::string> names;
    for (const Series* series : series_)
        for (const auto& [name, value] : series->key.tags)
            if (name != "device") names.insert(name);
    return {names.begin(), names.end()};
}

SeriesReader::OnCorrupt SeriesWalk::on_corrupt() {
    return [this](std::uint32_t number) { state.note_corrupt(current().key.to_string(), number); };
}

} // namespace caredian::history
