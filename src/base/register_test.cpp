// The registers of base: metrics, health, pool, log.
#include "base/health.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/pool.h"

#include <future>
#include <gtest/gtest.h>

namespace caredian {
namespace {

TEST(Metrics, AddsUpSourcesOfTheSameLabels) {
    Metrics metrics;
    Counter one, two;
    one.add(2);
    two.add(3);
    for (auto* c : {&one, &two})
        metrics.add(MetricKind::counter, "requests_total", "Requests.", {{"code", "200"}},
                    [c] { return static_cast<double>(c->value()); });
    metrics.add_family(MetricKind::gauge, "up", "Up.",
                       [](const Metrics::Emit& emit) { emit({{"name", "a\"b"}}, 1); });
    auto text = metrics.expose();
    EXPECT_NE(text.find("caredian_requests_total{code=\"200\"} 5"), std::string::npos) << text;
    EXPECT_NE(text.find("# TYPE caredian_requests_total counter"), std::string::npos);
    EXPECT_NE(text.find("caredian_up{name=\"a\\\"b\"} 1"), std::string::npos) << text;
}

TEST(Health, SinceMovesOnlyWithTheState) {
    ManualClock clock;
    HealthRegister health(clock);
    health.declare("mqtt", "live values", false);
    health.declare("database", "sign-in", true);
    EXPECT_FALSE(health.ready());
    health.set("database", HealthState::up);
    EXPECT_TRUE(health.ready());
    auto first = clock.wall();
    clock.advance(std::chrono::seconds(5));
    health.set("database", HealthState::up, "still");
    auto entries = health.snapshot();
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].name, "database");
    EXPECT_EQ(entries[0].since, first);
    EXPECT_EQ(entries[0].reason, "still");
    health.set("database", HealthState::down, "disk");
    EXPECT_FALSE(health.ready());
    EXPECT_EQ(health.snapshot()[0].since, clock.wall());
}

TEST(Pool, RunsRefusesAndFinishes) {
    std::promise<void> gate;
    std::promise<void> entered;
    std::atomic<int> done{0};
    {
        Pool pool("test", 1, 1);
        ASSERT_TRUE(pool.submit([&] {
            entered.set_value();
            gate.get_future().wait();
            ++done;
        }));
        entered.get_future().wait();
        EXPECT_TRUE(pool.submit([&] { ++done; }));
        EXPECT_FALSE(pool.submit([&] { ++done; })); // the queue of one is full
        EXPECT_EQ(pool.queued(), 1u);
        gate.set_value();
    }
    EXPECT_EQ(done, 2);
}

TEST(Pool, SurvivesAnException) {
    std::promise<void> after;
    Pool pool("test", 1, 4);
    pool.submit([] { throw std::runtime_error("boom"); });
    pool.submit([&] { after.set_value(); });
    after.get_future().wait();
}

TEST(Log, WritesJsonAndText) {
    std::vector<std::string> lines;
    log::set_capture([&](std::string_view line) { lines.emplace_back(line); });
    log::configure(log::Level::info, log::Format::json);
    log::info("mqtt", "connected", {{"broker", "a\"b"}, {"port", 1883}, {"tls", true}});
    log::debug("mqtt", "not shown");
    log::configure(log::Level::info, log::Format::text);
    log::warning("mqtt", "slow", {{"ms", 1.5}});
    log::set_capture({});
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_NE(lines[0].find(R"("message":"connected","broker":"a\"b","port":1883,"tls":true})"),
              std::string::npos)
        << lines[0];
    EXPECT_NE(lines[1].find("warning mqtt: slow ms=1.5"), std::string::npos) << lines[1];
}

} // namespace
} // namespace caredian
