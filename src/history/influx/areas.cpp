#include "history/influx/areas.h"

#include "history/influx/line.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace caredian::history::influx {

namespace {

constexpr auto always = std::numeric_limits<std::int64_t>::min();

} // namespace

void Areas::append(std::string& out, const readings::SeriesKey& key, std::int64_t time) {
    const auto begin = out.size();
    append_series(out, key);
    if (!key.tag(area_tag).empty()) return;
    std::lock_guard lock(mutex_);
    auto* change = find(std::string_view(out).substr(begin), key, time);
    if (!change || change->area.empty()) return;
    if (change->text.empty()) append_series(change->text, key, area_tag, change->area);
    out.replace(begin, out.npos, change->text);
}

// nullptr: there are too many.
Areas::Change* Areas::find(std::string_view name, const readings::SeriesKey& key,
                           std::int64_t time) {
    const auto now = source_.now();
    auto found = series_.find(name);
    if (found == series_.end()) {
        if (series_.size() >= most_) return nullptr;
        auto area = source_.area(key).value_or(std::string());
        Change first{area.empty() ? time : always, std::move(area)};
        note(name, first);
        found = series_.emplace(name, Entry{{std::move(first)}, now.number}).first;
    }
    auto& entry = found->second;
    if (entry.seen != now.number) follow(name, entry, key, now);
    auto& changes = entry.changes;
    auto after = std::ranges::upper_bound(changes, time, {}, &Change::from);
    if (after != changes.begin()) return &*std::prev(after);
    // Before it was first heard here: where it was first known to stand, from now on for good.
    auto known = std::ranges::find_if(changes, [](const Change& c) { return !c.area.empty(); });
    Change earlier{always, known == changes.end() ? std::string() : known->area};
    note(name, earlier);
    return &*changes.insert(changes.begin(), std::move(earlier));
}

void Areas::follow(std::string_view name, Entry& entry, const readings::SeriesKey& key,
                   const AreaSource::Moment& now) {
    entry.seen = now.number;
    auto& changes = entry.changes;
    auto area = source_.area(key);
    if (!area || *area == changes.back().area) return;
    auto from =
        changes.back().from == always ? now.since : std::max(now.since, changes.back().from + 1);
    Change change{from, std::move(*area)};
    note(name, change);
    changes.push_back(std::move(change));
    if (changes.size() > most_moves) changes.erase(changes.begin());
}

void Areas::note(std::string_view name, const Change& change) {
    fresh_.push_back({std::string(name), change.from, change.area});
}

void Areas::restore(KnownArea known) {
    std::lock_guard lock(mutex_);
    auto& changes = series_[std::move(known.series)].changes;
    changes.push_back({known.from, std::move(known.area)});
    if (changes.size() > most_moves) changes.erase(changes.begin());
}

std::vector<KnownArea> Areas::take_fresh() {
    std::lock_guard lock(mutex_);
    return std::exchange(fresh_, {});
}

} // namespace caredian::history::influx
