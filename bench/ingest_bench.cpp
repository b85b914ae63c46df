// What one message costs in ingest: journal, decoding, the whole pipeline. Google Benchmark.
// CPU time of the calling thread per message is the counter "ns/msg"; the disk's waiting is not in
// it, the system calls that sync are.
#include "base/health.h"
#include "base/log.h"
#include "ingest/decode/decoder.h"
#include "ingest/field_types.h"
#include "ingest/pipeline.h"
#include "ingest/writer.h"

#include <benchmark/benchmark.h>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

namespace caredian::ingest {
namespace {

constexpr int series = 1000;

struct Sample {
    std::vector<std::string> topics, payloads;
    Sample() {
        for (int i = 0; i < series; ++i) {
            topics.push_back("bench/device-" + std::to_string(i));
            std::string n = std::to_string(i % 100);
            payloads.push_back("{\"temperature\":21." + n + ",\"humidity\":48." + n +
                               ",\"battery\":87,\"linkquality\":1" + n + "}");
        }
    }
};
const Sample sample;

struct Folder {
    Folder() {
        std::string pattern = std::string(getenv("BENCH_DIR") ? getenv("BENCH_DIR") : "/var/tmp") +
                              "/caredian-bench-XXXXXX";
        path = mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string path;
};

struct Quiet final : WriterEvents {
    void on_committed(std::span<const Ack>, std::span<const std::uint16_t>) override {}
    void on_blocked() override { std::abort(); }
    void on_unblocked() override {}
};

struct Null final : readings::Consumer {
    std::string_view name() const override { return "null"; }
    readings::Row cursor() const override { return row; }
    void take(std::span<const readings::Reading> r, readings::Row last_row) override {
        count += r.size();
        row = last_row;
    }
    void save() override {}
    std::size_t count = 0;
    readings::Row row = 0;
};

double cpu_ns() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

JournalOptions at_once() {
    JournalOptions o;
    o.commit_gap = nanoseconds(0);
    return o;
}

struct Rig {
    Folder folder;
    SystemClock clock;
    SystemRandom random;
    HealthRegister health{clock};
    IngestStats stats;
    Handoff handoff{64 << 20};
    Quiet events;
    Null sink;
    Writer writer;
    Pipeline pipeline;
    std::uint16_t id = 0;
    std::size_t n = 0;
    readings::Row done = 0;

    Rig()
        : writer({folder.path + "/journal.db", at_once(), {}, 0}, clock, random, handoff, stats,
                 health, events),
          pipeline({folder.path + "/journal.db", folder.path + "/ingest.db", {}, {}}, clock,
                   handoff, stats, {&sink}, [this](readings::Row row) { done = row; }) {
        log::configure(log::Level::off, log::Format::text);
        writer.poll();
        writer.connected(false);
    }
    void add(int batch) {
        for (int i = 0; i < batch; ++i) {
            std::size_t s = n++ % series;
            writer.add(
                {sample.topics[s], sample.payloads[s], ++id == 0 ? ++id : id, 1, false, false});
        }
        writer.batch_end();
    }
};

void report(benchmark::State& state, double ns, double messages) {
    state.counters["ns/msg"] = ns / messages;
}

void journal(benchmark::State& state) {
    Rig rig;
    int batch = static_cast<int>(state.range(0));
    double used = 0, messages = 0;
    for (auto _ : state) {
        double before = cpu_ns();
        rig.add(batch);
        used += cpu_ns() - before;
        messages += batch;
        while (rig.pipeline.step(std::chrono::milliseconds(0)) &&
               rig.sink.row < rig.writer.committed()) {
        }
        if (rig.done && rig.stats.journal_bytes.value() > (64 << 20))
            while (rig.writer.cut(rig.done)) {
            }
    }
    report(state, used, messages);
}
BENCHMARK(journal)->Arg(1)->Arg(20)->Arg(100)->Arg(450)->Arg(1000);

void whole(benchmark::State& state) {
    Rig rig;
    int batch = static_cast<int>(state.range(0));
    double messages = 0, before = cpu_ns();
    for (auto _ : state) {
        rig.add(batch);
        messages += batch;
        while (rig.pipeline.step(std::chrono::milliseconds(0)) &&
               rig.sink.row < rig.writer.committed()) {
        }
        if (rig.done && rig.stats.journal_bytes.value() > (64 << 20))
            while (rig.writer.cut(rig.done)) {
            }
    }
    report(state, cpu_ns() - before, messages);
}
BENCHMARK(whole)->Arg(20)->Arg(100)->Arg(450)->Arg(1000);

void decode(benchmark::State& state) {
    Decoders decoders({});
    FieldTypes types(1000);
    ReadingBatch batch;
    std::size_t n = 0;
    for (auto _ : state) {
        readings::Message m;
        m.topic = sample.topics[n % series];
        m.payload = sample.payloads[n++ % series];
        benchmark::DoNotOptimize(decoders.decode(m, batch));
        types.apply(batch[batch.size() - 1]);
        if (batch.size() == 512) batch.clear();
    }
}
BENCHMARK(decode);

void json_only(benchmark::State& state) {
    JsonFields json(32, 512);
    std::size_t n = 0;
    for (auto _ : state) benchmark::DoNotOptimize(json.parse(sample.payloads[n++ % series]));
}
BENCHMARK(json_only);

} // namespace
} // namespace caredian::ingest

BENCHMARK_MAIN();
