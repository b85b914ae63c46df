// A session that meets a broker which sends anything: the input is a script of packets' bytes,
// cuts, passing time and the user's own calls. It must neither crash nor hang nor go on after its
// end.
#include "net/mqtt/session.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace {

using namespace caredian;
using namespace caredian::net::mqtt;

struct User : ClientHandler {
    std::vector<std::pair<std::uint16_t, std::uint8_t>> open;
    bool connected = false, stopped = false;

    void alive() const {
        if (stopped) std::abort(); // no callback after stop()
    }
    void on_connected(const Connected&) override {
        alive();
        if (connected) std::abort();
        connected = true;
    }
    void on_publish(const Publish& p) override {
        alive();
        if (p.topic.empty() || (p.qos > 0) != (p.packet_id > 0) || p.qos > 2) std::abort();
        if (p.qos > 0) open.emplace_back(p.packet_id, p.qos);
    }
    void on_release(std::uint16_t id) override {
        alive();
        open.emplace_back(id, 3);
    }
    void on_batch_end() override { alive(); }
    void on_ping_response() override { alive(); }
    void on_disconnected(const std::string& reason) override {
        alive();
        if (reason.empty()) std::abort();
        connected = false;
        open.clear();
    }
    void on_subscribed(std::string_view, std::uint8_t) override { alive(); }
};

class Script {
public:
    Script(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
    bool empty() const { return size_ == 0; }
    std::uint8_t byte() {
        if (size_ == 0) return 0;
        --size_;
        return *data_++;
    }
    std::string bytes() {
        auto n = std::min<std::size_t>(byte(), size_);
        std::string out(reinterpret_cast<const char*>(data_), n);
        data_ += n;
        size_ -= n;
        return out;
    }

private:
    const std::uint8_t* data_;
    std::size_t size_;
};

void acknowledge(Session& session, User& user) {
    for (auto [id, qos] : user.open) qos == 3 ? session.complete(id) : session.acknowledge(id, qos);
    user.open.clear();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script(data, size);
    ClientOptions options;
    auto first = script.byte();
    options.version = (first & 1) != 0 ? Version::v5 : Version::v311;
    options.resend = (first & 2) != 0;
    options.client_id = (first & 4) != 0 ? "id" : "";
    options.subscriptions = {{"a/#", 1}, {"b", 2}, {"$share/g/c", 0}};
    options.remembered = {{"a/#", 1}, {"gone", 1}};
    options.max_packet = 4096;
    options.max_outbound_bytes = 4096;
    User user;
    SeededRandom random(first);
    ManualClock clock;
    Session session(options, user, random);
    session.start(clock.mono());
    std::string stream; // what the transport read and the session did not use
    while (!script.empty()) {
        switch (script.byte() % 10) {
        case 0:
            session.opened(clock.mono());
            break;
        case 1:
            session.closed(clock.mono(), "gone");
            stream.clear();
            break;
        case 2:
            clock.advance(std::chrono::milliseconds(script.byte() * 100));
            session.timer(clock.mono());
            break;
        case 3:
            acknowledge(session, user);
            break;
        case 4: {
            auto qos = static_cast<std::uint8_t>(script.byte() % 4);
            session.publish("t/x", script.bytes(), qos, qos == 1, [](std::uint8_t) {});
            break;
        }
        case 5:
            session.reading((script.byte() & 1) != 0, clock.mono());
            break;
        case 6:
            if (auto at = session.deadline()) {
                clock.advance(std::max(*at - clock.mono(), MonoTime::duration::zero()));
                session.timer(clock.mono());
            }
            break;
        default:
            stream += script.bytes();
            auto before = session.attempt();
            auto used = session.received(stream, clock.mono());
            if (used > stream.size()) std::abort();
            stream.erase(0, used);
            if (session.attempt() != before) stream.clear();
            break;
        }
        if (session.output().size() > 100'000) session.output().clear();
    }
    user.stopped = true;
    session.stop();
    session.received(stream, clock.mono());
    session.timer(clock.mono() + std::chrono::hours(1));
    session.closed(clock.mono(), "gone");
    if (session.attempt() != 0 || session.deadline()) std::abort();
    return 0;
}
