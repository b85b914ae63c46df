// For tests: a session with a handler that writes down its calls, a clock by hand and fixed dice.
#pragma once

#include "net/mqtt/session.h"
#include "net/mqtt/test_bytes.h"

#include <string>
#include <vector>

namespace caredian::net::mqtt::testing {

struct Recorder : ClientHandler {
    std::vector<std::string> calls;
    std::function<void()> on_any; // what the user does from inside a callback

    void add(std::string call) {
        calls.push_back(std::move(call));
        if (on_any) on_any();
    }
    void on_connected(const Connected& c) override {
        add("connected present=" + std::to_string(c.session_present) +
            " version=" + std::to_string(static_cast<int>(c.version)) +
            " keep_alive=" + std::to_string(c.keep_alive.count()) + " id=" + c.client_id);
    }
    void on_publish(const Publish& p) override {
        add("publish " + std::string(p.topic) + "=" + std::string(p.payload) +
            " qos=" + std::to_string(p.qos) + " id=" + std::to_string(p.packet_id) +
            (p.dup ? " dup" : "") + (p.retain ? " retain" : ""));
    }
    void on_release(std::uint16_t id) override { add("release " + std::to_string(id)); }
    void on_batch_end() override { add("batch end"); }
    void on_ping_request() override { add("ping"); }
    void on_ping_response() override { add("pong"); }
    void on_disconnected(const std::string& reason) override { add("disconnected: " + reason); }
    void on_subscribed(std::string_view filter, std::uint8_t code) override {
        add("subscribed " + std::string(filter) + " " + std::to_string(code));
    }
    void on_unsubscribed(std::string_view filter, std::uint8_t code) override {
        add("unsubscribed " + std::string(filter) + " " + std::to_string(code));
    }
};

inline ClientOptions usual_options() {
    ClientOptions o;
    o.client_id = "caredian";
    return o;
}

inline ClientOptions with_filters(std::vector<Subscription> filters) {
    auto o = usual_options();
    o.subscriptions = std::move(filters);
    return o;
}

struct World {
    Recorder recorder;
    SeededRandom random{1};
    ManualClock clock;
    Session session;

    explicit World(ClientOptions options = usual_options())
        : session(std::move(options), recorder, random) {}

    MonoTime now() const { return clock.mono(); }
    std::vector<std::string> calls() { return std::exchange(recorder.calls, {}); }
    std::string sent() { return std::exchange(session.output(), {}); }
    void receive(const std::string& bytes) {
        // A copy of exactly this size, so that the sanitizer sees a read beyond it.
        std::vector<char> exact(bytes.begin(), bytes.end());
        session.received({exact.data(), exact.size()}, now());
    }
    // Transport and CONNECT; nothing is answered yet.
    void open() {
        session.start(now());
        while (session.attempt() == 0) pass_to_deadline();
        session.opened(now());
    }
    void connect(const std::string& answer = connack()) {
        open();
        sent();
        receive(answer);
    }
    void pass(nanoseconds by) {
        clock.advance(by);
        session.timer(now());
    }
    void pass_to_deadline() {
        auto at = session.deadline();
        if (!at) throw std::runtime_error("no deadline");
        pass(*at - now());
    }
};

// The newest call; empty: there was none.
inline std::string last(World& w) {
    auto calls = w.calls();
    return calls.empty() ? "" : calls.back();
}

// Connected; what that brought and sent is forgotten.
struct Ready : World {
    explicit Ready(ClientOptions o = usual_options(), const std::string& answer = connack())
        : World(std::move(o)) {
        connect(answer);
        calls();
        sent();
    }
    void reconnect(bool present) {
        session.closed(now(), "gone");
        connect(connack(present));
    }
};

} // namespace caredian::net::mqtt::testing
