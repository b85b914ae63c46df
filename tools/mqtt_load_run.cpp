#include "base/json.h"
#include "mqtt_load.h"

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <utility>

namespace caredian::tools {
namespace {

constexpr std::chrono::milliseconds tick{2};
constexpr double most_catch_up = 0.1; // seconds of the rate that may be sent at once

} // namespace

struct Load::Publisher final : net::mqtt::ClientHandler {
    Publisher(Load& l, net::mqtt::ClientOptions options, Random& random)
        : load(l), client(l.context_, std::move(options), *this, l.clock_, random) {}

    Load& load;
    net::mqtt::Client client;
    std::size_t open = 0;

    void on_connected(const net::mqtt::Connected&) override { load.step(); }
    void on_publish(const net::mqtt::Publish&) override {}
    void on_release(std::uint16_t) override {}
    void on_batch_end() override {}
    void on_ping_response() override {}
    void on_subscribed(std::string_view, std::uint8_t) override {}
    void on_disconnected(const std::string& reason) override {
        std::fprintf(stderr, "mqtt-load: %s\n", reason.c_str());
    }
};

std::string load_payload(std::uint64_t number, std::int64_t time_ms) {
    std::string out = "{\"n\":";
    append_number(out, number);
    out += ",\"t\":";
    append_number(out, time_ms);
    out += ",\"a\":";
    append_number(out, 15 + static_cast<double>(number * 7919 % 1000) / 100);
    out += ",\"b\":";
    append_number(out, std::uint64_t{40 + number % 20});
    out += '}';
    return out;
}

Load::Load(boost::asio::io_context& context, LoadOptions options, const Clock& clock,
           Random& random)
    : context_(context), options_(std::move(options)), clock_(clock), next_(options_.first) {
    for (unsigned i = 0; i < options_.topics; ++i)
        topics_.push_back(options_.prefix + "/" + std::to_string(i));
    for (unsigned i = 0; i < options_.clients; ++i) {
        auto broker = options_.broker;
        broker.client_id = options_.id + "-" + std::to_string(i);
        publishers_.push_back(std::make_unique<Publisher>(*this, broker, random));
    }
    if (options_.report.empty()) return;
    report_ = std::fopen(options_.report.c_str(), "w");
    if (!report_) throw std::runtime_error("cannot write " + options_.report);
}

Load::~Load() {
    if (report_) std::fclose(report_);
}

LoadResult Load::run() {
    boost::asio::signal_set signals(context_, SIGINT, SIGTERM);
    signals.async_wait([this](auto ec, int) { stopping_ = stopping_ || !ec; });
    for (auto& p : publishers_) p->client.start();
    boost::asio::steady_timer timer(context_);
    started_ = last_step_ = last_answer_ = clock_.mono();
    std::function<void()> again = [&] {
        step();
        if (report_) std::fflush(report_);
        if (finished()) return context_.stop();
        timer.expires_after(tick);
        timer.async_wait([&](auto ec) {
            if (!ec) again();
        });
    };
    again();
    context_.run();
    for (auto& p : publishers_) p->client.stop();
    context_.restart();
    context_.run_for(std::chrono::milliseconds(200));
    for (const auto& p : publishers_) result_.unanswered += p->open;
    result_.seconds = std::chrono::duration<double>(last_answer_ - started_).count();
    return result_;
}

// How many messages may go now.
std::uint64_t Load::due() {
    auto now = clock_.mono();
    auto since = std::chrono::duration<double>(now - std::exchange(last_step_, now)).count();
    bool over =
        options_.seconds > 0 && now - started_ >= std::chrono::duration<double>(options_.seconds);
    std::uint64_t left =
        options_.count == 0 ? ~std::uint64_t{0} : options_.first + options_.count - next_;
    if (over || left == 0) stopping_ = true;
    if (stopping_) {
        if (sending_ended_ == MonoTime{}) sending_ended_ = now;
        return 0;
    }
    if (options_.rate <= 0) return left;
    allowed_ =
        std::min(allowed_ + since * options_.rate, std::max(1.0, most_catch_up * options_.rate));
    return std::min(left, static_cast<std::uint64_t>(allowed_));
}

void Load::step() {
    if (std::exchange(stepping_, true)) return; // QoS 0 is answered while it is sent
    for (auto n = due(); n > 0 && send_one(); --n) allowed_ -= 1;
    stepping_ = false;
}

// False: nobody can send now.
bool Load::send_one() {
    for (std::size_t tried = 0; tried < publishers_.size(); ++tried) {
        auto& p = *publishers_[turn_++ % publishers_.size()];
        if (!p.client.connected() || p.open >= options_.window) continue;
        auto number = next_;
        auto now_ms = to_ns(clock_.wall()) / 1'000'000;
        ++p.open;
        bool taken =
            p.client.publish(topics_[number % topics_.size()], load_payload(number, now_ms),
                             static_cast<std::uint8_t>(options_.qos), false,
                             [this, &p, number](std::uint8_t code) { answered(p, number, code); });
        if (!taken) {
            --p.open;
            continue;
        }
        ++next_;
        ++result_.sent;
        return true;
    }
    return false;
}

void Load::answered(Publisher& by, std::uint64_t number, std::uint8_t code) {
    --by.open;
    last_answer_ = clock_.mono();
    if (code == net::mqtt::unanswered)
        ++result_.unanswered;
    else if (code >= 0x80)
        ++result_.refused;
    else
        ++result_.acknowledged;
    if (report_) std::fprintf(report_, "%llu %u\n", static_cast<unsigned long long>(number), code);
    if (options_.rate <= 0 && !stopping_ && by.open * 2 <= options_.window) step();
}

bool Load::finished() const {
    if (!stopping_) return false;
    bool open = std::any_of(publishers_.begin(), publishers_.end(),
                            [](const auto& p) { return p->open > 0; });
    return !open || clock_.mono() - sending_ended_ > std::chrono::duration<double>(options_.drain);
}

} // namespace caredian::tools
