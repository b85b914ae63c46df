#include "base/pool.h"

#include <gtest/gtest.h>
#include <latch>
#include <stdexcept>
#include <sys/resource.h>
#include <unistd.h>

namespace caredian {
namespace {

int niceness_of(Pool& pool) {
    int found = -100;
    std::latch done(1);
    EXPECT_TRUE(pool.submit([&] {
        found = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
        done.count_down();
    }));
    done.wait();
    return found;
}

TEST(Pool, ItsThreadsStandBackAndNoOthers) {
    const int mine = getpriority(PRIO_PROCESS, 0);
    Pool plain("plain", 1, 1), behind("behind", 1, 1, 19);
    EXPECT_EQ(niceness_of(plain), mine);
    EXPECT_EQ(niceness_of(behind), 19);
    EXPECT_EQ(getpriority(PRIO_PROCESS, 0), mine);
}

TEST(Pool, TakesNoMoreThanFit) {
    std::latch go(1);
    Pool pool("pool", 1, 2);
    std::latch begun(1);
    ASSERT_TRUE(pool.submit([&] {
        begun.count_down();
        go.wait();
    }));
    begun.wait();
    EXPECT_TRUE(pool.submit([] {}));
    EXPECT_TRUE(pool.submit([] {}));
    EXPECT_FALSE(pool.submit([] {}));
    EXPECT_EQ(pool.queued(), 2u);
    go.count_down();
    pool.wait_idle();
    EXPECT_EQ(pool.queued(), 0u);
    EXPECT_TRUE(pool.submit([] { throw std::runtime_error("a job's own"); })) << "goes on after it";
    pool.wait_idle();
}

} // namespace
} // namespace caredian
