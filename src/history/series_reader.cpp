#include "history/series_reader.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <ranges>

namespace caredian::history {
namespace {

using boost::system::in_place_error; // result<bool> takes no error_code: it could mean both

constexpr std::size_t kPage = 8;   // blocks read at once
constexpr std::size_t kActive = 8; // blocks merged at once, unless more overlap
constexpr std::size_t kEnoughBytes = std::size_t{32} * 1024; // or so much of their data
constexpr std::size_t kActiveBytes =
    std::size_t{1024} * 1024;           // of their data; beyond it is read when needed
constexpr std::size_t kPoints = 16'384; // of a batch
constexpr std::size_t kTexts = std::size_t{1024} * 1024; // bytes

bool before(const Point& a, const Point& b) {
    return a.time != b.time ? a.time < b.time : a.field < b.field;
}

bool same(const Point& a, const Point& b) {
    return a.time == b.time && a.field == b.field;
}

} // namespace

SeriesReader::SeriesReader(BlockReader& disk, std::string_view field,
                           const std::atomic<bool>& cancelled, OnCorrupt on_corrupt)
    : disk_(disk), field_(field), cancelled_(cancelled), on_corrupt_(std::move(on_corrupt)) {}

void SeriesReader::start(std::uint32_t series, std::uint64_t span, std::int64_t from,
                         std::int64_t to, std::vector<Candidate> in_memory) {
    series_ = series;
    span_ = span;
    from_ = from;
    to_ = to;
    position_ = from_;
    memory_ = std::move(in_memory);
    memory_numbers_.clear();
    for (const auto& c : memory_) memory_numbers_.push_back(c.number);
    std::erase_if(memory_, [this](const Candidate& c) { return c.to < from_ || c.from >= to_; });
    std::sort(memory_.begin(), memory_.end(),
              [](const Candidate& a, const Candidate& b) { return a.from > b.from; });
    page_.clear();
    page_from_ = std::numeric_limits<std::int64_t>::min();
    page_number_ = -1;
    page_end_ = false;
    active_.clear();
    active_bytes_ = 0;
}

result<const Candidate*> SeriesReader::peek() {
    while (page_.empty() && !page_end_) {
        BlockReader::Range range{series_, from_, to_, minus_span(from_, span_)};
        auto stored = disk_.page(range, page_from_, page_number_, kPage);
        if (!stored) return stored.error();
        page_end_ = stored->empty();
        for (auto& block : std::views::reverse(*stored)) {
            // What is in memory is the newer form of it.
            if (std::count(memory_numbers_.begin(), memory_numbers_.end(), block.number) > 0)
                continue;
            page_.push_back({.number = block.number,
                             .from = block.from,
                             .to = block.to,
                             .memory = nullptr,
                             .waiting = nullptr,
                             .data = std::move(block.data)});
        }
        if (!stored->empty()) {
            page_from_ = stored->back().from;
            page_number_ = stored->back().number;
        }
    }
    if (page_.empty() && memory_.empty()) return nullptr;
    if (page_.empty() || (!memory_.empty() && memory_.back().from < page_.back().from))
        return &memory_.back();
    return &page_.back();
}

// Takes blocks until there are enough, and all that begin where the first one does: then the next
// block's first time is beyond the position, and each run gives something.
result<void> SeriesReader::fill_active() {
    for (;;) {
        auto next = peek();
        if (!next) return next.error();
        if (*next == nullptr) return {};
        bool overlaps = (*next)->from <= position_;
        bool enough = active_.size() >= kActive || active_bytes_ >= kEnoughBytes;
        if (enough && !overlaps) return {};
        if (active_.empty()) position_ = std::max(position_, (*next)->from);
        auto& source = !memory_.empty() && *next == &memory_.back() ? memory_ : page_;
        active_.push_back(std::move(source.back()));
        source.pop_back();
        active_bytes_ += active_.back().data.size();
        if (active_bytes_ <= kActiveBytes) continue;
        active_bytes_ -= active_.back().data.size();
        active_.back().data = {}; // read again when needed
    }
}

result<bool> SeriesReader::next(Batch& out) {
    for (;;) {
        if (cancelled_.load(std::memory_order_relaxed)) return Errc::cancelled;
        out.fields.clear();
        out.points.clear();
        out.texts.clear();
        names_.clear();
        if (auto filled = fill_active(); !filled) return {in_place_error, filled.error()};
        if (active_.empty()) return false;
        auto next = peek();
        if (!next) return {in_place_error, next.error()};
        std::int64_t limit = *next == nullptr ? to_ : std::min(to_, (*next)->from);
        std::sort(active_.begin(), active_.end(), [](const Candidate& a, const Candidate& b) {
            return rank_of(a.number) < rank_of(b.number);
        });
        for (const auto& candidate : active_) {
            if (cancelled_.load(std::memory_order_relaxed)) return Errc::cancelled;
            if (candidate.from >= limit) continue;
            if (auto r = collect(candidate, limit, out); !r) return {in_place_error, r.error()};
            if (out.points.size() > kPoints || out.texts.size() > kTexts) limit = cut(out, limit);
        }
        merge(out);
        position_ = limit;
        retire();
        if (!out.points.empty()) return true;
    }
}

void SeriesReader::retire() {
    bool end = position_ >= to_;
    std::erase_if(active_, [&](const Candidate& c) {
        bool done = end || c.to < position_;
        if (done) active_bytes_ -= c.data.size();
        return done;
    });
    if (!end) return;
    page_.clear();
    memory_.clear();
    page_end_ = true;
}

result<void> SeriesReader::collect(const Candidate& candidate, std::int64_t limit, Batch& out) {
    if (candidate.memory) {
        add_points(*candidate.memory, limit, out);
        return {};
    }
    std::string fetched;
    std::string_view data = candidate.waiting ? candidate.waiting->data : candidate.data;
    if (data.empty()) {
        auto read = disk_.data(series_, candidate.number);
        if (!read) return read.error();
        fetched = std::move(*read);
        if (fetched.empty()) return {}; // deleted meanwhile
        data = fetched;
    }
    if (decode_block(data, scratch_, field_))
        add_points(scratch_, limit, out);
    else
        on_corrupt_(candidate.number);
    return {};
}

void SeriesReader::add_points(const Block& block, std::int64_t limit, Batch& out) {
    constexpr std::uint64_t kNotCopied = ~std::uint64_t{0};
    struct Source {
        const Column* column;
        std::uint32_t field;
        std::size_t next = 0;                 // value
        std::vector<std::uint64_t> offsets{}; // of dictionary entries in out.texts
    };
    std::vector<Source> sources;
    for (const auto& column : block.columns) {
        if (column.values.empty() || (!field_.empty() && column.name != field_)) continue;
        Source source{.column = &column, .field = field_index(column.name, out)};
        source.offsets.assign(column.dictionary.size(), kNotCopied);
        sources.push_back(std::move(source));
    }
    for (std::size_t i = 0; i < block.times.size(); ++i) {
        std::int64_t time = block.times[i];
        bool wanted = time >= position_ && time < limit;
        for (auto& source : sources) {
            const Column& column = *source.column;
            if (!column.has(i)) continue;
            std::int64_t raw = column.values[source.next++];
            if (!wanted) continue;
            Point point{.time = time, .field = source.field, .value = {}};
            point.value.type = column.type;
            if (column.type == readings::FieldType::text) {
                auto& offset = source.offsets[static_cast<std::size_t>(raw)];
                const auto& text = column.dictionary[static_cast<std::size_t>(raw)];
                if (offset == kNotCopied) {
                    offset = out.texts.size();
                    out.texts += text;
                }
                point.value.text_offset = offset;
                point.value.text_length = static_cast<std::uint32_t>(text.size());
            } else if (column.type == readings::FieldType::boolean) {
                point.value.boolean = raw != 0;
            } else if (column.type == readings::FieldType::number) {
                point.value.number = std::bit_cast<double>(raw);
            } else {
                point.value.integer = raw;
            }
            out.points.push_back(point);
        }
    }
}

std::uint32_t SeriesReader::field_index(const std::string& name, Batch& out) {
    auto [it, added] = names_.try_emplace(name, static_cast<std::uint32_t>(out.fields.size()));
    if (added) out.fields.push_back(name);
    return it->second;
}

bool SeriesReader::in_order(const std::vector<Point>& points) {
    for (std::size_t i = 1; i < points.size(); ++i)
        if (!before(points[i - 1], points[i])) return false;
    return true;
}

// Sorts; of equal time and field the one that came last stays.
void SeriesReader::merge(Batch& out) {
    auto& points = out.points;
    if (in_order(points)) return;
    std::vector<std::uint32_t> order(points.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&points](std::uint32_t a, std::uint32_t b) {
        return same(points[a], points[b]) ? a < b : before(points[a], points[b]);
    });
    std::vector<Point> sorted;
    sorted.reserve(points.size());
    for (std::uint32_t i : order) {
        if (!sorted.empty() && same(sorted.back(), points[i])) sorted.pop_back();
        sorted.push_back(points[i]);
    }
    points.swap(sorted);
}

// Afterwards everything in `out` lies before the limit that is returned.
std::int64_t SeriesReader::cut(Batch& out, std::int64_t limit) {
    merge(out);
    auto& points = out.points;
    if (points.size() > kPoints / 2 || out.texts.size() > kTexts) {
        std::int64_t middle = points[points.size() / 2].time;
        if (middle == points.front().time) { // one time alone is never split
            auto other =
                std::upper_bound(points.begin(), points.end(), middle,
                                 [](std::int64_t t, const Point& p) { return t < p.time; });
            middle = other == points.end() ? limit : other->time;
        }
        limit = std::min(limit, middle);
        std::erase_if(points, [limit](const Point& p) { return p.time >= limit; });
    }
    std::string texts;
    std::unordered_map<std::uint64_t, std::uint64_t> moved;
    for (auto& point : points) {
        if (point.value.type != readings::FieldType::text) continue;
        auto [it, added] = moved.try_emplace(point.value.text_offset, texts.size());
        if (added) texts += out.text(point.value);
        point.value.text_offset = it->second;
    }
    out.texts = std::move(texts);
    return limit;
}

} // namespace caredian::history
