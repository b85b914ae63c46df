// Asking the local history: a cursor that goes through the matching series one by one.
#include "base/log.h"
#include "history/aggregate.h"
#include "history/local_state.h"
#include "history/series_reader.h"

#include <set>

namespace caredian::history {
namespace {

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

class LocalCursor final : public Cursor {
public:
    LocalCursor(LocalHistory::State& state, std::unique_ptr<BlockReader> disk, const Query& query)
        : state_(state), disk_(std::move(disk)),
          series_(state.directory.match(query.measurement, query.device)),
          reader_(*disk_, query.field, query.from, query.to, cancelled_,
                  [this](std::uint32_t number) {
                      state_.note_corrupt(series_[at_]->key.to_string(), number);
                  }) {
        std::set<std::string> names;
        for (const Series* series : series_)
            for (const auto& [name, value] : series->key.tags)
                if (name != "device") names.insert(name);
        tag_names_.assign(names.begin(), names.end());
    }
    ~LocalCursor() override { state_.give_back(std::move(disk_)); }

    result<bool> next(Batch& out) override {
        for (; at_ < series_.size(); ++at_, started_ = false) {
            if (!started_) start(*series_[at_]);
            started_ = true;
            auto more = reader_.next(out);
            if (!more) return failed(more.error());
            if (!*more) continue;
            out.series = &series_[at_]->key;
            return true;
        }
        return false;
    }
    void cancel() override { cancelled_ = true; }
    const std::vector<std::string>& tag_names() const override { return tag_names_; }

private:
    void start(const Series& series) {
        std::vector<Candidate> in_memory;
        std::uint64_t span = 0;
        {
            std::lock_guard lock(state_.mutex);
            span = series.span;
            for (const auto& full : series.waiting)
                in_memory.push_back({.number = full->number,
                                     .from = full->from,
                                     .to = full->to,
                                     .memory = nullptr,
                                     .waiting = full,
                                     .data = {}});
            if (series.open)
                in_memory.push_back({.number = series.open_number,
                                     .from = series.open->from(),
                                     .to = series.open->to(),
                                     .memory = std::make_shared<Block>(*series.open),
                                     .waiting = nullptr,
                                     .data = {}});
        }
        reader_.start(series.id, span, std::move(in_memory));
    }

    result<bool> failed(const error_code& why) {
        at_ = series_.size();
        if (why == make_error_code(Errc::cancelled)) return Errc::cancelled;
        log::error("history", "a query failed", {{"reason", why.message()}});
        return Errc::storage;
    }

    LocalHistory::State& state_;
    std::unique_ptr<BlockReader> disk_;
    std::vector<Series*> series_;
    std::vector<std::string> tag_names_;
    std::atomic<bool> cancelled_{false};
    std::size_t at_ = 0;
    bool started_ = false;
    SeriesReader reader_;
};

result<std::unique_ptr<Cursor>> LocalHistory::query(const Query& query) {
    bool filtered = !query.measurement.empty() || !query.device.empty() || !query.field.empty();
    bool windows_fit =
        query.every.count() >= 0 && (query.every.count() == 0 || query.fn != Aggregate::none);
    if (!filtered || query.from >= query.to || !windows_fit)
        return make_error_code(Errc::bad_query);
    error_code why;
    auto disk = state_->borrow_reader(why);
    if (!disk) return why;
    std::unique_ptr<Cursor> cursor = std::make_unique<LocalCursor>(*state_, std::move(disk), query);
    if (query.fn != Aggregate::none) cursor = aggregate(std::move(cursor), query);
    return cursor;
}

} // namespace caredian::history
