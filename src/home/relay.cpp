#include "home/relay.h"

#include "base/encoding.h"
#include "base/log.h"
#include "home/relay_headers.h"
#include "home/relay_path.h"

#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <utility>

namespace caredian::home {

namespace asio = boost::asio;
namespace http = net::http;
using http::awaitable;
using http::Response;

namespace {

constexpr std::size_t max_workers = 256;
constexpr std::size_t body_limit = 16 * 1024 * 1024; // Home Assistant's own
constexpr std::string_view dependency = "home_assistant";

struct Settings {
    RelayOptions options;
    Secret authorization; // "Bearer <token>"
};
using SettingsPtr = std::shared_ptr<const Settings>;

SettingsPtr make_settings(RelayOptions options) {
    auto made = std::make_shared<Settings>();
    made->authorization = Secret("Bearer " + options.token.reveal());
    made->options = std::move(options);
    return made;
}

// What one worker has: a client that belongs to the settings it was made for.
struct Lane {
    SettingsPtr settings;
    std::shared_ptr<http::Client> client;
};

// The data of a service call that was read before.
class TextBody final : public http::BodyReader {
public:
    explicit TextBody(std::string_view text) : text_(text) {}
    awaitable<result<std::string_view>> read_some() override {
        co_return std::exchange(text_, std::string_view());
    }
    std::optional<std::uint64_t> content_length() const override { return size_; }

private:
    std::string_view text_;
    std::uint64_t size_ = text_.size();
};

// Tells a caller's body that broke from a Home Assistant that broke.
class CallersBody final : public http::BodyReader {
public:
    explicit CallersBody(http::BodyReader& body) : body_(body) {}
    awaitable<result<std::string_view>> read_some() override {
        auto piece = co_await body_.read_some();
        if (!piece) error = piece.error();
        co_return piece;
    }
    std::optional<std::uint64_t> content_length() const override { return body_.content_length(); }
    error_code error;

private:
    http::BodyReader& body_;
};

class RelayedBody final : public http::BodySource {
public:
    explicit RelayedBody(std::unique_ptr<http::InboundResponse> response)
        : response_(std::move(response)) {}
    awaitable<result<std::string_view>> next() override { return response_->read_some(); }
    std::string_view at_hand() override { return response_->at_hand(); }

private:
    std::unique_ptr<http::InboundResponse> response_;
};

Response problem_of_body(error_code error) {
    auto status = error == http::Errc::timeout          ? 408u
                  : error == http::Errc::body_too_large ? 413u
                                                        : 400u;
    auto made = Response::problem(status, error.message());
    made.close = true;
    return made;
}

} // namespace

struct Relay::Impl {
    Impl(HealthRegister& h, Random& r) : health(h), random(r) {}

    HealthRegister& health;
    Random& random;
    std::array<Lane, max_workers> lanes; // each touched by its worker only
    mutable std::mutex mutex;            // of `settings`
    SettingsPtr settings;
    std::atomic<std::uint64_t> version{0}; // of `settings`: lanes look here, not at the mutex
    std::array<std::uint64_t, max_workers> lane_version{};
    std::atomic<HealthState> state{HealthState::starting};
    RelayAccess access;
    std::shared_ptr<std::array<SharedCounter, 2>> results =
        std::make_shared<std::array<SharedCounter, 2>>(); // answered, failed

    void report(HealthState now, std::string_view reason) {
        if (now == HealthState::up && state.load(std::memory_order_relaxed) == now) return;
        state = now;
        health.set(dependency, now, std::string(reason));
    }
    // The lane of a worker, made anew when the settings have changed.
    Lane lane(std::size_t worker, const asio::any_io_executor& executor) {
        auto& l = lanes[worker % max_workers];
        auto& seen = lane_version[worker % max_workers];
        if (auto now = version.load(std::memory_order_acquire); now != seen) {
            std::lock_guard lock(mutex);
            seen = now;
            l.settings = settings;
            l.client = std::make_shared<http::Client>(executor, settings->options.origin,
                                                      settings->options.client);
        }
        return l;
    }
    Response failed(error_code error);
    Response pass_back(std::unique_ptr<http::InboundResponse> response, const Permit* permit);
    void judge(unsigned status);
    awaitable<void> probe();
};

// Home Assistant did not answer: what the caller is told, and what /readyz shows.
Response Relay::Impl::failed(error_code error) {
    (*results)[1].add();
    if (error == asio::error::operation_aborted) return Response::empty(499); // nobody listens
    bool slow = error == http::Errc::timeout;
    report(HealthState::down, error.message());
    return Response::problem(slow ? 504 : 502, slow ? "Home Assistant takes too long to answer"
                                                    : "Home Assistant cannot be reached");
}

void Relay::Impl::judge(unsigned status) {
    if (status == 401)
        report(HealthState::degraded, "Home Assistant refuses the token (401)");
    else if (status == 403)
        report(HealthState::degraded,
               "Home Assistant answers 403: it may have banned this gateway's address");
    else
        report(HealthState::up, {});
}

Response Relay::Impl::pass_back(std::unique_ptr<http::InboundResponse> response,
                                const Permit* permit) {
    (*results)[0].add();
    judge(response->status());
    if (response->status() == 401)
        return Response::problem(502, "Home Assistant refuses the gateway's token");
    const bool filtered = permit && permit->may_read && response->status() == 200;
    Response made;
    made.status = response->status();
    made.headers.reserve(response->headers().size());
    for (const auto& field : response->headers()) {
        if (filtered && iequals_ascii(field.name, "content-encoding"))
            return Response::problem(502,
                                     "Home Assistant answers in a form that was not asked for");
        const bool of_all = filtered && (iequals_ascii(field.name, "etag") ||
                                         iequals_ascii(field.name, "last-modified"));
        if (passes_back(field.name) && !of_all) made.headers.emplace_back(field.name, field.value);
    }
    if (!filtered) made.content_length = response->content_length();
    if (permit)
        made.body = restrict_body(*permit, std::move(response));
    else
        made.body = std::make_unique<RelayedBody>(std::move(response));
    return made;
}

Relay::Relay(RelayOptions options, HealthRegister& health, Metrics& metrics, Random& random)
    : impl_(std::make_shared<Impl>(health, random)) {
    health.declare(std::string(dependency), "Home Assistant's API below /ha/api/");
    configure(std::move(options));
    constexpr std::array names{"answered", "failed"};
    for (std::size_t i = 0; i < names.size(); ++i)
        metrics.add(MetricKind::counter, "relay_requests_total", "Requests to Home Assistant",
                    {{"result", names[i]}},
                    [r = impl_->results, i] { return static_cast<double>((*r)[i].value()); });
}

Relay::~Relay() = default;

void Relay::configure(RelayOptions options) {
    auto made = make_settings(std::move(options));
    std::lock_guard lock(impl_->mutex);
    impl_->settings = std::move(made);
    impl_->version.fetch_add(1, std::memory_order_release);
}

void Relay::set_access(const RelayAccess& access) {
    impl_->access = access;
}

void Relay::start(http::Server& server) {
    asio::co_spawn(server.worker(0), [impl = impl_] { return impl->probe(); }, asio::detached);
}

// GET /api/ at intervals: a home that nobody calls is watched too.
awaitable<void> Relay::Impl::probe() {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    auto wait = std::chrono::milliseconds(0);
    for (;;) {
        auto l = lane(0, executor);
        const auto& options = l.settings->options;
        http::OutboundRequest request;
        request.method = "GET";
        request.target = "/api/";
        request.headers.push_back({"Authorization", l.settings->authorization.reveal()});
        auto response = co_await l.client->send(request);
        bool up = response.has_value() && (*response)->status() < 500;
        if (response.has_value())
            judge((*response)->status());
        else
            report(HealthState::down, response.error().message());
        response = error_code{}; // closes or keeps the connection
        wait = up ? options.probe_interval
                  : std::clamp(wait * 2, options.probe_retry, options.probe_interval);
        // A little apart from every other gateway that lost the same Home Assistant.
        auto jitter = std::chrono::milliseconds(
            static_cast<std::int64_t>(random.next_unit() * static_cast<double>(wait.count()) / 4));
        timer.expires_after(wait + jitter);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

awaitable<Response> Relay::handle(http::Context& context) {
    const auto& caller = context.request;
    if (caller.header("upgrade")) co_return Response::problem(501, "WebSocket is not relayed yet");
    const std::string_view rest = context.parameters.at(0);
    auto target = relay_target(rest, caller.query);
    if (!target) co_return Response::problem(400, "this path could leave /api/");
    std::optional<Permit> permit;
    const auto* who = identity::principal_of(context.principal);
    if (!who || who->role != identity::Role::admin) {
        auto permitted = co_await permit_call(impl_->access, context, rest);
        if (auto* answer = std::get_if<Response>(&permitted)) co_return std::move(*answer);
        permit = std::get<Permit>(std::move(permitted));
    }

    auto executor = co_await asio::this_coro::executor;
    auto lane = impl_->lane(caller.worker, executor);
    http::OutboundRequest request;
    request.method = caller.method_text;
    request.target = *target;
    request.head = caller.method == http::Method::head;
    request.headers.reserve(caller.headers.size() + 5);
    request.headers.push_back({"Authorization", lane.settings->authorization.reveal()});
    request.headers.push_back({"X-Request-Id", caller.id});
    append_request_headers(request.headers, caller);
    if (permit) restrict_headers(*permit, request.headers);
    std::string client;
    if (lane.settings->options.forwarded_headers) {
        client = caller.client.to_string();
        request.headers.push_back({"X-Forwarded-For", client});
        request.headers.push_back({"X-Forwarded-Proto", caller.secure ? "https" : "http"});
        request.headers.push_back({"X-Forwarded-Host", caller.host});
    }
    CallersBody body(*caller.body);
    TextBody text(permit && permit->body ? std::string_view(*permit->body) : std::string_view());
    if (permit && permit->body)
        request.body = &text;
    else if (body.content_length() != 0u)
        request.body = &body;

    auto response = co_await lane.client->send(request);
    if (response) co_return impl_->pass_back(std::move(*response), permit ? &*permit : nullptr);
    if (body.error) co_return problem_of_body(body.error);
    co_return impl_->failed(response.error());
}

void add_relay_routes(http::Router& router, Relay& relay) {
    http::Route route;
    route.path = "/ha/api/*";
    route.access = "granted";
    route.handler = [&relay](http::Context& context) { return relay.handle(context); };
    route.body_limit = body_limit;
    route.stream_body = true;
    route.cancel_when_client_leaves = true;
    route.summary = "Home Assistant's REST API";
    router.add(std::move(route));
}

} // namespace caredian::home
