// How long take() takes while everything else goes on: messages at a steady rate, some of them
// late, beside maintenance that rolls up a past, and questions for a year of it.
//   history_live [SECONDS=20] [PER_SECOND=2000] [SERIES=1000]
// Prints a line for each kind of company: how long calls of take() took, saves apart.
#include "base/random.h"
#include "history/importer.h"
#include "history/maintenance.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

namespace {

using namespace caredian;
using readings::Reading;
using Steady = std::chrono::steady_clock;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr int kBatch = 10; // messages that arrive together

struct Wanted {
    int seconds = 20;
    int per_second = 2'000;
    int series = 1'000;
};

Reading sensor(int series, std::int64_t time, Random& random) {
    Reading r;
    r.series = {"zigbee", {{"device", "room/sensor" + std::to_string(series)}}};
    r.fields = {{"temperature", std::round(random.next_unit() * 3'000) / 100},
                {"humidity", std::round(random.next_unit() * 10'000) / 100},
                {"battery", 97.0},
                {"linkquality", static_cast<double>(random.next_u64() % 255)}};
    r.time = from_ns(time);
    return r;
}

// A year of some of the series, not yet rolled up.
void give_past(history::LocalHistory& history, std::int64_t now, Random& random) {
    auto importer = history::Importer::open(history).value();
    std::vector<Reading> batch;
    for (int s = 0; s < 20; ++s)
        for (std::int64_t t = now - 365LL * 86'400 * kSecond; t < now; t += 300 * kSecond) {
            batch.push_back(sensor(s, t + s, random));
            if (batch.size() < 1'000) continue;
            (void)importer->add(batch);
            batch.clear();
        }
    (void)importer->add(batch);
    (void)importer->finish();
}

void ask(history::LocalHistory& history, const std::atomic<bool>& stop, std::atomic<int>& asked) {
    for (int i = 0; !stop; ++i) {
        history::Query q;
        q.device = "room/sensor" + std::to_string(i % 20);
        q.width = 800;
        auto cursor = history.query(q).value();
        history::Batch out;
        while (cursor->next(out).value()) {
        }
        ++asked;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

// How often this thread gave up its core to wait, and how often it was taken from it.
struct Switches {
    long waited = 0, preempted = 0;
    static Switches now() {
        rusage usage{};
        ::getrusage(RUSAGE_THREAD, &usage);
        return {usage.ru_nvcsw, usage.ru_nivcsw};
    }
};

struct Latencies {
    std::vector<double> calls; // µs
    int slow_waited = 0;       // calls above a millisecond that waited (a lock, the disk)
    int slow_preempted = 0;    // or that lost their core to another thread
    double at(double part) {
        std::sort(calls.begin(), calls.end());
        return calls[static_cast<std::size_t>(part * static_cast<double>(calls.size() - 1))];
    }
};

Latencies live(history::LocalHistory& history, const Wanted& wanted, readings::Row& row,
               Random& random) {
    Latencies out;
    SystemClock clock;
    auto next = Steady::now();
    auto end = next + std::chrono::seconds(wanted.seconds);
    auto pause = std::chrono::microseconds(1'000'000LL * kBatch / wanted.per_second);
    std::vector<Reading> batch;
    while (next < end) {
        batch.clear();
        for (int i = 0; i < kBatch; ++i) {
            auto dice = random.next_u64();
            std::int64_t time = to_ns(clock.wall());
            if (dice % 50 == 0) time -= static_cast<std::int64_t>(dice % 8'000'000) * kSecond;
            int series = static_cast<int>(dice / 64 % static_cast<std::uint64_t>(wanted.series));
            batch.push_back(sensor(series, time, random));
            batch.back().row = batch.back().first_row = ++row;
        }
        auto switches = Switches::now();
        auto before = Steady::now();
        history.take(batch, row);
        std::chrono::duration<double, std::micro> took = Steady::now() - before;
        out.calls.push_back(took.count());
        if (took.count() > 1'000) {
            auto after = Switches::now();
            out.slow_waited += after.waited > switches.waited ? 1 : 0;
            out.slow_preempted += after.preempted > switches.preempted ? 1 : 0;
        }
        if (row % 20'000 == 0) history.save();
        next += pause;
        std::this_thread::sleep_until(next);
    }
    return out;
}

void measure(const char* company, bool maintained, int askers, const Wanted& wanted) {
    std::string name = (std::filesystem::temp_directory_path() / "history-live-XXXXXX").string();
    std::string folder = ::mkdtemp(name.data());
    {
        SystemClock clock;
        SeededRandom random(3);
        history::LocalHistoryOptions options;
        options.path = folder + "/history.db";
        auto history = history::LocalHistory::open(options, clock).value();
        give_past(*history, to_ns(clock.wall()), random);
        readings::Row row = 0;
        for (int s = 0; s < wanted.series; ++s) { // each is known before it begins
            auto r = sensor(s, to_ns(clock.wall()), random);
            r.row = r.first_row = ++row;
            history->take({&r, 1}, row);
        }
        std::optional<history::Maintenance> maintenance;
        if (maintained) maintenance.emplace(*history);
        std::atomic<bool> stop{false};
        std::atomic<int> asked{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < askers; ++i) threads.emplace_back([&] { ask(*history, stop, asked); });
        auto latencies = live(*history, wanted, row, random);
        stop = true;
        for (auto& thread : threads) thread.join();
        maintenance.reset();
        std::printf(
            "%-26s %6zu calls  p50 %5.1f  p99 %7.1f  p99.9 %8.1f  max %8.1f µs  above 1 ms: "
            "%d waited, %d preempted  %d questions, rollups %.1f MB\n",
            company, latencies.calls.size(), latencies.at(0.5), latencies.at(0.99),
            latencies.at(0.999), latencies.at(1.0), latencies.slow_waited, latencies.slow_preempted,
            asked.load(), static_cast<double>(history->stats().rollup_bytes) / 1e6);
    }
    std::filesystem::remove_all(folder);
}

} // namespace

int main(int argc, char** argv) {
    Wanted wanted;
    if (argc > 1) wanted.seconds = std::atoi(argv[1]);
    if (argc > 2) wanted.per_second = std::atoi(argv[2]);
    if (argc > 3) wanted.series = std::atoi(argv[3]);
    std::printf("take() of %d readings at %d a second, %d series, 2 %% late by up to 92 days\n",
                kBatch, wanted.per_second, wanted.series);
    measure("alone", false, 0, wanted);
    measure("maintenance", true, 0, wanted);
    measure("questions", false, 2, wanted);
    measure("maintenance and questions", true, 2, wanted);
    return 0;
}
