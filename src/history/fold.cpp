// Folding: a block that reaches back into the time of older ones makes every question for that time
// read both. Its late points move into blocks of their time, with what lies there.
//
// Blocks that may still grow, and those in memory, are left alone: their turn comes later.
#include "base/log.h"
#include "history/keeper.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

namespace caredian::history {
namespace {

using boost::system::in_place_error;
using readings::FieldType;

constexpr std::size_t kLooks = 256;      // blocks looked at in one step
constexpr std::size_t kNeighbours = 512; // of one block
constexpr std::size_t kMerged = 24;      // blocks made into new ones in one step
constexpr std::int64_t kWide = 3 * 24 * kHour;
constexpr std::int64_t kFar = 31 * 24 * kHour;

std::uint64_t width(std::int64_t from, std::int64_t to) {
    return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

readings::FieldValue value_of(const Column& column, std::int64_t raw) {
    switch (column.type) {
    case FieldType::number:
        return std::bit_cast<double>(raw);
    case FieldType::boolean:
        return raw != 0;
    case FieldType::text:
        return column.dictionary[static_cast<std::size_t>(raw)];
    case FieldType::integer:
        break;
    }
    return raw;
}

using Fields = std::vector<readings::Field>;

// The points of a block, one after the other.
template <class Each>
void each_point(const Block& block, Each&& each) {
    std::vector<std::size_t> next(block.columns.size(), 0);
    for (std::size_t point = 0; point < block.times.size(); ++point) {
        Fields fields;
        for (std::size_t i = 0; i < block.columns.size(); ++i) {
            const Column& column = block.columns[i];
            if (!column.has(point)) continue;
            fields.push_back({column.name, value_of(column, column.values[next[i]++])});
        }
        each(block.times[point], std::move(fields));
    }
}

} // namespace

struct Keeper::Fold {
    struct Part {
        MaintenanceStore::Meta meta;
        std::size_t bytes = 0;
        Block rest; // what stays
        bool changed = false;
    };
    std::int64_t from = 0; // inclusive both: the time that is made anew
    std::int64_t to = 0;
    std::uint32_t block = 0; // that is folded
    std::vector<Part> parts; // in the order of rank
    std::map<std::int64_t, Fields> points;
    std::vector<Block> made;
    bool narrowed = false; // no more of days
    std::uint64_t points_before = 0, values_before = 0, points_after = 0, values_after = 0;
};

namespace {

struct Piece {
    std::int64_t from = 0;
    std::int64_t to = 0;
};

using Metas = std::vector<MaintenanceStore::Meta>; // by first time

// So much that not too many blocks are made anew at once, and, where it can be, whole blocks.
Piece fit(Piece piece, const Metas& others) {
    Metas met;
    for (const auto& o : others)
        if (o.from <= piece.to && o.to >= piece.from) met.push_back(o);
    if (met.size() > kMerged) {
        piece.to = std::max(piece.from, met[kMerged].from - 1);
        met.resize(kMerged);
    }
    Piece wider = piece;
    for (const auto& o : met) {
        if (width(o.from, o.to) > static_cast<std::uint64_t>(kFar)) continue;
        wider.from = std::min(wider.from, o.from);
        wider.to = std::max(wider.to, o.to);
    }
    return wider;
}

// Which piece of the block's time is to be folded next: points without a whole other block between
// them, where others overlap them or more points follow. nullopt: none.
std::optional<Piece> next_piece(std::vector<std::int64_t> times, const Metas& others) {
    std::sort(times.begin(), times.end());
    std::size_t start = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        bool last = i + 1 == times.size();
        auto between = [&](const auto& o) { return o.from > times[i] && o.to < times[i + 1]; };
        if (!last && std::none_of(others.begin(), others.end(), between)) continue;
        Piece piece{times[start], times[i]};
        auto overlaps = [&](const auto& o) { return o.from <= piece.to && o.to >= piece.from; };
        if (!last || std::any_of(others.begin(), others.end(), overlaps)) return fit(piece, others);
        start = i + 1;
    }
    return std::nullopt; // the newest points stay where they are
}

} // namespace

// Blocks with lower numbers are neither in memory nor will they grow.
result<std::uint32_t> Keeper::fold_end(Series& series) {
    auto newest = store_.newest_number(series.id);
    if (!newest) return newest.error();
    std::uint32_t end = newest->value_or(0);
    std::lock_guard lock(state_.mutex);
    for (const auto& full : series.waiting) end = std::min(end, full->number);
    if (series.open) end = std::min(end, series.open_number);
    return end;
}

result<bool> Keeper::fold(Series& series) {
    auto end = fold_end(series);
    if (!end) return {in_place_error, end.error()};
    std::uint32_t checked = 0;
    std::int64_t reach = 0;
    {
        std::lock_guard lock(state_.mutex);
        checked = series.roll.checked;
        reach = series.roll.reach;
    }
    if (*end <= checked) return false;
    auto blocks = store_.numbered(series.id, checked, *end, kLooks);
    if (!blocks) return {in_place_error, blocks.error()};
    for (const auto& block : *blocks) {
        if (block.from < reach) {
            auto folded = fold_block(series, block, *end);
            if (!folded) return {in_place_error, folded.error()};
            if (*folded != Folded::nothing) { // it is looked at again, as it is then
                auto kept = keep_checked(series, block.number, reach);
                if (!kept) return {in_place_error, kept.error()};
                return *folded == Folded::some;
            }
        }
        reach = std::max(reach, block.from);
        checked = block.number + 1;
    }
    if (blocks->size() < kLooks) checked = *end;
    auto kept = keep_checked(series, checked, reach);
    if (!kept) return {in_place_error, kept.error()};
    return blocks->size() == kLooks;
}

result<void> Keeper::keep_checked(Series& series, std::uint32_t checked, std::int64_t reach) {
    std::lock_guard writer(state_.writing);
    RollState next;
    std::uint64_t span = 0;
    {
        std::lock_guard lock(state_.mutex);
        if (series.roll.checked == checked && series.roll.reach == reach) return {};
        next = series.roll;
        span = series.span;
    }
    next.checked = checked;
    next.reach = reach;
    auto& store = store_.blocks();
    auto done = store.transaction([&] { return store.put_series(series, span, next, next.dirty); });
    if (!done) return done;
    std::lock_guard lock(state_.mutex);
    series.roll.checked = checked;
    series.roll.reach = reach;
    return {};
}

result<Keeper::Folded> Keeper::fold_block(Series& series, const MaintenanceStore::Meta& block,
                                          std::uint32_t end) {
    std::uint64_t span = 0;
    {
        std::lock_guard lock(state_.mutex);
        span = series.span;
    }
    auto movable = [&](std::int64_t from, std::int64_t to) {
        auto found = store_.overlapping(series.id, from, to, span, kNeighbours);
        if (found)
            std::erase_if(*found, [&](const auto& o) {
                return o.number >= end && o.number < kFirstCompacted;
            });
        return found;
    };
    auto others = movable(block.from, block.to);
    if (!others) return others.error();
    std::erase_if(*others, [&](const auto& o) { return o.number == block.number; });
    if (others->empty()) return Folded::nothing;
    auto data = store_.reader().data(series.id, block.number);
    if (!data) return data.error();
    Block decoded;
    if (!decode_block(*data, decoded)) return Folded::nothing;
    auto piece = next_piece(decoded.times, *others);
    if (!piece) return Folded::nothing;
    auto parts = movable(piece->from, piece->to); // all of them: their points rank below others
    if (!parts) return parts.error();
    if (parts->size() >= kNeighbours / 2) return Folded::nothing;
    Fold fold;
    fold.from = piece->from;
    fold.to = piece->to;
    fold.block = block.number;
    for (const auto& part : *parts) fold.parts.push_back({.meta = part, .rest = {}});
    auto loaded = load(series, fold);
    if (!loaded) return loaded.error();
    if (!*loaded) return Folded::nothing;
    auto done = commit(series, fold);
    if (!done) return done.error();
    return *done ? Folded::some : Folded::later;
}

// Takes the points of the piece's time out of the blocks that have some. False: one is damaged.
result<bool> Keeper::load(Series& series, Fold& fold) {
    std::sort(fold.parts.begin(), fold.parts.end(), [](const auto& a, const auto& b) {
        return rank_of(a.meta.number) < rank_of(b.meta.number);
    });
    for (auto& part : fold.parts) {
        auto data = store_.reader().data(series.id, part.meta.number);
        if (!data) return {in_place_error, data.error()};
        part.bytes = data->size();
        Block block;
        if (!decode_block(*data, block)) return false;
        each_point(block, [&](std::int64_t time, Fields fields) {
            if (time < fold.from || time > fold.to) {
                part.rest.append(time, fields);
                return;
            }
            part.changed = true;
            fold.points_before += 1;
            fold.values_before += fields.size();
            auto [it, added] = fold.points.try_emplace(time, std::move(fields));
            if (added) return;
            for (auto& field : fields) { // the later row's value counts
                auto same = std::find_if(it->second.begin(), it->second.end(),
                                         [&](const auto& f) { return f.name == field.name; });
                if (same == it->second.end())
                    it->second.push_back(std::move(field));
                else
                    *same = std::move(field);
            }
        });
    }
    std::erase_if(fold.parts, [](const auto& part) { return !part.changed; });
    std::size_t blocks = (fold.points.size() + kBlockPoints - 1) / kBlockPoints;
    std::size_t most = (fold.points.size() + blocks - 1) / std::max<std::size_t>(blocks, 1);
    for (auto& [time, fields] : fold.points) {
        if (fold.made.empty() || fold.made.back().full() || fold.made.back().times.size() >= most)
            fold.made.emplace_back();
        fold.made.back().append(time, fields);
        fold.points_after += 1;
        fold.values_after += fields.size();
    }
    return true;
}

// False: a cursor goes through the series; later, then.
result<bool> Keeper::commit(Series& series, Fold& fold) {
    std::lock_guard writer(state_.writing);
    {
        std::lock_guard lock(state_.mutex);
        if (series.readers > 0) return false;
        series.folding = true;
    }
    std::uint64_t points = fold.points_before - fold.points_after;
    std::uint64_t values = fold.values_before - fold.values_after;
    Totals totals = state_.stored;
    totals.points -= points;
    totals.values -= values;
    std::uint64_t span = 0;
    auto& store = store_.blocks();
    auto done = store.transaction([&]() -> result<void> {
        if (auto r = write(series, fold, totals); !r) return r;
        if (fold.narrowed) {
            auto longest = store_.longest_span(series.id);
            if (!longest) return longest.error();
            span = *longest;
        }
        return store.put_totals(totals);
    });
    {
        std::lock_guard lock(state_.mutex);
        series.folding = false;
        if (done) {
            state_.count_removed(points, values, totals);
            if (series.open) span = std::max(span, width(series.open->from(), series.open->to()));
            for (const auto& full : series.waiting)
                span = std::max(span, width(full->from, full->to));
            if (fold.narrowed) series.span = std::min(series.span, span);
        }
    }
    state_.folded.notify_all();
    if (!done) return {in_place_error, done.error()};
    return true;
}

result<void> Keeper::write(Series& series, Fold& fold, Totals& totals) {
    auto& store = store_.blocks();
    for (const auto& part : fold.parts) {
        bool wide = width(part.meta.from, part.meta.to) > static_cast<std::uint64_t>(kWide);
        bool still = !part.rest.times.empty() &&
                     width(part.rest.from(), part.rest.to()) > static_cast<std::uint64_t>(kWide);
        if (part.meta.number == fold.block) fold.narrowed = wide && !still;
        totals.bytes -= part.bytes;
        result<void> r;
        if (part.rest.times.empty()) {
            totals.blocks -= 1;
            r = store.remove_block(block_id(series.id, part.meta.number));
        } else {
            std::string data = encode_block(part.rest);
            totals.bytes += data.size();
            r = store.put_block(series.id, part.meta.number, part.rest.from(), part.rest.to(),
                                data);
        }
        if (!r) return r;
    }
    for (const auto& block : fold.made) {
        auto number = store_.compacted_number(series.id);
        if (!number) return number.error();
        if (!number->has_value()) return make_error_code(Errc::storage);
        std::string data = encode_block(block);
        totals.bytes += data.size();
        totals.blocks += 1;
        if (auto r = store.put_block(series.id, **number, block.from(), block.to(), data); !r)
            return r;
    }
    return {};
}

} // namespace caredian::history
