// What an inbound PUBLISH costs: framing and decoding alone, and the whole session with its handler
// and acknowledgement, as the client does it for each read of the socket.
#include "net/mqtt/session.h"
#include "net/mqtt/wire.h"

#include <benchmark/benchmark.h>
#include <string>
#include <vector>

namespace {

using namespace caredian;
using namespace caredian::net::mqtt;

constexpr std::size_t messages = 1000;

// As many QoS 1 messages of four fields as one read may bring.
std::string stream_of(Version version, std::uint8_t qos) {
    std::string out;
    for (std::size_t i = 0; i < messages; ++i) {
        std::string payload =
            R"({"n":)" + std::to_string(i) + R"(,"t":1767999300123,"a":21.37,"b":48})";
        std::string topic = "zigbee2mqtt/living_room/sensor" + std::to_string(i % 100);
        OutgoingPublish packet{topic, payload, static_cast<std::uint16_t>(i + 1), qos};
        if (qos == 0) packet.packet_id = 0;
        encode_publish(out, packet, version);
    }
    return out;
}

void decode(benchmark::State& state) {
    auto version = static_cast<Version>(state.range(0));
    auto stream = stream_of(version, 1);
    for (auto _ : state) {
        std::string_view rest = stream;
        while (!rest.empty()) {
            auto frame = next_frame(rest, max_varint);
            auto packet = decode_publish(**frame, version);
            benchmark::DoNotOptimize(packet->payload.data());
            rest.remove_prefix((*frame)->size);
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(messages));
}
BENCHMARK(decode)->Arg(4)->Arg(5);

struct Acknowledging final : ClientHandler {
    Session* session = nullptr;
    std::vector<std::uint16_t> ids;
    void on_connected(const Connected&) override {}
    void on_publish(const Publish& p) override {
        benchmark::DoNotOptimize(p.payload.data());
        if (p.qos > 0) ids.push_back(p.packet_id);
    }
    void on_release(std::uint16_t) override {}
    void on_batch_end() override {
        for (auto id : ids) session->acknowledge(id, 1);
        ids.clear();
    }
    void on_ping_response() override {}
    void on_disconnected(const std::string&) override {}
    void on_subscribed(std::string_view, std::uint8_t) override {}
};

void session(benchmark::State& state) {
    SystemClock clock;
    SeededRandom random(1);
    Acknowledging handler;
    Session session({}, handler, random);
    handler.session = &session;
    session.start(clock.mono());
    session.opened(clock.mono());
    session.received(std::string_view("\x20\x03\0\0\0", 5), clock.mono());
    auto stream = stream_of(Version::v5, static_cast<std::uint8_t>(state.range(0)));
    for (auto _ : state) {
        session.output().clear();
        if (session.received(stream, clock.mono()) != stream.size())
            state.SkipWithError("not all was taken");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(messages));
}
BENCHMARK(session)->Arg(0)->Arg(1);

} // namespace

BENCHMARK_MAIN();
