// Ingest alone behind a real broker, with a consumer that keeps nothing: what journal, decoding and
// the MQTT client cost without the rest of the gateway. For profiling (perf, strace).
//   ingest_live PORT COUNT [TOPIC]    ends when COUNT messages were taken
#include "base/log.h"
#include "ingest/ingest.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

using namespace caredian;

namespace {

struct Null final : readings::Consumer {
    std::string_view name() const override { return "null"; }
    readings::Row cursor() const override { return row; }
    void take(std::span<const readings::Reading>, readings::Row last_row) override {
        row = last_row;
    }
    void save() override {}
    readings::Row row = 0;
};

double cpu_seconds() {
    rusage u{};
    getrusage(RUSAGE_SELF, &u);
    auto s = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return s(u.ru_utime) + s(u.ru_stime);
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    std::string folder = "/var/tmp/caredian-live-XXXXXX";
    if (!mkdtemp(folder.data())) return 1;
    SystemClock clock;
    SystemRandom random;
    Metrics metrics;
    HealthRegister health(clock);
    Null sink;
    ingest::IngestOptions options;
    options.data_dir = folder;
    options.mqtt.emplace();
    options.mqtt->port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    options.mqtt->client_id = "ingest-live";
    options.mqtt->subscriptions = {{argc > 3 ? argv[3] : "#"}};
    ingest::Ingest ingest(options, clock, random, metrics, health, {&sink});
    ingest.start();
    auto count = static_cast<readings::Row>(std::atoll(argv[2]));
    while (!ingest.wait_taken(1, std::chrono::hours(1))) {
    }
    double before = cpu_seconds();
    auto begun = clock.mono();
    while (!ingest.wait_taken(count, std::chrono::hours(1))) {
    }
    double used = cpu_seconds() - before;
    double wall = std::chrono::duration<double>(clock.mono() - begun).count();
    const auto& s = ingest.stats();
    rusage u{};
    getrusage(RUSAGE_SELF, &u);
    std::printf("%.2f us CPU a message, %.0f messages/s, %.1f a commit, peak %ld kB\n",
                used * 1e6 / static_cast<double>(count), static_cast<double>(count) / wall,
                static_cast<double>(s.journaled.value()) / static_cast<double>(s.commits.value()),
                u.ru_maxrss);
    ingest.stop();
    std::filesystem::remove_all(folder);
}
