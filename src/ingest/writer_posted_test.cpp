// Posted readings and their Idempotency-Keys in the journal.
#include "ingest/ingest.h"
#include "ingest/writer_fixture.h"

namespace caredian::ingest {
namespace {

using Stored = std::optional<result<readings::Row>>;

struct PostedRules : WriterRules {
    void post(Stored& into, std::uint64_t key, std::uint64_t content,
              std::string_view payload = "r") {
        Incoming in{"$readings/a", payload};
        in.direct = true;
        in.key = key;
        in.content = content;
        clock.advance(milliseconds(1));
        writer->submit(in, [&into](result<readings::Row> r) { into = r; });
    }
    Stored post_and_commit(std::uint64_t key, std::uint64_t content) {
        Stored out;
        post(out, key, content);
        writer->batch_end();
        return out;
    }
};

TEST_F(PostedRules, AreMarkedInTheJournal) {
    start();
    add({"t/a", "1"});
    ASSERT_TRUE(*post_and_commit(7, 1));
    auto reader = JournalReader::open(options.path);
    Segment s;
    ASSERT_TRUE(*reader->read(1, s));
    SegmentReader entries(s);
    Entry e;
    ASSERT_TRUE(entries.next(e));
    EXPECT_FALSE(e.direct);
    ASSERT_TRUE(entries.next(e));
    EXPECT_TRUE(e.direct);
    EXPECT_EQ(e.key, 7u);
    EXPECT_EQ(e.hash, 1u);
    EXPECT_EQ(e.message.payload, "r");
    EXPECT_FALSE(entries.next(e));
    EXPECT_FALSE(entries.damaged());
}

TEST_F(PostedRules, TheSameKeyIsStoredOnce) {
    start();
    EXPECT_EQ(post_and_commit(7, 1)->value(), 1u);
    EXPECT_EQ(post_and_commit(7, 1)->value(), 1u);
    EXPECT_EQ(post_and_commit(8, 1)->value(), 2u) << "another key";
    EXPECT_EQ(post_and_commit(0, 1)->value(), 3u) << "none";
    EXPECT_EQ(post_and_commit(0, 1)->value(), 4u);
    EXPECT_EQ(post_and_commit(7, 2)->error(), make_error_code(Errc::key_reused));
    EXPECT_EQ(rows().size(), 4u);
}

TEST_F(PostedRules, NoBrokerSpeaksForUs) {
    start();
    connect();
    auto in = qos1(1, "r");
    in.topic = "$readings/a";
    add_and_commit(in);
    EXPECT_EQ(events->acks.size(), 1u) << "acknowledged, not kept";
    EXPECT_TRUE(rows().empty());
    EXPECT_EQ(ignored(Ignored::broker_status), 1u);
}

TEST_F(PostedRules, TheSecondWaitsForTheFirst) {
    start();
    Stored first, second;
    post(first, 7, 1);
    post(second, 7, 1);
    EXPECT_FALSE(first || second) << "nothing is on disk";
    writer->batch_end();
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->value(), 1u);
    EXPECT_EQ(second->value(), 1u);
}

TEST_F(PostedRules, KeysSurviveACrash) {
    start();
    EXPECT_EQ(post_and_commit(7, 1)->value(), 1u);
    crash_and_start();
    EXPECT_EQ(post_and_commit(7, 1)->value(), 1u);
    EXPECT_EQ(post_and_commit(7, 9)->error(), make_error_code(Errc::key_reused));
    writer->cut(1); // the row is gone, the key stays
    EXPECT_TRUE(rows().empty());
    crash_and_start();
    EXPECT_EQ(post_and_commit(7, 1)->value(), 1u);
    EXPECT_TRUE(rows().empty());
}

TEST_F(PostedRules, AKeyIsForgottenAfterADay) {
    start();
    EXPECT_EQ(post_and_commit(7, 1)->value(), 1u);
    clock.advance(std::chrono::hours(24) - seconds(1));
    EXPECT_EQ(post_and_commit(7, 1)->value(), 1u);
    clock.advance(seconds(1));
    EXPECT_EQ(post_and_commit(7, 2)->value(), 2u);
    EXPECT_EQ(post_and_commit(7, 2)->value(), 2u);
}

TEST_F(PostedRules, AFullJournalRefusesWhoWaitsAndWhoComes) {
    options.journal.max_bytes = 10'000;
    start();
    const std::string large(1'000, 'x');
    for (int i = 0; i < 8; ++i) add({"t/a", large});
    writer->batch_end();
    ASSERT_FALSE(writer->blocked());
    Stored big, next, again;
    post(big, 7, 1, std::string(5'000, 'x'));
    writer->batch_end();
    ASSERT_TRUE(big) << "nobody waits for ever";
    EXPECT_EQ(big->error(), make_error_code(Errc::full));
    post(next, 8, 1);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->error(), make_error_code(Errc::full));
    post(again, 7, 1);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->error(), make_error_code(Errc::full)) << "not on disk yet";
    auto more = options.journal;
    more.max_bytes = 1'000'000;
    writer->apply(more, {});
    EXPECT_EQ(post_and_commit(7, 1)->value(), 9u) << "what was refused was kept, and once";
    EXPECT_EQ(post_and_commit(8, 1)->value(), 10u);
    EXPECT_EQ(rows().size(), 10u);
}

TEST(SentKeys, AreBoundedAndSaved) {
    SentKeys keys;
    for (std::uint64_t i = 1; i <= SentKeys::most + 5; ++i) keys.set(i, {i, i, 0});
    EXPECT_EQ(keys.size(), SentKeys::most);
    EXPECT_FALSE(keys.find(5, from_ns(1)));
    EXPECT_TRUE(keys.find(6, from_ns(1)));
    SentKeys back;
    ASSERT_TRUE(back.load(keys.save(100)));
    EXPECT_EQ(back.size(), 95u) << "rows above 100 are not on disk";
    EXPECT_EQ(back.find(100, from_ns(1))->content, 100u);
    auto saved = keys.save(100);
    EXPECT_FALSE(back.load(saved.substr(0, saved.size() - 1)));
    EXPECT_EQ(back.size(), 0u);
    EXPECT_FALSE(back.load(saved + "x"));
    EXPECT_FALSE(back.load(""));
}

} // namespace
} // namespace caredian::ingest
