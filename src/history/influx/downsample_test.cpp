#include "history/influx/downsample.h"
#include "history/influx/test_influxdb.h"

#include <gtest/gtest.h>

namespace caredian::history::influx {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(Downsample, IntervalsAreNamedAsTheyAreWritten) {
    EXPECT_EQ(interval_name(minutes(5)), "5m");
    EXPECT_EQ(interval_name(hours(2)), "2h");
    EXPECT_EQ(interval_name(hours(48)), "2d");
    EXPECT_EQ(interval_name(std::chrono::seconds(90)), "90s");
}

TEST(Downsample, Version2GetsABucketAndATask) {
    Options o;
    o.database = "my \"home\"";
    o.org = "집";
    Downsampling what{minutes(5), hours(24)};
    EXPECT_EQ(downsampling_bucket(o, what), "my \"home\"_5m");
    auto task = downsampling_task(o, what);
    EXPECT_NE(task.find("option task = {name: \"caredian 5m\", every: 5m}"), task.npos);
    EXPECT_NE(task.find("from(bucket: \"my \\\"home\\\"\")"), task.npos);
    EXPECT_NE(task.find("to(bucket: \"my \\\"home\\\"_5m\", org: \"집\")"), task.npos);
}

TEST(Downsample, ARealServerTakesItAndTakesItAgain) {
    auto server = TestInfluxDb::start();
    if (!server) GTEST_SKIP() << "influxd is not installed (scripts/setup test)";
    Options o;
    o.url = server->url();
    for (auto keep : {hours(24 * 730), hours(24 * 365), hours(0)})
        EXPECT_EQ(set_up(o, {minutes(5), keep}), "");
    EXPECT_EQ(set_up(o, {hours(1), hours(0)}), "");
    o.database = "none";
    EXPECT_NE(set_up(o, {minutes(5), hours(24)}), "");
    o.version = Version::v3;
    EXPECT_NE(set_up(o, {minutes(5), hours(24)}), "");
}

} // namespace
} // namespace caredian::history::influx
