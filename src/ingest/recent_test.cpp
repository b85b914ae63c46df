#include "ingest/recent.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

readings::Message message(readings::Row row, std::string_view topic, std::string_view payload) {
    readings::Message m;
    m.row = m.first_row = row;
    m.topic = topic;
    m.payload = payload;
    m.time = from_ns(static_cast<std::int64_t>(row) * 1000);
    return m;
}

std::string shown(const RecentMessages& recent, std::vector<std::string> topics,
                  std::size_t most = 10) {
    std::string out;
    for (const auto& m : recent.of(topics, most)) out += m.topic + '=' + m.payload + ' ';
    return out;
}

TEST(RecentMessages, TheLastOfEachTopicTheNewestFirst) {
    RecentMessages recent({});
    recent.keep(message(1, "a", "1"), "decoded");
    recent.keep(message(2, "b", "2"), "broken");
    recent.keep(message(3, "a", "3"), "ignored");
    EXPECT_EQ(shown(recent, {"b", "a", "none"}), "a=3 b=2 ");
    EXPECT_EQ(shown(recent, {"b", "a"}, 1), "a=3 ");
    EXPECT_EQ(shown(recent, {}), "");
    std::vector<std::string> a{"a"};
    auto found = recent.of(a, 1);
    EXPECT_EQ(found[0].outcome, "ignored");
    EXPECT_EQ(to_ns(found[0].time), 3000);
    EXPECT_FALSE(found[0].retained);
}

TEST(RecentMessages, KeepsTheBeginningOfALargePayload) {
    RecentMessages recent({.max_payload = 10});
    auto large = message(1, "a", std::string_view("0123456789abcdef"));
    large.initial = true;
    recent.keep(large, "decoded");
    std::vector<std::string> a{"a"};
    auto found = recent.of(a, 1);
    EXPECT_EQ(found[0].payload, "0123456789");
    EXPECT_EQ(found[0].bytes, 16u);
    EXPECT_TRUE(found[0].retained);
}

TEST(RecentMessages, IsBoundedByTopicsAndBytes) {
    RecentMessages few({.max_topics = 2});
    for (readings::Row row = 1; row <= 3; ++row)
        few.keep(message(row, std::string(1, static_cast<char>('a' + row)), "x"), "decoded");
    EXPECT_EQ(shown(few, {"b", "c", "d"}), "d=x c=x ");
    RecentMessages small({.max_bytes = 1000, .max_payload = 500});
    std::string payload(400, 'x');
    small.keep(message(1, "a", payload), "decoded");
    small.keep(message(2, "b", payload), "decoded");
    EXPECT_EQ(shown(small, {"a"}), "");
    small.keep(message(3, "b", "y"), "decoded"); // smaller now: there is room again
    small.keep(message(4, "a", payload), "decoded");
    EXPECT_EQ(shown(small, {"a", "b"}), "a=" + payload + " b=y ");
}

} // namespace
} // namespace caredian::ingest
