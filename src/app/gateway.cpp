#include "app/gateway.h"

#include "app/access_side.h"
#include "app/broker_side.h"
#include "app/cli.h"
#include "app/command_side.h"
#include "app/control.h"
#include "app/control_access.h"
#include "app/control_catalogue.h"
#include "app/control_credentials.h"
#include "app/control_enrol.h"
#include "app/control_history.h"
#include "app/control_ingest.h"
#include "app/control_keys.h"
#include "app/control_lock.h"
#include "app/control_sinks.h"
#include "app/control_users.h"
#include "app/data_side.h"
#include "app/event_side.h"
#include "app/gateways_side.h"
#include "app/people_side.h"
#include "app/reload.h"
#include "app/web_side.h"
#include "base/log.h"
#include "identity/authentik/users.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <iostream>
#include <stdexcept>

namespace caredian::app {

namespace asio = boost::asio;

namespace {

constexpr auto sample_interval = std::chrono::seconds(10);
constexpr auto database_interval = std::chrono::seconds(1);
constexpr auto maintenance_interval = std::chrono::hours(1);
constexpr auto refresh_interval = std::chrono::seconds(10);
constexpr auto refusals_interval = std::chrono::minutes(1);
constexpr auto compare_interval = std::chrono::hours(24);

DataLock lock_or_throw(const std::string& data_dir) {
    auto lock = DataLock::take(data_dir);
    if (!lock)
        throw std::runtime_error("the data folder " + data_dir +
                                 " cannot be used: " + lock.error().message());
    return std::move(*lock);
}

} // namespace

struct Gateway::Impl {
    explicit Impl(Loaded from);
    int run();
    void listen_for_commands();
    void watch_settings();
    void every(asio::steady_timer& timer, std::chrono::steady_clock::duration interval,
               std::function<void()> work);
    void announce();

    Loaded loaded;
    const Settings& settings = loaded.settings;
    SystemClock clock;
    SystemRandom random;
    Metrics metrics;
    HealthRegister health{clock};
    api::RateMeter rate;
    DataLock lock;
    PeopleSide people;
    AccessSide access;
    LimitSide limits;
    GatewaysSide several;
    BrokerSide broker; // its certificates are there before `data` connects
    DataSide data;
    CommandSide telling;
    EventSide events;
    WebSide web;
    asio::io_context context{1}; // signals, reload, control, the clock's errands
    asio::steady_timer sampling{context};
    asio::steady_timer maintenance{context};
    asio::steady_timer comparing{context};
    asio::steady_timer refreshing{context};
    asio::steady_timer database{context};
    asio::steady_timer refusals{context};
    asio::steady_timer certificates{context};
    Reloader reloader;
    std::unique_ptr<ReloadWatch> watch;
    std::unique_ptr<ControlServer> control;
    std::unique_ptr<guard::RateExchange> exchange; // nullptr: this gateway counts alone
};

Gateway::Impl::Impl(Loaded from)
    : loaded(std::move(from)), lock(lock_or_throw(settings.data_dir)),
      people(settings, clock, random, health), access(settings, people, clock, random),
      limits(settings, people.identity().sessions.secret()),
      several(settings, clock, random, health),
      broker(settings, people, clock, random, metrics, health),
      data(settings, several, clock, random, metrics, health),
      telling(settings, people, data, clock, random),
      events(settings, people, data, clock, random, metrics, health),
      web(settings, people, access, limits, data, telling, broker, several, clock, random, metrics,
          health, rate),
      reloader(settings,
               [file = loaded.file] { return load_config(file, process_environment()); }) {}

void Gateway::Impl::every(asio::steady_timer& timer, std::chrono::steady_clock::duration interval,
                          std::function<void()> work) {
    timer.expires_after(interval);
    timer.async_wait([this, &timer, interval, work = std::move(work)](error_code ec) mutable {
        if (ec) return;
        work();
        every(timer, interval, std::move(work));
    });
}

void Gateway::Impl::listen_for_commands() {
    auto commands = user_commands(people.identity().accounts);
    commands.merge(key_commands(people.identity().accounts, people.identity().api_keys));
    auto& credentials = people.credentials();
    commands.merge(credential_commands(
        {people.identity().accounts, credentials.reset_links, credentials.invitations,
         [&credentials](const identity::Account& account, const guard::Actor& by) {
             return credentials.forget_factors(account, by);
         }}));
    commands.merge(access_commands(
        explain_with(settings, access.access(), people.identity(), &web.places(), clock),
        people.identity().accounts.audit(), settings.data_path("audit-head")));
    commands.merge(
        enrolment_commands(broker.enrolment(), random, [this] { return broker.wait_told(); }));
    commands.merge(history_commands(data.history(), clock));
    commands.merge(catalogue_commands(data.registry(), clock));
    commands.merge(sink_commands(data.sinks(), data.history(), settings, clock));
    commands.merge(ingest_commands([this] { return data.ingest().decode_options(); }));
    auto made = ControlServer::listen(context, settings.data_path("control.sock"),
                                      std::move(commands), people.passwords());
    if (made)
        control = std::move(*made);
    else
        log::warning("control", "the command line cannot reach this gateway",
                     {{"reason", made.error().message()}});
}

void Gateway::Impl::watch_settings() {
    reloader.on_change("log",
                       [](const Settings& now) { log::configure(now.log.level, now.log.format); });
    for (const char* path : {"journal", "ingest", "history"})
        reloader.on_change(path, [this](const Settings& now) { data.apply(now); });
    reloader.on_change("events", [this](const Settings& now) { events.apply(now); });
    for (const char* path : {"login", "sessions"})
        reloader.on_change(path, [this](const Settings& now) { people.apply(now); });
    for (const char* path : {"time_zone", "roles", "grants"})
        reloader.on_change(path, [this](const Settings& now) { access.apply(now); });
    for (const char* path : {"known_hosts", "trusted_proxies", "metrics", "rate_limits"})
        reloader.on_change(path, [this](const Settings& now) { web.apply(now); });
    auto files = loaded.files;
    if (!loaded.file.empty()) files.push_back(loaded.file);
    watch = std::make_unique<ReloadWatch>(context, std::move(files), [this] {
        access.settings_changed(reloader.reload().applied);
        web.server().reload_tls();
    });
}

// For the person who started it; the code itself never goes to the log.
void Gateway::Impl::announce() {
    auto port = web.server().ports().empty() ? 0 : web.server().ports().front();
    log::info("app", "ready", {{"version", version()}, {"port", port}});
    auto& first_run = people.identity().first_run;
    if (!first_run.needed()) return;
    auto url = settings.public_url.empty() ? (settings.tls.enabled() ? "https" : "http") +
                                                 ("://localhost:" + std::to_string(port))
                                           : settings.public_url;
    std::cout << "\n  Make the first administrator / 첫 관리자 만들기:\n  " << url
              << "/first-run?code=" << first_run.code() << "\n\n"
              << std::flush;
}

int Gateway::Impl::run() {
    // Blocked in threads made from here on would be missed; the handler thread is this one.
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([this](error_code ec, int number) {
        if (ec) return;
        log::info("app", "stopping", {{"signal", number}});
        context.stop();
    });
    // Who sees the port open may send SIGHUP or change the file: be listening by then.
    watch_settings();
    listen_for_commands();
    web.start();
    exchange = limits.exchange(context, settings, random, clock);
    if (exchange) exchange->start();
    broker.know(access.access().policies(), data.registry());
    broker.start();
    auto* member = several.member();
    auto hooks = member ? data.hooks(*member) : gateways::Member::Hooks{};
    data.start();
    events.start();
    if (member) member->start(std::move(hooks));
    telling.maintain();
    every(certificates, broker.every(), [this] { broker.maintain(); });
    every(sampling, sample_interval,
          [this] { rate.sample(clock.mono(), data.ingest().stats().received.value()); });
    every(maintenance, maintenance_interval, [this] {
        people.maintain();
        telling.maintain();
        access.export_head();
    });
    every(refusals, refusals_interval, [this] { access.denials().flush(); });
    access.export_head();
    if (auto* providers = people.providers())
        every(refreshing, refresh_interval,
              [this, providers] { web.refresh_sessions(*providers); });
    if (auto* users = people.authentik(); users && users->reads_api()) {
        web.compare_people(*users);
        every(comparing, compare_interval, [this, users] { web.compare_people(*users); });
    }
    if (member) health.declare("home", "devices, latest values and the live stream");
    every(database, database_interval, [this, member] {
        people.watch_database();
        access.follow();
        web.follow_places();
        data.follow_rooms();
        if (member) data.show_home(health, member->holds());
        broker.follow();
    });
    rate.sample(clock.mono(), 0);
    announce();
    context.run();
    control.reset();
    watch.reset();
    exchange.reset();
    telling.stop();
    web.stop();
    access.denials().flush(true);
    broker.stop();
    people.wait_idle(); // its jobs answer to the workers of `web`
    telling.wait_idle();
    if (member) member->stop();
    data.stop();
    events.stop();
    log::info("app", "stopped");
    return 0;
}

Gateway::Gateway(const Loaded& loaded) : impl_(std::make_unique<Impl>(loaded)) {}
Gateway::~Gateway() = default;
int Gateway::run() {
    return impl_->run();
}

int serve(const Loaded& loaded) {
    try {
        return Gateway(loaded).run();
    } catch (const std::exception& e) {
        log::error("app", "cannot go on", {{"reason", e.what()}});
        return 1;
    }
}

} // namespace caredian::app
