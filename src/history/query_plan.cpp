#include "history/query_plan.h"

#include <algorithm>

namespace caredian::history {
namespace {

bool fits(nanoseconds every, std::int64_t bucket) {
    return every.count() % bucket == 0; // one window over everything: 0
}

class Planner {
public:
    Planner(const Query& query, const Standing& standing) : q_(query), s_(standing) {}

    std::vector<Piece> run() {
        std::vector<std::int64_t> edges = {q_.from,       q_.to,        s_.rolled_to,
                                           points_from(), s_.five_from, s_.hour_from};
        for (const auto& [from, to] : s_.unsettled) {
            edges.push_back(from);
            edges.push_back(to);
        }
        std::sort(edges.begin(), edges.end());
        for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
            std::int64_t from = std::max(edges[i], q_.from);
            std::int64_t to = std::min(edges[i + 1], q_.to);
            if (from < to) add(from, to);
        }
        return std::move(pieces_);
    }

private:
    // Buckets that are made of some points that are gone and some that are there count as gone.
    std::int64_t points_from() const { return ceil_to(s_.raw_from, kHour); }

    bool settled(std::int64_t time) const {
        if (time >= s_.rolled_to) return false;
        return std::none_of(s_.unsettled.begin(), s_.unsettled.end(),
                            [time](const auto& u) { return time >= u.first && time < u.second; });
    }

    // Between two edges everything is the same as at `time`, the first of them.
    Source source_at(std::int64_t time) const {
        bool gone = time < points_from();
        if (!gone && !settled(time)) return Source::points;
        if (time >= s_.rolled_to) return Source::points;
        bool five = time >= s_.five_from;
        bool hour = time >= s_.hour_from;
        if (hour && fits(q_.every, kHour)) return Source::hour;
        if (five && fits(q_.every, kFiveMinutes)) return Source::five;
        if (!gone) return Source::points;
        return five ? Source::five : Source::hour;
    }

    void add(std::int64_t from, std::int64_t to) {
        Source source = source_at(from);
        if (source == Source::points) return push(from, to, source);
        std::int64_t bucket = source == Source::hour ? kHour : kFiveMinutes;
        std::int64_t first = ceil_to(from, bucket);
        std::int64_t last = floor_to(to, bucket);
        if (first >= last) return push(from, to, Source::points);
        if (from < first) push(from, first, Source::points);
        push(first, last, source);
        if (last < to) push(last, to, Source::points);
    }

    void push(std::int64_t from, std::int64_t to, Source source) {
        if (!pieces_.empty() && pieces_.back().to == from && pieces_.back().source == source)
            pieces_.back().to = to;
        else
            pieces_.push_back({from, to, source});
    }

    const Query& q_;
    const Standing& s_;
    std::vector<Piece> pieces_;
};

} // namespace

std::vector<Piece> plan(const Query& query, const Standing& standing) {
    bool sums_up = query.fn != Aggregate::none && query.fn != Aggregate::first;
    if (!sums_up) return {{query.from, query.to, Source::points}};
    return Planner(query, standing).run();
}

} // namespace caredian::history
