#include "api/stream.h"

#include <boost/asio/this_coro.hpp>

namespace caredian::api {
namespace {

using net::http::awaitable;
using net::http::Context;
using net::http::Response;

class StreamBody final : public net::http::BodySource {
public:
    explicit StreamBody(std::unique_ptr<devices::Subscription> subscription)
        : subscription_(std::move(subscription)) {}
    awaitable<result<std::string_view>> next() override {
        events_ = co_await subscription_->next();
        co_return std::string_view(events_);
    }

private:
    std::unique_ptr<devices::Subscription> subscription_;
    std::string events_;
};

// Asked anew for each write: for somebody who may see all there is nothing to ask, until a role is
// given.
devices::SourceTest test_of(const Seeing& seeing, const identity::PrincipalPtr& who,
                            const net::Address& from, std::size_t worker) {
    auto visible = Visible::of(seeing, who, from, worker);
    return [visible](std::string_view measurement, std::string_view device, std::string_view path) {
        return visible.source(measurement, device, path);
    };
}

awaitable<Response> open_stream(devices::StreamHub& hub, const Seeing& seeing, Context& context) {
    const auto& request = context.request;
    devices::StreamFilter filter{.device = request.query_value("device").value_or(""),
                                 .measurement = request.query_value("measurement").value_or("")};
    const auto* held =
        context.principal ? std::any_cast<identity::PrincipalPtr>(context.principal) : nullptr;
    if (seeing.policies && held && (*held)->role != identity::Role::admin)
        filter.sees = [&seeing, who = *held, from = request.client, worker = request.worker] {
            return test_of(seeing, who, from, worker);
        };
    auto last = request.header("Last-Event-ID").value_or(std::string_view());
    auto executor = co_await boost::asio::this_coro::executor;
    auto subscription = hub.subscribe(executor, request.worker, std::move(filter), last);
    if (!subscription) {
        Response response = Response::problem(503, "Too many live streams are open.");
        response.set("Retry-After", "10");
        co_return response;
    }
    Response response;
    response.set("Content-Type", "text/event-stream");
    response.set("Cache-Control", "no-store");
    response.set("X-Accel-Buffering", "no"); // an nginx in front passes events on at once
    response.body = std::make_unique<StreamBody>(std::move(subscription));
    co_return response;
}

} // namespace

void add_stream_routes(net::http::Router& router, devices::StreamHub& hub, const Seeing& seeing) {
    net::http::Route route;
    route.path = "/api/v1/stream";
    route.methods = {net::http::Method::get};
    route.access = "signed-in";
    route.handler = [&hub, seeing](Context& context) { return open_stream(hub, seeing, context); };
    route.body_limit = 0;
    route.summary = "Readings as they come (Server-Sent Events)";
    router.add(std::move(route));
}

} // namespace caredian::api
