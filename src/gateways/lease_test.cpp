#include "gateways/lease.h"

#include <gtest/gtest.h>
#include <memory>
#include <vector>

namespace caredian::gateways {
namespace {

using namespace std::chrono_literals;

// A database with one row, gateways that ask it, and a clock that a test moves.
struct World {
    ManualClock clock;
    LeaseRow row;
    bool away = false;
    Lease a{"a", "1", 10s}, b{"b", "1", 10s};

    // What a database does with an ask. nullopt: it is away.
    std::optional<LeaseRow> run(const Lease::Ask& ask) {
        if (away) return std::nullopt;
        if (ask.to && row == ask.from) row = *ask.to;
        return row;
    }
    void step(Lease& one) {
        if (auto ask = one.ask(clock.mono())) one.answer(clock.mono(), run(*ask));
    }
    bool holds(const Lease& one) const { return one.held(clock.mono()).has_value(); }
    void both() {
        step(a);
        step(b);
        EXPECT_FALSE(holds(a) && holds(b)) << "two at once";
    }
    void pass(nanoseconds time, nanoseconds by = 100ms) {
        for (; time > 0ns; time -= by) {
            clock.advance(by);
            both();
        }
    }
};

TEST(Lease, TheFirstGetsItAtOnceAndKeepsIt) {
    World w;
    w.both();
    w.both();
    EXPECT_EQ(w.a.held(w.clock.mono()), 1);
    EXPECT_FALSE(w.holds(w.b));
    w.pass(5min);
    EXPECT_EQ(w.a.held(w.clock.mono()), 1) << "renewing is no change of holder";
    EXPECT_EQ(w.row.fence, 1);
    EXPECT_EQ(gateway_of(w.b.holder()), "a");
}

TEST(Lease, AnotherTakesOverWithinATermAndAFifthAndTheFenceGrows) {
    World w;
    w.pass(1min);
    ASSERT_TRUE(w.holds(w.a));
    nanoseconds passed{};
    for (; !w.holds(w.b) && passed < 1min; passed += 100ms) { // a was killed
        w.clock.advance(100ms);
        w.step(w.b);
    }
    EXPECT_TRUE(w.holds(w.b));
    EXPECT_LE(passed, 12100ms);
    EXPECT_GE(passed, 8s) << "a's term must have ended";
    EXPECT_EQ(w.b.held(w.clock.mono()), 2);
}

TEST(Lease, OneThatLeavesIsFollowedAtOnce) {
    World w;
    w.pass(1min);
    w.a.leave();
    EXPECT_FALSE(w.holds(w.a)) << "at once, whatever the database says";
    w.step(w.a);
    EXPECT_TRUE(w.a.left());
    w.pass(2100ms);
    EXPECT_TRUE(w.holds(w.b));
    w.pass(1min);
    EXPECT_FALSE(w.holds(w.a)) << "it does not come back";
}

TEST(Lease, OneThatRestsIsFollowedAndComesBackLater) {
    World w;
    w.pass(1min);
    ASSERT_TRUE(w.holds(w.a));
    w.a.rest(w.clock.mono() + 30s);
    EXPECT_FALSE(w.holds(w.a)) << "at once, whatever the database says";
    w.pass(2200ms);
    EXPECT_EQ(w.b.held(w.clock.mono()), 2);
    w.pass(1min);
    EXPECT_TRUE(w.holds(w.b)) << "the end of the rest takes nothing away";
    for (nanoseconds passed{}; !w.holds(w.a) && passed < 1min; passed += 100ms) { // b was killed
        w.clock.advance(100ms);
        w.step(w.a);
    }
    EXPECT_EQ(w.a.held(w.clock.mono()), 3);
}

TEST(Lease, RestingAloneItTakesItAgain) {
    World w;
    auto alone = [&w](nanoseconds time) {
        for (; time > 0ns; time -= 100ms) {
            w.clock.advance(100ms);
            w.step(w.a);
        }
    };
    alone(1min);
    std::optional<Lease::Ask> ask; // under way as the rest begins
    while (!(ask = w.a.ask(w.clock.mono()))) w.clock.advance(100ms);
    w.a.rest(w.clock.mono() + 30s);
    w.a.answer(w.clock.mono(), w.run(*ask));
    EXPECT_FALSE(w.holds(w.a));
    alone(29900ms);
    EXPECT_FALSE(w.holds(w.a));
    EXPECT_EQ(w.row.holder, "");
    alone(3s);
    EXPECT_EQ(w.a.held(w.clock.mono()), 2);
}

TEST(Lease, WithoutTheDatabaseTheHolderStopsBeforeAnotherMayBegin) {
    World w;
    w.pass(1min);
    // Only a is cut off.
    nanoseconds passed{}, stopped{};
    for (; !w.holds(w.b) && passed < 1min; passed += 50ms) {
        w.clock.advance(50ms);
        w.away = true;
        w.step(w.a);
        w.away = false;
        w.step(w.b);
        ASSERT_FALSE(w.holds(w.a) && w.holds(w.b));
        if (stopped == 0ns && !w.holds(w.a)) stopped = passed;
    }
    EXPECT_LT(stopped, passed);
    EXPECT_LE(stopped, 8100ms);
    // It comes back as one that waits.
    w.pass(1min);
    EXPECT_FALSE(w.holds(w.a));
    EXPECT_TRUE(w.holds(w.b));
}

TEST(Lease, ADatabaseThatIsAwayForAllChangesNothingWhenItIsShort) {
    World w;
    w.pass(1min);
    w.away = true;
    w.pass(5s);
    EXPECT_TRUE(w.holds(w.a));
    w.away = false;
    w.pass(3s);
    EXPECT_EQ(w.a.held(w.clock.mono()), 1);
    w.away = true;
    w.pass(1min);
    EXPECT_FALSE(w.holds(w.a));
    w.away = false;
    w.pass(3s);
    EXPECT_TRUE(w.holds(w.a) || w.holds(w.b));
}

TEST(Lease, StepsOfWallClocksAreNothing) {
    World w;
    w.pass(1min);
    for (auto to : {-1000h, 1000h, 5h}) {
        w.clock.set_wall(w.clock.wall() + to);
        w.pass(30s);
        EXPECT_EQ(w.a.held(w.clock.mono()), 1);
    }
}

TEST(Lease, AnAnswerThatWasLostCountsForNothingAndHarmsNobody) {
    World w;
    w.pass(1min);
    // The database did it, and nobody heard.
    w.clock.advance(2s);
    auto ask = w.a.ask(w.clock.mono());
    ASSERT_TRUE(ask && ask->to);
    (void)w.run(*ask);
    w.a.answer(w.clock.mono(), std::nullopt);
    w.pass(1min);
    EXPECT_EQ(w.a.held(w.clock.mono()), 1) << "the same term goes on";
}

TEST(Lease, WhatIsReadBackIsNoRenewal) {
    World w;
    w.pass(1min);
    std::optional<Lease::Ask> ask;
    while (!(ask = w.a.ask(w.clock.mono()))) w.clock.advance(100ms);
    (void)w.run(*ask);
    w.a.answer(w.clock.mono(), std::nullopt);
    for (int i = 0; i < 60; ++i) {
        w.clock.advance(100ms);
        w.step(w.b);
    }
    if (auto again = w.a.ask(w.clock.mono())) w.a.answer(w.clock.mono(), w.run(*again));
    for (int i = 0; i < 100; ++i) {
        w.clock.advance(100ms);
        w.step(w.b);
        ASSERT_FALSE(w.holds(w.a) && w.holds(w.b));
    }
    EXPECT_TRUE(w.holds(w.b));
}

TEST(Lease, ATermCountsFromTheQuestion) {
    World w;
    w.pass(1min);
    std::optional<Lease::Ask> ask;
    while (!ask) {
        w.clock.advance(100ms);
        ask = w.a.ask(w.clock.mono());
    }
    auto row = w.run(*ask);
    w.clock.advance(7900ms); // a slow network
    EXPECT_FALSE(w.a.ask(w.clock.mono())) << "one question at a time";
    w.a.answer(w.clock.mono(), row);
    EXPECT_TRUE(w.holds(w.a));
    w.clock.advance(100ms);
    EXPECT_FALSE(w.holds(w.a));
}

TEST(Lease, OfTwoWhoTakeItAtTheSameMomentOneWins) {
    World w;
    w.both(); // both have read that nobody holds it
    World fresh;
    auto a = fresh.a.ask(fresh.clock.mono()), b = fresh.b.ask(fresh.clock.mono());
    fresh.a.answer(fresh.clock.mono(), fresh.run(*a));
    fresh.b.answer(fresh.clock.mono(), fresh.run(*b));
    a = fresh.a.ask(fresh.clock.mono());
    b = fresh.b.ask(fresh.clock.mono());
    ASSERT_TRUE(a->to && b->to);
    auto row_b = fresh.run(*b);
    auto row_a = fresh.run(*a);
    fresh.a.answer(fresh.clock.mono(), row_a);
    fresh.b.answer(fresh.clock.mono(), row_b);
    EXPECT_TRUE(fresh.holds(fresh.b));
    EXPECT_FALSE(fresh.holds(fresh.a));
    EXPECT_EQ(fresh.row.fence, 1);
}

TEST(Lease, ARenewalThatArrivesLateIsNone) {
    World w;
    w.pass(1min);
    std::optional<Lease::Ask> late;
    while (!late) {
        w.clock.advance(100ms);
        late = w.a.ask(w.clock.mono());
    }
    for (int i = 0; i < 200; ++i) { // it hangs in the network
        w.clock.advance(100ms);
        w.step(w.b);
    }
    ASSERT_TRUE(w.holds(w.b));
    w.a.answer(w.clock.mono(), w.run(*late));
    EXPECT_FALSE(w.holds(w.a));
    EXPECT_EQ(w.row.holder, "b/1");
}

TEST(Lease, TheSameGatewayStartedAgainTakesItAtOnce) {
    World w;
    w.pass(1min);
    Lease again("a", "2", 10s);
    w.clock.advance(1s);
    w.step(again);
    w.clock.advance(2s);
    w.step(again);
    EXPECT_EQ(again.held(w.clock.mono()), 2);
    w.step(w.a);
    EXPECT_FALSE(w.holds(w.a)) << "the earlier start has heard of it";
}

} // namespace
} // namespace caredian::gateways
