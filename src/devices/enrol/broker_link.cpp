#include "devices/enrol/broker_link.h"

#include "base/log.h"
#include "devices/enrol/dynsec_sync.h"
#include "devices/enrol/renewals.h"
#include "net/mqtt/client.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <set>
#include <thread>

namespace caredian::devices::enrol {

namespace asio = boost::asio;

namespace {

constexpr std::string_view administration = "$CONTROL/dynamic-security/v1",
                           answers = "$CONTROL/dynamic-security/v1/response";
constexpr auto answer_time = std::chrono::seconds(10);
constexpr auto between_passes = std::chrono::seconds(60); // grants have hours; others may meddle
constexpr auto after_failure = std::chrono::seconds(5);
// A broker that reads its list by a service of the system needs a moment: who came back meanwhile,
// without any right, is thrown out once more.
constexpr auto once_more = std::chrono::seconds(5);

} // namespace

struct BrokerLink::Impl final : net::mqtt::ClientHandler {
    Impl(net::mqtt::ClientOptions o, Enrolment& e, const Clock& c, Random& r, HealthRegister& h)
        : enrolment(e), random(r), health(h), timer(context), again(context),
          client(context, std::move(o), *this, c, r), renewals(e, c) {
        health.declare("broker", "rights of devices at the broker follow later");
    }

    // ---- its own thread
    void on_connected(const net::mqtt::Connected&) override {}
    void on_publish(const net::mqtt::Publish& p) override;
    void on_release(std::uint16_t id) override { client.complete(id); }
    void on_batch_end() override { client.flush(); }
    void on_ping_response() override {}
    void on_disconnected(const std::string& reason) override;
    void on_subscribed(std::string_view filter, std::uint8_t code) override;
    void begin();
    void go_on();
    void after(std::chrono::seconds wait);
    void finish();
    void throw_out_again();

    Enrolment& enrolment;
    Random& random;
    HealthRegister& health;
    asio::io_context context{1};
    asio::steady_timer timer, again;
    net::mqtt::Client client;
    dynsec::Sync sync;
    std::uint64_t pass = 0; // `asked` as it was when the pass began
    // Thrown out by the pass under way: first, and once more; and those whose time for it comes.
    std::set<std::string> first, second, later;
    Renewals renewals;
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
    std::thread thread;
    Counter passes, failures, commands, renewed;

    std::mutex mutex; // of what follows
    std::condition_variable told_changed;
    std::uint64_t asked = 1, told = 0;
    std::set<std::string> out;
};

void BrokerLink::Impl::on_disconnected(const std::string& reason) {
    sync.fail("the connection ended");
    timer.cancel();
    health.set("broker", HealthState::degraded, reason);
}

void BrokerLink::Impl::on_subscribed(std::string_view filter, std::uint8_t code) {
    if (code >= 0x80)
        return health.set("broker", HealthState::degraded,
                          "the broker refuses " + std::string(filter) +
                              ": its accounts are not those that `caredian broker init` writes");
    if (filter == answers) begin();
}

void BrokerLink::Impl::begin() {
    if (!client.connected() || sync.state() == dynsec::Sync::State::running) return;
    std::vector<std::string> thrown;
    {
        const std::lock_guard lock(mutex);
        pass = asked;
        first = out;
    }
    thrown.assign(first.begin(), first.end());
    for (const auto& one : second)
        if (!first.contains(one)) thrown.push_back(one);
    auto model = enrolment.model();
    if (!model) {
        health.set("broker", HealthState::degraded, model.error().message());
        return after(after_failure);
    }
    sync.begin(std::move(*model), thrown, thrown, random.hex(8));
    go_on();
}

void BrokerLink::Impl::go_on() {
    if (auto payload = sync.output())
        if (!client.publish(administration, *payload, 1, false))
            sync.fail("the connection's queue is full");
    if (sync.state() == dynsec::Sync::State::running) {
        timer.expires_after(answer_time);
        timer.async_wait([this](error_code ec) {
            if (ec) return;
            sync.fail("no answer in time");
            finish();
        });
        return;
    }
    finish();
}

void BrokerLink::Impl::finish() {
    const bool good = sync.state() == dynsec::Sync::State::done;
    (good ? passes : failures).add();
    commands.add(sync.commands());
    bool more = false;
    {
        const std::lock_guard lock(mutex);
        if (good) {
            told = pass;
            // Who was named again meanwhile stays: another pass follows.
            if (pass == asked) out.clear();
        }
        more = asked > told;
    }
    told_changed.notify_all();
    if (!good)
        log::warning("broker", "accounts could not be brought up to date",
                     {{"reason", sync.problem()}});
    else if (sync.commands() > 0)
        log::info("broker", "accounts were brought up to date", {{"commands", sync.commands()}});
    health.set("broker", good ? HealthState::up : HealthState::degraded, sync.problem());
    if (good) {
        second.clear();
        later.merge(first);
        first.clear();
        if (!later.empty()) throw_out_again();
        if (more) return asio::post(context, [this] { begin(); });
    }
    after(good ? between_passes : after_failure);
}

void BrokerLink::Impl::throw_out_again() {
    again.expires_after(once_more);
    again.async_wait([this](error_code ec) {
        if (ec) return;
        second.merge(later);
        later.clear();
        begin();
    });
}

void BrokerLink::Impl::after(std::chrono::seconds wait) {
    timer.expires_after(wait);
    timer.async_wait([this](error_code ec) {
        if (!ec) begin();
    });
}

void BrokerLink::Impl::on_publish(const net::mqtt::Publish& p) {
    if (p.qos > 0) client.acknowledge(p.packet_id, p.qos);
    if (p.topic == answers) {
        if (sync.state() != dynsec::Sync::State::running) return;
        sync.answer(p.payload);
        return go_on();
    }
    if (p.retain) return;
    if (auto answer = renewals.answer(p.topic, p.payload)) {
        renewed.add();
        client.publish(answer->topic, answer->payload, 1, false);
    }
}

BrokerLink::BrokerLink(net::mqtt::ClientOptions options, Enrolment& enrolment, const Clock& clock,
                       Random& random, Metrics& metrics, HealthRegister& health) {
    options.session_expiry = std::chrono::seconds(0);
    options.max_packet = dynsec::largest_answer;
    options.resend = false;
    options.subscriptions = {{std::string(renewal_requests)}, {std::string(answers)}};
    impl_ = std::make_unique<Impl>(std::move(options), enrolment, clock, random, health);
    auto counter = [&](const char* name, const char* help, const Counter& c) {
        metrics.add(MetricKind::counter, name, help, {},
                    [&c] { return static_cast<double>(c.value()); });
    };
    counter("broker_account_passes_total", "Times that the broker's accounts were made right",
            impl_->passes);
    counter("broker_account_failures_total", "Times that this could not be done", impl_->failures);
    counter("broker_account_commands_total", "Commands that this took", impl_->commands);
    counter("broker_renewals_total", "Certificates renewed over the broker", impl_->renewed);
}

BrokerLink::~BrokerLink() {
    stop();
}

void BrokerLink::start() {
    if (impl_->work) return;
    impl_->work.emplace(impl_->context.get_executor());
    asio::post(impl_->context, [this] { impl_->client.start(); });
    impl_->thread = std::thread([this] {
        pthread_setname_np(pthread_self(), "broker");
        for (;;) {
            try {
                impl_->context.run();
                return;
            } catch (const std::exception& e) {
                log::error("broker", "unexpected", {{"what", e.what()}});
            }
        }
    });
}

void BrokerLink::stop() {
    if (!impl_->work) return;
    asio::post(impl_->context, [this] {
        impl_->client.stop();
        impl_->timer.cancel();
        impl_->again.cancel();
        impl_->work.reset();
    });
    impl_->thread.join();
}

void BrokerLink::changed(const std::string& thrown_out) {
    {
        const std::lock_guard lock(impl_->mutex);
        ++impl_->asked;
        if (!thrown_out.empty()) impl_->out.insert(thrown_out);
    }
    asio::post(impl_->context, [this] { impl_->begin(); });
}

bool BrokerLink::wait_told(std::chrono::milliseconds timeout) {
    std::unique_lock lock(impl_->mutex);
    const auto wanted = impl_->asked;
    return impl_->told_changed.wait_for(lock, timeout, [&] { return impl_->told >= wanted; });
}

} // namespace caredian::devices::enrol
