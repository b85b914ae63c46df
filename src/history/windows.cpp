#include "history/windows.h"

#include <algorithm>
#include <limits>

namespace caredian::history {
namespace {

constexpr std::size_t kMaxFields = 100'000; // of a window
constexpr std::size_t kFewFields = 64;

} // namespace

std::int64_t window_start(std::int64_t time, std::int64_t every) {
    std::int64_t inside = time % every;
    if (inside < 0) inside += every;
    std::int64_t start = 0;
    if (__builtin_sub_overflow(time, inside, &start))
        return std::numeric_limits<std::int64_t>::min();
    return start;
}

Windows::Windows(const Query& query) : query_(query) {}

void Windows::use_fields(const std::vector<std::string>& names) {
    fields_.assign(names.size(), nullptr);
}

std::int64_t Windows::window_of(std::int64_t time) const {
    if (query_.every.count() > 0) return window_start(time, query_.every.count());
    if (query_.from != std::numeric_limits<std::int64_t>::min()) return query_.from;
    return open_ ? window_ : time;
}

Summary* Windows::summary_at(std::int64_t time, std::uint32_t field, const std::string& name,
                             Batch& out) {
    std::int64_t window = window_of(time);
    if (!open_ || window != window_) {
        if (open_) close(out);
        open_ = true;
        window_ = window;
    }
    Summary*& summary = fields_[field];
    if (summary == nullptr) {
        if (summaries_.size() >= kMaxFields) return nullptr;
        summary = &summaries_[name];
    }
    return summary;
}

bool Windows::add(const Batch& batch, const Point& point, Batch& out) {
    Summary* summary = summary_at(point.time, point.field, batch.fields[point.field], out);
    if (summary == nullptr) return false;
    bool text = point.value.type == readings::FieldType::text;
    summary->add(point.value, text ? batch.text(point.value) : std::string_view());
    return true;
}

bool Windows::add(const RollupRow& row, const RollupRow::Bucket& bucket, Batch& out) {
    Summary* summary = summary_at(bucket.start, bucket.field, row.fields[bucket.field], out);
    if (summary == nullptr) return false;
    summary->merge(bucket.summary);
    return true;
}

void Windows::close(Batch& out) {
    if (!open_) return;
    open_ = false;
    for (auto& [name, summary] : summaries_) {
        give(name, summary, out);
        summary.clear();
    }
    // Names that come and go would add up: a few stay, so that a window costs no allocation.
    if (summaries_.size() > kFewFields) forget_fields();
}

void Windows::forget_fields() {
    summaries_.clear();
    std::fill(fields_.begin(), fields_.end(), nullptr);
}

void Windows::give(const std::string& name, const Summary& summary, Batch& out) {
    Point point{.time = window_, .field = 0, .value = {}};
    if (!summary.give(query_.fn, point.value, out.texts)) return;
    auto [it, added] = indexes_.try_emplace(name, static_cast<std::uint32_t>(out.fields.size()));
    if (added) out.fields.push_back(name);
    point.field = it->second;
    out.points.push_back(point);
    if (!query_.ranges) return;
    ValueRange range;
    summary.give(Aggregate::min, range.min, out.texts);
    summary.give(Aggregate::max, range.max, out.texts);
    out.ranges.push_back(range);
}

} // namespace caredian::history
