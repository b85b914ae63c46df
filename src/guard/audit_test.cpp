#include "base/log.h"
#include "guard/audit.h"
#include "store/test_database.h"

#include <gtest/gtest.h>

namespace caredian::guard {
namespace {

class AuditTest : public ::testing::Test {
protected:
    AuditTest() { EXPECT_TRUE(Audit::prepare(*database_)); }
    store::TestDatabase database_;
    ManualClock clock_;
    Audit audit_{*database_, clock_, {std::chrono::hours(48), 5}};
};

TEST_F(AuditTest, KeepsWhoDidWhatToWhom) {
    audit_.write(AuditEvent::user_added, {"ann", "192.0.2.1"}, "bob", "role member");
    clock_.advance(std::chrono::seconds(1));
    audit_.write(AuditEvent::login_failed, {"", "192.0.2.2"}, "bob", "wrong password");
    auto rows = audit_.list(10).value();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].event, "login_failed");
    EXPECT_EQ(rows[0].time, clock_.wall());
    EXPECT_EQ(rows[1].event, "user_added");
    EXPECT_EQ(rows[1].actor, "ann");
    EXPECT_EQ(rows[1].client, "192.0.2.1");
    EXPECT_EQ(rows[1].subject, "bob");
    EXPECT_EQ(rows[1].detail, "role member");
    EXPECT_EQ(audit_.list(10, rows[0].id).value().size(), 1u);
    EXPECT_EQ(audit_.list(0).value().size(), 1u);
}

TEST_F(AuditTest, EveryEventHasAName) {
    for (int e = 0; e <= static_cast<int>(AuditEvent::device_revoked); ++e)
        EXPECT_NE(to_string(static_cast<AuditEvent>(e)), "unknown");
}

TEST_F(AuditTest, IsBoundedByAge) {
    audit_.write(AuditEvent::login, {}, "old");
    clock_.advance(std::chrono::hours(49));
    audit_.write(AuditEvent::login, {}, "new");
    ASSERT_TRUE(audit_.trim());
    auto rows = audit_.list(10).value();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].subject, "new");
}

TEST_F(AuditTest, IsBoundedByRows) {
    for (int i = 0; i < 8; ++i) audit_.write(AuditEvent::login, {}, std::to_string(i));
    ASSERT_TRUE(audit_.trim());
    auto rows = audit_.list(10).value();
    ASSERT_EQ(rows.size(), 5u);
    EXPECT_EQ(rows.back().subject, "3");
}

TEST_F(AuditTest, OutsideTextIsCutAndCleaned) {
    audit_.write(AuditEvent::login, {std::string(5000, 'x'), "\xff\xfe"}, "a", "b");
    auto row = audit_.list(1).value().at(0);
    EXPECT_LE(row.actor.size(), 200u);
    EXPECT_EQ(row.client, "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_F(AuditTest, ARowThatCannotBeKeptIsCountedAndSaid) {
    ASSERT_TRUE(database_->execute("DROP TABLE audit"));
    std::string said;
    log::set_capture([&](std::string_view line) { said += line; });
    audit_.write(AuditEvent::login, {"ann", ""}, "ann");
    log::set_capture({});
    EXPECT_EQ(audit_.lost(), 1u);
    EXPECT_NE(said.find("could not be kept"), std::string::npos);
}

} // namespace
} // namespace caredian::guard
