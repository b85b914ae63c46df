#include "history/influx/delivery.h"

#include <functional>
#include <gtest/gtest.h>
#include <set>

namespace caredian::history::influx {
namespace {

Lines lines(const std::vector<std::string>& all) {
    Lines out;
    for (const auto& line : all) {
        out.begin();
        out.text += line + "\n";
    }
    return out;
}

std::vector<std::string> numbered(int n) {
    std::vector<std::string> out;
    for (int i = 0; i < n; ++i) out.push_back("m,device=d" + std::to_string(i) + " v=1 5");
    return out;
}

Verdict refused(std::string reason, bool of_lines = true) {
    Verdict v;
    v.fate = Fate::refused;
    v.reason = std::move(reason);
    v.of_lines = of_lines;
    return v;
}

// Plays a server until all is delivered, or it is stuck.
struct Play {
    explicit Play(const std::vector<std::string>& all)
        : batch(lines(all)), delivery(batch, types) {}
    using Server = std::function<Verdict(const std::vector<std::string>&)>;

    Delivery::Then run(const Server& server) {
        while (auto piece = delivery.next()) {
            std::vector<std::string> sent;
            for (auto i = piece->begin; i < piece->end; ++i) sent.emplace_back(batch.line(i));
            ++requests;
            auto verdict = server(sent);
            if (verdict.fate == Fate::stored) stored.insert(sent.begin(), sent.end());
            auto then = delivery.answered(verdict);
            for (auto& one : delivery.take_aside()) aside.push_back(one.line);
            if (then != Delivery::Then::go_on) return then;
        }
        return Delivery::Then::go_on;
    }
    ColumnTypes types;
    Lines batch;
    Delivery delivery;
    std::set<std::string> stored;
    std::vector<std::string> aside;
    int requests = 0;
};

Verdict ok() {
    Verdict v;
    v.fate = Fate::stored;
    return v;
}

TEST(Delivery, OneRequestWhenAllIsWell) {
    Play play(numbered(100));
    EXPECT_EQ(play.run([](auto&) { return ok(); }), Delivery::Then::go_on);
    EXPECT_EQ(play.requests, 1);
    EXPECT_EQ(play.stored.size(), 100u);
    EXPECT_EQ(play.delivery.stored(), 100u);
}

TEST(Delivery, NothingToSendIsDelivered) {
    Play play({});
    EXPECT_FALSE(play.delivery.next());
}

// Whatever the server can't parse: that line alone is set aside.
TEST(Delivery, FindsTheBadLinesByHalves) {
    auto all = numbered(1000);
    const std::set<std::string> bad{all[0], all[499], all[500], all[999]};
    Play play(all);
    play.run([&](const auto& sent) {
        for (const auto& line : sent)
            if (bad.contains(line)) return refused("unable to parse");
        return ok();
    });
    EXPECT_EQ(std::set<std::string>(play.aside.begin(), play.aside.end()), bad);
    EXPECT_EQ(play.stored.size(), 996u);
    EXPECT_LT(play.requests, 100);
}

TEST(Delivery, AllThatTheServerSaysItDroppedGoesAtOnce) {
    Play play(numbered(50));
    play.run([&](const auto& sent) {
        auto v = refused("points beyond retention policy dropped=50");
        v.dropped = sent.size();
        return v;
    });
    EXPECT_EQ(play.aside.size(), 50u);
    EXPECT_EQ(play.requests, 1);
}

TEST(Delivery, WhatIsTooLargeGoesInPieces) {
    Play play(numbered(64));
    play.run([](const auto& sent) {
        Verdict v;
        v.fate = sent.size() > 10 ? Fate::too_large : Fate::stored;
        return v;
    });
    EXPECT_EQ(play.stored.size(), 64u);
    EXPECT_TRUE(play.aside.empty());

    Play alone({"m v=\"huge\" 5"});
    alone.run([](const auto&) {
        Verdict v;
        v.fate = Fate::too_large;
        return v;
    });
    EXPECT_EQ(alone.aside.size(), 1u) << "a line that is too large for itself";
}

// A server with a type of its own for m.v, in the manner of versions 1 and 2.
Verdict typed(const std::vector<std::string>& sent, const std::string& bad_text, Column there) {
    for (const auto& line : sent)
        if (line.find(bad_text) != line.npos) {
            auto v = refused("field type conflict");
            v.conflict = TypeConflict{"m", "v", there};
            v.dropped = 1;
            return v;
        }
    return ok();
}

TEST(Delivery, AFieldOfAnotherTypeGetsItsSideName) {
    Play play({"m,device=a v=1 5", "m,device=b x=2,v=\"on\",y=3 5", "n,device=c v=\"on\" 5",
               "m,device=d v=\"off\" 6"});
    play.run([](const auto& sent) { return typed(sent, "v=\"o", Column::number); });
    EXPECT_TRUE(play.aside.empty());
    EXPECT_TRUE(play.stored.contains("n,device=c v_string=\"on\" 5"))
        << "a line alone is the one that is meant, whatever its measurement is called there";
    EXPECT_TRUE(play.stored.contains("m,device=b x=2,v_string=\"on\",y=3 5"));
    EXPECT_TRUE(play.stored.contains("m,device=d v_string=\"off\" 6"));
    EXPECT_TRUE(play.stored.contains("m,device=a v=1 5"));
    EXPECT_EQ(play.types.of("m").name("v", readings::FieldType::text), "v_string")
        << "from now on they are named so at once";
}

TEST(Delivery, WithoutAFreeSideNameTheLineIsSetAside) {
    Play play({"m,device=a v=\"on\",v_string=\"x\" 5", "m,device=b v=1 5"});
    play.run([](const auto& sent) { return typed(sent, " v=\"on\"", Column::number); });
    EXPECT_EQ(play.aside.size(), 1u);
    EXPECT_EQ(play.stored.size(), 1u);
}

TEST(Delivery, TheLinesThatVersion3NamesAreMendedOrSetAside) {
    Play play({"m,device=a v=\"on\" 5", "m,device=b v=1 5", "m,device=c 5"});
    int writes = 0;
    play.run([&](const auto& sent) {
        if (++writes > 1) return ok();
        auto v = refused("partial write of line protocol occurred");
        v.lines = {{1, "invalid column type", TypeConflict{{}, "v", Column::number}},
                   {3, "missing fields", {}},
                   {99, "no such line", {}}};
        EXPECT_EQ(sent.size(), 3u);
        return v;
    });
    EXPECT_EQ(play.stored, std::set<std::string>{"m,device=a v_string=\"on\" 5"});
    EXPECT_EQ(play.aside, std::vector<std::string>{"m,device=c 5"});
}

// A proxy that answers 400 to everything throws nothing away.
TEST(Delivery, NothingIsSetAsideWhileNothingGetsThrough) {
    Play play(numbered(1000));
    for (int round = 0; round < 9; ++round)
        EXPECT_EQ(play.run([](const auto&) { return refused("<html>", false); }),
                  Delivery::Then::stuck);
    EXPECT_TRUE(play.aside.empty());
    EXPECT_EQ(play.delivery.next()->size(), 1000u) << "from the beginning";
    EXPECT_EQ(play.run([](const auto&) { return ok(); }), Delivery::Then::go_on);
    EXPECT_EQ(play.stored.size(), 1000u);
}

TEST(Delivery, OneLineIsGivenUpAfterItsRounds) {
    Play play(numbered(1));
    int rounds = 0;
    while (play.run([](const auto&) { return refused("?", false); }) == Delivery::Then::stuck)
        ++rounds;
    EXPECT_EQ(rounds, 10);
    EXPECT_EQ(play.aside.size(), 1u);
}

TEST(Delivery, OthersThatGetThroughShowWhichLineItIs) {
    auto all = numbered(100);
    Play play(all);
    play.run([&](const auto& sent) {
        for (const auto& line : sent)
            if (line == all[70]) return refused("no words that we know", false);
        return ok();
    });
    EXPECT_EQ(play.aside, std::vector<std::string>{all[70]});
    EXPECT_EQ(play.stored.size(), 99u);
}

TEST(Delivery, RequestsForOneBatchAreBounded) {
    Play play(numbered(10'000));
    play.run([](const auto&) { return refused("unable to parse"); });
    EXPECT_EQ(play.aside.size(), 10'000u);
    EXPECT_LT(play.requests, 2'100);
}

TEST(Delivery, WaitsForWhatPasses) {
    for (auto fate : {Fate::later, Fate::closed, Fate::missing}) {
        Play play(numbered(3));
        Verdict v;
        v.fate = fate;
        EXPECT_EQ(play.run([&](const auto&) { return v; }), Delivery::Then::wait);
        EXPECT_EQ(play.delivery.next()->size(), 3u);
    }
}

} // namespace
} // namespace caredian::history::influx
