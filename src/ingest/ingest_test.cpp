// The whole of ingest with its threads, without a broker.
#include "ingest/dead_letter.h"
#include "ingest/ingest.h"
#include "ingest/mqtt_source.h"
#include "ingest/recent.h"
#include "ingest/test_support.h"

#include <gtest/gtest.h>
#include <mutex>
#include <thread>

namespace caredian::ingest {
namespace {

using std::chrono::seconds;

struct Sink final : readings::Consumer {
    std::string_view name() const override { return "sink"; }
    readings::Row cursor() const override { return saved; }
    void take(std::span<const readings::Reading> r, readings::Row last_row) override {
        count += r.size();
        given = last_row;
    }
    void save() override { saved = given; }
    std::size_t count = 0;
    readings::Row given = 0, saved = 0;
};

struct Whole : testing::Test {
    TempDir dir;
    SystemClock clock;
    SystemRandom random;
    HealthRegister health{clock};
    Sink sink;

    IngestOptions options() {
        IngestOptions o;
        o.data_dir = dir.path();
        return o;
    }
};

TEST_F(Whole, KeepsWhatIsSubmittedAndGoesOnAfterARestart) {
    {
        Metrics metrics;
        Ingest ingest(options(), clock, random, metrics, health, {&sink});
        EXPECT_EQ(ingest.submit("t/d", "1").error(), make_error_code(Errc::not_running));
        ingest.start();
        for (readings::Row row = 1; row <= 20; ++row) {
            auto done = ingest.submit("t/d", std::to_string(row));
            ASSERT_TRUE(done) << done.error().message();
            EXPECT_EQ(*done, row);
        }
        ASSERT_TRUE(ingest.wait_taken(20, seconds(10)));
        EXPECT_EQ(sink.count, 20u);
        EXPECT_NE(metrics.expose().find("caredian_ingest_decoded_total"), std::string::npos);
        ingest.stop();
        ingest.stop();
        EXPECT_EQ(sink.saved, 20u);
        EXPECT_EQ(ingest.submit("t/d", "1").error(), make_error_code(Errc::not_running));
        EXPECT_EQ(ingest.stats().journal_rows.value(), 0) << "cut: the sink has all";
    }
    Metrics metrics;
    Ingest again(options(), clock, random, metrics, health, {&sink});
    again.start();
    auto row = again.submit("t/d", "x");
    ASSERT_TRUE(row);
    EXPECT_EQ(*row, 21u);
    ASSERT_TRUE(again.wait_taken(21, seconds(10)));
    again.stop();
    EXPECT_EQ(sink.count, 21u);
}

TEST_F(Whole, TakesFromManyThreads) {
    Metrics metrics;
    Ingest ingest(options(), clock, random, metrics, health, {&sink});
    ingest.start();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i)
                EXPECT_TRUE(ingest.submit("t/" + std::to_string(t), std::to_string(i)));
        });
    for (auto& t : threads) t.join();
    EXPECT_TRUE(ingest.wait_taken(100, seconds(10)));
    ingest.stop();
    EXPECT_EQ(sink.count, 100u);
}

TEST_F(Whole, RefusesWhatIsTooLarge) {
    Metrics metrics;
    Ingest ingest(options(), clock, random, metrics, health, {&sink});
    ingest.start();
    EXPECT_EQ(ingest.submit("", "x").error(), make_error_code(Errc::too_large));
    EXPECT_EQ(ingest.submit(std::string(70'000, 't'), "x").error(),
              make_error_code(Errc::too_large));
    EXPECT_TRUE(ingest.submit("t", std::string(1'000'000, 'x')));
    ingest.stop();
    EXPECT_EQ(ingest.stats().dead.value(), 1u) << "kept, acknowledged, and a dead letter";
}

TEST_F(Whole, SaysWhenItsFolderIsNotThere) {
    Metrics metrics;
    auto o = options();
    o.data_dir += "/none";
    Ingest ingest(o, clock, random, metrics, health, {&sink});
    ingest.start();
    EXPECT_FALSE(ingest.submit("t", "x", seconds(1)));
    ingest.stop(std::chrono::milliseconds(100));
    EXPECT_EQ(health.snapshot().at(0).state, HealthState::down);
}

TEST_F(Whole, ChangesSettingsWhileItRuns) {
    Metrics metrics;
    Ingest ingest(options(), clock, random, metrics, health, {&sink});
    ingest.start();
    ASSERT_TRUE(ingest.submit("noise/a", "1"));
    ingest.apply({}, {"noise/#"}, {});
    ASSERT_TRUE(ingest.submit("noise/a", "2"));
    EXPECT_EQ(ingest.stats().journaled.value(), 1u);
    EXPECT_EQ(ingest.stats().ignored_by(Ignored::configured).value(), 1u);
    ingest.stop();
}

// Rules that change while it runs, what they cannot read, and what people see of messages.
TEST_F(Whole, ShowsWhatBecameOfMessages) {
    Metrics metrics;
    auto o = options();
    auto& rule = o.decode.mappings.emplace_back();
    rule.topic = "m/{device}";
    rule.fields.resize(1);
    rule.fields[0].from = "t";
    rule.fields[0].type = MappedField::Type::number;
    Ingest ingest(o, clock, random, metrics, health, {&sink});
    EXPECT_TRUE(ingest.dead_letters(10)->empty()); // no file yet
    ingest.start();
    ASSERT_TRUE(ingest.submit("m/a", R"({"t":"high"})"));
    ASSERT_TRUE(ingest.submit("m/a", R"({"t":"high","u":1})"));
    EXPECT_EQ(ingest.decode_options().mappings.size(), 1u);
    ASSERT_TRUE(ingest.wait_taken(2, seconds(10)));
    ingest.apply({}, {}, {});
    ASSERT_TRUE(ingest.submit("m/b", "{"));
    ASSERT_TRUE(ingest.wait_taken(3, seconds(10)));
    EXPECT_TRUE(ingest.decode_options().mappings.empty());
    std::vector<std::string> topics{"m/a", "m/b", "m/c"};
    auto recent = ingest.recent(topics, 10);
    ASSERT_EQ(recent.size(), 2u);
    EXPECT_EQ(recent[0].topic + '=' + std::string(recent[0].outcome), "m/b=broken");
    EXPECT_EQ(recent[1].topic + '=' + std::string(recent[1].outcome), "m/a=decoded");
    ingest.stop(); // now they are on disk
    auto letters = ingest.dead_letters(10);
    ASSERT_TRUE(letters) << letters.error().message();
    ASSERT_EQ(letters->size(), 2u);
    EXPECT_EQ(letters->at(0).topic + '=' + letters->at(0).error, "m/b=malformed_json");
    EXPECT_EQ(letters->at(1).topic + '=' + letters->at(1).error, "m/a=mapping_no_cast");
    EXPECT_EQ(ingest.stats().mapped.value(), 2u);
    EXPECT_EQ(ingest.stats().mapping_left_out.value(), 2u);
    EXPECT_EQ(ingest.dead_letters(1)->size(), 1u);
}

TEST(MqttSource, RemembersSubscriptions) {
    std::vector<net::mqtt::Subscription> some = {{"a/#", 1, true, false, 2}, {"b", 0}};
    EXPECT_EQ(MqttSource::decode(MqttSource::encode(some)), some);
    EXPECT_TRUE(MqttSource::decode("\x01").empty());
}

} // namespace
} // namespace caredian::ingest
