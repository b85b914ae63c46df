#include "history/influx/dialect.h"

#include <gtest/gtest.h>

namespace caredian::history::influx {
namespace {

Options options() {
    Options o;
    o.database = "my home";
    o.org = "우리집";
    return o;
}

TEST(Dialect, TellsTheVersionFromItsHeader) {
    EXPECT_EQ(parse_version("1.6.7~rc0"), Version::v1);
    EXPECT_EQ(parse_version("v2.7.12"), Version::v2);
    EXPECT_EQ(parse_version("3.0.1"), Version::v3);
    for (const char* text : {"", "v", "4.0", "10.1", "x1.8", "1"})
        EXPECT_FALSE(parse_version(text)) << text;
}

TEST(Dialect, WritesGoToTheVersionsOwnPath) {
    auto o = options();
    EXPECT_EQ(write_target(o, Version::v1), "/write?db=my%20home&precision=ns");
    o.retention_policy = "two years";
    EXPECT_EQ(write_target(o, Version::v1), "/write?db=my%20home&rp=two%20years&precision=ns");
    EXPECT_EQ(write_target(o, Version::v2),
              "/api/v2/write?org=%EC%9A%B0%EB%A6%AC%EC%A7%91&bucket=my%20home&precision=ns");
    EXPECT_EQ(write_target(o, Version::v3),
              "/api/v3/write_lp?db=my%20home&precision=nanosecond&accept_partial=true");
}

TEST(Dialect, SaysWhoItIs) {
    auto o = options();
    EXPECT_EQ(authorization(o, Version::v1), "");
    o.username = "u";
    o.password = Secret("p");
    EXPECT_EQ(authorization(o, Version::v1), "Basic dTpw");
    o.token = Secret("t");
    EXPECT_EQ(authorization(o, Version::v1), "Token t");
    EXPECT_EQ(authorization(o, Version::v2), "Token t");
    EXPECT_EQ(authorization(o, Version::v3), "Bearer t");
}

TEST(Dialect, MakesWhatIsMissing) {
    auto o = options();
    EXPECT_EQ(make_database(o, Version::v1).body, "q=CREATE%20DATABASE%20%22my%20home%22");
    o.database = "a\"b";
    o.retention = std::chrono::hours(24 * 90);
    o.retention_policy = "d90";
    EXPECT_EQ(make_database(o, Version::v1).body,
              "q=CREATE%20DATABASE%20%22a%5C%22b%22%20WITH%20DURATION%2090d%20NAME%20%22d90%22");
    EXPECT_EQ(make_database(o, Version::v3).body, R"({"db":"a\"b","retention_period":"90d"})");
    EXPECT_EQ(make_bucket(o, "0123").body, R"({"orgID":"0123","name":"a\"b","retentionRules":)"
                                           R"([{"type":"expire","everySeconds":7776000}]})");
    o.retention = nanoseconds(0);
    EXPECT_EQ(make_bucket(o, "0123").body, R"({"orgID":"0123","name":"a\"b","retentionRules":[]})");
}

TEST(Dialect, FindsTheOrganisation) {
    EXPECT_EQ(find_org(options()).target, "/api/v2/orgs?org=%EC%9A%B0%EB%A6%AC%EC%A7%91");
    EXPECT_EQ(org_id(R"({"orgs":[{"id":"07"}]})"), "07");
    for (const char* text : {"", "[]", "{}", R"({"orgs":[]})", R"({"orgs":[7]})",
                             R"({"orgs":[{"id":7}]})", R"({"orgs":7})"})
        EXPECT_FALSE(org_id(text)) << text;
}

TEST(Dialect, DurationsAsInfluxQlReadsThem) {
    EXPECT_EQ(influxql_duration(nanoseconds(0)), "INF");
    EXPECT_EQ(influxql_duration(std::chrono::hours(36)), "36h");
    EXPECT_EQ(influxql_duration(std::chrono::hours(48)), "2d");
    EXPECT_EQ(influxql_duration(std::chrono::minutes(5)), "1h");
}

} // namespace
} // namespace caredian::history::influx
