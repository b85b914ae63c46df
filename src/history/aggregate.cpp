#include "history/aggregate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace caredian::history {
namespace {

using readings::FieldType;

constexpr std::size_t kMaxFields = 100'000; // of a window
constexpr std::size_t kBatchPoints = 4'096;
constexpr std::size_t kBatchTexts = std::size_t{256} * 1024;

bool is_numeric(Aggregate fn) {
    return fn == Aggregate::mean || fn == Aggregate::min || fn == Aggregate::max ||
           fn == Aggregate::sum;
}

} // namespace

void Accumulator::clear() {
    *this = Accumulator(fn_);
}

void Accumulator::add(const Value& value, std::string_view text) {
    if (is_numeric(fn_)) {
        if (value.type != FieldType::text) add_number(value);
        return;
    }
    ++count_;
    if (fn_ == Aggregate::count || (fn_ == Aggregate::first && count_ > 1)) return;
    kept_ = value;
    kept_text_ = value.type == FieldType::text ? text : std::string_view();
}

void Accumulator::add_number(const Value& value) {
    bool first = count_++ == 0;
    std::int64_t integer = 0;
    double number = 0;
    if (value.type == FieldType::number) {
        number = value.number;
        integers_ = false;
    } else {
        integer = value.type == FieldType::boolean ? std::int64_t{value.boolean} : value.integer;
        number = static_cast<double>(integer);
    }
    if (fn_ == Aggregate::min || fn_ == Aggregate::max) {
        keep_edge(first, integer, number);
        return;
    }
    if (__builtin_add_overflow(integer_, integer, &integer_)) integers_ = false;
    double sum = number_ + number;
    if (std::isfinite(sum))
        correction_ += std::fabs(number_) >= std::fabs(number) ? (number_ - sum) + number
                                                               : (number - sum) + number_;
    number_ = sum;
}

void Accumulator::keep_edge(bool first, std::int64_t integer, double number) {
    if (first) {
        integer_ = integer;
        number_ = number;
    } else if (fn_ == Aggregate::min) {
        integer_ = std::min(integer_, integer);
        number_ = std::min(number_, number);
    } else {
        integer_ = std::max(integer_, integer);
        number_ = std::max(number_, number);
    }
}

bool Accumulator::give(Value& out, std::string& texts) const {
    if (count_ == 0) return false;
    if (fn_ == Aggregate::count) {
        out.type = FieldType::integer;
        out.integer = count_;
    } else if (!is_numeric(fn_)) {
        out = kept_;
        if (out.type != FieldType::text) return true;
        out.text_offset = texts.size();
        out.text_length = static_cast<std::uint32_t>(kept_text_.size());
        texts += kept_text_;
    } else if (fn_ == Aggregate::mean) {
        out.type = FieldType::number;
        out.number = (number_ + correction_) / static_cast<double>(count_);
    } else if (integers_) {
        out.type = FieldType::integer;
        out.integer = integer_;
    } else {
        out.type = FieldType::number;
        out.number = number_ + correction_;
    }
    return true;
}

std::int64_t window_start(std::int64_t time, std::int64_t every) {
    std::int64_t inside = time % every;
    if (inside < 0) inside += every;
    std::int64_t start = 0;
    if (__builtin_sub_overflow(time, inside, &start))
        return std::numeric_limits<std::int64_t>::min();
    return start;
}

namespace {

class AggregateCursor final : public Cursor {
public:
    AggregateCursor(std::unique_ptr<Cursor> points, const Query& query)
        : points_(std::move(points)), fn_(query.fn), every_(query.every.count()),
          from_(query.from) {}

    result<bool> next(Batch& out) override {
        out.series = nullptr;
        out.fields.clear();
        out.points.clear();
        out.texts.clear();
        indexes_.clear();
        for (;;) {
            if (at_ == in_.points.size()) {
                auto more = refill();
                if (!more) return more;
                if (!*more || in_.series != series_) {
                    if (series_ != nullptr) close_window(out);
                    if (!out.points.empty()) out.series = series_;
                    series_ = *more ? in_.series : nullptr;
                    if (out.series != nullptr) return true;
                    if (!*more) return false;
                }
            }
            if (!consume(out)) return Errc::too_many;
            if (out.points.size() < kBatchPoints && out.texts.size() < kBatchTexts) continue;
            out.series = series_;
            return true;
        }
    }
    void cancel() override { points_->cancel(); }
    const std::vector<std::string>& tag_names() const override { return points_->tag_names(); }

private:
    result<bool> refill() {
        if (ended_) return false;
        at_ = 0;
        auto more = points_->next(in_);
        if (!more) return more;
        fields_.assign(*more ? in_.fields.size() : 0, nullptr);
        if (*more) return true;
        ended_ = true;
        in_ = {};
        return false;
    }

    // One point. False: more fields than may be held.
    bool consume(Batch& out) {
        const Point& point = in_.points[at_++];
        std::int64_t window = window_of(point.time);
        if (!open_ || window != window_) {
            if (open_) close_window(out);
            open_ = true;
            window_ = window;
        }
        Accumulator*& accumulator = fields_[point.field];
        if (accumulator == nullptr) {
            if (accumulators_.size() >= kMaxFields) return false;
            accumulator = &accumulators_.try_emplace(in_.fields[point.field], fn_).first->second;
        }
        bool text = point.value.type == readings::FieldType::text;
        accumulator->add(point.value, text ? in_.text(point.value) : std::string_view());
        return true;
    }

    std::int64_t window_of(std::int64_t time) const {
        if (every_ > 0) return window_start(time, every_);
        if (from_ != std::numeric_limits<std::int64_t>::min()) return from_;
        return open_ ? window_ : time;
    }

    void close_window(Batch& out) {
        for (auto& [name, accumulator] : accumulators_) {
            Point point{.time = window_, .field = 0, .value = {}};
            if (accumulator.give(point.value, out.texts)) {
                auto [it, added] =
                    indexes_.try_emplace(name, static_cast<std::uint32_t>(out.fields.size()));
                if (added) out.fields.push_back(name);
                point.field = it->second;
                out.points.push_back(point);
            }
            accumulator.clear();
        }
        open_ = false;
        // Names that come and go would add up: a few stay, so that a window costs no allocation.
        if (accumulators_.size() <= 64 && in_.series == series_) return;
        accumulators_.clear();
        std::fill(fields_.begin(), fields_.end(), nullptr);
    }

    std::unique_ptr<Cursor> points_;
    const Aggregate fn_;
    const std::int64_t every_;
    const std::int64_t from_;
    Batch in_;
    std::size_t at_ = 0;
    bool ended_ = false;
    std::vector<Accumulator*> fields_;            // of in_.fields, once seen
    const readings::SeriesKey* series_ = nullptr; // whose window is open
    std::map<std::string, Accumulator> accumulators_;
    std::map<std::string, std::uint32_t> indexes_; // of out.fields
    std::int64_t window_ = 0;
    bool open_ = false;
};

} // namespace

std::unique_ptr<Cursor> aggregate(std::unique_ptr<Cursor> points, const Query& query) {
    return std::make_unique<AggregateCursor>(std::move(points), query);
}

} // namespace caredian::history
