#include "api/messages.h"

#include "api/fields.h"
#include "api/query_limit.h"
#include "api/route.h"
#include "base/encoding.h"
#include "base/json.h"
#include "ingest/dead_letter.h"
#include "ingest/explain.h"
#include "ingest/recent.h"
#include "net/offload.h"

namespace caredian::api {
namespace {

using net::http::awaitable;
using net::http::Context;
using net::http::Method;
using net::http::Response;

constexpr std::size_t largest_explained = std::size_t{2} * 1024 * 1024; // body: JSON's escapes too
constexpr std::size_t longest_topic = 65'535;                           // MQTT 5.0 §1.5.4
constexpr std::size_t most_letters = 200, most_messages = 256;
constexpr std::size_t shown_payload = 4096; // bytes of one

Response no_store(std::string body) {
    Response response = Response::json(200, std::move(body));
    response.set("Cache-Control", "no-store");
    return response;
}

std::string_view wrong_topic(std::string_view topic) {
    if (topic.empty()) return "topic is empty";
    if (topic.size() > longest_topic) return "topic is longer than 65535 bytes";
    if (topic.find('\0') != std::string_view::npos) return "topic holds a NUL";
    if (topic.find_first_of("+#") != std::string_view::npos)
        return "topic is that of a message: without + and #";
    return {};
}

awaitable<Response> explain(const ingest::Ingest& ingest, Pool& pool, Context& context) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    const auto& fields = std::get<Fields>(body);
    auto topic = fields.text("topic"), payload = fields.text("payload");
    if (!topic || !payload) co_return Response::problem(400, "topic and payload are texts");
    if (auto wrong = wrong_topic(*topic); !wrong.empty()) co_return Response::problem(400, wrong);
    auto work = [&ingest, t = std::move(*topic), p = std::move(*payload)] {
        std::string out;
        append_json(out, ingest::explain(ingest.decode_options(), t, p));
        return out;
    };
    auto explained = co_await net::offload(pool, std::move(work));
    if (!explained) co_return too_busy();
    co_return no_store(std::move(*explained));
}

awaitable<Response> dead_letters(const ingest::Ingest& ingest, Pool& pool, Context& context) {
    auto limit = read_limit(context.request, most_letters, 50);
    if (!limit) co_return Response::problem(400, wrong_limit(most_letters));
    auto work = [&ingest, most = *limit] { return ingest.dead_letters(most); };
    auto found = co_await net::offload(pool, std::move(work));
    if (!found) co_return too_busy();
    if (!*found) co_return Response::problem(503, "the dead letters cannot be read");
    std::string body;
    JsonWriter w(body);
    w.begin_object().key("dead_letters").begin_array();
    for (const auto& letter : **found) {
        w.begin_object().member("time", letter.time).member("topic", letter.topic);
        w.member("payload", sanitize_utf8(letter.payload, shown_payload));
        w.member("bytes", letter.bytes).member("reason", letter.error).end_object();
    }
    w.end_array().end_object();
    co_return no_store(std::move(body));
}

Response messages(const ingest::Ingest& ingest, const devices::Registry& registry,
                  const Context& context) {
    auto limit = read_limit(context.request, most_messages, most_messages);
    if (!limit) return Response::problem(400, wrong_limit(most_messages));
    auto topics = registry.topics(context.parameters.at(0));
    if (!topics) return Response::problem(404, "There is no device of this id.");
    std::string body;
    JsonWriter w(body);
    w.begin_object().key("messages").begin_array();
    for (const auto& message : ingest.recent(*topics, *limit)) {
        w.begin_object().member("topic", message.topic);
        w.member("payload", sanitize_utf8(message.payload, shown_payload));
        w.member("bytes", message.bytes).member("time", message.time);
        w.member("retained", message.retained).member("outcome", message.outcome).end_object();
    }
    w.end_array().end_object();
    return no_store(std::move(body));
}

} // namespace

void add_messages_routes(net::http::Router& router, const ingest::Ingest& ingest,
                         const devices::Registry& registry, Pool& pool, const Seeing& seeing) {
    auto explained = make_route("/api/v1/ingest/explain", Method::post, "admin",
                                "What a message becomes, and why");
    explained.body_limit = largest_explained;
    explained.handler = [&ingest, &pool](Context& context) {
        return explain(ingest, pool, context);
    };
    router.add(std::move(explained));

    auto dead = make_route("/api/v1/dead-letters", Method::get, "admin",
                           "Messages that could not be read, the newest first");
    dead.handler = [&ingest, &pool](Context& context) {
        return dead_letters(ingest, pool, context);
    };
    router.add(std::move(dead));

    auto last = make_route("/api/v1/devices/{id}/messages", Method::get, "signed-in",
                           "The last message of each of a device's topics, as it came");
    last.quick = [&ingest, &registry, seeing](Context& context) {
        if (!Visible::of(seeing, context).everything())
            return Response::problem(403, access::explain(access::Reason::not_granted));
        return messages(ingest, registry, context);
    };
    router.add(std::move(last));
}

} // namespace caredian::api
