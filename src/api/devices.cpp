#include "api/devices.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace caredian::api {
namespace {

using net::http::Context;
using net::http::Response;

constexpr std::size_t kSlice = 64; // devices written before others on the worker get their turn

net::http::awaitable<Response> list(const devices::Latest& latest) {
    std::string body = "{\"devices\":[";
    std::string after;
    for (bool first = true;; first = false) {
        std::string slice;
        after = latest.append_json_slice(slice, after, kSlice);
        if (!first && !slice.empty()) body += ',';
        body += slice;
        if (after.empty()) break;
        co_await boost::asio::post(boost::asio::use_awaitable);
    }
    body += "]}";
    Response response = Response::json(200, std::move(body));
    response.set("Cache-Control", "no-store");
    co_return response;
}

Response one(const devices::Latest& latest, const Context& context) {
    std::string body;
    if (!latest.append_json(body, context.parameters.at(0)))
        return Response::problem(404, "No device of this id has said anything yet.");
    Response response = Response::json(200, std::move(body));
    response.set("Cache-Control", "no-store");
    return response;
}

} // namespace

void add_devices_routes(net::http::Router& router, const devices::Latest& latest) {
    net::http::Route all;
    all.path = "/api/v1/devices";
    all.methods = {net::http::Method::get};
    all.access = "signed-in";
    all.handler = [&latest](Context&) { return list(latest); };
    all.body_limit = 0;
    all.summary = "Devices and their latest values";
    router.add(std::move(all));

    net::http::Route single;
    single.path = "/api/v1/devices/{id}";
    single.methods = {net::http::Method::get};
    single.access = "signed-in";
    single.quick = [&latest](Context& context) { return one(latest, context); };
    single.body_limit = 0;
    single.summary = "One device and its latest values";
    router.add(std::move(single));
}

} // namespace caredian::api
