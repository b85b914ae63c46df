// Everything at once: ingest, saves, maintenance, imports, questions. Under the thread sanitizer
// this also shows that nothing is shared without a lock.
#include "base/random.h"
#include "history/importer.h"
#include "history/maintenance.h"
#include "history/test_support.h"

#include <atomic>
#include <optional>
#include <thread>

namespace caredian::history {
namespace {

constexpr std::int64_t kBegin = kStart - 200 * kDay; // long ago: all of it is rolled up

// How many values there are, by windows of a day.
std::int64_t count(LocalHistory& history, const std::string& measurement) {
    Query q;
    q.measurement = measurement;
    q.field = "v";
    q.fn = Aggregate::count;
    q.every = std::chrono::hours(24);
    auto cursor = history.query(q).value();
    Batch batch;
    std::int64_t sum = 0;
    while (*cursor->next(batch))
        for (const auto& p : batch.points) sum += p.value.integer;
    return sum;
}

TEST(Together, EveryQuestionSeesAllThatWasTaken) {
    constexpr readings::Row kRows = 6'000;
    constexpr int kImported = 3'000;
    TempFolder folder;
    SystemClock clock;
    LocalHistoryOptions options;
    options.path = folder.path + "/history.db";
    options.waiting_bytes = 4'000; // saves come often
    options.open_bytes = 30'000;   // and blocks leave memory
    options.retention.raw.by_measurement["gone"] = std::chrono::hours(1);
    auto history = LocalHistory::open(options, clock).value();
    std::optional<Maintenance> maintenance(*history);
    std::atomic<std::int64_t> taken{0}, imported{0};
    std::atomic<int> wrong{0};
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        SeededRandom random(1);
        for (readings::Row row = 1; row <= kRows; ++row) {
            // Distinct times, in an order of their own.
            auto place = static_cast<std::int64_t>(row * 2'654'435'761U % 1'000'003);
            std::string measurement = row % 10 == 0 ? "gone" : "live";
            Reading r = reading(row, "d" + std::to_string(row % 15), kBegin + place * 10 * kSecond,
                                {{"v", 1.0}}, measurement);
            history->take({&r, 1}, row);
            if (measurement == "live") taken.fetch_add(1);
            if (row % 500 == 0) history->save();
            if (row % 100 == 0) history->tick();
        }
    });
    std::thread importing([&] {
        for (int i = 0; i < kImported; i += 100) {
            auto importer = Importer::open(*history).value();
            std::vector<Reading> batch;
            for (int k = i; k < i + 100; ++k)
                batch.push_back(reading(0, "d" + std::to_string(k % 5),
                                        kBegin + (k * 37 % kImported) * 3'600 * kSecond,
                                        {{"v", 2.0}}, "imported"));
            if (!importer->add(batch) || !importer->finish()) ++wrong;
            imported.fetch_add(100);
        }
    });
    std::vector<std::thread> readers;
    for (std::string measurement : {"live", "imported"})
        readers.emplace_back([&, measurement] {
            auto& known = measurement == "live" ? taken : imported;
            while (!stop) {
                std::int64_t before = known;
                if (count(*history, measurement) < before) ++wrong;
            }
        });
    writer.join();
    importing.join();
    stop = true;
    for (auto& reader : readers) reader.join();
    maintenance.reset();
    history->save();
    while (history->maintain(std::chrono::seconds(10))) {
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(count(*history, "live"), taken);
    EXPECT_EQ(count(*history, "imported"), kImported);
    EXPECT_EQ(count(*history, "gone"), kRows / 10) << "summed up, then deleted";
    EXPECT_EQ(history->stats().corrupt_blocks, 0U);
    history.reset();
    history = LocalHistory::open(options, clock).value();
    EXPECT_EQ(count(*history, "live"), taken);
    EXPECT_EQ(count(*history, "imported"), kImported);
}

} // namespace
} // namespace caredian::history
