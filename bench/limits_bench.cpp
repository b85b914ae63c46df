// What a rate limit costs a request: the key's hash and the bucket.
#include "guard/client_key.h"
#include "guard/rate_buckets.h"

#include <benchmark/benchmark.h>
#include <string>
#include <vector>

namespace {

using namespace caredian;
using namespace caredian::guard;

constexpr Rate rate{nanoseconds(1), 100};

RateBuckets& buckets(bool shared) {
    static RateBuckets alone{false}, with_others{true};
    return shared ? with_others : alone;
}

void hash_of_an_account(benchmark::State& state) {
    const RateKeys keys("a secret");
    const std::string account = "0b9f6c1e2d3a4b5c";
    for (auto _ : state) benchmark::DoNotOptimize(keys.of(1, 'p', account));
}
BENCHMARK(hash_of_an_account);

// One known key; with the clock that the gate asks. `shared`: remembered for the exchange.
void known_key(benchmark::State& state) {
    const RateKeys keys("a secret");
    const SystemClock clock;
    auto& all = buckets(state.range(0) != 0);
    const std::string who = "account " + std::to_string(state.thread_index());
    for (auto _ : state)
        benchmark::DoNotOptimize(all.take(keys.of(1, 'p', who), rate, clock.mono()));
}
BENCHMARK(known_key)->Arg(0)->Arg(1)->Threads(1)->Threads(2);

// As many clients as there are places, so that memory is cold and buckets make room.
void many_clients(benchmark::State& state) {
    const RateKeys keys("a secret");
    const SystemClock clock;
    auto& all = buckets(true);
    std::vector<net::Address> clients(all.places());
    for (std::size_t i = 0; i < clients.size(); ++i) {
        clients[i] = *net::parse_address("10.0.0.0");
        clients[i].bytes[14] = static_cast<std::uint8_t>(i >> 8);
        clients[i].bytes[15] = static_cast<std::uint8_t>(i);
    }
    std::size_t i = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(all.take(
            keys.of(1, 'a', client_key(clients[i++ % clients.size()])), rate, clock.mono()));
}
BENCHMARK(many_clients);

void refused(benchmark::State& state) {
    const RateKeys keys("a secret");
    const SystemClock clock;
    constexpr Rate slow{std::chrono::hours(1), 1};
    for (auto _ : state)
        benchmark::DoNotOptimize(buckets(false).take(keys.of(1, 'p', "ann"), slow, clock.mono()));
}
BENCHMARK(refused);

} // namespace

BENCHMARK_MAIN();
