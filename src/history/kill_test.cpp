// kill -9 while history is written, rolled up, folded and deleted: what the journal gives again
// after each death makes it whole, and rollups say what the points say.
#include "base/random.h"
#include "history/levels.h"
#include "history/test_support.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace caredian::history {
namespace {

constexpr readings::Row kRows = 8'000;

// The journal: the same rows whenever it is asked.
Reading row_of(readings::Row row) {
    SeededRandom random(row);
    auto dice = random.next_u64();
    std::string device = "d" + std::to_string(dice % 5);
    std::int64_t time = kStart + static_cast<std::int64_t>(row) * 60 * kSecond;
    if (dice % 11 == 0) time -= static_cast<std::int64_t>(dice % 1'000'000) * kSecond;
    double value = static_cast<double>(dice % 10'000) / 100;
    return reading(row, device, time, {{"v", value}, {"on", dice % 2 == 0}});
}

class KillTest : public HistoryTest {
protected:
    // Until all rows up to `last` are taken.
    void live(SeededRandom& random, readings::Row last) {
        open();
        std::vector<Reading> batch;
        for (readings::Row row = history->cursor() + 1; row <= last;) {
            batch.clear();
            for (int i = 0; i < 200 && row <= last; ++i) batch.push_back(row_of(row++));
            history->take(batch, batch.back().row);
            clock.set_wall(batch.back().time + std::chrono::hours(1));
            clock.advance(std::chrono::minutes(static_cast<int>(random.next_u64() % 60)));
            if (random.next_u64() % 3 == 0) history->save();
            if (random.next_u64() % 2 == 0) (void)history->maintain(std::chrono::seconds(1));
        }
        history->save();
    }
};

TEST_F(KillTest, NothingIsLostAndRollupsSayWhatPointsSay) {
    SeededRandom random(77);
    history.reset();
    constexpr readings::Row kRounds = 20;
    for (readings::Row round = 1; round <= kRounds; ++round) {
        auto micros = static_cast<::useconds_t>(1'000 + random.next_u64() % 60'000);
        auto seed = random.next_u64();
        ::pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            SeededRandom own(seed);
            live(own, kRows * round / kRounds);
            for (;;) { // the rest of its life
                clock.advance(std::chrono::hours(2));
                (void)history->maintain(std::chrono::seconds(1));
            }
        }
        ::usleep(micros);
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }
    live(random, kRows);
    maintain();
    open();
    LocalHistoryOptions plain;
    plain.path = folder.path + "/reference.db";
    auto reference = LocalHistory::open(plain, clock).value();
    for (readings::Row row = 1; row <= kRows; ++row) {
        Reading r = row_of(row);
        reference->take({&r, 1}, row);
    }
    for (auto fn : {"mean", "min", "max", "last", "sum", "count"})
        for (int minutes : {5, 60, 1'440}) {
            Query q;
            q.measurement = "zigbee";
            q.fn = *parse_aggregate(fn);
            q.every = std::chrono::minutes(minutes);
            ASSERT_EQ(drain_exactly(*history, q), drain_exactly(*reference, q)) << fn << minutes;
        }
    EXPECT_GT(history->stats().rollup_bytes, 0U);
}

} // namespace
} // namespace caredian::history
