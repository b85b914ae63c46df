#include "history/influx/verdict.h"

#include <gtest/gtest.h>

namespace caredian::history::influx {
namespace {

struct Case {
    Version version;
    unsigned status;
    const char* body;
    Fate fate;
    bool of_lines = false;
    std::size_t dropped = 0;
};

// Bodies as the servers write them.
TEST(Verdict, StatusCodesMeanOneThingEach) {
    const Case cases[] = {
        {Version::v1, 204, "", Fate::stored},
        {Version::v3, 204, "", Fate::stored},
        {Version::v1, 200, "", Fate::stored},
        {Version::v1, 400,
         R"({"error":"partial write: unable to parse 'climate temperature=': missing)"
         R"( field value dropped=0"})",
         Fate::refused, true, 0},
        {Version::v1, 400, R"({"error":"unable to parse 'x': missing fields"})", Fate::refused,
         true},
        {Version::v1, 400, R"({"error":"partial write: points beyond retention policy dropped=3"})",
         Fate::refused, true, 3},
        {Version::v1, 400,
         R"({"error":"partial write: max-values-per-tag limit exceeded (100001/10000)"
         R"(0): measurement=\"m\" tag=\"t\" value=\"v\" dropped=1"})",
         Fate::refused, true, 1},
        {Version::v1, 400, R"x({"error":"invalid precision \"x\" (use n, u, ms, s, m or h)"})x",
         Fate::refused, false},
        {Version::v1, 400, "<html>Bad Request</html>", Fate::refused, false},
        {Version::v1, 401, R"({"error":"authorization failed"})", Fate::closed},
        {Version::v1, 403, R"({"error":"\"u\" user is not authorized to write"})", Fate::closed},
        {Version::v1, 404, R"({"error":"database not found: \"home\""})", Fate::missing},
        {Version::v2, 404, R"({"code":"not found","message":"bucket \"home\" not found"})",
         Fate::missing},
        {Version::v1, 413, R"({"error":"Request Entity Too Large"})", Fate::too_large},
        {Version::v2, 422,
         R"({"code":"unprocessable entity","message":"failure writing points to data)"
         R"(base: partial write: field type conflict: input field \"value\" on measu)"
         R"(rement \"climate\" is type string, already exists as type float dropped=)"
         R"(1"})",
         Fate::refused, true, 1},
        {Version::v2, 400, R"({"code":"invalid","message":"unable to parse 'x': missing fields"})",
         Fate::refused, true},
        {Version::v2, 429, R"({"code":"too many requests","message":"quota"})", Fate::later},
        {Version::v1, 500, R"({"error":"timeout"})", Fate::later},
        {Version::v1, 503, "", Fate::later},
        {Version::v1, 408, "", Fate::later},
        {Version::v1, 302, "", Fate::closed},
        {Version::v1, 405, "Method Not Allowed", Fate::closed},
    };
    for (const auto& c : cases) {
        auto verdict = judge(c.version, c.status, "", c.body);
        EXPECT_EQ(to_string(verdict.fate), to_string(c.fate)) << c.status << c.body;
        EXPECT_EQ(verdict.of_lines, c.of_lines) << c.body;
        EXPECT_EQ(verdict.dropped, c.dropped) << c.body;
        EXPECT_EQ(verdict.reason.empty(), c.fate == Fate::stored);
    }
}

TEST(Verdict, ReadsTheFieldThatConflicts) {
    auto verdict =
        judge(Version::v1, 400, "",
              R"({"error":"partial write: field type conflict: input field \"a b\" on mea)"
              R"(surement \"c d\" is type string, already exists as type float dropped=1")"
              R"(})");
    ASSERT_TRUE(verdict.conflict);
    EXPECT_EQ(verdict.conflict->field, "a b");
    EXPECT_EQ(verdict.conflict->measurement, "c d");
    EXPECT_EQ(verdict.conflict->there, Column::number);
}

TEST(Verdict, ReadsTheLinesThatVersion3Names) {
    auto verdict = judge(Version::v3, 400, "",
                         R"({"error":"partial write of line protocol occurred","data":[
        {"original_line":"climate temp…","line_number":2,
         "error_message":"invalid column type for column 'temperature', expected )"
                         R"(iox::column_type::field::float, got iox::column_type::field::string"},
        {"original_line":"x","line_number":5,
         "error_message":"invalid column type for column 'room', expected iox::column_type::tag, )"
                         R"(got iox::column_type::field::string"},
        {"line_number":0,"error_message":"none"},{"line_number":-1},{"line_number":"7"},7]})");
    EXPECT_EQ(verdict.fate, Fate::refused);
    ASSERT_EQ(verdict.lines.size(), 2u);
    EXPECT_EQ(verdict.lines[0].number, 2u);
    ASSERT_TRUE(verdict.lines[0].conflict);
    EXPECT_EQ(verdict.lines[0].conflict->field, "temperature");
    EXPECT_EQ(verdict.lines[0].conflict->there, Column::number);
    ASSERT_TRUE(verdict.lines[1].conflict);
    EXPECT_EQ(verdict.lines[1].conflict->there, Column::foreign);
}

TEST(Verdict, RetryAfterIsSeconds) {
    EXPECT_EQ(judge(Version::v2, 429, "7", "").retry_after, std::chrono::seconds(7));
    EXPECT_EQ(judge(Version::v2, 503, " 0 ", "").retry_after, std::chrono::seconds(0));
    for (const char* text : {"", "x", "7x", "-1", "Fri, 31 Dec 1999 23:59:59 GMT", "99999999999"})
        EXPECT_FALSE(judge(Version::v2, 429, text, "").retry_after) << text;
}

TEST(Verdict, AReasonIsBoundedAndText) {
    auto verdict = judge(Version::v1, 500, "", "\xff" + std::string(10'000, 'x'));
    EXPECT_LE(verdict.reason.size(), 300u);
    EXPECT_EQ(verdict.reason.find('\xff'), std::string::npos);
}

} // namespace
} // namespace caredian::history::influx
