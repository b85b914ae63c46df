#include "api/influx_original.h"

#include "api/chunk_stream.h"
#include "api/fields.h"
#include "api/route.h"
#include "base/json.h"
#include "history/influx/statement.h"
#include "identity/principal.h"
#include "net/offload.h"

namespace caredian::api {
namespace {

using net::http::awaitable;
using net::http::Context;
using net::http::Method;
using net::http::Response;

constexpr std::size_t query_limit = std::size_t{16} * 1024; // bytes of a body
constexpr std::size_t at_once = 2;                          // queries

// Administrators who signed in, and keys with the scope (looked at by the gate).
bool may_query(const Context& context) {
    const auto* who = identity::principal_of(context.principal);
    if (!who) return false;
    if (who->bounds) return who->bounds->scopes.has(identity::Scope::influx_query);
    return who->role == identity::Role::admin;
}

Response no_store(std::string body) {
    Response response = Response::json(200, std::move(body));
    response.set("Cache-Control", "no-store");
    return response;
}

Response answer(const history::influx::StatementAnswer& found) {
    if (!found.error.empty()) return Response::problem(400, "InfluxDB says: " + found.error);
    std::string body;
    JsonWriter w(body);
    w.begin_object().key("results").begin_array().begin_object().member("statement_id", 0);
    w.key("series").raw(found.series_json);
    if (found.partial) w.member("partial", true);
    w.end_object().end_array().end_object();
    return no_store(std::move(body));
}

awaitable<Response> query(const OriginalInflux& influx, Pool& pool, StreamPlaces& places,
                          const Context& context) {
    if (!may_query(context))
        co_return Response::problem(403, "only administrators, and keys with the scope "
                                         "influx:query, may ask the database");
    if (!influx.server) co_return Response::problem(409, "no InfluxDB is set up");
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    auto statement = std::get<Fields>(body).text("q");
    if (!statement) co_return Response::problem(422, "q must be a text");
    if (auto wrong = history::influx::wrong_statement(*statement); !wrong.empty())
        co_return Response::problem(400, wrong);
    auto place = places.take();
    if (!place) {
        auto busy = too_busy();
        busy.set("Retry-After", "5");
        co_return busy;
    }
    auto work = [server = influx.server, q = std::move(*statement)] {
        return history::influx::ask_statement(*server, q);
    };
    auto found = co_await net::offload(pool, std::move(work));
    if (!found) co_return too_busy();
    if (!*found)
        co_return Response::problem(502, "InfluxDB cannot be asked: " + found->error().message());
    co_return answer(**found);
}

awaitable<Response> write_point(ReadingsIn& readings, const Context& context) {
    const auto* type = "application/json";
    auto given = context.request.header("Content-Type").value_or("");
    if (!given.starts_with(type))
        co_return Response::problem(415, "Content-Type is application/json");
    history::PostedOptions options;
    options.now = readings.clock().wall();
    std::string body(context.request.body_text);
    auto posted = history::read_original_points(body, options);
    // Who may not write at all is not told what is wrong with a body.
    if (auto no = ReadingsIn::refused(context, options.device)) co_return std::move(*no);
    const auto* all = std::get_if<std::vector<readings::Reading>>(&posted);
    const std::size_t count = all ? all->size() : 0;
    auto stored = readings.store(context, options.device, std::move(posted), std::move(body));
    Response response = co_await std::move(stored);
    if (response.status != 204) co_return response;
    co_return no_store("{\"written\":" + std::to_string(count) + '}');
}

} // namespace

void add_original_influx_routes(net::http::Router& router, OriginalInflux influx,
                                std::shared_ptr<ReadingsIn> readings, Pool& pool) {
    auto ping = make_route("/influx/ping", Method::get, "signed-in",
                           "The original's: does InfluxDB answer?");
    ping.quick = [influx](Context&) {
        bool ok = influx.server && influx.is_up && influx.is_up();
        return no_store(ok ? R"({"ok":true})" : R"({"ok":false})");
    };
    router.add(std::move(ping));

    auto places = std::make_shared<StreamPlaces>(at_once);
    auto asked = make_route("/influx/query", Method::post, "signed-in",
                            "The original's: a question in InfluxQL, read only", query_limit);
    asked.handler = [influx, &pool, places](Context& context) {
        return query(influx, pool, *places, context);
    };
    router.add(std::move(asked));

    auto write = make_route("/influx/write/point", Method::post, "signed-in",
                            "The original's: takes points of a device", ReadingsIn::body_limit);
    write.handler = [readings](Context& context) { return write_point(*readings, context); };
    router.add(std::move(write));
}

} // namespace caredian::api
