// What the local history costs: a reading taken in, a value kept, a value read.
//   history_bench [--benchmark_filter=…]
#include "base/random.h"
#include "history/local_history.h"

#include <array>
#include <benchmark/benchmark.h>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace caredian;
using readings::Reading;

struct Folder {
    std::string path;
    Folder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "history-bench-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
};

double process_cpu() {
    timespec t{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// A home: every sensor sends temperature, humidity, battery and link quality about every 10 s.
class Home {
public:
    explicit Home(std::size_t sensors) : state_(sensors, {21.0, 48.0, 97.0}) {}
    // The next `count` readings, round robin, with the jitter of timers and of the network.
    void fill(std::vector<Reading>& out, std::size_t count) {
        out.resize(count);
        for (auto& r : out) {
            std::size_t i = row_ % state_.size();
            auto& [temperature, humidity, battery] = state_[i];
            temperature += std::round((random_.next_unit() - 0.5) * 8) / 100;
            humidity += std::round((random_.next_unit() - 0.5) * 20) / 100;
            if (random_.next_u64() % 5'000 == 0) battery -= 1;
            if (r.series.measurement.empty() || r.series.tags[0].second != name(i))
                r.series = {"zigbee2mqtt", {{"device", name(i)}}};
            r.fields.resize(4);
            set(r, 0, "temperature", std::round(temperature * 100) / 100);
            set(r, 1, "humidity", std::round(humidity * 100) / 100);
            set(r, 2, "battery", battery);
            set(r, 3, "linkquality", 80.0 + static_cast<double>(random_.next_u64() % 60));
            std::int64_t round = static_cast<std::int64_t>(row_ / state_.size());
            std::int64_t at = round * 10'000'000'000 + static_cast<std::int64_t>(i) * 1'000'000;
            at += static_cast<std::int64_t>(random_.next_u64() % 4'000) * 1'000; // µs
            ++row_;
            r.time =
                from_ns(1'767'999'300'000'000'000 + at + static_cast<std::int64_t>(row_ % 1'000));
            r.row = r.first_row = row_;
        }
    }
    readings::Row row() const { return row_; }

private:
    static std::string name(std::size_t i) {
        return "room" + std::to_string(i % 7) + "/sensor" + std::to_string(i);
    }
    static void set(Reading& r, std::size_t i, const char* field, double value) {
        if (r.fields[i].name.empty()) r.fields[i].name = field;
        r.fields[i].value = value;
    }
    std::vector<std::array<double, 3>> state_;
    SeededRandom random_{42};
    readings::Row row_ = 0;
};

std::unique_ptr<history::LocalHistory> open(const Folder& folder, const Clock& clock) {
    history::LocalHistoryOptions options;
    options.path = folder.path + "/history.db";
    return history::LocalHistory::open(options, clock).value();
}

// CPU of the whole process (saving included) per reading of four fields, and bytes per value.
void take(benchmark::State& state) {
    Folder folder;
    SystemClock clock;
    auto history = open(folder, clock);
    Home home(static_cast<std::size_t>(state.range(0)));
    std::vector<Reading> batch;
    double cpu = 0;
    std::size_t readings = 0;
    for (auto _ : state) {
        for (int i = 0; i < 2'000; ++i) {
            home.fill(batch, 100);
            double before = process_cpu();
            history->take(batch, home.row());
            cpu += process_cpu() - before;
            readings += batch.size();
        }
        double before = process_cpu();
        history->save();
        cpu += process_cpu() - before;
    }
    auto stats = history->stats();
    state.counters["ns_cpu_per_reading"] = cpu / static_cast<double>(readings) * 1e9;
    state.counters["bytes_per_value"] =
        static_cast<double>(stats.bytes) / static_cast<double>(stats.values);
    state.counters["points_per_block"] =
        static_cast<double>(stats.points) / static_cast<double>(stats.blocks);
}
BENCHMARK(take)->Arg(25)->Arg(1'000)->Iterations(1)->Unit(benchmark::kMillisecond);

// One million values of one series, from disk.
void query(benchmark::State& state) {
    Folder folder;
    SystemClock clock;
    auto history = open(folder, clock);
    Home home(1);
    std::vector<Reading> batch;
    for (int i = 0; i < 250; ++i) {
        home.fill(batch, 1'000);
        history->take(batch, home.row());
    }
    history->save();
    history::Query q;
    q.measurement = "zigbee2mqtt";
    if (state.range(0) == 1) q.field = "temperature";
    if (state.range(0) == 2) {
        q.every = std::chrono::minutes(15);
        q.fn = history::Aggregate::mean;
    }
    std::size_t points = 0;
    history::Batch out;
    for (auto _ : state) {
        auto cursor = history->query(q).value();
        while (cursor->next(out).value()) points += out.points.size();
    }
    state.counters["points"] =
        static_cast<double>(points) / static_cast<double>(state.iterations());
}
BENCHMARK(query)->Arg(0)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

// The last hour out of half a year of one series.
void last_hour(benchmark::State& state) {
    Folder folder;
    SystemClock clock;
    auto history = open(folder, clock);
    Home home(1);
    std::vector<Reading> batch;
    for (int i = 0; i < 1'500; ++i) {
        home.fill(batch, 1'000);
        history->take(batch, home.row());
    }
    history->save();
    history::Query q;
    q.measurement = "zigbee2mqtt";
    q.from = to_ns(batch.back().time) - 3'600'000'000'000;
    history::Batch out;
    for (auto _ : state) {
        auto cursor = history->query(q).value();
        while (cursor->next(out).value()) benchmark::DoNotOptimize(out.points.data());
    }
}
BENCHMARK(last_hour)->Unit(benchmark::kMicrosecond);

} // namespace

BENCHMARK_MAIN();
