// For unit tests of what stands behind the journal: a writer, a pipeline, and consumers that keep
// in memory what they are given.
#pragma once

#include "ingest/decode/decode_test_support.h"
#include "ingest/pipeline.h"
#include "ingest/test_support.h"
#include "ingest/writer.h"

#include <gtest/gtest.h>
#include <stdexcept>

namespace caredian::ingest {

using std::chrono::milliseconds;

// A consumer that keeps what it was given in memory; save() moves its cursor.
struct Keeper final : readings::Consumer {
    explicit Keeper(readings::Row cursor = 0) : saved(cursor), given(cursor) {}
    std::string_view name() const override { return "keeper"; }
    readings::Row cursor() const override { return saved; }
    void describe(std::span<const readings::Description> d, readings::Row last_row) override {
        EXPECT_FALSE(d.empty());
        for (const auto& description : d) {
            EXPECT_GT(description.row, given); // before the readings of the same rows
            EXPECT_LE(description.row, last_row);
            described.push_back(std::to_string(description.row) + ' ' + description.topic);
        }
    }
    void take(std::span<const readings::Reading> r, readings::Row last_row) override {
        if (fails) throw std::runtime_error("broken on purpose");
        EXPECT_GT(last_row, given);
        for (const auto& reading : r) {
            EXPECT_GT(reading.row, given);
            EXPECT_LE(reading.row, last_row);
            all.push_back(reading);
        }
        given = last_row;
    }
    void save() override {
        ++saves;
        if (can_save) saved = given;
    }
    void tick() override { ++ticks; }
    std::vector<std::string> shown() const {
        std::vector<std::string> out;
        for (const auto& r : all) out.push_back(show(r));
        return out;
    }
    readings::Row saved, given;
    std::vector<readings::Reading> all;
    std::vector<std::string> described;
    int saves = 0, ticks = 0;
    bool can_save = true, fails = false;
};

struct NoEvents final : WriterEvents {
    void on_committed(std::span<const Ack>, std::span<const std::uint16_t>) override {}
    void on_blocked() override {}
    void on_unblocked() override {}
};

struct Flow : testing::Test {
    TempDir dir;
    ManualClock clock;
    SeededRandom random{1};
    HealthRegister health{clock};
    PipelineOptions options{dir.path() + "/journal.db", dir.path() + "/ingest.db", {}, {}};
    JournalOptions journal;
    NoEvents events;
    Keeper keeper, other;
    std::size_t handoff_bytes = 1 << 20;
    // one life
    std::unique_ptr<IngestStats> stats;
    std::unique_ptr<Handoff> handoff;
    std::unique_ptr<Writer> writer;
    std::unique_ptr<Pipeline> pipeline;
    readings::Row cut_at = 0;
    std::vector<Follower*> followers; // of the next life

    void start(std::vector<readings::Consumer*> consumers) {
        pipeline.reset();
        writer.reset();
        stats = std::make_unique<IngestStats>();
        handoff = std::make_unique<Handoff>(handoff_bytes);
        WriterOptions w;
        w.path = options.journal_path;
        w.journal = journal;
        w.journal.commit_gap = nanoseconds(0);
        for (auto* c : consumers) w.at_least = std::max(w.at_least, c->cursor());
        writer = std::make_unique<Writer>(w, clock, random, *handoff, *stats, health, events);
        writer->poll();
        pipeline = std::make_unique<Pipeline>(options, clock, *handoff, *stats, consumers,
                                              [this](readings::Row row) { cut_at = row; });
        pipeline->follow(followers);
    }
    void put(std::string_view topic, std::string_view payload) {
        clock.advance(milliseconds(1));
        writer->add({topic, payload});
        writer->batch_end();
    }
    void put_many(int n) {
        for (int i = 0; i < n; ++i) put("t/d", std::to_string(i));
    }
    // Until everything that is there was taken.
    void run() {
        for (int i = 0; i < 100'000; ++i) {
            (void)pipeline->step(milliseconds(0));
            if (pipeline->wait_taken(writer->committed(), milliseconds(0))) return;
        }
        FAIL() << "the pipeline does not get to the end";
    }
};

} // namespace caredian::ingest
