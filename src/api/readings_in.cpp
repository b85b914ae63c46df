#include "api/readings_in.h"

#include "api/route.h"
#include "base/encoding.h"
#include "history/exchange/import_reader.h"
#include "identity/digest.h"
#include "identity/principal.h"
#include "ingest/direct.h"
#include "net/http/gunzip.h"
#include "net/offload.h"

#include <algorithm>
#include <charconv>

namespace caredian::api {

namespace asio = boost::asio;
using net::http::awaitable;
using net::http::Context;
using net::http::Method;
using net::http::Request;
using net::http::Response;

namespace {

constexpr std::size_t most_waiting = 256;
constexpr std::size_t most_waiting_bytes = std::size_t{16} * 1024 * 1024;
constexpr std::size_t read_at_once = std::size_t{64} * 1024; // larger ones on the pool
constexpr std::size_t longest_key = 128;
constexpr std::string_view key_header = "Idempotency-Key";

Response later(std::string_view why) {
    Response response = Response::problem(503, why);
    response.set("Retry-After", "5");
    return response;
}

// "application/json" of "Application/JSON; charset=utf-8".
std::string media_type(const Request& request) {
    auto value = request.header("Content-Type").value_or("");
    return lower_ascii(trim(value.substr(0, value.find(';'))));
}

std::uint64_t digest(std::string_view text) {
    std::uint64_t out = 0;
    auto hex = identity::sha256_hex(text).substr(0, 16);
    std::from_chars(hex.data(), hex.data() + hex.size(), out, 16);
    return out;
}

// Nothing: there is none. Empty: it is no key.
std::optional<std::string> idempotency_key(const Request& request) {
    if (request.count(key_header) == 0) return std::nullopt;
    std::string key(*request.header(key_header));
    bool printable = std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; });
    if (request.count(key_header) > 1 || key.size() > longest_key || !printable) key.clear();
    return key;
}

// Keys of others, and of other devices, are other keys.
std::uint64_t key_of(const Context& context, std::string_view device, std::string_view key) {
    const auto* who = identity::principal_of(context.principal);
    std::string all(who->bounds ? who->bounds->key : "account " + who->account);
    (all += '\n') += device;
    (all += '\n') += key;
    auto made = digest(all);
    return made ? made : 1; // 0 is none
}

Response answer(const result<readings::Row>& stored) {
    if (stored) return Response::empty(204);
    const error_code why = stored.error();
    if (why == ingest::Errc::key_reused)
        return Response::problem(422, "something else was sent under this Idempotency-Key");
    if (why == ingest::Errc::full)
        return later("the journal is full: a store does not keep up. Send it again later");
    return later("this cannot be stored now (" + why.message() + "): send it again later");
}

Response answer(const history::PostedProblem& problem) {
    std::string where = problem.line ? "line " + std::to_string(problem.line) + ": " : "";
    return Response::problem(problem.unreadable ? 400 : 422, where + problem.reason);
}

// The body as it was before it was packed.
std::variant<std::string, Response> unpacked(const Request& request) {
    auto coding = lower_ascii(trim(request.header("Content-Encoding").value_or("")));
    if (coding.empty() || coding == "identity") return std::string(request.body_text);
    if (coding != "gzip" || request.count("Content-Encoding") > 1)
        return Response::problem(415, "Content-Encoding is gzip, or nothing");
    auto out = net::http::gunzip(request.body_text, ReadingsIn::body_limit);
    if (out) return std::move(*out);
    if (out.error() == make_error_code(net::http::Errc::body_too_large))
        return Response::problem(413, "unpacked, the body is larger than 1 MiB");
    return Response::problem(400, "the body is not gzip");
}

// Posts, and goes on where it was when the journal has it.
awaitable<result<readings::Row>> post(ingest::Ingest& ingest, ingest::Ingest::Posted posted) {
    using Stored = result<readings::Row>;
    auto executor = co_await asio::this_coro::executor;
    auto start = [&ingest, executor, &posted](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto guard = asio::make_work_guard(executor);
        auto done = [shared, guard, executor](Stored stored) {
            asio::post(executor, [shared, guard, stored]() mutable { (*shared)(stored); });
        };
        if (!ingest.post(std::move(posted), done)) done(make_error_code(ingest::Errc::not_running));
    };
    co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(Stored)>(
        start, asio::use_awaitable);
}

} // namespace

// A share of what may wait for the disk at once.
struct ReadingsIn::Place {
    Place(ReadingsIn& in, std::size_t size) : readings(in), bytes(size) {
        ++readings.waiting_;
        readings.waiting_bytes_ += bytes;
    }
    ~Place() {
        --readings.waiting_;
        readings.waiting_bytes_ -= bytes;
    }
    Place(const Place&) = delete;
    bool free() const {
        return readings.waiting_ <= most_waiting &&
               (readings.waiting_ == 1 || readings.waiting_bytes_ <= most_waiting_bytes);
    }
    ReadingsIn& readings;
    std::size_t bytes;
};

std::optional<Response> ReadingsIn::refused(const Context& context, std::string_view device) {
    const auto* who = identity::principal_of(context.principal);
    if (!who) return Response::problem(403, "sign in first");
    if (who->bounds) {
        if (who->bounds->scopes.may_write(device)) return std::nullopt;
        return Response::problem(403, "this key may not write readings of this device");
    }
    if (who->role == identity::Role::admin) return std::nullopt;
    return Response::problem(403, "only administrators, and keys with the scope readings:write, "
                                  "may write readings");
}

awaitable<history::Posted> ReadingsIn::read(bool json, std::string body,
                                            history::PostedOptions options) {
    auto work = [json, text = std::move(body), with = std::move(options)] {
        return json ? history::read_posted_json(text, with)
                    : history::read_posted_lines(text, with);
    };
    auto done = co_await net::offload(pool_, std::move(work));
    if (!done) co_return std::vector<readings::Reading>(); // too busy
    co_return std::move(*done);
}

awaitable<Response> ReadingsIn::handle(Context& context) {
    const Request& request = context.request;
    history::PostedOptions options;
    options.device = context.parameters.at(0);
    options.now = clock_.wall();
    if (auto no = refused(context, options.device)) co_return std::move(*no);
    if (auto wrong = history::wrong_device_name(options.device); !wrong.empty())
        co_return Response::problem(400, wrong);
    const std::string type = media_type(request);
    const bool json = type == "application/json";
    if (!json && type != "text/plain" && type != "application/vnd.influx.line-protocol")
        co_return Response::problem(
            415, "Content-Type is application/json, or text/plain for line protocol");
    if (auto precision = request.query_value("precision")) {
        auto unit = history::parse_precision(*precision);
        if (!unit) co_return Response::problem(400, "precision is ns, us, ms or s");
        options.unit_ns = *unit;
    }
    auto text = unpacked(request);
    if (auto* problem = std::get_if<Response>(&text)) co_return std::move(*problem);
    auto& body = std::get<std::string>(text);
    std::string device = options.device;
    history::Posted posted;
    if (body.size() > read_at_once) {
        auto reading = read(json, body, std::move(options));
        posted = co_await std::move(reading);
        const auto* none = std::get_if<std::vector<readings::Reading>>(&posted);
        if (none && none->empty()) co_return too_busy();
    } else {
        posted = json ? history::read_posted_json(body, options)
                      : history::read_posted_lines(body, options);
    }
    body += json ? "\njson" : "\nlines " + request.query_value("precision").value_or("");
    auto stored = store(context, std::move(device), std::move(posted), std::move(body));
    co_return co_await std::move(stored);
}

awaitable<Response> ReadingsIn::store(const Context& context, std::string device,
                                      history::Posted posted, std::string body) {
    if (const auto* problem = std::get_if<history::PostedProblem>(&posted))
        co_return answer(*problem);
    ingest::Ingest::Posted out;
    if (auto key = idempotency_key(context.request)) {
        if (key->empty())
            co_return Response::problem(
                400, "Idempotency-Key is one text of 1 to 128 printable ASCII characters");
        out.key = key_of(context, device, *key);
        out.content = digest(body);
    }
    out.payload = ingest::encode_direct(std::get<std::vector<readings::Reading>>(posted));
    out.device = std::move(device);
    Place place(*this, out.payload.size());
    if (!place.free()) co_return later("too many readings wait for the disk: send it again later");
    ingest::Ingest::Posted told;
    if (home_) told = out; // the same key there, so that one that comes again is heard once
    auto waiting = post(ingest_, std::move(out));
    const auto stored = co_await std::move(waiting);
    if (stored && home_) home_->post(std::move(told), [](const result<readings::Row>&) {});
    co_return answer(stored);
}

void add_readings_in_routes(net::http::Router& router, std::shared_ptr<ReadingsIn> readings) {
    auto route = make_route("/api/v1/devices/{id}/readings", Method::post, "signed-in",
                            "Takes readings of a device that has no MQTT", ReadingsIn::body_limit);
    route.handler = [readings](Context& context) { return readings->handle(context); };
    router.add(std::move(route));
}

} // namespace caredian::api
