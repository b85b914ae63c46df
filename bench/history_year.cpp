// What long questions cost: a year of one sensor (every 30 s, 1.05 million points), and a home of
// ten thousand series. CPU of the process.
//   history_year [--benchmark_filter=…]
#include "base/random.h"
#include "history/importer.h"
#include "history/local_history.h"

#include <benchmark/benchmark.h>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace caredian;
using readings::Reading;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;
constexpr std::int64_t kEnd = 1'767'999'300 * kSecond; // long ago for the clock: all is settled

// A history with `series` series of `points` points each, every `step`; rolled up or not.
class Kept {
public:
    Kept(int series, int points, std::int64_t step, bool rolled_up) {
        std::string name =
            (std::filesystem::temp_directory_path() / "history-year-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        open();
        fill(series, points, step);
        while (rolled_up && history->maintain(std::chrono::seconds(1))) {
        }
    }
    ~Kept() {
        history.reset();
        std::filesystem::remove_all(folder_);
    }
    void open() {
        history.reset();
        history::LocalHistoryOptions options;
        options.path = folder_ + "/history.db";
        history = history::LocalHistory::open(options, clock_).value();
    }
    std::unique_ptr<history::LocalHistory> history;

private:
    void fill(int series, int points, std::int64_t step) {
        auto importer = history::Importer::open(*history).value();
        SeededRandom random(7);
        std::vector<Reading> batch;
        for (int s = 0; s < series; ++s) {
            double value = 21;
            Reading r;
            r.series = {"zigbee", {{"device", "room/sensor" + std::to_string(s)}}};
            for (int i = 0; i < points; ++i) {
                value += std::round((random.next_unit() - 0.5) * 20) / 100;
                value = std::round(value * 100) / 100;
                r.fields = {{"temperature", value}};
                std::int64_t jitter = static_cast<std::int64_t>(random.next_u64() % 9'000) * 1'000;
                r.time = from_ns(kEnd - (points - i) * step + jitter);
                batch.push_back(r);
                if (batch.size() < 1'000) continue;
                (void)importer->add(batch);
                batch.clear();
            }
        }
        (void)importer->add(batch);
        (void)importer->finish();
    }
    std::string folder_;
    SystemClock clock_;
};

std::size_t run(history::LocalHistory& history, const history::Query& q) {
    std::size_t points = 0;
    history::Batch out;
    auto cursor = history.query(q).value();
    while (cursor->next(out).value()) points += out.points.size();
    return points;
}

// Arguments: 0 = points, 1 = rollups; then what is asked.
void year(benchmark::State& state) {
    static Kept points(1, 1'051'200, 30 * kSecond, false);
    static Kept rollups(1, 1'051'200, 30 * kSecond, true);
    auto& history = state.range(0) == 1 ? *rollups.history : *points.history;
    history::Query q;
    q.device = "room/sensor0";
    q.field = "temperature";
    q.from = kEnd - 365 * kDay;
    q.to = kEnd;
    q.fn = history::Aggregate::mean;
    switch (state.range(1)) {
    case 0:
        q.fn = history::Aggregate::none;
        q.width = 800;
        state.SetLabel("width=800");
        break;
    case 1:
        q.every = std::chrono::hours(24);
        state.SetLabel("every=1d mean");
        break;
    case 2:
        q.every = std::chrono::minutes(5);
        state.SetLabel("every=5m mean");
        break;
    default:
        q.fn = history::Aggregate::none;
        state.SetLabel("every point");
    }
    std::size_t answered = 0;
    for (auto _ : state) answered = run(history, q);
    state.counters["answered"] = static_cast<double>(answered);
    auto stats = history.stats();
    state.counters["block_bytes"] = static_cast<double>(stats.bytes);
    state.counters["rollup_bytes"] = static_cast<double>(stats.rollup_bytes);
}
BENCHMARK(year)->ArgsProduct({{0, 1}, {0, 1, 2, 3}})->Unit(benchmark::kMillisecond);

void ten_thousand_series(benchmark::State& state) {
    static Kept kept(10'000, 300, 600 * kSecond, true);
    history::Query q;
    std::size_t answered = 0;
    for (auto _ : state) {
        switch (state.range(0)) {
        case 0:
            kept.open();
            state.SetLabel("open");
            break;
        case 1:
            q.device = "room/sensor7777";
            answered = run(*kept.history, q);
            state.SetLabel("one of them");
            break;
        default:
            q.measurement = "zigbee";
            q.fn = history::Aggregate::mean;
            q.every = std::chrono::hours(24);
            answered = run(*kept.history, q);
            state.SetLabel("all of them by day");
        }
    }
    state.counters["answered"] = static_cast<double>(answered);
}
BENCHMARK(ten_thousand_series)->Arg(0)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
