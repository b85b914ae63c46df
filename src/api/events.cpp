#include "api/events.h"

#include "api/query_limit.h"
#include "api/route.h"
#include "base/json.h"
#include "net/offload.h"

#include <charconv>
#include <variant>

namespace caredian::api {
namespace {

using devices::EventQuery;
using devices::StoredEvent;
using net::http::awaitable;
using net::http::Context;
using net::http::Method;
using net::http::Request;
using net::http::Response;

constexpr std::size_t page = 1000;
constexpr std::size_t read_at_once = 500;
constexpr int most_reads = 20; // of which a caller may see few

struct Found {
    std::vector<StoredEvent> events;
    std::optional<std::pair<std::int64_t, std::int64_t>> next;
};

template <class T>
bool whole(std::string_view text, T& out) {
    auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    return failed == std::errc() && end == text.data() + text.size();
}

// "time_ns.id"
bool read_cursor(std::string_view text, EventQuery& query) {
    auto dot = text.find('.');
    std::pair<std::int64_t, std::int64_t> at;
    if (dot == std::string_view::npos || !whole(text.substr(0, dot), at.first) ||
        !whole(text.substr(dot + 1), at.second))
        return false;
    query.after = at;
    return true;
}

// Or a sentence about what is not understood.
std::variant<EventQuery, std::string> read_query(const Request& request) {
    EventQuery query;
    auto limit = read_limit(request, page, 100);
    if (!limit) return wrong_limit(page);
    query.limit = *limit;
    query.device = request.query_value("device").value_or("");
    query.kind = request.query_value("kind").value_or("");
    query.area = request.query_value("area").value_or("");
    for (auto [name, to] : {std::pair("from", &query.from), std::pair("to", &query.to)}) {
        auto text = request.query_value(name);
        if (!text) continue;
        auto time = parse_rfc3339(*text);
        if (!time) return std::string(name) + " is a time of RFC 3339 or a date";
        *to = to_ns(*time);
    }
    auto cursor = request.query_value("cursor");
    if (cursor && !read_cursor(*cursor, query)) return "cursor is that of the page before";
    return query;
}

// Reads on until there are enough that the caller may see, or it looked at enough.
result<Found> find(devices::EventStore& store, EventQuery query, const Visible& visible) {
    Found out;
    const std::size_t limit = query.limit;
    if (!visible.everything()) query.limit = std::max(limit, read_at_once);
    for (int read = 0; read < most_reads; ++read) {
        auto some = store.list(query);
        if (!some) return some.error();
        for (auto& one : *some) {
            query.after = {one.event.time, one.id};
            const auto& e = one.event;
            if (!visible.source(e.measurement, e.device, e.path)) continue;
            out.events.push_back(std::move(one));
            if (out.events.size() < limit) continue;
            out.next = query.after;
            return out;
        }
        if (some->size() < query.limit) return out;
    }
    out.next = query.after;
    return out;
}

Response answer(const Found& found) {
    std::string body;
    JsonWriter w(body);
    w.begin_object().key("events").begin_array();
    for (const auto& one : found.events) {
        const auto& e = one.event;
        w.begin_object().member("id", one.id).member("time", from_ns(e.time));
        w.member("time_ns", e.time).member("received", from_ns(e.received));
        w.member("device", std::string_view(one.device_id));
        w.member("area", std::string_view(one.area)).member("kind", std::string_view(e.kind));
        w.member("value", std::string_view(e.value));
        w.member("measurement", std::string_view(e.measurement));
        w.member("source", std::string_view(e.device)).member("field", std::string_view(e.field));
        w.end_object();
    }
    w.end_array();
    if (found.next)
        w.member("next",
                 std::to_string(found.next->first) + '.' + std::to_string(found.next->second));
    w.end_object();
    Response response = Response::json(200, std::move(body));
    response.set("Cache-Control", "no-store");
    return response;
}

awaitable<Response> events(devices::EventStore& store, Pool& pool, const Seeing& seeing,
                           const Context& context) {
    auto query = read_query(context.request);
    if (auto* wrong = std::get_if<std::string>(&query)) co_return Response::problem(400, *wrong);
    auto work = [&store, asked = std::get<EventQuery>(std::move(query)),
                 visible = Visible::of(seeing, context)] { return find(store, asked, visible); };
    auto found = co_await net::offload(pool, std::move(work));
    if (!found) co_return too_busy();
    if (*found) co_return answer(**found);
    Response response =
        Response::problem(503, "the events cannot be read now: " + found->error().message());
    response.set("Retry-After", "5");
    co_return response;
}

} // namespace

void add_events_routes(net::http::Router& router, devices::EventStore& store, Pool& pool,
                       const Seeing& seeing) {
    auto route = make_route("/api/v1/events", Method::get, "signed-in",
                            "What devices did: presses, motion, doors, alarms; the newest first");
    route.handler = [&store, &pool, seeing](Context& context) {
        return events(store, pool, seeing, context);
    };
    router.add(std::move(route));
}

} // namespace caredian::api
