// From readings to the table, on both databases; and what is away.
#include "devices/events/event_copier.h"
#include "store/both_databases.h"

#include <gtest/gtest.h>

namespace caredian::devices {
namespace {

class EventsTest : public store::OnBothDatabases {
protected:
    void SetUp() override {
        store::OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        open();
        ASSERT_TRUE(store_.prepare());
    }
    void open() {
        copier_.reset();
        book_ = EventBook::open(folder_.file("events.db"), clock_).value();
        EventCopierOptions o;
        o.gateway = "one";
        o.retention = std::chrono::hours(24);
        copier_.emplace(o, *book_, store_, nullptr, clock_, health_);
    }
    void take(readings::Row row, std::string field, readings::FieldValue value,
              std::string device = "d") {
        readings::Reading r;
        r.series = {"zigbee", {{"device", std::move(device)}}};
        r.fields = {{std::move(field), std::move(value)}};
        r.row = r.first_row = row;
        r.time = r.received = clock_.wall();
        book_->take({&r, 1}, row);
    }
    void copy() {
        book_->tick();
        auto more = copier_->step();
        ASSERT_TRUE(more) << more.error().message();
    }
    std::string stored(EventQuery query = {}) {
        std::string out;
        for (const auto& one : store_.list(query).value())
            out += (out.empty() ? "" : " ") + one.event.device + ':' + one.event.kind + '=' +
                   one.event.value;
        return out;
    }

    store::TestFolder folder_;
    ManualClock clock_;
    HealthRegister health_{clock_};
    EventStore store_{*database_};
    std::unique_ptr<EventBook> book_;
    std::optional<EventCopier> copier_;
};

TEST_P(EventsTest, AreStoredOnceWhateverIsGivenAgain) {
    take(1, "smoke", true);
    take(2, "smoke", false);
    copy();
    EXPECT_EQ(stored(), "d:smoke=off d:smoke=on");
    // The cursor was not on disk: the rows come again.
    std::vector<StoredEvent> again;
    for (auto& one : store_.list({}).value()) again.push_back(one);
    ASSERT_TRUE(store_.add("one", again));
    EXPECT_EQ(store_.list({})->size(), 2u);
    ASSERT_TRUE(store_.add("two", again)) << "another gateway's rows are its own";
    EXPECT_EQ(store_.list({})->size(), 4u);
}

TEST_P(EventsTest, ARestartGoesOn) {
    take(1, "contact", true);
    take(2, "contact", false);
    book_->save();
    EXPECT_EQ(book_->cursor(), 2u);
    open(); // before anything was copied
    EXPECT_EQ(book_->cursor(), 2u);
    take(2, "contact", true); // given again: passed over
    take(3, "contact", false);
    take(4, "contact", true);
    copy();
    EXPECT_EQ(stored(), "d:contact=closed d:contact=open");
    EXPECT_TRUE(book_->oldest(10)->empty());
}

// kill -9 before the tick: the journal gives the rows again, and they become the same events.
TEST_P(EventsTest, WhatWasNotKeptIsFoundAgain) {
    take(1, "smoke", true);
    open();
    EXPECT_EQ(book_->cursor(), 0u);
    take(1, "smoke", true);
    copy();
    copy();
    EXPECT_EQ(stored(), "d:smoke=on");
}

TEST_P(EventsTest, Questions) {
    std::vector<std::int64_t> times;
    for (readings::Row row = 1; row <= 6; ++row) {
        times.push_back(to_ns(clock_.wall()));
        take(row, row % 2 ? "smoke" : "gas", true, "d" + std::to_string(row));
        clock_.advance(std::chrono::seconds(1));
    }
    copy();
    EventQuery q;
    q.kind = "gas";
    EXPECT_EQ(stored(q), "d6:gas=on d4:gas=on d2:gas=on");
    q = {};
    q.device = "d3";
    EXPECT_EQ(stored(q), "d3:smoke=on");
    q = {};
    q.from = times[1];
    q.to = times[3];
    EXPECT_EQ(stored(q), "d3:smoke=on d2:gas=on");
    q = {};
    q.limit = 2;
    auto first = store_.list(q).value();
    EXPECT_EQ(first.back().event.device, "d5");
    q.after = {first.back().event.time, first.back().id};
    EXPECT_EQ(stored(q), "d4:gas=on d3:smoke=on");
    q = {};
    q.device = "d3' OR '1'='1";
    EXPECT_EQ(stored(q), "");
}

TEST_P(EventsTest, OldOnesGo) {
    take(1, "smoke", true);
    copy();
    clock_.advance(std::chrono::hours(25));
    take(2, "smoke", false);
    copy();
    EXPECT_EQ(stored(), "d:smoke=off");
    for (readings::Row row = 3; row < 8; ++row) take(row, "smoke", row % 2 != 0);
    copy();
    EXPECT_FALSE(*store_.trim(std::nullopt, 2));
    EXPECT_EQ(store_.list({})->size(), 2u);
}

CAREDIAN_ON_BOTH_DATABASES(EventsTest);

TEST(EventOutbox, IsBoundedAndTold) {
    store::TestFolder folder;
    auto outbox = EventOutbox::open(folder.file("e.db")).value();
    EventRules rules;
    EXPECT_EQ(outbox.load(rules).value(), 0u);
    std::vector<DeviceEvent> many(100'000);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(outbox.add(many, {}, 1));
    EXPECT_EQ(outbox.lost().value(), 0);
    ASSERT_TRUE(outbox.add({many.data(), 7}, {}, 9));
    EXPECT_EQ(outbox.lost().value(), 7);
    EXPECT_EQ(outbox.oldest(1).value().at(0).id, 8);
    EXPECT_EQ(outbox.load(rules).value(), 9u);
}

TEST(EventCopier, ADatabaseThatIsAwayIsWaitedFor) {
    store::TestFolder folder;
    ManualClock clock;
    HealthRegister health{clock};
    auto away = store::open_database("mysql://u:p@127.0.0.1:1/x").value();
    EventStore store(*away);
    auto book = EventBook::open(folder.file("e.db"), clock).value();
    EventCopier copier({.gateway = "one"}, *book, store, nullptr, clock, health);
    readings::Reading r;
    r.series = {"zigbee", {{"device", "d"}}};
    r.fields = {{"smoke", true}};
    r.row = 1;
    book->take({&r, 1}, 1);
    book->save();
    EXPECT_FALSE(copier.step());
    EXPECT_EQ(book->cursor(), 1u) << "the journal is not held up";
    EXPECT_EQ(book->oldest(10)->size(), 1u);
}

} // namespace
} // namespace caredian::devices
