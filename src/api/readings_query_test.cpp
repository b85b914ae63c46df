#include "api/readings_query.h"

#include <gtest/gtest.h>

namespace caredian::api {
namespace {

constexpr std::int64_t kNow = 1'767'999'300'000'000'000; // 2026-01-09T22:55:00Z
constexpr std::int64_t kHour = 3'600'000'000'000;

std::variant<ReadingsQuery, std::string> parse(std::string_view query) {
    return parse_readings_query(query, from_ns(kNow));
}

ReadingsQuery good(std::string_view query) {
    auto parsed = parse(query);
    if (auto* wrong = std::get_if<std::string>(&parsed)) ADD_FAILURE() << query << ": " << *wrong;
    auto* fine = std::get_if<ReadingsQuery>(&parsed);
    return fine ? *fine : ReadingsQuery{};
}

TEST(ReadingsQuery, ReadsEveryParameter) {
    auto q = good("measurement=zigbee&device=kitchen%2Fclimate&field=temperature&from=2026-01-01"
                  "&to=2026-01-02T00%3A00%3A00Z&every=15m&fn=mean&format=csv");
    EXPECT_EQ(q.query.measurement, "zigbee");
    EXPECT_EQ(q.query.device, "kitchen/climate");
    EXPECT_EQ(q.query.field, "temperature");
    EXPECT_EQ(q.query.to - q.query.from, 24 * kHour);
    EXPECT_EQ(q.query.every, std::chrono::minutes(15));
    EXPECT_EQ(q.query.fn, history::Aggregate::mean);
    EXPECT_TRUE(q.csv);
}

TEST(ReadingsQuery, TimesMayBeRelativeAndTheirPlusNeedsNoCode) {
    EXPECT_EQ(good("device=d&from=-24h").query.from, kNow - 24 * kHour);
    EXPECT_EQ(good("device=d&to=now").query.to, kNow);
    EXPECT_EQ(good("device=d&to=2026-01-10T07:55:00+09:00").query.to, kNow);
    EXPECT_EQ(good("device=d&to=2026-01-10T07:55:00%2B09:00").query.to, kNow);
    EXPECT_EQ(good("device=living+room").query.device, "living room");
}

TEST(ReadingsQuery, EmptyParametersAreAsIfAbsent) {
    auto q = good("measurement=&device=d&field=&from=&to=&every=&fn=&format=&");
    EXPECT_EQ(q.query.fn, history::Aggregate::none);
    EXPECT_EQ(q.query.from, std::numeric_limits<std::int64_t>::min());
    EXPECT_FALSE(q.csv);
}

TEST(ReadingsQuery, WhatIsWrongIsNamed) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"", "measurement"},
        {"from=-1h", "measurement"},
        {"device=d&from=yesterday", "from"},
        {"device=d&from=-", "from"},
        {"device=d&from=-1y", "from"},
        {"device=d&from=2026-13-01", "from"},
        {"device=d&to=99999999999999999999", "to"},
        {"device=d&from=now&to=-1h", "from"},
        {"device=d&from=now&to=now", "from"},
        {"device=d&every=15m", "fn"},
        {"device=d&every=0s&fn=mean", "every"},
        {"device=d&every=-5s&fn=mean", "every"},
        {"device=d&every=often&fn=mean", "every"},
        {"device=d&fn=median", "fn"},
        {"device=d&fn=none", "fn"},
        {"device=d&format=xml", "format"},
        {"device=d&device=e", "device"},
        {"device=%zz", "device"},
        {"device=d&feild=t", "feild"},
        {"%zz=d", "percent"},
        {"device=d&from=-99999999999999999d", "from"},
    };
    for (const auto& [query, named] : cases) {
        auto parsed = parse(query);
        auto* wrong = std::get_if<std::string>(&parsed);
        ASSERT_NE(wrong, nullptr) << query;
        EXPECT_NE(wrong->find(named), std::string::npos) << query << ": " << *wrong;
    }
}

} // namespace
} // namespace caredian::api
