#include "guard/denials.h"
#include "store/test_database.h"

#include <gtest/gtest.h>

namespace caredian::guard {
namespace {

using std::chrono::minutes;

Denial denial(const char* who, const char* path) {
    Denial d;
    d.who = {who, "192.0.2.1"};
    d.path = path;
    d.why = "no";
    return d;
}

TEST(DenialTable, TheFirstAtOnceTheOthersCounted) {
    DenialTable table;
    MonoTime now{std::chrono::hours(1)};
    std::vector<Denial> written;
    EXPECT_TRUE(table.take(denial("ben", "/a"), now, written));
    for (int i = 0; i < 7; ++i) EXPECT_FALSE(table.take(denial("ben", "/a"), now, written));
    EXPECT_TRUE(table.take(denial("ben", "/b"), now, written)) << "another path";
    EXPECT_TRUE(table.take(denial("cho", "/a"), now, written)) << "another person";
    EXPECT_TRUE(written.empty());
    EXPECT_TRUE(table.due(now + minutes(9)).empty());
    auto due = table.due(now + minutes(10));
    ASSERT_EQ(due.size(), 1u) << "one was not alone";
    EXPECT_EQ(due[0].more, 7u);
    EXPECT_EQ(table.size(), 0u);
    EXPECT_TRUE(table.take(denial("ben", "/a"), now + minutes(11), written));
}

TEST(DenialTable, AfterTenMinutesANewRow) {
    DenialTable table;
    MonoTime now{std::chrono::hours(1)};
    std::vector<Denial> written;
    EXPECT_TRUE(table.take(denial("ben", "/a"), now, written));
    EXPECT_FALSE(table.take(denial("ben", "/a"), now + minutes(9), written));
    EXPECT_TRUE(table.take(denial("ben", "/a"), now + minutes(10), written));
    ASSERT_EQ(written.size(), 1u);
    EXPECT_EQ(written[0].more, 1u);
}

TEST(DenialTable, IsBounded) {
    DenialTable table(3);
    MonoTime now{std::chrono::hours(1)};
    std::vector<Denial> written;
    for (const char* path : {"/a", "/a", "/b", "/c", "/d", "/e"})
        (void)table.take(denial("ben", path), now, written);
    EXPECT_EQ(table.size(), 3u);
    ASSERT_EQ(written.size(), 1u);
    EXPECT_EQ(written[0].path, "/a");
}

// Else somebody who is refused pushes the rest of the audit out.
TEST(DenialTable, PathsWithoutEndAreOneRow) {
    DenialTable table;
    MonoTime now{std::chrono::hours(1)};
    std::vector<Denial> written;
    std::size_t rows = 0;
    for (int i = 0; i < 500; ++i)
        rows += table.take(denial("ben", ("/" + std::to_string(i)).c_str()), now, written);
    EXPECT_EQ(rows, DenialTable::most_paths + 1);
    EXPECT_TRUE(table.take(denial("cho", "/400"), now, written)) << "another person";
    auto due = table.due(now + minutes(10));
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].path, "*");
    EXPECT_EQ(due[0].more, 500 - DenialTable::most_paths - 1);
}

TEST(Denials, AreRowsOfTheAudit) {
    store::TestDatabase database;
    ASSERT_TRUE(Audit::prepare(*database));
    ManualClock clock;
    Audit audit(*database, clock);
    Denials denials(audit, clock, [](const std::function<void()>& job) {
        job();
        return true;
    });
    for (int i = 0; i < 3; ++i) denials.denied(denial("ben", "/ha/api/config"));
    auto rows = audit.list(10).value();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].event, "access_denied");
    EXPECT_EQ(rows[0].actor, "ben");
    EXPECT_EQ(rows[0].subject, "/ha/api/config");
    EXPECT_EQ(rows[0].detail, "no");
    clock.advance(minutes(10));
    denials.flush();
    EXPECT_EQ(audit.list(1).value().at(0).detail, "no (2 times more)");
    denials.denied(denial("ben", "/x"));
    denials.denied(denial("ben", "/x"));
    denials.flush(true);
    EXPECT_EQ(audit.list(1).value().at(0).detail, "no (1 times more)");
}

} // namespace
} // namespace caredian::guard
