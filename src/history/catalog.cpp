#include "history/catalog.h"

#include "history/series_cursor.h"
#include "history/series_source.h"

#include <algorithm>
#include <map>
#include <utility>

namespace caredian::history {
namespace {

using boost::system::in_place_error;

// Everything of a series in one window, out of rollups as far as they go.
Query counting(std::string measurement, std::string device) {
    Query q;
    q.measurement = std::move(measurement);
    q.device = std::move(device);
    q.fn = Aggregate::count;
    q.approximate = true;
    return q;
}

} // namespace

struct Catalog::Walk {
    Walk(LocalHistory::State& state, std::unique_ptr<BlockReader> disk, Query query)
        : walk(state, std::move(disk), std::move(query)),
          source(
              walk.disk(), walk.query, walk.cancelled, walk.on_corrupt(),
              [this](std::int64_t time) { walk.state.note_corrupt_rollup(walk.current(), time); }),
          floors(state) {}

    result<void> count(std::map<std::string, Summary>& fields, std::int64_t& first,
                       std::int64_t& last);

    SeriesWalk walk;
    SeriesSource source;
    RollupFloors floors;
    Batch points;
    RollupRow row;
};

Catalog::Catalog(std::unique_ptr<Walk> walk) : walk_(std::move(walk)) {}
Catalog::~Catalog() = default;

result<std::unique_ptr<Catalog>>
Catalog::open(LocalHistory& history, std::string measurement, std::string device,
              std::function<bool(const readings::SeriesKey& key)> visible) {
    error_code why;
    auto disk = history.state().borrow_reader(why);
    if (!disk) return why;
    auto query = counting(std::move(measurement), std::move(device));
    query.visible = std::move(visible);
    return std::unique_ptr<Catalog>(
        new Catalog(std::make_unique<Walk>(history.state(), std::move(disk), std::move(query))));
}

void Catalog::cancel() {
    walk_->walk.cancelled = true;
}

result<bool> Catalog::next(SeriesEntry& out) {
    SeriesWalk& walk = walk_->walk;
    for (; !walk.at_end(); walk.end()) {
        std::map<std::string, Summary> fields;
        out.first = INT64_MAX;
        out.last = INT64_MIN;
        if (auto r = walk_->count(fields, out.first, out.last); !r)
            return {in_place_error, walk.failed(r.error())};
        if (fields.empty()) continue;
        out.key = &walk.current().key;
        out.fields.clear();
        for (const auto& [name, summary] : fields) {
            bool text = summary.numbers() == 0;
            out.fields.push_back({name,
                                  text ? readings::FieldType::text : summary.last_number().type,
                                  summary.numbers() + summary.texts()});
        }
        walk.end();
        return true;
    }
    return false;
}

result<void> Catalog::Walk::count(std::map<std::string, Summary>& fields, std::int64_t& first,
                                  std::int64_t& last) {
    auto& visit = walk.begin();
    auto meet = [&](std::int64_t from, std::int64_t to) {
        first = std::min(first, from);
        last = std::max(last, to);
    };
    for (const auto& block : visit.in_memory) meet(block.from, block.to);
    auto on_disk = walk.disk().extent(walk.current().id, visit.span);
    if (!on_disk) return on_disk.error();
    if (*on_disk) meet((*on_disk)->first, (*on_disk)->last);
    floors.set(walk.current().key.measurement, visit.standing);
    source.start(walk.current().id, visit.span, std::move(visit.standing),
                 std::move(visit.in_memory));
    for (;;) {
        auto kind = source.next(points, row);
        if (!kind) return kind.error();
        if (*kind == SeriesSource::Kind::end) return {};
        if (*kind == SeriesSource::Kind::buckets) {
            meet(row.buckets.front().start, row.buckets.front().start);
            if (*on_disk && (*on_disk)->first > row.buckets.front().start &&
                (*on_disk)->first - row.buckets.front().start < kHour)
                first = (*on_disk)->first; // the bucket's first point
            for (const auto& b : row.buckets) fields[row.fields[b.field]].merge(b.summary);
            continue;
        }
        for (const auto& p : points.points) {
            bool text = p.value.type == readings::FieldType::text;
            fields[points.fields[p.field]].add(p.value,
                                               text ? points.text(p.value) : std::string_view());
        }
    }
}

} // namespace caredian::history
