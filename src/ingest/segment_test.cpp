#include "ingest/segment.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

Entry make(readings::Row row, std::string_view topic, std::string_view payload) {
    Entry e;
    e.message.row = e.message.first_row = row;
    e.message.time = from_ns(1'767'999'300'000'000'000 + static_cast<std::int64_t>(row));
    e.message.topic = topic;
    e.message.payload = payload;
    e.hash = row * 31;
    return e;
}

Segment sample() {
    Segment s;
    s.first_row = 10;
    Entry e = make(10, "a/b", "21.5");
    s.append(e);
    e = make(11, "a/c", "");
    e.qos = 1;
    e.packet_id = 65'535;
    e.message.redelivered = true;
    e.message.first_row = 3;
    e.message.time = from_ns(123'456'789);
    s.append(e);
    e = make(12, "", std::string_view("\0\xff", 2));
    e.qos = 2;
    e.packet_id = 1;
    e.message.initial = true;
    e.message.time = from_ns(-5);
    s.append(e);
    return s;
}

TEST(Segment, GivesBackWhatWasPutIn) {
    Segment s = sample();
    EXPECT_EQ(s.last_row(), 12u);
    SegmentReader reader(s);
    Entry e;
    ASSERT_TRUE(reader.next(e));
    EXPECT_EQ(e.message.row, 10u);
    EXPECT_EQ(e.message.first_row, 10u);
    EXPECT_EQ(e.message.topic, "a/b");
    EXPECT_EQ(e.message.payload, "21.5");
    EXPECT_EQ(to_ns(e.message.time), 1'767'999'300'000'000'010);
    EXPECT_FALSE(e.message.initial);
    EXPECT_FALSE(e.message.redelivered);
    ASSERT_TRUE(reader.next(e));
    EXPECT_EQ(e.qos, 1);
    EXPECT_EQ(e.packet_id, 65'535);
    EXPECT_TRUE(e.message.redelivered);
    EXPECT_EQ(e.message.first_row, 3u);
    EXPECT_EQ(to_ns(e.message.time), 123'456'789) << "all nine digits";
    ASSERT_TRUE(reader.next(e));
    EXPECT_TRUE(e.message.initial);
    EXPECT_EQ(e.hash, 12u * 31);
    EXPECT_EQ(e.message.payload, std::string_view("\0\xff", 2));
    EXPECT_EQ(to_ns(e.message.time), -5);
    EXPECT_FALSE(reader.next(e));
    EXPECT_FALSE(reader.damaged());
}

TEST(Segment, SeesEveryCut) {
    Segment whole = sample();
    for (std::size_t n = 0; n < whole.data.size(); ++n) {
        Segment cut = whole;
        cut.data.resize(n);
        SegmentReader reader(cut);
        Entry e;
        while (reader.next(e)) {
        }
        EXPECT_TRUE(reader.damaged()) << n;
    }
    Segment longer = whole;
    longer.data += 'x';
    SegmentReader reader(longer);
    Entry e;
    while (reader.next(e)) {
    }
    EXPECT_TRUE(reader.damaged());
}

TEST(Segment, SurvivesEveryFlippedByte) {
    Segment whole = sample();
    for (std::size_t i = 0; i < whole.data.size(); ++i) {
        for (int flip : {0x01, 0x80, 0xff}) {
            Segment bad = whole;
            bad.data[i] = static_cast<char>(bad.data[i] ^ flip);
            SegmentReader reader(bad);
            Entry e;
            int n = 0;
            while (reader.next(e)) ++n;
            EXPECT_LE(n, 3);
        }
    }
}

TEST(Segment, CostsFewBytesBesideTopicAndPayload) {
    Segment s;
    s.first_row = 1;
    std::string topic(20, 't'), payload(80, 'p');
    for (readings::Row row = 1; row <= 100; ++row) {
        Entry e = make(row, topic, payload);
        e.qos = 1;
        s.append(e);
    }
    EXPECT_LT(s.data.size(), 100u * (100 + 16));
}

} // namespace
} // namespace caredian::ingest
