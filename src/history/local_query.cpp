// Asking the local history: a cursor that goes through the matching series one by one.
#include "base/log.h"
#include "history/chart.h"
#include "history/local_state.h"
#include "history/series_cursor.h"
#include "history/series_source.h"
#include "history/windows.h"

namespace caredian::history {
namespace {

using boost::system::in_place_error;

constexpr std::size_t kIdleReaders = 2;

} // namespace

std::unique_ptr<BlockReader> LocalHistory::State::borrow_reader(error_code& why) {
    {
        std::lock_guard lock(readers_mutex);
        if (!readers.empty()) {
            auto reader = std::move(readers.back());
            readers.pop_back();
            return reader;
        }
    }
    auto opened = BlockReader::open(options.path);
    if (opened) return std::make_unique<BlockReader>(std::move(*opened));
    log::error("history", "the history cannot be opened for reading",
               {{"reason", opened.error().message()}});
    why = make_error_code(Errc::storage);
    return nullptr;
}

void LocalHistory::State::give_back(std::unique_ptr<BlockReader> reader) {
    std::lock_guard lock(readers_mutex);
    if (readers.size() < kIdleReaders) readers.push_back(std::move(reader));
}

void LocalHistory::State::note_corrupt(std::string_view series, std::uint32_t number) {
    if (corrupt.fetch_add(1, std::memory_order_relaxed) < 10)
        log::error("history", "a block is damaged and left out",
                   {{"series", series}, {"block", number}});
}

void LocalHistory::State::note_corrupt_rollup(Series& series, std::int64_t time) {
    note_corrupt(series.key.to_string(), 0);
    std::lock_guard lock(mutex);
    series.roll.dirty.add(chunk_of(time));
    ++series.roll.marked;
}

namespace {

using State = LocalHistory::State;

class PointCursor final : public Cursor {
public:
    PointCursor(State& state, std::unique_ptr<BlockReader> disk, Query query)
        : walk_(state, std::move(disk), std::move(query)), tag_names_(walk_.tag_names()),
          reader_(walk_.disk(), walk_.query.field, walk_.cancelled, walk_.on_corrupt()) {}

    result<bool> next(Batch& out) override {
        out.ranges.clear();
        for (; !walk_.at_end(); walk_.end()) {
            if (!walk_.begun()) {
                auto& visit = walk_.begin();
                reader_.start(walk_.current().id, visit.span, walk_.query.from, walk_.query.to,
                              std::move(visit.in_memory));
            }
            auto more = reader_.next(out);
            if (!more) return {in_place_error, walk_.failed(more.error())};
            if (!*more) continue;
            out.series = &walk_.current().key;
            return true;
        }
        return false;
    }
    void cancel() override { walk_.cancelled = true; }
    const std::vector<std::string>& tag_names() const override { return tag_names_; }

private:
    SeriesWalk walk_;
    std::vector<std::string> tag_names_;
    SeriesReader reader_;
};

class WindowCursor final : public Cursor {
public:
    WindowCursor(State& state, std::unique_ptr<BlockReader> disk, Query query)
        : walk_(state, std::move(disk), std::move(query)), tag_names_(walk_.tag_names()),
          source_(walk_.disk(), walk_.query, walk_.cancelled, walk_.on_corrupt(),
                  [this](std::int64_t time) {
                      walk_.state.note_corrupt_rollup(walk_.current(), time);
                  }),
          windows_(walk_.query), floors_(state) {}

    result<bool> next(Batch& out) override {
        out.series = nullptr;
        out.fields.clear();
        out.points.clear();
        out.texts.clear();
        out.ranges.clear();
        windows_.begin_batch();
        while (!walk_.at_end()) {
            if (!walk_.begun()) start();
            if (at_ == size() && kind_ != SeriesSource::Kind::end)
                if (auto read = refill(); !read)
                    return {in_place_error, walk_.failed(read.error())};
            if (kind_ == SeriesSource::Kind::end) {
                windows_.close(out);
                windows_.forget_fields();
                const auto* key = &walk_.current().key;
                walk_.end();
                if (out.points.empty()) continue;
                out.series = key;
                return true;
            }
            if (!consume(out))
                return {in_place_error, walk_.failed(make_error_code(Errc::too_many))};
            if (out.points.size() < kBatchPoints && out.texts.size() < kBatchTexts) continue;
            out.series = &walk_.current().key;
            return true;
        }
        return false;
    }
    void cancel() override { walk_.cancelled = true; }
    const std::vector<std::string>& tag_names() const override { return tag_names_; }
    nanoseconds every() const override { return walk_.query.every; }

private:
    void start() {
        auto& visit = walk_.begin();
        floors_.set(walk_.current().key.measurement, visit.standing);
        source_.start(walk_.current().id, visit.span, std::move(visit.standing),
                      std::move(visit.in_memory));
        kind_ = SeriesSource::Kind::points;
        points_.points.clear();
        at_ = 0;
    }
    std::size_t size() const {
        return kind_ == SeriesSource::Kind::buckets ? row_.buckets.size() : points_.points.size();
    }
    result<void> refill() {
        auto kind = source_.next(points_, row_);
        if (!kind) return kind.error();
        kind_ = *kind;
        at_ = 0;
        windows_.use_fields(kind_ == SeriesSource::Kind::buckets ? row_.fields : points_.fields);
        return {};
    }
    bool consume(Batch& out) {
        std::size_t i = at_++;
        if (kind_ == SeriesSource::Kind::buckets) return windows_.add(row_, row_.buckets[i], out);
        return windows_.add(points_, points_.points[i], out);
    }

    static constexpr std::size_t kBatchPoints = 4'096;
    static constexpr std::size_t kBatchTexts = std::size_t{256} * 1024;
    SeriesWalk walk_;
    std::vector<std::string> tag_names_;
    SeriesSource source_;
    Windows windows_;
    const RollupFloors floors_;
    SeriesSource::Kind kind_ = SeriesSource::Kind::points;
    Batch points_;
    RollupRow row_;
    std::size_t at_ = 0; // of what is in points_ or row_
};

} // namespace

result<std::unique_ptr<Cursor>> LocalHistory::query(const Query& query) {
    bool filtered = !query.measurement.empty() || !query.device.empty() || !query.field.empty() ||
                    query.everything;
    bool windows_fit =
        query.every.count() >= 0 && (query.every.count() == 0 || query.fn != Aggregate::none);
    bool width_fits = query.width == 0 || query.fn == Aggregate::none;
    if (!filtered || query.from >= query.to || !windows_fit || !width_fits)
        return make_error_code(Errc::bad_query);
    error_code why;
    auto disk = state_->borrow_reader(why);
    if (!disk) return why;
    Query asked = query;
    if (query.width > 0) {
        auto fitted = fit_to_width(*state_, *disk, query);
        if (!fitted) {
            state_->give_back(std::move(disk));
            return make_error_code(Errc::storage);
        }
        asked = std::move(*fitted);
    }
    std::unique_ptr<Cursor> cursor;
    if (asked.fn == Aggregate::none)
        cursor = std::make_unique<PointCursor>(*state_, std::move(disk), std::move(asked));
    else
        cursor = std::make_unique<WindowCursor>(*state_, std::move(disk), std::move(asked));
    return cursor;
}

} // namespace caredian::history
