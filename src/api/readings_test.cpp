#include "api/routes_fixture.h"

namespace caredian::api {
namespace {

TEST_F(RoutesTest, JsonHasTheShapeOfTheApi) {
    take("k", {{"t", 21.37}, {"n", std::int64_t{-3}}, {"s", std::string("\"x\"")}}, 1);
    auto response = get("/api/v1/readings", "device=k&from=2026-01-01");
    EXPECT_EQ(response.status, 200U);
    std::string head =
        "{\"time\":\"2026-01-09T22:55:00.000000001Z\",\"time_ns\":1767999300000000001,"
        "\"measurement\":\"zigbee\",\"device\":\"k\",\"field\":";
    std::string tail = ",\"tags\":{\"area\":\"hall, left\"}}";
    EXPECT_EQ(body(response), "{\"readings\":[" + head + "\"t\",\"value\":21.37" + tail + "," +
                                  head + "\"n\",\"value\":-3" + tail + "," + head +
                                  "\"s\",\"value\":\"\\\"x\\\"\"" + tail + "]}");
}

TEST_F(RoutesTest, CsvIsQuotedWhereItMustBe) {
    take("a,b", {{"t", 1.0}, {"s", std::string("=1+1\r\n\"q\"")}, {"b", true}}, 1);
    take("a,b", {{"t", std::numeric_limits<double>::quiet_NaN()}}, 2);
    auto response = get("/api/v1/readings", "measurement=zigbee&format=csv");
    std::string time = "2026-01-09T22:55:00.00000000";
    EXPECT_EQ(body(response), "time,measurement,device,field,value,area\r\n" + time +
                                  "1Z,zigbee,\"a,b\",t,1,\"hall, left\"\r\n" + time +
                                  "1Z,zigbee,\"a,b\",s,\"=1+1\r\n\"\"q\"\"\",\"hall, left\"\r\n" +
                                  time + "1Z,zigbee,\"a,b\",b,true,\"hall, left\"\r\n" + time +
                                  "2Z,zigbee,\"a,b\",t,,\"hall, left\"\r\n");
}

TEST_F(RoutesTest, NothingFoundIsAnEmptyList) {
    auto response = get("/api/v1/readings", "device=nobody");
    EXPECT_EQ(body(response), "{\"readings\":[]}");
    auto csv = get("/api/v1/readings", "device=nobody&format=csv");
    EXPECT_EQ(body(csv), "time,measurement,device,field,value\r\n");
}

TEST_F(RoutesTest, ALongAnswerIsStreamedWhole) {
    for (int i = 0; i < 3'000; ++i) take("d", {{"v", 0.5 * i}}, i);
    auto response = get("/api/v1/readings", "device=d");
    std::size_t pieces = 0;
    auto parsed = parse_json(body(response, &pieces));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->at("readings").as_array().size(), 3'000U);
    EXPECT_GT(pieces, 10U);
}

TEST_F(RoutesTest, BadParametersAre400AndTooManyQueries503) {
    for (int i = 0; i < 3'000; ++i) take("d", {{"v", 0.5 * i}}, i);
    EXPECT_EQ(get("/api/v1/readings", "device=d&fn=median").status, 400U);
    EXPECT_EQ(get("/api/v1/readings", "").status, 400U);
    {
        auto one = get("/api/v1/readings", "device=d");
        auto two = get("/api/v1/readings", "device=d");
        EXPECT_EQ(two.status, 200U);
        EXPECT_EQ(get("/api/v1/readings", "device=d").status, 503U);
    } // both leave, as soon as the pool has let go of them
    pool.wait_idle();
    EXPECT_EQ(get("/api/v1/readings", "device=d").status, 200U);
}

TEST_F(RoutesTest, AChartGetsWhatItsWidthCanShow) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    for (int i = 0; i < 20'000; ++i) take("d", {{"v", i == 7'000 ? 99.0 : 1.0}}, i * 10 * kSecond);
    auto ask = [&](const std::string& more) {
        auto response = get("/api/v1/readings", "device=d&width=800" + more);
        return body(response);
    };
    auto points = parse_json(ask("&to=2026-01-09T23:55:00Z")).value();
    EXPECT_EQ(points.at("every_s").to_number<double>(), 0);
    EXPECT_EQ(points.at("readings").as_array().size(), 360U);
    EXPECT_EQ(points.at("readings").at(0).as_object().if_contains("min"), nullptr);
    auto windows = parse_json(ask("")).value();
    EXPECT_EQ(windows.at("every_s").to_number<double>(), 300);
    const auto& readings = windows.at("readings").as_array();
    EXPECT_LE(readings.size(), 800U);
    EXPECT_GT(readings.size(), 300U);
    double highest = 0;
    for (const auto& r : readings) highest = std::max(highest, r.at("max").to_number<double>());
    EXPECT_EQ(highest, 99.0) << "a spike stays visible";
    EXPECT_EQ(readings[0].at("min").to_number<double>(), 1.0);
    EXPECT_TRUE(
        ask("&format=csv").starts_with("time,measurement,device,field,value,min,max,area\r\n"));
    for (auto wrong : {"0", "10001", "-1", "wide", "8e2"})
        EXPECT_EQ(get("/api/v1/readings", "device=d&width=" + std::string(wrong)).status, 400U);
    EXPECT_EQ(get("/api/v1/readings", "device=d&width=800&fn=mean").status, 400U);
}

TEST_F(RoutesTest, SeriesAreListedWithTheirFields) {
    take("a", {{"temperature", 21.5}, {"open", true}}, 1);
    take("a", {{"temperature", 22.5}, {"note", std::string("x")}}, 2);
    take("b", {{"n", std::int64_t{7}}}, 3);
    auto response = get("/api/v1/series");
    EXPECT_EQ(
        body(response),
        "{\"series\":["
        "{\"measurement\":\"zigbee\",\"tags\":{\"area\":\"hall, left\",\"device\":\"a\"},"
        "\"field\":\"note\",\"type\":\"string\",\"first\":\"2026-01-09T22:55:00.000000001Z\","
        "\"last\":\"2026-01-09T22:55:00.000000002Z\",\"points\":1},"
        "{\"measurement\":\"zigbee\",\"tags\":{\"area\":\"hall, left\",\"device\":\"a\"},"
        "\"field\":\"open\",\"type\":\"boolean\",\"first\":\"2026-01-09T22:55:00.000000001Z\","
        "\"last\":\"2026-01-09T22:55:00.000000002Z\",\"points\":1},"
        "{\"measurement\":\"zigbee\",\"tags\":{\"area\":\"hall, left\",\"device\":\"a\"},"
        "\"field\":\"temperature\",\"type\":\"float\",\"unit\":\"°C\","
        "\"first\":\"2026-01-09T22:55:00.000000001Z\","
        "\"last\":\"2026-01-09T22:55:00.000000002Z\",\"points\":2},"
        "{\"measurement\":\"zigbee\",\"tags\":{\"area\":\"hall, left\",\"device\":\"b\"},"
        "\"field\":\"n\",\"type\":\"integer\",\"first\":\"2026-01-09T22:55:00.000000003Z\","
        "\"last\":\"2026-01-09T22:55:00.000000003Z\",\"points\":1}]}");
    auto one = get("/api/v1/series", "device=b");
    EXPECT_EQ(parse_json(body(one)).value().at("series").as_array().size(), 1U);
    auto none = get("/api/v1/series", "device=nobody");
    EXPECT_EQ(body(none), "{\"series\":[]}");
}

TEST_F(RoutesTest, AnExportIsTakenByAnImport) {
    for (int i = 0; i < 500; ++i)
        take("k", {{"t", 0.5 * i}, {"s", std::string("a,\"b\"")}, {"on", i % 2 == 0}}, i);
    for (std::string format : {"csv", "lp"}) {
        auto exported = get("/api/v1/export", "format=" + format);
        auto text = body(exported);
        auto imported = post("/api/v1/import", "format=" + format, text);
        EXPECT_EQ(imported.status, 200U);
        auto report = parse_json(body(imported)).value();
        EXPECT_EQ(report.at("values").to_number<int>(), 1'500);
        EXPECT_EQ(report.at("rejected").to_number<int>(), 0);
    }
    auto again = get("/api/v1/readings", "device=k");
    EXPECT_EQ(parse_json(body(again)).value().at("readings").as_array().size(), 1'500U);
    EXPECT_EQ(get("/api/v1/export", "format=json").status, 400U);
    EXPECT_EQ(get("/api/v1/export", "every=5m").status, 400U);
}

TEST_F(RoutesTest, AnImportNamesWhatIsWrong) {
    auto mixed = post("/api/v1/import", "format=lp&precision=s",
                      "m,device=d v=1 1768014000\nbroken\nm,device=d v=2 1768014001\n");
    EXPECT_EQ(mixed.status, 200U);
    EXPECT_EQ(body(mixed), "{\"lines\":3,\"values\":2,\"rejected\":1,\"dropped\":0,\"errors\":["
                           "{\"line\":2,\"reason\":\"the fields are missing\"}]}");
    EXPECT_EQ(post("/api/v1/import", "format=csv", "a,b\r\n1,2\r\n").status, 400U);
    EXPECT_EQ(post("/api/v1/import", "format=xml", "").status, 400U);
    EXPECT_EQ(post("/api/v1/import", "format=lp&precision=h", "").status, 400U);
    EXPECT_EQ(post("/api/v1/import", "format=lp", "").status, 200U);
}

TEST_F(RoutesTest, DevicesAreListedAndFound) {
    for (int i = 0; i < 150; ++i) take("room/d" + std::to_string(i), {{"temperature", 20.5}}, i);
    registry->tick(); // joins what is new
    auto all = get("/api/v1/devices");
    auto parsed = parse_json(body(all));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->at("devices").as_array().size(), 150U);
    auto one = get("/api/v1/devices/room%2Fd7");
    EXPECT_EQ(one.status, 200U);
    EXPECT_NE(body(one).find("\"id\":\"room/d7\""), std::string::npos);
    EXPECT_EQ(get("/api/v1/devices/room%2Fd150").status, 404U);
    EXPECT_EQ(body(all).find("\"next\""), std::string::npos);
}

TEST_F(RoutesTest, ManyDevicesComeInPages) {
    for (int i = 0; i < 1'500; ++i) take("d" + std::to_string(i), {{"temperature", 20.5}}, i);
    registry->tick();
    for (auto [limit, pages] : {std::pair("", 2), std::pair("limit=150&", 10)}) {
        std::string after;
        std::vector<std::string> ids;
        for (int n = 1; n <= pages; ++n) {
            auto got = get("/api/v1/devices", std::string(limit) + "q=d&after=" + after);
            auto page = parse_json(body(got)).value().as_object();
            for (const auto& d : page.at("devices").as_array())
                ids.emplace_back(d.at("id").as_string());
            ASSERT_EQ(page.contains("next"), n < pages);
            if (n < pages) after = page.at("next").as_string();
        }
        EXPECT_EQ(ids.size(), 1'500U);
        EXPECT_TRUE(std::ranges::is_sorted(ids));
        EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 1'500U);
    }
    for (const char* wrong : {"limit=0", "limit=1001", "limit=x", "limit="})
        EXPECT_EQ(get("/api/v1/devices", wrong).status, 400U) << wrong;
}

TEST_F(RoutesTest, TheStreamGivesWhatComes) {
    auto response = get("/api/v1/stream", "device=b");
    EXPECT_EQ(response.status, 200U);
    auto& source = *std::get<std::unique_ptr<net::http::BodySource>>(response.body);
    EXPECT_NE(wait(source.next())->find("retry:"), std::string_view::npos);
    take("a", {{"v", 1.0}}, 1);
    take("b", {{"v", 2.0}}, 2);
    auto got = wait(source.next());
    ASSERT_TRUE(got);
    EXPECT_NE(got->find("event: reading"), std::string_view::npos);
    EXPECT_EQ(got->find("\"a\""), std::string_view::npos);
    auto again = get("/api/v1/stream", {}, "other-1");
    auto& second = *std::get<std::unique_ptr<net::http::BodySource>>(again.body);
    EXPECT_NE(wait(second.next())->find("event: reset"), std::string_view::npos);
}

} // namespace
} // namespace caredian::api
