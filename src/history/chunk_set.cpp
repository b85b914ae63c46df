#include "history/chunk_set.h"

#include "history/codec/bits.h"

#include <algorithm>

namespace caredian::history {
namespace {

constexpr std::size_t kIntervals = 64;

} // namespace

void ChunkSet::add(std::int32_t first, std::int32_t last) {
    auto touches = [](const Interval& a, std::int64_t value) { return a.last + 1LL < value; };
    auto from = std::lower_bound(intervals_.begin(), intervals_.end(), first, touches);
    auto to = from;
    for (; to != intervals_.end() && to->first <= last + 1LL; ++to) {
        first = std::min(first, to->first);
        last = std::max(last, to->last);
    }
    from = intervals_.erase(from, to);
    intervals_.insert(from, {first, last});
    bound();
}

void ChunkSet::add(const ChunkSet& other) {
    for (const auto& interval : other.intervals_) add(interval.first, interval.last);
}

void ChunkSet::bound() {
    if (intervals_.size() <= kIntervals) return;
    std::size_t nearest = 1;
    auto gap = [this](std::size_t i) {
        return std::int64_t{intervals_[i].first} - intervals_[i - 1].last;
    };
    for (std::size_t i = 2; i < intervals_.size(); ++i)
        if (gap(i) < gap(nearest)) nearest = i;
    intervals_[nearest - 1].last = intervals_[nearest].last;
    intervals_.erase(intervals_.begin() + static_cast<std::ptrdiff_t>(nearest));
}

void ChunkSet::remove(std::int32_t first, std::int32_t last) {
    std::vector<Interval> left;
    for (const auto& interval : intervals_) {
        if (interval.first < first)
            left.push_back({interval.first, std::min(interval.last, first - 1)});
        if (interval.last > last)
            left.push_back({std::max(interval.first, last + 1), interval.last});
    }
    std::erase_if(left, [](const Interval& i) { return i.first > i.last; });
    intervals_ = std::move(left);
    bound();
}

bool ChunkSet::contains(std::int32_t chunk) const {
    auto at =
        std::lower_bound(intervals_.begin(), intervals_.end(), chunk,
                         [](const Interval& a, std::int32_t value) { return a.last < value; });
    return at != intervals_.end() && at->first <= chunk;
}

std::string ChunkSet::encode() const {
    std::string out;
    std::int64_t before = 0;
    for (const auto& interval : intervals_) {
        put_varint(out, zigzag(interval.first - before));
        put_varint(out, static_cast<std::uint64_t>(std::int64_t{interval.last} - interval.first));
        before = interval.last;
    }
    return out;
}

bool ChunkSet::decode(std::string_view bytes, ChunkSet& out) {
    ByteReader in(bytes);
    out.clear();
    std::int64_t before = 0;
    while (!in.empty()) {
        std::int64_t first = 0;
        std::int64_t last = 0;
        std::uint64_t length = 0;
        if (__builtin_add_overflow(before, unzigzag(in.varint()), &first)) return false;
        length = in.varint();
        if (in.failed() || length > INT32_MAX || first < INT32_MIN || first > INT32_MAX)
            return false;
        last = first + static_cast<std::int64_t>(length);
        if (last > INT32_MAX) return false;
        if (!out.intervals_.empty() && first <= before + 1) return false;
        out.intervals_.push_back(
            {static_cast<std::int32_t>(first), static_cast<std::int32_t>(last)});
        if (out.intervals_.size() > kIntervals) return false;
        before = last;
    }
    return true;
}

} // namespace caredian::history
