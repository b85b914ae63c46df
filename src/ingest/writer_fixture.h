// For this room's unit tests only: a Writer with a journal in a folder of its own, what it answers,
// and what is on disk.
#pragma once

#include "ingest/journal_reader.h"
#include "ingest/test_support.h"
#include "ingest/writer.h"

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::ingest {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct WriterAnswers final : WriterEvents {
    std::vector<int> acks, completes;
    int blocked = 0, unblocked = 0;
    void on_committed(std::span<const Ack> a, std::span<const std::uint16_t> c) override {
        for (const auto& ack : a) acks.push_back(ack.packet_id);
        completes.insert(completes.end(), c.begin(), c.end());
    }
    void on_blocked() override { ++blocked; }
    void on_unblocked() override { ++unblocked; }
};

struct StoredRow {
    readings::Row row, first_row;
    std::int64_t time_ns;
    bool initial, redelivered;
    std::string topic, payload;
};

struct WriterRules : testing::Test {
    TempDir dir;
    ManualClock clock;
    SeededRandom random{1};
    WriterOptions options;
    // one life of the program
    std::unique_ptr<IngestStats> stats;
    std::unique_ptr<HealthRegister> health;
    std::unique_ptr<Handoff> handoff;
    std::unique_ptr<WriterAnswers> events;
    std::unique_ptr<Writer> writer;

    WriterRules() {
        options.path = dir.path() + "/journal.db";
        options.journal.commit_gap = nanoseconds(0);
    }

    void start() {
        stats = std::make_unique<IngestStats>();
        health = std::make_unique<HealthRegister>(clock);
        handoff = std::make_unique<Handoff>(1 << 20);
        events = std::make_unique<WriterAnswers>();
        writer =
            std::make_unique<Writer>(options, clock, random, *handoff, *stats, *health, *events);
        writer->poll();
    }
    // kill -9: nothing is saved in order
    void crash_and_start() {
        writer.reset();
        start();
    }
    void connect(bool session_present = true) { writer->connected(session_present); }

    Incoming qos1(std::uint16_t id, std::string_view payload, bool dup = false) {
        return {"t/a", payload, id, 1, false, dup};
    }
    void add(const Incoming& in) {
        clock.advance(milliseconds(1));
        writer->add(in);
    }
    void add_and_commit(const Incoming& in) {
        add(in);
        writer->batch_end();
    }
    std::vector<StoredRow> rows() {
        std::vector<StoredRow> out;
        auto reader = JournalReader::open(options.path);
        EXPECT_TRUE(reader);
        Segment s;
        for (readings::Row from = 0; *reader->read(from, s); from = s.last_row() + 1) {
            SegmentReader entries(s);
            Entry e;
            while (entries.next(e)) {
                const auto& m = e.message;
                out.push_back({m.row, m.first_row, to_ns(m.time), m.initial, m.redelivered,
                               std::string(m.topic), std::string(m.payload)});
            }
        }
        return out;
    }
    std::uint64_t ignored(Ignored reason) { return stats->ignored_by(reason).value(); }
    Health journal_health() { return health->snapshot().at(0); }
    void pass(nanoseconds t) {
        clock.advance(t);
        writer->poll();
    }
};

} // namespace caredian::ingest
