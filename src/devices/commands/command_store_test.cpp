#include "devices/commands/command_store.h"
#include "store/both_databases.h"

#include <gtest/gtest.h>

namespace caredian::devices::commands {
namespace {

using std::chrono::seconds;

class CommandStoreTest : public store::OnBothDatabases {
protected:
    void SetUp() override {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        ASSERT_TRUE(CommandStore::prepare(*database_));
        ASSERT_TRUE(CommandStore::prepare(*database_));
    }
    Record record(std::string id, std::string device = "lamp") {
        Record r;
        r.id = std::move(id);
        r.device = std::move(device);
        r.entity = "state";
        r.request = R"({"entity":"state","value":true})";
        r.account = "ann-id";
        r.by = "ann";
        r.sent = clock_.wall();
        r.deadline = r.sent + seconds(5);
        return r;
    }
    CommandStore::Added add(const Record& r, Once once = {}) {
        auto added = store_.add(r, once);
        EXPECT_TRUE(added) << added.error().message();
        return added->added;
    }
    using Added = CommandStore::Added;

    ManualClock clock_;
    StoreLimits limits_{.most_rows = 5, .keep = std::chrono::hours(48)};
    CommandStore store_{*database_, clock_, limits_};
};

TEST_P(CommandStoreTest, KeepsWhatWasAskedAndWhatCameOfIt) {
    auto r = record("c1", "부엌/lamp");
    EXPECT_EQ(add(r), Added::fresh);
    auto kept = store_.find("c1").value().value();
    EXPECT_EQ(
        record_json(kept),
        R"({"id":"c1","device":"부엌/lamp","entity":"state","request":{"entity":"state",)"
        R"("value":true},"state":"pending","by":"ann","sent":")" +
            format_rfc3339(r.sent) +
            R"(","answered":null,"attempts":0,"confirmed":false,"answer":null,"error":null})");
    r.state = State::done;
    r.attempts = 2;
    r.confirmed = true;
    r.answer = R"("ON")";
    r.answered = clock_.wall();
    ASSERT_TRUE(store_.finish(r));
    kept = store_.find("c1").value().value();
    EXPECT_EQ(kept.state, State::done);
    EXPECT_EQ(kept.attempts, 2u);
    EXPECT_TRUE(kept.confirmed);
    EXPECT_EQ(kept.answer, R"("ON")");
    EXPECT_EQ(kept.answered, clock_.wall());
    EXPECT_FALSE(store_.find("c2").value());
}

TEST_P(CommandStoreTest, ListsTheNewestFirst) {
    for (const char* id : {"a", "b", "c"}) {
        add(record(id));
        clock_.advance(seconds(1));
    }
    add(record("d", "other"));
    auto found = store_.list("lamp", 2).value();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].id, "c");
    EXPECT_EQ(found[1].id, "b");
}

TEST_P(CommandStoreTest, DoesOnceWhatComesTwice) {
    const Once once{"key 1", "body"};
    EXPECT_EQ(add(record("a"), once), Added::fresh);
    auto again = store_.add(record("b"), once).value();
    EXPECT_EQ(again.added, Added::repeated);
    EXPECT_EQ(again.record.id, "a");
    EXPECT_FALSE(store_.find("b").value());
    EXPECT_EQ(store_.repeated("ann-id", once).value()->record.id, "a");
    EXPECT_EQ(store_.repeated("ann-id", {"key 1", "other"}).value()->added, Added::other_body);
    EXPECT_EQ(store_.add(record("b"), {"key 1", "other"}).value().added, Added::other_body);
    // Another person, another key, and upper case is another one.
    EXPECT_FALSE(store_.repeated("ben-id", once).value());
    EXPECT_EQ(add(record("c"), {"KEY 1", "body"}), Added::fresh);
    auto ben = record("d");
    ben.account = "ben-id";
    EXPECT_EQ(add(ben, once), Added::fresh);
    // A day later the key is free.
    clock_.advance(std::chrono::hours(24) + seconds(1));
    EXPECT_FALSE(store_.repeated("ann-id", once).value());
    EXPECT_EQ(add(record("e"), once), Added::fresh);
}

TEST_P(CommandStoreTest, TakesBackWhatWasNotSent) {
    const Once once{"k", "body"};
    add(record("a"), once);
    ASSERT_TRUE(store_.take_back(record("a")));
    EXPECT_FALSE(store_.find("a").value());
    EXPECT_EQ(add(record("b"), once), Added::fresh);
}

TEST_P(CommandStoreTest, SaysHonestlyWhatAKilledGatewayLeft) {
    add(record("a"));
    clock_.advance(seconds(14));
    EXPECT_EQ(store_.find("a").value()->state, State::pending);
    clock_.advance(seconds(2));
    EXPECT_EQ(store_.find("a").value()->state, State::no_answer);
    EXPECT_EQ(store_.list("lamp", 1).value()[0].state, State::no_answer);
    ASSERT_TRUE(store_.maintain());
    auto rows = database_.operator*().query("SELECT state,error FROM device_commands").value();
    EXPECT_EQ(rows[0].text(0), "no_answer");
    EXPECT_EQ(rows[0].text(1),
              "the gateway ended before an answer came: it may have been done or not");
}

TEST_P(CommandStoreTest, IsBounded) {
    for (int i = 0; i < 8; ++i) {
        add(record("c" + std::to_string(i)), {"k" + std::to_string(i), "b"});
        clock_.advance(seconds(1));
    }
    ASSERT_TRUE(store_.maintain());
    EXPECT_EQ(store_.list("lamp", 100).value().size(), 5u);
    EXPECT_FALSE(store_.find("c2").value());
    EXPECT_TRUE(store_.find("c3").value());
    clock_.advance(std::chrono::hours(49));
    ASSERT_TRUE(store_.maintain());
    EXPECT_TRUE(store_.list("lamp", 100).value().empty());
    EXPECT_TRUE((*database_).query("SELECT command FROM device_command_keys").value().empty());
}

TEST_P(CommandStoreTest, CutsWhatIsTooLong) {
    auto r = record("a");
    add(r);
    r.state = State::failed;
    r.error = std::string(10'000, 'x');
    r.answer = '"' + std::string(10'000, 'x') + '"';
    ASSERT_TRUE(store_.finish(r));
    auto kept = store_.find("a").value().value();
    EXPECT_LE(kept.error.size(), 2003u);
    EXPECT_EQ(kept.answer, "");
}

CAREDIAN_ON_BOTH_DATABASES(CommandStoreTest);

} // namespace
} // namespace caredian::devices::commands
