// The audit, for administrators.
#include "api/auth.h"
#include "api/people_helpers.h"
#include "api/route.h"
#include "base/json.h"
#include "net/offload.h"

#include <charconv>
#include <variant>

namespace caredian::api {

namespace http = net::http;
using guard::AuditQuery;
using http::Context;
using http::Method;
using http::Response;

namespace {

// A parameter that is there must be a number: nullopt else.
std::optional<std::int64_t> number(const http::Request& request, std::string_view name,
                                   std::int64_t otherwise) {
    auto text = request.query_value(name);
    if (!text) return otherwise;
    std::int64_t value = 0;
    auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (code != std::errc() || end != text->data() + text->size() || value < 1) return std::nullopt;
    return value;
}

// Or a sentence about what is not understood.
std::variant<AuditQuery, std::string> query_of(const http::Request& request) {
    AuditQuery query;
    auto limit = number(request, "limit", 100);
    auto before = number(request, "before", std::numeric_limits<std::int64_t>::max());
    if (!limit || *limit > 1000) return "limit is a number from 1 to 1000";
    if (!before) return "before is the id of an event";
    query.limit = static_cast<std::size_t>(*limit);
    query.before = *before;
    query.actor = request.query_value("who").value_or("");
    query.event = request.query_value("event").value_or("");
    query.subject = request.query_value("subject").value_or("");
    for (auto [name, to] : {std::pair("from", &query.from), std::pair("to", &query.to)}) {
        auto text = request.query_value(name);
        if (!text) continue;
        auto time = parse_rfc3339(*text);
        if (!time) return std::string(name) + " is a time of RFC 3339 or a date";
        *to = *time;
    }
    return query;
}

Response rows_of(const std::vector<guard::AuditRow>& rows, std::size_t limit) {
    std::string body;
    JsonWriter w(body);
    w.begin_object().key("events").begin_array();
    for (const auto& row : rows) {
        w.begin_object().member("id", row.id).member("time", row.time);
        w.member("event", row.event).member("actor", row.actor).member("client", row.client);
        w.member("subject", row.subject).member("detail", row.detail);
        w.member("hash", std::string_view(row.hash)).end_object();
    }
    w.end_array();
    if (rows.size() == limit) w.member("next", rows.back().id); // ask again with before=next
    w.end_object();
    return no_store(Response::json(200, std::move(body)));
}

http::awaitable<Response> list_audit(Context& context, const People& people) {
    auto query = query_of(context.request);
    if (auto* wrong = std::get_if<std::string>(&query)) co_return Response::problem(400, *wrong);
    auto work = [&people, asked = std::get<AuditQuery>(query)] {
        return people.identity.accounts.audit().list(asked);
    };
    auto found = co_await net::offload(people.sql, std::move(work));
    if (!found) co_return too_busy();
    if (!*found) co_return problem_of(found->error());
    co_return rows_of(**found, std::get<AuditQuery>(query).limit);
}

} // namespace

void add_audit_routes(http::Router& router, const People& people) {
    router.add(make_route("/api/v1/audit", Method::get, "admin", "Who did what: the newest first",
                          0, [people](Context& context) { return list_audit(context, people); }));
}

} // namespace caredian::api
