// A database that is away for an hour while 1,000 messages a second come: from the journal to the
// lines that a server stores, with everything real in between (writer, journal, pipeline, local
// history, follower, outbox, delivery, gaps on disk, backfill) but the server, which is memory
// here, and the clock, which the test moves. HTTP and its pauses are not in it:
// tests/test_influxdb_faults.
//
// 3.6 million messages take minutes under the sanitizers. So unless CAREDIAN_OUTAGE_RATE (messages
// a second) says otherwise it is a hundredth of them, with a hundredth of the journal's room: the
// hour, the shares of the journal and the number of gaps stay what they are.
#include "history/influx/backfill.h"
#include "history/influx/delivery.h"
#include "history/influx/outbox.h"
#include "history/influx/sink_store.h"
#include "history/local_history.h"
#include "ingest/pipeline_fixture.h"

#include <charconv>
#include <cstdlib>
#include <gtest/gtest.h>

namespace caredian::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
namespace influx = history::influx;

int rate() {
    const char* said = std::getenv("CAREDIAN_OUTAGE_RATE");
    return said ? std::max(1, std::atoi(said)) : 10;
}

// Seconds of messages in one batch, so that a low rate does not sync for a handful.
int span() {
    return std::max(1, 100 / rate());
}

// The buffer has its share of the rate, as the journal has.
std::size_t share(std::size_t bytes) {
    return std::max<std::size_t>(64 * 1024, bytes * static_cast<std::size_t>(rate()) / 1000);
}

// Keeps of each message, by its number, the time it is stored under.
struct Server {
    bool up = true;
    std::vector<std::int64_t> times; // 0: not stored
    std::size_t stored = 0, again = 0, doubled = 0, writes = 0;

    influx::Verdict write(std::string_view text) {
        influx::Verdict verdict;
        if (!up) {
            verdict.fate = influx::Fate::later;
            return verdict;
        }
        ++writes;
        verdict.fate = influx::Fate::stored;
        while (!text.empty()) {
            auto end = text.find('\n');
            store(text.substr(0, end));
            text.remove_prefix(end + 1);
        }
        return verdict;
    }
    void store(std::string_view line) { // "sensors,device=d3 n=17,v=21.5 1700000000000000000"
        auto value = line.substr(line.find(" n=") + 3);
        auto time = line.substr(line.rfind(' ') + 1);
        double number = 0;
        std::int64_t at = 0;
        std::from_chars(value.data(), value.data() + value.size(), number);
        std::from_chars(time.data(), time.data() + time.size(), at);
        auto index = static_cast<std::size_t>(number);
        ASSERT_LT(index, times.size()) << line;
        if (times[index] == 0)
            ++stored;
        else
            ++(times[index] == at ? again : doubled);
        times[index] = at;
    }
};

// influx::Sink without its thread and HTTP.
struct StepSink final : readings::Sink {
    StepSink(Server& to, const std::string& file, history::QuerySource& from)
        : server(to), path(file), source(from),
          store(std::move(influx::SinkStore::open(file).value())) {}
    std::string_view name() const override { return "influxdb"; }
    readings::Row cursor() const override { return kept; }
    bool offer(std::span<const readings::Reading> r, readings::Row last_row) override {
        return outbox.offer(r, last_row);
    }
    void wait_for_room(milliseconds) override { pump(); }
    void save() override {
        if (confirmed > kept && store.save(confirmed)) kept = confirmed;
    }
    bool let_go(WallTime first, WallTime last) override {
        ++let_goes;
        return influx::add_gap(path, to_ns(first - seconds(1)), to_ns(last + seconds(1)))
            .has_value();
    }

    static influx::Options scaled() {
        influx::Options o;
        o.buffer_bytes = share(o.buffer_bytes);
        o.batch_bytes = std::min(o.batch_bytes, o.buffer_bytes / 4);
        return o;
    }
    bool deliver(influx::Lines& lines) {
        influx::Delivery delivery(lines, types);
        while (auto piece = delivery.next()) {
            auto then = delivery.answered(server.write(lines.view(piece->begin, piece->end)));
            EXPECT_TRUE(delivery.take_aside().empty());
            if (then != influx::Delivery::Then::go_on) return false;
        }
        return true;
    }
    // Until the outbox is empty or the server is away: then the batch stays in hand.
    void pump() {
        while (under_way || outbox.take(batch)) {
            under_way = true;
            if (!deliver(batch)) return;
            under_way = false;
            confirmed = std::max(confirmed, batch.last_row);
            outbox.done(batch.text.size());
        }
    }
    void refill() {
        auto gaps = store.gaps();
        ASSERT_TRUE(gaps);
        for (const auto& gap : *gaps) {
            history::Query query;
            query.everything = true;
            query.from = gap.from;
            query.to = gap.to;
            auto points = source.query(query);
            ASSERT_TRUE(points);
            influx::Backfill job(std::move(*points), influx::make_plain_encoder(types));
            influx::Lines lines;
            while (job.fill(lines, options.batch_bytes, options.batch_lines))
                ASSERT_TRUE(deliver(lines));
            EXPECT_EQ(job.progress().failed, "");
            ASSERT_TRUE(store.remove_gap(gap.id));
        }
    }

    Server& server;
    std::string path;
    history::QuerySource& source;
    influx::SinkStore store;
    const influx::Options options = scaled();
    influx::ColumnTypes types;
    std::unique_ptr<influx::Encoder> encoder = influx::make_plain_encoder(types);
    influx::Outbox outbox{
        {options.batch_bytes, options.batch_lines, options.buffer_bytes}, *encoder, [] {}};
    influx::Lines batch;
    bool under_way = false;
    readings::Row confirmed = 0, kept = 0;
    int let_goes = 0;
};

struct Outage : ingest::Flow {
    Server server;
    std::unique_ptr<history::LocalHistory> local;
    std::unique_ptr<StepSink> sink;
    ingest::ConsumerStats counted;
    std::unique_ptr<ingest::Follower> follower;
    std::string rest = "}"; // of each payload
    std::size_t sent = 0;
    std::uint64_t journal_most = 0, memory_most = 0, outbox_most = 0;

    void begin(int total) {
        server.times.resize(static_cast<std::size_t>(total));
        // As the settings have it: 256 MiB at 1,000 a second.
        journal.max_bytes = share(256 * 1024 * 1024);
        history::LocalHistoryOptions kept;
        kept.path = dir.path() + "/history.db";
        local = std::move(history::LocalHistory::open(kept, clock).value());
        sink = std::make_unique<StepSink>(server, dir.path() + "/sink.db", *local);
        follower = std::make_unique<ingest::Follower>(
            *sink,
            ingest::FollowerOptions{options.journal_path, options.store_path,
                                    [this] { return pipeline->decode_options(); }},
            counted);
        followers = {follower.get()};
        start({local.get()});
    }
    // So many seconds of messages, each at a time of its own, in batches.
    void pass(int time) {
        for (int s = 0; s < time && !HasFatalFailure(); s += span()) pass_batch();
    }
    void pass_batch() {
        for (int i = 0; i < rate() * span(); ++i, ++sent) {
            clock.advance(std::chrono::nanoseconds(seconds(1)) / rate());
            writer->add({"sensors/d" + std::to_string(sent % 100),
                         R"({"n":)" + std::to_string(sent) + R"(,"v":)" +
                             std::to_string(sent % 977) + rest});
        }
        writer->batch_end();
        ASSERT_FALSE(writer->blocked()) << "one server that is away stops nobody";
        run();
        while (writer->cut(cut_at)) continue;
        if (server.up) sink->pump();
        journal_most =
            std::max(journal_most, static_cast<std::uint64_t>(stats->journal_bytes.value()));
        memory_most = std::max(memory_most, local->stats().memory);
        outbox_most = std::max(outbox_most, sink->outbox.bytes());
    }
    void catch_up() {
        while (follower->step()) sink->pump();
        sink->pump();
        sink->save();
    }
};

TEST_F(Outage, AnHourAwayLosesNothingAndDoublesNothing) {
    constexpr int before = 60, away = 3600, after = 60;
    begin((before + away + after) * rate());
    rest = R"(,"humidity":48.5,"battery":87,"linkquality":120,"state":"ON"})";
    pass(before);
    sink->save();
    EXPECT_EQ(server.stored, sent) << "live";

    server.up = false;
    pass(away);
    if (HasFatalFailure()) return;
    EXPECT_EQ(server.stored, static_cast<std::size_t>(before * rate()));
    EXPECT_GE(sink->let_goes, 1) << "an hour is more than three quarters of the journal";
    // The rule of three quarters: what is let go at that level never lets the journal get full.
    EXPECT_GE(journal_most, journal.max_bytes / 4 * 3);
    EXPECT_LT(journal_most, journal.max_bytes / 100 * 85);
    EXPECT_LE(outbox_most, sink->options.buffer_bytes + sink->options.batch_bytes);
    EXPECT_LE(memory_most, history::LocalHistoryOptions{}.open_bytes);

    server.up = true;
    catch_up();
    EXPECT_LT(server.stored, sent) << "what was let go is not in the journal any more";
    pass(after);
    catch_up();
    if (HasFatalFailure()) return;
    sink->refill();
    EXPECT_EQ(server.stored, sent) << "0 lost";
    EXPECT_EQ(server.doubled, 0u) << "0 stored under two times";
    EXPECT_TRUE(sink->store.gaps().value().empty());
    std::printf("%zu messages, journal at most %.1f of %.1f MB, history %.1f MB in memory, "
                "outbox %.1f MB; let go %d times, %zu lines sent again over themselves\n",
                sent, static_cast<double>(journal_most) / 1e6,
                static_cast<double>(journal.max_bytes) / 1e6,
                static_cast<double>(memory_most) / 1e6, static_cast<double>(outbox_most) / 1e6,
                sink->let_goes, server.again);
}

TEST_F(Outage, AnHourOfSmallMessagesFitsIntoTheJournal) {
    begin(3600 * rate());
    server.up = false;
    pass(3600);
    if (HasFatalFailure()) return;
    EXPECT_EQ(server.stored, 0u);
    server.up = true;
    catch_up();
    EXPECT_EQ(sink->let_goes, 0);
    EXPECT_EQ(server.stored, sent) << "from the journal alone";
    EXPECT_EQ(server.again + server.doubled, 0u);
    EXPECT_LT(journal_most, journal.max_bytes / 4 * 3);
}

} // namespace
} // namespace caredian::app
