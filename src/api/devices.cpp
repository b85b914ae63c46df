#include "api/devices.h"

#include "api/devices_filter.h"
#include "api/fields.h"
#include "api/query_limit.h"
#include "api/route.h"
#include "base/json.h"
#include "net/offload.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <map>
#include <variant>

namespace caredian::api {
namespace {

using devices::DeviceChange;
using devices::DeviceView;
using devices::Registry;
using net::http::awaitable;
using net::http::Context;
using net::http::Method;
using net::http::Response;

constexpr std::size_t slice = 64; // devices written before others on the worker get their turn
constexpr std::size_t body_limit = 16 * 1024;
constexpr std::size_t page = 1000; // devices in one answer, at most

Response no_store(std::string body) {
    Response response = Response::json(200, std::move(body));
    response.set("Cache-Control", "no-store");
    return response;
}

// The devices after this id, some at a time, until `use` says false.
awaitable<void> for_each(const Registry& registry, std::string after,
                         std::function<bool(const DeviceView&)> use) {
    for (;;) {
        auto some = registry.list(after, slice);
        for (const auto& device : some)
            if (!use(device)) co_return;
        if (some.size() < slice) co_return;
        after = some.back().id;
        co_await boost::asio::post(boost::asio::use_awaitable);
    }
}

// What the caller may see, or what somebody else would see: `as` and `at`, for administrators.
awaitable<std::variant<Visible, Response>> visible_to(const Seeing& seeing, Pool& pool,
                                                      const Context& context) {
    auto as = context.request.query_value("as");
    if (!as || !seeing.somebody) co_return Visible::of(seeing, context);
    const auto* asks = identity::principal_of(context.principal);
    if (!asks || asks->role != identity::Role::admin)
        co_return Response::problem(403, "only administrators may see as somebody else");
    WallTime at = seeing.clock->wall();
    if (auto text = context.request.query_value("at")) {
        auto time = parse_rfc3339(*text);
        if (!time) co_return Response::problem(400, "at is a time of RFC 3339 or a date");
        at = *time;
    }
    auto work = [&seeing, name = *as] { return seeing.somebody(name); };
    auto found = co_await net::offload(pool, std::move(work));
    if (!found || found->failure) co_return Response::problem(503, "try again");
    if (!found->who) co_return Response::problem(400, found->problem);
    co_return Visible::of(seeing, found->who, at);
}

awaitable<Response> list(const Registry& registry, const Seeing& seeing, Pool& pool,
                         const Context& context) {
    auto sees = co_await visible_to(seeing, pool, context);
    if (auto* problem = std::get_if<Response>(&sees)) co_return std::move(*problem);
    const auto visible = std::get<Visible>(std::move(sees));
    auto read = read_devices_filter(context.request);
    if (auto* wrong = std::get_if<std::string>(&read)) co_return Response::problem(400, *wrong);
    const auto filter = std::get<DevicesFilter>(std::move(read));
    auto limit = read_limit(context.request, page, page);
    if (!limit) co_return Response::problem(400, wrong_limit(page));
    std::string body = "{\"devices\":[", last;
    std::size_t count = 0;
    bool more = false;
    auto write = [&](const DeviceView& device) {
        if (!filter.matches(device) || !visible.device(device)) return true;
        more = count == *limit;
        if (more) return false;
        if (count++ > 0) body += ',';
        append_json(body, device, false);
        last = device.id;
        return true;
    };
    co_await for_each(registry, context.request.query_value("after").value_or(""), write);
    body += ']';
    if (more) {
        body += ",\"next\":";
        append_json_string(body, last);
    }
    body += '}';
    co_return no_store(std::move(body));
}

awaitable<Response> areas(const Registry& registry, const Seeing& seeing, Pool& pool,
                          const Context& context) {
    auto sees = co_await visible_to(seeing, pool, context);
    if (auto* problem = std::get_if<Response>(&sees)) co_return std::move(*problem);
    const auto visible = std::get<Visible>(std::move(sees));
    std::map<std::string, std::size_t> counts;
    auto add = [&](const DeviceView& device) {
        if (!device.area.empty() && visible.device(device)) ++counts[device.area];
        return true;
    };
    co_await for_each(registry, {}, add);
    std::string body;
    JsonWriter w(body);
    w.begin_object().key("areas").begin_array();
    for (const auto& [name, count] : counts)
        w.begin_object()
            .member("name", std::string_view(name))
            .member("devices", count)
            .end_object();
    w.end_array().end_object();
    co_return no_store(std::move(body));
}

// One that may not be seen is not there.
Response one(const Registry& registry, const std::string& id, const Visible& visible = {}) {
    auto device = registry.find(id);
    if (!device || !visible.device(*device))
        return Response::problem(404, "There is no device of this id.");
    std::string body;
    append_json(body, *device, true);
    return no_store(std::move(body));
}

Response refused(error_code error) {
    if (error == devices::Errc::no_device) return Response::problem(404, error.message());
    if (error == devices::Errc::kept_not) return Response::problem(503, error.message());
    return Response::problem(409, error.message());
}

using Edit = std::function<result<void>()>;

// Does it on the pool and answers with the device as it is then.
awaitable<Response> edit(Registry& registry, Pool& pool, std::string id, Edit work) {
    auto done = co_await net::offload(pool, std::move(work));
    if (!done) co_return too_busy();
    if (!*done) co_return refused(done->error());
    co_return one(registry, id);
}

awaitable<Response> change(Registry& registry, Pool& pool, Context& context) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const auto& fields = std::get<Fields>(body);
    DeviceChange wanted;
    for (auto [name, to] : {std::pair("name", &wanted.name), std::pair("area", &wanted.area)}) {
        if (!fields.has(name)) continue;
        if (fields.flag(name))
            co_return Response::problem(400, std::string(name) + " is a text or null");
        *to = fields.text(name).value_or("");
    }
    wanted.no_area = fields.text("area") == ""; // null is another thing
    if (!wanted.name && !wanted.area)
        co_return Response::problem(400, "nothing to change: name, area");
    const auto& id = context.parameters.at(0);
    Edit work = [&registry, id, wanted] { return registry.change(id, wanted); };
    co_return co_await edit(registry, pool, id, std::move(work));
}

awaitable<Response> merge(Registry& registry, Pool& pool, Context& context) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    auto other = std::get<Fields>(body).text("with");
    if (!other) co_return Response::problem(400, "with is the id of a device");
    const auto& id = context.parameters.at(0);
    Edit work = [&registry, id, with = *other] { return registry.merge(id, with); };
    co_return co_await edit(registry, pool, id, std::move(work));
}

std::optional<devices::SourceKey> read_source(std::string_view body) {
    auto parsed = parse_json(body, {4});
    const auto* object = parsed ? parsed->if_object() : nullptr;
    const auto* value = object ? object->if_contains("source") : nullptr;
    const auto* source = value ? value->if_object() : nullptr;
    if (!source) return std::nullopt;
    auto text = [&](const char* name) {
        const auto* v = source->if_contains(name);
        return v && v->is_string() ? std::string(v->get_string()) : std::string();
    };
    devices::SourceKey key{text("measurement"), text("device"), text("path")};
    if (key.measurement.empty() || key.device.empty()) return std::nullopt;
    return key;
}

awaitable<Response> split(Registry& registry, Pool& pool, Context& context) {
    auto source = read_source(context.request.body_text);
    if (!source)
        co_return Response::problem(400, "source is an object with measurement and device");
    const auto& id = context.parameters.at(0);
    Edit work = [&registry, id, key = *source] { return registry.split(id, key); };
    co_return co_await edit(registry, pool, id, std::move(work));
}

} // namespace

void add_devices_routes(net::http::Router& router, Registry& registry, Pool& pool,
                        const Seeing& seeing) {
    auto all =
        make_route("/api/v1/devices", Method::get, "signed-in", "Devices and their latest values");
    all.handler = [&registry, seeing, &pool](Context& context) {
        return list(registry, seeing, pool, context);
    };
    router.add(std::move(all));

    auto single = make_route("/api/v1/devices/{id}", Method::get, "signed-in",
                             "One device, its latest values and its entities");
    single.quick = [&registry, seeing](Context& context) {
        return one(registry, context.parameters.at(0), Visible::of(seeing, context));
    };
    router.add(std::move(single));

    auto rooms = make_route("/api/v1/areas", Method::get, "signed-in", "Rooms");
    rooms.handler = [&registry, seeing, &pool](Context& context) {
        return areas(registry, seeing, pool, context);
    };
    router.add(std::move(rooms));

    auto changed = make_route("/api/v1/devices/{id}", Method::patch, "admin",
                              "Names a device, gives it a room", body_limit);
    changed.handler = [&registry, &pool](Context& context) {
        return change(registry, pool, context);
    };
    router.add(std::move(changed));

    auto merged = make_route("/api/v1/devices/{id}/merge", Method::post, "admin",
                             "Two devices become one", body_limit);
    merged.handler = [&registry, &pool](Context& context) {
        return merge(registry, pool, context);
    };
    router.add(std::move(merged));

    auto parted = make_route("/api/v1/devices/{id}/split", Method::post, "admin",
                             "A source becomes a device of its own", body_limit);
    parted.handler = [&registry, &pool](Context& context) {
        return split(registry, pool, context);
    };
    router.add(std::move(parted));
}

} // namespace caredian::api
