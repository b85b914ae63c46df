#include "app/web_side.h"

#include "api/access_admin.h"
#include "api/auth.h"
#include "api/catalogue.h"
#include "api/commands.h"
#include "api/console.h"
#include "api/devices.h"
#include "api/enrolment.h"
#include "api/events.h"
#include "api/health.h"
#include "api/home_elsewhere.h"
#include "api/hooks.h"
#include "api/import.h"
#include "api/influx_original.h"
#include "api/messages.h"
#include "api/openapi.h"
#include "api/readings.h"
#include "api/readings_in.h"
#include "api/series.h"
#include "api/stream.h"
#include "api/tokens.h"
#include "app/cli.h"
#include "base/log.h"
#include "identity/authentik/users.h"
#include "identity/oidc/sign_in.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace caredian::app {

namespace http = net::http;

namespace {

api::ReadingsSources sources(const Settings& settings, DataSide& data) {
    api::ReadingsSources all;
    all.all["local"] = &data.history();
    for (const auto& [name, source] : data.sinks().sources()) all.all[name] = source.get();
    all.chosen = settings.history.source;
    return all;
}

// The original knew one server: the first.
api::OriginalInflux original_influx(DataSide& data, const HealthRegister& health) {
    const auto all = data.sinks().influx();
    if (all.empty()) return {};
    const auto& options = all.front()->options();
    return {&options, [&health, name = options.name] {
                for (const auto& one : health.snapshot())
                    if (one.name == name) return one.state == HealthState::up;
                return false;
            }};
}

net::NetworkSet networks(const std::vector<std::string>& texts) {
    std::vector<net::Network> out;
    for (const auto& text : texts)
        if (auto network = net::parse_network(text)) out.push_back(*network); // checked at load
    return net::NetworkSet(std::move(out));
}

// What every answer of our own carries. Pages bring no inline script or style, and nothing from
// elsewhere; nobody may frame them.
std::vector<std::pair<std::string, std::string>> security_headers(const Settings& settings) {
    std::vector<std::pair<std::string, std::string>> headers{
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
         "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
         "base-uri 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}};
    if (settings.tls.enabled() || settings.public_url.starts_with("https://"))
        headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
    return headers;
}

http::ServerOptions server_options(const Settings& settings) {
    const auto& h = settings.http;
    http::ServerOptions o;
    o.listen = settings.listen;
    o.workers = settings.workers;
    o.trusted_proxies = networks(settings.trusted_proxies);
    o.tls_certificate = settings.tls.certificate;
    o.tls_key = settings.tls.key;
    o.header_limit = h.header_limit;
    o.header_timeout = h.header_timeout;
    o.body_timeout = h.body_timeout;
    o.write_timeout = h.write_timeout;
    o.idle_timeout = h.idle_timeout;
    o.drain_timeout = h.drain_timeout;
    o.connections = h.connections;
    o.connections_per_address = h.connections_per_address;
    o.access_log = settings.log.access;
    o.security_headers = security_headers(settings);
    return o;
}

home::RelayOptions relay_options(const HomeAssistantSettings& s) {
    home::RelayOptions o;
    o.origin = http::parse_origin(s.url).value(); // checked when the settings were loaded
    o.token = s.token;
    o.client.connect_timeout = s.connect_timeout;
    o.client.first_byte_timeout = s.first_byte_timeout;
    return o;
}

access::PathRules admin_paths(const Settings& settings) {
    return access::PathRules::parse(settings.forward_auth.admin_paths).value(); // checked at load
}

api::GateOptions gate_options(const Settings& settings, const HostRule& hosts) {
    api::GateOptions o;
    o.host_known = [&hosts](std::string_view host) { return hosts.allowed(host); };
    o.public_url = settings.public_url;
    o.metrics_allow = networks(settings.metrics.allow);
    o.grace = settings.sessions.grace;
    return o;
}

api::OneOfSeveral one_of_several(GatewaysSide& several) {
    auto* member = several.member();
    if (!member) return {};
    return {[member] { return member->works(); },
            [member](std::string& out, bool details) {
                append_json(out, member->standing(), details);
            }};
}

std::optional<api::HomePlace> home_elsewhere(const gateways::Member& member) {
    if (member.works()) return std::nullopt;
    const auto now = member.standing();
    if (now.holder.empty() || now.holder == now.name)
        return api::HomePlace{{}, "no gateway works for the home at this moment; try again"};
    return api::HomePlace{now.holder_address, "the gateway " + now.holder + " works for the home" +
                                                  (now.holder_address.empty() ? "" : ": ") +
                                                  now.holder_address};
}

} // namespace

WebSide::WebSide(const Settings& settings, PeopleSide& people, AccessSide& access,
                 LimitSide& limits, DataSide& data, CommandSide& commands, BrokerSide& broker,
                 GatewaysSide& several, const Clock& clock, Random& random, Metrics& metrics,
                 HealthRegister& health, const api::RateMeter& rate)
    : access_(access), limits_(limits), hosts_(settings), places_(data.registry()),
      events_(people.database()), queries_("history", 2, 64) {
    auto options = gate_options(settings, hosts_);
    options.denials = &access.denials();
    if (people.shares_sessions())
        options.live_sessions = [this, &people](std::size_t index, identity::LiveHooks hooks) {
            return people.live_sessions(server_->worker(index), std::move(hooks));
        };
    gate_ = std::make_unique<api::Gate>(std::move(options), people.identity(), people.sql(), clock,
                                        random, metrics);
    if (settings.home_assistant.enabled())
        relay_ = std::make_unique<home::Relay>(relay_options(settings.home_assistant), health,
                                               metrics, random);
    add_routes(settings, people, data, commands, broker, several, clock, metrics, health, rate);
    gate_->set_limits(limits_.plan(settings, router_));
    server_ = std::make_unique<http::Server>(
        server_options(settings), router_, *gate_,
        [this](std::string_view host) { return hosts_.allowed(host); }, metrics, clock, random);
    auto close = [this](const std::string& session) { server_->close_live(session); };
    people.identity().sessions.on_end(close);
    people.identity().api_keys.on_end(close);
    people.identity().tokens.on_end(close);
}

WebSide::~WebSide() {
    stop();
}

void WebSide::add_routes(const Settings& settings, PeopleSide& people, DataSide& data,
                         CommandSide& commands, BrokerSide& broker, GatewaysSide& several,
                         const Clock& clock, const Metrics& metrics, const HealthRegister& health,
                         const api::RateMeter& rate) {
    api::add_health_routes(
        router_, health, metrics,
        [this](const http::Request& request) { return gate_->details_allowed(request); },
        one_of_several(several));
    const api::Sites sites{settings.public_url, settings.sessions.cookie_domain,
                           [this](std::string_view host) { return hosts_.further(host); }};
    api::People context{people.identity(),
                        people.credentials(),
                        people.sql(),
                        people.passwords(),
                        clock,
                        sites,
                        people.providers(),
                        admin_paths(settings),
                        people.handover()};
    context.policies = &access_.access().policies();
    context.denials = &access_.denials();
    context.database = &people.database();
    api::add_auth_routes(router_, context);
    api::add_users_routes(router_, context);
    api::add_audit_routes(router_, context);
    api::add_access_routes(
        router_, explain_with(settings, access_.access(), people.identity(), &places_, clock),
        people.sql());
    const api::Seeing seeing{
        &access_.access().policies(), &places_, &clock, [&people](const std::string& who) {
            return api::find_who(people.identity().accounts, people.identity().api_keys, who);
        }};
    api::add_api_keys_routes(router_, context);
    api::add_token_routes(router_, context);
    api::add_original_token_routes(router_, context);
    api::add_enrolment_routes(router_, context,
                              {broker.enrolment(), broker.pool(),
                               [&broker] { return broker.wait_told(); }, broker.enabled()});
    api::add_pages(router_, context);
    api::add_hook_routes(router_, people.authentik());
    http::Router home; // of several gateways one has these, and the others ask it
    auto* member = several.member();
    http::Router& rows = member ? home : router_;
    auto readings_in =
        std::make_shared<api::ReadingsIn>(data.ingest(), queries_, clock, &data.home_ingest());
    api::add_devices_routes(rows, data.registry(), queries_, seeing);
    api::add_commands_routes(rows, {commands.commands(), data.registry(), commands.pool(),
                                    commands.conventions(), seeing, &access_.denials()});
    api::add_readings_in_routes(rows, readings_in);
    api::add_catalogue_routes(rows, data.registry(), clock, seeing);
    api::add_messages_routes(rows, data.home_ingest(), data.registry(), queries_, seeing);
    api::add_stream_routes(rows, data.stream(), seeing);
    api::add_original_influx_routes(rows, original_influx(data, health), readings_in, queries_);
    if (member) api::add_where_home_is(router_, home, [member] { return home_elsewhere(*member); });
    api::add_readings_routes(router_, sources(settings, data), queries_, clock, seeing);
    api::add_series_routes(router_, data.history(), queries_, seeing);
    api::add_events_routes(router_, events_, queries_, seeing);
    api::add_import_routes(router_, data.history(), queries_, clock);
    api::add_system_routes(router_, {data.ingest().stats(), data.history(), data.latest(),
                                     data.registry(), data.stream(), health, rate, clock,
                                     std::string(version()), clock.wall(), clock.mono()});
    if (relay_) {
        relay_->set_access({&access_.access().policies(), &places_, &access_.denials(), &clock});
        home::add_relay_routes(router_, *relay_);
    }
    if (member) {
        const http::Router all = std::exchange(router_, http::Router());
        api::add_where_rooms_are(
            router_, all, [member] { return home_elsewhere(*member); }, seeing);
    }
    api::add_openapi_routes(router_);
    api::add_console_routes(router_);
}

void WebSide::start() {
    auto post = [this](std::size_t index, std::function<void()> work) {
        boost::asio::post(server_->worker(index), std::move(work));
    };
    access_.access().policies().start(server_->worker_count(), post);
    gate_->start(server_->worker_count(), post);
    if (relay_) relay_->start(*server_);
    server_->start();
}

namespace {

http::awaitable<void> compare(identity::authentik::Users& users) {
    auto done = co_await users.reconcile();
    if (done)
        log::info("authentik", "people were compared", {{"users", *done}});
    else
        log::warning("authentik", "people could not be compared",
                     {{"reason", done.error().message()}});
}

} // namespace

void WebSide::refresh_sessions(identity::oidc::SignIn& providers) {
    boost::asio::co_spawn(server_->worker(0), providers.refresh_due(), boost::asio::detached);
}

void WebSide::follow_places() {
    if (!access_.access().policies().now()->any_grants() || following_.exchange(true)) return;
    auto job = [this] {
        places_.refresh();
        following_ = false;
    };
    if (!queries_.submit(job)) following_ = false;
}

void WebSide::compare_people(identity::authentik::Users& users) {
    boost::asio::co_spawn(server_->worker(0), compare(users), boost::asio::detached);
}

void WebSide::stop() {
    server_->stop();
    gate_->release();
}

void WebSide::apply(const Settings& settings) {
    hosts_.set(settings);
    gate_->set_public_url(settings.public_url);
    gate_->set_metrics_allow(networks(settings.metrics.allow));
    gate_->set_limits(limits_.plan(settings, router_));
    server_->set_trusted_proxies(networks(settings.trusted_proxies));
}

} // namespace caredian::app
