#include "api/home_elsewhere.h"

#include "base/encoding.h"
#include "identity/principal.h"
#include "net/http/client.h"
#include "net/http/head.h"

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <string_view>
#include <utility>

namespace caredian::api {

namespace http = net::http;
using http::awaitable;
using http::Response;

namespace {

constexpr std::array<std::string_view, 6> of_home{"/api/v1/devices", "/api/v1/commands",
                                                  "/api/v1/areas",   "/api/v1/catalogue",
                                                  "/api/v1/stream",  "/influx/write"};
constexpr std::array<std::string_view, 4> by_room{"/api/v1/readings", "/api/v1/export",
                                                  "/api/v1/series", "/api/v1/events"};
constexpr std::array<std::string_view, 1> of_home_assistant{"/ha/api"};
constexpr std::string_view passed_on = "X-CareDian-Passed-On";
constexpr std::size_t max_workers = 256;

template <std::size_t N>
bool is_below(const std::array<std::string_view, N>& all, std::string_view path) {
    return std::ranges::any_of(all, [path](std::string_view one) {
        return path == one || (path.starts_with(one) && path[one.size()] == '/');
    });
}

Response refusal(std::string_view why) {
    auto response = Response::problem(503, why);
    response.set("Retry-After", "5");
    return response;
}

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::ranges::any_of(names,
                               [name](std::string_view n) { return iequals_ascii(n, name); });
}

bool stays_here(std::string_view name) {
    constexpr std::array<std::string_view, 7> names{
        "host", "content-length", "expect", "x-real-ip", "x-request-id", "forwarded", passed_on};
    const bool forwarded = name.size() > 12 && iequals_ascii(name.substr(0, 12), "x-forwarded-");
    return http::is_hop_by_hop(name) || forwarded || is_one_of(names, name);
}

// What our own server writes as well.
bool stays_there(std::string_view name) {
    constexpr std::array<std::string_view, 4> names{"date", "server", "x-request-id",
                                                    "content-length"};
    return http::is_hop_by_hop(name) || is_one_of(names, name);
}

// The body, which the server has read.
class Text final : public http::BodyReader {
public:
    explicit Text(std::string_view text) : text_(text), size_(text.size()) {}
    awaitable<result<std::string_view>> read_some() override {
        co_return std::exchange(text_, std::string_view());
    }
    std::optional<std::uint64_t> content_length() const override { return size_; }

private:
    std::string_view text_;
    std::uint64_t size_;
};

class Passed final : public http::BodySource {
public:
    explicit Passed(std::unique_ptr<http::InboundResponse> from) : from_(std::move(from)) {}
    awaitable<result<std::string_view>> next() override { return from_->read_some(); }
    std::string_view at_hand() override { return from_->at_hand(); }

private:
    std::unique_ptr<http::InboundResponse> from_;
};

// A client for each worker, of the gateway that was asked last.
class Elsewhere {
public:
    explicit Elsewhere(HomeElsewhere where) : where_(std::move(where)) {}
    std::optional<HomePlace> where() const { return where_(); }
    awaitable<Response> pass_on(HomePlace place, const http::Request& caller);

private:
    struct Lane {
        std::string address;
        std::shared_ptr<http::Client> client;
    };
    const HomeElsewhere where_;
    std::array<Lane, max_workers> lanes_; // each touched by its worker only
};

Response pass_back(std::unique_ptr<http::InboundResponse> from) {
    Response made;
    made.status = from->status();
    for (const auto& field : from->headers())
        if (!stays_there(field.name)) made.headers.emplace_back(field.name, field.value);
    made.no_security_headers = true; // it has written the same
    made.content_length = from->content_length();
    made.body = std::make_unique<Passed>(std::move(from));
    return made;
}

awaitable<Response> Elsewhere::pass_on(HomePlace place, const http::Request& caller) {
    auto origin = http::parse_origin(place.address);
    if (!origin || caller.header(passed_on)) co_return refusal(place.why);
    auto executor = co_await boost::asio::this_coro::executor;
    auto& lane = lanes_[caller.worker % max_workers];
    if (lane.address != place.address) {
        http::ClientOptions options;
        options.connect_timeout = std::chrono::seconds(2);
        options.first_byte_timeout = std::chrono::seconds(75); // a command waits a minute
        lane.client = std::make_shared<http::Client>(executor, *origin, options);
        lane.address = place.address;
    }
    const auto client = lane.client; // another may take its place meanwhile
    http::OutboundRequest request;
    request.method = caller.method_text;
    request.target = caller.target;
    request.host = caller.host;
    request.head = caller.method == http::Method::head;
    for (const auto& field : caller.headers)
        if (!stays_here(field.name)) request.headers.push_back(field);
    const std::string from = caller.client.to_string();
    request.headers.push_back({"X-Request-Id", caller.id});
    request.headers.push_back({"X-Forwarded-For", from});
    request.headers.push_back({"X-Forwarded-Proto", caller.secure ? "https" : "http"});
    request.headers.push_back({passed_on, "1"});
    Text body(caller.body_text);
    if (!caller.body_text.empty())
        request.body = &body;
    else if (caller.body && caller.body->content_length() != 0u) // the route streams it
        request.body = caller.body;
    auto response = co_await client->send(request);
    if (response) co_return pass_back(std::move(*response));
    if (response.error() == boost::asio::error::operation_aborted) co_return Response::empty(499);
    const bool sent = response.error() != http::make_error_code(http::Errc::connect_failed);
    if (sent && caller.method != http::Method::get && caller.method != http::Method::head)
        co_return Response::problem(504, place.why +
                                             " and did not answer: it may have been done or not");
    co_return refusal(place.why + " and does not answer here (" + response.error().message() + ")");
}

awaitable<Response> pass_on(std::shared_ptr<Elsewhere> home, HomePlace place,
                            http::Context& context) {
    co_return co_await home->pass_on(std::move(place), context.request);
}

awaitable<Response> at_once(http::QuickHandler quick, http::Context& context) {
    co_return quick(context);
}

} // namespace

void add_where_home_is(http::Router& to, const http::Router& from, HomeElsewhere elsewhere) {
    auto home = std::make_shared<Elsewhere>(std::move(elsewhere));
    for (http::Route route : from.routes()) {
        if (!is_below(of_home, route.path)) {
            to.add(std::move(route));
            continue;
        }
        // A stream is passed on as long as somebody listens.
        if (route.methods == std::vector{http::Method::get}) route.cancel_when_client_leaves = true;
        route.handler = [home, quick = std::exchange(route.quick, nullptr),
                         handler = std::move(route.handler)](http::Context& context) {
            if (auto place = home->where()) return pass_on(home, std::move(*place), context);
            return quick ? at_once(quick, context) : handler(context);
        };
        to.add(std::move(route));
    }
}

void add_where_rooms_are(http::Router& to, const http::Router& from, HomeElsewhere elsewhere,
                         const Seeing& seeing) {
    auto home = std::make_shared<Elsewhere>(std::move(elsewhere));
    for (http::Route route : from.routes()) {
        const bool relayed = is_below(of_home_assistant, route.path);
        if (!relayed && !is_below(by_room, route.path)) {
            to.add(std::move(route));
            continue;
        }
        route.handler = [home, seeing, relayed, quick = std::exchange(route.quick, nullptr),
                         handler = std::move(route.handler)](http::Context& context) {
            const auto* who = identity::principal_of(context.principal);
            const bool all = relayed ? who && who->role == identity::Role::admin
                                     : Visible::of(seeing, context).everything();
            if (!all)
                if (auto place = home->where()) return pass_on(home, std::move(*place), context);
            return quick ? at_once(quick, context) : handler(context);
        };
        to.add(std::move(route));
    }
}

} // namespace caredian::api
