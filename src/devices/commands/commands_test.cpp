#include "devices/commands/commands.h"
#include "devices/commands/commands_fixture.h"
#include "net/mqtt/types.h"
#include "store/test_database.h"

#include <gtest/gtest.h>

namespace caredian::devices::commands {
namespace {

using std::chrono::milliseconds;

// What is published, with the broker's word for it when the test wants.
struct FakeLine final : ingest::Line {
    struct Sent {
        std::string topic, payload;
        std::chrono::seconds expiry{};
        std::function<void(std::uint8_t)> done;
    };
    bool up = true, takes = true;
    std::vector<Sent> sent;
    bool connected() const override { return up; }
    bool publish(std::string_view topic, std::string_view payload, std::uint8_t qos, bool,
                 std::chrono::seconds expiry, std::function<void(std::uint8_t)> done) override {
        EXPECT_EQ(qos, 1);
        if (!up || !takes) return false;
        sent.push_back({std::string(topic), std::string(payload), expiry, std::move(done)});
        return true;
    }
};

// One thread plays the ingest thread and the API; the pool is real.
struct CommandsTest : testing::Test {
    store::TestDatabase database;
    ManualClock clock;
    SeededRandom random{1};
    guard::Audit audit{*database, clock};
    Pool pool{"commands", 1, 64};
    FakeLine line;
    bool runs = true;
    Commands all{*database,
                 audit,
                 [this](std::function<void()> work) {
                     if (runs) work();
                     return runs;
                 },
                 pool,
                 clock,
                 random};
    std::vector<std::string> ends; // "id state"; only after settle()
    std::mutex mutex;

    CommandsTest() {
        EXPECT_TRUE(guard::Audit::prepare(*database));
        all.begin(line);
        all.connection(true);
    }
    ~CommandsTest() override { pool.wait_idle(); }

    Asked asked(std::string entity = "state", Once once = {}) {
        Asked a;
        a.device = "room/lamp";
        a.entity = entity;
        a.request = R"({"entity":"state","value":true})";
        a.account = "ann-id";
        a.by = {"ann", "192.0.2.1"};
        json::value value = entity == "state" ? json::value(true) : json::value(128);
        a.plan = std::get<Plan>(plan(lamp(), wants(entity, value), {}, all.procedure_number()));
        a.once = std::move(once);
        return a;
    }
    Commands::Done note() {
        return [this](const Record& r) {
            std::lock_guard lock(mutex);
            ends.push_back(r.id.substr(0, 4) + ' ' + std::string(to_string(r.state)));
        };
    }
    Record send(const Asked& a) {
        auto begun = all.begin(a);
        EXPECT_TRUE(begun) << begun.error().message();
        all.send(begun->record, a.plan, a.limits, note());
        return begun->record;
    }
    std::vector<std::string> settle() {
        pool.wait_idle();
        std::lock_guard lock(mutex);
        std::vector<std::string> out;
        for (auto& e : std::exchange(ends, {})) out.push_back(e.substr(5));
        return out;
    }
    State kept(const Record& r) { return all.find(r.id).value().value().state; }
    void pass(milliseconds by) {
        clock.advance(by);
        all.timer();
    }
    using Ends = std::vector<std::string>;
};

TEST_F(CommandsTest, SendsKeepsAndTells) {
    const auto r = send(asked());
    ASSERT_EQ(line.sent.size(), 1u);
    EXPECT_EQ(line.sent[0].topic, "zigbee2mqtt/room/lamp/set");
    EXPECT_EQ(line.sent[0].payload, R"({"state":"ON"})");
    EXPECT_EQ(line.sent[0].expiry, std::chrono::seconds(5));
    EXPECT_EQ(kept(r), State::pending);
    EXPECT_EQ(settle(), Ends{});
    line.sent[0].done(0);
    all.heard("zigbee2mqtt/room/lamp", R"({"state":"ON"})", true); // retained: of before
    EXPECT_EQ(settle(), Ends{});
    all.heard("zigbee2mqtt/room/lamp", R"({"state":"ON"})", false);
    EXPECT_EQ(settle(), Ends{"done"});
    EXPECT_EQ(kept(r), State::done);
    EXPECT_FALSE(all.deadline());
    all.heard("zigbee2mqtt/room/lamp", R"({"state":"OFF"})", false);
    EXPECT_EQ(kept(r), State::done);
    const auto row = audit.list(1).value().at(0);
    EXPECT_EQ(row.event + ' ' + row.actor + ' ' + row.subject + ' ' + row.detail,
              "device_command ann room/lamp " + r.id + R"( {"entity":"state","value":true})");
}

TEST_F(CommandsTest, OneAtATimeForAnEntity) {
    const auto first = send(asked());
    EXPECT_EQ(all.begin(asked()).error(), Errc::busy);
    const auto other = send(asked("brightness"));
    EXPECT_EQ(line.sent.size(), 2u);
    all.heard("zigbee2mqtt/room/lamp", R"({"state":"ON"})", false);
    EXPECT_EQ(settle(), Ends{"done"});
    EXPECT_TRUE(all.begin(asked()));
    all.stop();
    EXPECT_EQ(settle(), Ends{"no_answer"});
    EXPECT_EQ(kept(first), State::done);
    EXPECT_EQ(kept(other), State::no_answer);
    EXPECT_EQ(all.begin(asked()).error(), Errc::away);
}

TEST_F(CommandsTest, IsRefusedWithTheBrokerAway) {
    all.connection(false);
    EXPECT_EQ(all.begin(asked()).error(), Errc::away);
    all.connection(true);
    // It went away between the two.
    for (auto* broken : {&line.up, &line.takes}) {
        auto a = asked("state", {"key", "body"});
        auto begun = all.begin(a);
        ASSERT_TRUE(begun);
        EXPECT_EQ(begun->added, CommandStore::Added::fresh); // the key is free again
        *broken = false;
        all.send(begun->record, a.plan, a.limits, note());
        EXPECT_EQ(settle(), Ends{"pending"});
        EXPECT_FALSE(all.find(begun->record.id).value());
        const auto row = audit.list(1).value().at(0);
        EXPECT_EQ(row.actor + ' ' + row.client + ' ' + row.detail,
                  "ann 192.0.2.1 " + begun->record.id + " not sent");
        std::optional<Record> joined;
        all.join(begun->record, [&](const Record& r) { joined = r; });
        EXPECT_EQ(settle(), Ends{});
        EXPECT_TRUE(joined && joined->id.empty()) << "there is no such command any more";
        *broken = true;
    }
    EXPECT_TRUE(line.sent.empty());
    auto a = asked();
    auto begun = all.begin(a);
    runs = false;
    all.send(begun->record, a.plan, a.limits, note());
    runs = true;
    EXPECT_EQ(settle(), Ends{"pending"});
    (void)send(asked());
    EXPECT_EQ(line.sent.size(), 1u);
}

TEST_F(CommandsTest, TriesAgainButNotIntoTheVoid) {
    const auto r = send(asked());
    line.up = false;
    line.sent[0].done(net::mqtt::unanswered);
    all.connection(false);
    pass(milliseconds(2500));
    EXPECT_EQ(line.sent.size(), 1u);
    line.up = true;
    all.connection(true);
    pass(milliseconds(2500));
    EXPECT_EQ(settle(), Ends{"no_answer"});
    EXPECT_EQ(kept(r), State::no_answer);
    // Late, and noted.
    all.heard("zigbee2mqtt/room/lamp", R"({"state":"ON"})", false);
    EXPECT_EQ(settle(), Ends{});
    EXPECT_EQ(kept(r), State::late);
    EXPECT_FALSE(all.deadline());
}

TEST_F(CommandsTest, ALateAnswerIsNotThatOfTheNextCommand) {
    const auto first = send(asked());
    pass(milliseconds(2500));
    pass(milliseconds(2500));
    EXPECT_EQ(settle(), Ends{"no_answer"});
    const auto second = send(asked());
    all.heard("zigbee2mqtt/room/lamp", R"({"state":"ON"})", false);
    EXPECT_EQ(settle(), Ends{"done"});
    EXPECT_EQ(kept(first), State::no_answer);
    EXPECT_EQ(kept(second), State::done);
}

TEST_F(CommandsTest, WhoComesTwiceWaitsForTheFirst) {
    const Once once{"key", "body"};
    const auto first = send(asked("state", once));
    auto again = all.begin(asked("state", once));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->added, CommandStore::Added::repeated);
    EXPECT_EQ(again->record.id, first.id);
    all.join(again->record, note());
    EXPECT_EQ(settle(), Ends{});
    all.heard("zigbee2mqtt/room/lamp", R"({"state":"ON"})", false);
    EXPECT_EQ(settle(), (Ends{"done", "done"}));
    EXPECT_EQ(line.sent.size(), 1u);
    all.join(again->record, note()); // over: what is kept
    EXPECT_EQ(settle(), Ends{"done"});
}

TEST_F(CommandsTest, IsBounded) {
    auto a = asked();
    for (std::size_t i = 0; i < Commands::most_in_flight; ++i) {
        a.device = "d" + std::to_string(i);
        ASSERT_TRUE(all.begin(a)) << i;
    }
    a.device = "one more";
    EXPECT_EQ(all.begin(a).error(), Errc::too_many);
}

TEST_F(CommandsTest, EndsWithIngest) {
    const auto r = send(asked());
    all.end();
    EXPECT_EQ(settle(), Ends{"no_answer"});
    EXPECT_EQ(kept(r), State::no_answer);
    EXPECT_FALSE(all.deadline());
}

} // namespace
} // namespace caredian::devices::commands
