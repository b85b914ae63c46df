#include "ingest/direct.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

using readings::Reading;

std::vector<Reading> some() {
    std::vector<Reading> all(2);
    all[0].series = {"climate", {{"device", "roof"}, {"path", "a b"}}};
    all[0].fields = {{"t", 21.5}, {"n", std::int64_t{-3}}, {"on", true}, {"s", std::string("ö")}};
    all[0].time = from_ns(7);
    all[1].series = {"power", {{"device", "roof"}}};
    all[1].fields = {{"w", 0.1}};
    all[1].time = from_ns(8);
    return all;
}

readings::Message message(std::string_view topic, std::string_view payload) {
    readings::Message m;
    m.row = m.first_row = 5;
    m.time = from_ns(1'000'005);
    m.topic = topic;
    m.payload = payload;
    return m;
}

TEST(Direct, ThereAndBack) {
    auto sent = some();
    auto payload = encode_direct(sent);
    Decoders decoders({});
    ReadingBatch batch;
    auto outcome = decoders.decode(message("$readings/roof", payload), batch);
    ASSERT_EQ(outcome.kind, Outcome::Kind::decoded);
    ASSERT_EQ(batch.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(batch[i].series, sent[i].series);
        EXPECT_EQ(batch[i].time, sent[i].time);
        EXPECT_EQ(batch[i].received, from_ns(1'000'005));
        EXPECT_EQ(batch[i].topic, "$readings/roof");
        ASSERT_EQ(batch[i].fields.size(), sent[i].fields.size());
        for (std::size_t f = 0; f < sent[i].fields.size(); ++f) {
            EXPECT_EQ(batch[i].fields[f].name, sent[i].fields[f].name);
            EXPECT_EQ(batch[i].fields[f].value, sent[i].fields[f].value);
        }
    }
    ASSERT_EQ(batch.descriptions().size(), 1u) << "which makes one device of both measurements";
    EXPECT_EQ(batch.descriptions()[0].topics, std::vector<std::string>{"$readings/roof"});
    EXPECT_EQ(batch.descriptions()[0].name, "roof");
}

TEST(Direct, ForPeople) {
    auto payload = encode_direct(some());
    EXPECT_EQ(direct_text(payload, 1000),
              "climate,path=a b t=21.5,n=-3i,on=true,s=\"ö\" 7\npower w=0.1 8");
    EXPECT_EQ(direct_text(payload, 5), "climate,path=a b t=21.5,n=-3i,on=true,s=\"ö\" 7");
}

TEST(Direct, WhatIsDamagedIsBroken) {
    auto payload = encode_direct(some());
    Decoders decoders({});
    ReadingBatch batch;
    auto broken = [&](std::string_view topic, std::string_view bytes) {
        auto outcome = decoders.decode(message(topic, bytes), batch);
        return outcome.kind == Outcome::Kind::broken && outcome.broken == Broken::malformed_json &&
               batch.size() == 0 && batch.descriptions().empty();
    };
    for (std::size_t cut = 0; cut < payload.size(); ++cut)
        EXPECT_TRUE(broken("$readings/roof", payload.substr(0, cut))) << cut;
    EXPECT_TRUE(broken("$readings/roof", payload + "x"));
    EXPECT_TRUE(broken("$readings/roof", encode_direct({}))) << "nothing in it";
}

} // namespace
} // namespace caredian::ingest
