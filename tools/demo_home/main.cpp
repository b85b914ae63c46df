// demo-home: publishes what the model says, at the model's pace.
#include "model.h"
#include "net/mqtt/client.h"
#include "net/mqtt/url.h"
#include "past.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cmath>
#include <csignal>
#include <cstdio>

namespace {

using namespace caredian;
using namespace caredian::tools;
namespace asio = boost::asio;

constexpr std::chrono::milliseconds tick{100};
constexpr std::chrono::seconds once_limit{10};
constexpr std::int64_t longest_step = 6 * 3600; // seconds of the home's time in one tick

struct Options {
    net::mqtt::ClientOptions broker;
    std::uint64_t seed = 1;
    double speed = 1;
    unsigned qos = 1;
    bool once = false;
    bool quiet = false;
    std::int64_t start = 0;
};

class Shell final : net::mqtt::ClientHandler {
public:
    Shell(asio::io_context& context, const Options& o, const Clock& clock, Random& random)
        : options_(o), clock_(clock), home_(o.seed), timer_(context),
          signals_(context, SIGINT, SIGTERM), client_(context, o.broker, *this, clock, random),
          began_(clock.mono()), published_(o.start) {}

    int run(asio::io_context& context) {
        signals_.async_wait([this](auto ec, int) {
            if (!ec) end();
        });
        client_.start();
        wait();
        context.run();
        if (!options_.quiet)
            std::printf("demo-home: %llu messages published, %llu not taken\n", sent_, dropped_);
        return failed_ ? 1 : 0;
    }

private:
    std::int64_t now() const {
        auto passed = std::chrono::duration<double>(clock_.mono() - began_).count();
        return options_.start + static_cast<std::int64_t>(passed * options_.speed);
    }

    void wait() {
        timer_.expires_after(tick);
        timer_.async_wait([this](auto ec) {
            if (ec || ended_) return;
            step();
            if (!ended_) wait();
        });
    }

    void step() {
        if (options_.once) {
            bool late = clock_.mono() - began_ > once_limit;
            failed_ = late;
            if (late || (announced_ && open_ == 0)) end();
            return;
        }
        auto to = now();
        published_ = std::max(published_, to - longest_step);
        if (client_.connected()) publish(home_.between(published_, to));
        published_ = to; // what happened while there was no broker is lost, as with real sensors
    }

    void publish(const std::vector<DemoMessage>& messages) {
        for (const auto& m : messages) {
            ++open_;
            bool taken =
                client_.publish(m.topic, m.payload, static_cast<std::uint8_t>(options_.qos),
                                m.retain, [this](std::uint8_t) { --open_; });
            ++(taken ? sent_ : dropped_);
            if (!taken) --open_;
        }
    }

    void end() {
        if (std::exchange(ended_, true)) return;
        timer_.cancel();
        signals_.cancel();
        if (client_.connected() && !options_.once) // a stop is no loss: the will is not sent then
            client_.publish(will_topic, availability_payload(false), 0, true);
        client_.stop();
    }

    void on_connected(const net::mqtt::Connected&) override {
        if (!options_.quiet) std::printf("demo-home: connected\n"), std::fflush(stdout);
        publish(home_.announcements(now()));
        if (options_.once || !announced_) publish(home_.snapshot(now()));
        announced_ = true;
    }
    void on_disconnected(const std::string& reason) override {
        std::fprintf(stderr, "demo-home: %s\n", reason.c_str());
    }
    void on_publish(const net::mqtt::Publish&) override {}
    void on_release(std::uint16_t) override {}
    void on_batch_end() override {}
    void on_ping_response() override {}
    void on_subscribed(std::string_view, std::uint8_t) override {}

public:
    static constexpr const char* will_topic = "zigbee2mqtt/bridge/state";

private:
    const Options& options_;
    const Clock& clock_;
    DemoHome home_;
    asio::steady_timer timer_;
    asio::signal_set signals_;
    net::mqtt::Client client_;
    MonoTime began_;
    std::int64_t published_; // up to this second of the home's time
    unsigned long long sent_ = 0, dropped_ = 0, open_ = 0;
    bool announced_ = false, ended_ = false, failed_ = false;
};

void list(std::uint64_t seed) {
    DemoHome home(seed);
    for (const auto& d : home.devices()) {
        std::printf("%-44s %-28s every %4d s:", d.dialect->topic(d).c_str(),
                    std::string(d.dialect->name()).c_str(), d.period);
        for (const auto& f : d.fields) {
            std::string unit(field_kind(f).unit);
            std::printf(" %s%s%s", f.c_str(), unit.empty() ? "" : " ", unit.c_str());
        }
        std::printf("\n");
    }
    std::printf("%-44s misbehaves\n", std::string(DemoHome::troublemaker()).c_str());
}

int past(const Options& o, double days, std::int64_t step) {
    DemoHome home(o.seed);
    auto from = o.start - static_cast<std::int64_t>(days * 86'400);
    auto lines = write_past(home, from, o.start, step, [](std::string_view piece) {
        return std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size();
    });
    bool written = std::fflush(stdout) == 0;
    if (!o.quiet)
        std::fprintf(stderr, "demo-home: %llu lines of the past\n",
                     static_cast<unsigned long long>(lines));
    return written ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("A home of nine rooms that publishes over MQTT, as Zigbee2MQTT, Tasmota, ESPHome, "
                 "Shelly, a Bluetooth gateway, devices with Home Assistant's discovery and plain "
                 "ones do.",
                 "demo-home");
    Options o;
    SystemClock clock;
    SystemRandom random;
    std::string url = "mqtt://127.0.0.1:1883", start;
    bool only_list = false;
    double past_days = 0;
    std::int64_t every = 300;
    app.add_option("--url", url, "mqtt:// or mqtts://user:password@host:port")
        ->capture_default_str();
    app.add_option("--ca", o.broker.ca_file, "PEM file for mqtts");
    app.add_option("--seed", o.seed, "the same seed: the same home")->capture_default_str();
    app.add_option("--speed", o.speed, "how many times faster its time runs")
        ->check(CLI::Range(0.001, 100'000.0))
        ->capture_default_str();
    app.add_option("--start", start, "its time at the start, RFC 3339; default: now");
    app.add_option("--qos", o.qos)->check(CLI::Range(0, 2))->capture_default_str();
    app.add_flag("--once", o.once, "publish every device's state once and end");
    app.add_flag("--quiet", o.quiet);
    app.add_flag("--list", only_list, "show the devices and end");
    app.add_option("--past", past_days,
                   "write so many days before --start as line protocol to standard output and end")
        ->check(CLI::Range(0.0, 4000.0));
    app.add_option("--every", every, "seconds between two reports in --past")
        ->check(CLI::Range(10, 86'400))
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    if (only_list) return list(o.seed), 0;
    if (auto wrong = net::mqtt::apply_url(o.broker, url); !wrong.empty()) {
        std::fprintf(stderr, "demo-home: --url: %s\n", wrong.c_str());
        return 2;
    }
    auto begin = start.empty() ? result<WallTime>(clock.wall()) : parse_rfc3339(start);
    if (!begin) {
        std::fprintf(stderr, "demo-home: --start: not a time of RFC 3339\n");
        return 2;
    }
    o.start = to_ns(*begin) / 1'000'000'000;
    if (past_days > 0) return past(o, past_days, every);
    o.broker.client_id = "demo-home-" + random.hex(4);
    o.broker.session_expiry = std::chrono::seconds(0);
    o.broker.will = net::mqtt::Will{Shell::will_topic, availability_payload(false), 1, true};
    asio::io_context context(1);
    Shell shell(context, o, clock, random);
    return shell.run(context);
}
