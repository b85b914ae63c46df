#include "api/enrolment.h"

#include "api/enrolment_json.h"
#include "api/fields.h"
#include "api/page.h"
#include "api/people_helpers.h"
#include "api/qr_svg.h"
#include "api/route.h"
#include "base/json.h"
#include "base/log.h"
#include "net/offload.h"

#include <memory>
#include <variant>

namespace caredian::api {

namespace http = net::http;
namespace enrol = devices::enrol;
using enrol::Errc;
using http::Context;
using http::Method;
using http::Response;

namespace {

constexpr std::size_t body_limit = std::size_t{2} * enrol::largest_request; // with JSON's escapes
constexpr std::string_view fetch_path = "/api/v1/enrolment/fetch";

struct With {
    People people;
    EnrolmentPart part;
};
using Work = http::awaitable<Response> (*)(Context&, const With&);

unsigned status_of_enrolment(error_code error) {
    if (error.category() != make_error_code(Errc::ok).category()) return 503;
    switch (static_cast<Errc>(error.value())) {
    case Errc::not_found:
        return 404;
    case Errc::exists:
    case Errc::revoked:
    case Errc::topic_taken:
    case Errc::too_many:
    case Errc::no_password:
    case Errc::no_certificate:
    case Errc::no_broker:
        return 409;
    case Errc::bad_code:
        return 403;
    case Errc::crypto:
    case Errc::wrong_key:
        return 503;
    default:
        return 400;
    }
}

Response problem(error_code error, std::string_view id) {
    const auto status = status_of_enrolment(error);
    if (status != 503) return Response::problem(status, enrolment_problem(error, id));
    log::error("enrolment", "a request could not be answered", {{"reason", error.message()}});
    return Response::problem(503, "this cannot be done right now: try again");
}

std::string id_of(const Context& context) {
    return std::string(context.parameters.at(0));
}

// --- what is told -------------------------------------------------------------------------------

struct Told {
    result<enrol::Identity> identity;
    bool told = false;
};

Response answer(const result<Told>& done, unsigned status, std::string_view id) {
    const auto& given = done->identity;
    if (!given) return problem(given.error(), id);
    return no_store(Response::json(status, identity_json(*given, done->told)));
}

// The code alone in the address's fragment: it never reaches a server's log.
std::string code_json(const enrol::DeviceBook::Code& code, const http::Request& request,
                      const People& people) {
    auto place = main_origin(request, people.sites);
    while (place.ends_with('/')) place.pop_back();
    place += fetch_path;
    std::string out;
    JsonWriter(out)
        .begin_object()
        .member("code", code.text.reveal())
        .member("expires", code.expires)
        .member("fetch", place)
        .member("qr", qr_svg(place + "#" + code.text.reveal(), code.text.reveal()))
        .end_object();
    return out;
}

// --- by administrators --------------------------------------------------------------------------

http::awaitable<Response> list(Context&, const With& with) {
    auto work = [&e = with.part.enrolment] { return e.list(); };
    auto all = co_await net::offload(with.part.pool, std::move(work));
    if (!all) co_return too_busy();
    if (!*all) co_return problem(all->error(), {});
    std::string out;
    JsonWriter w(out);
    w.begin_object().member("has_broker", with.part.has_broker);
    w.member("broker", with.part.enrolment.options().address);
    w.key("devices").raw(enrolled_json(**all)).end_object();
    co_return no_store(Response::json(200, std::move(out)));
}

struct Asked {
    enrol::NewDevice device;
    std::string request;
    bool code = false;
};

std::variant<Asked, Response> read_asked(const http::Request& request) {
    auto body = Fields::read(request);
    if (auto* wrong = std::get_if<Response>(&body)) return std::move(*wrong);
    const auto& fields = std::get<Fields>(body);
    auto id = fields.text("id");
    if (!id) return Response::problem(400, "id is a text");
    Asked out;
    out.device.id = *id;
    auto convention = enrol::parse_convention(fields.text("convention").value_or("generic"));
    if (!convention) return problem(Errc::bad_convention, *id);
    out.device.convention = *convention;
    out.device.topic = fields.text("topic").value_or("");
    const auto by = fields.text("by").value_or("certificate");
    if (by != "certificate" && by != "password")
        return Response::problem(400, "by is certificate or password");
    out.device.by_password = by == "password";
    out.request = fields.text("request").value_or("");
    out.code = fields.flag("code").value_or(false);
    if (!out.request.empty())
        if (auto key = enrol::read_request(out.request, *id); !key)
            return problem(key.error(), *id);
    return out;
}

http::awaitable<Response> make_code(Context& context, const With& with, std::string id,
                                    unsigned status) {
    auto work = [&e = with.part.enrolment, id, by = actor_of(context)] {
        return e.make_code(id, by);
    };
    auto code = co_await net::offload(with.part.pool, std::move(work));
    if (!code) co_return too_busy();
    if (!*code) co_return problem(code->error(), id);
    co_return no_store(Response::json(status, code_json(**code, context.request, with.people)));
}

http::awaitable<Response> add(Context& context, const With& with) {
    if (!with.part.has_broker) co_return problem(Errc::no_broker, {});
    auto read = read_asked(context.request);
    if (auto* wrong = std::get_if<Response>(&read)) co_return std::move(*wrong);
    const auto asked = std::get<Asked>(std::move(read));
    auto work = [part = with.part, asked, by = actor_of(context)]() -> result<Told> {
        auto device = part.enrolment.add(asked.device, by);
        if (!device) return Told{device.error(), false};
        if (asked.code) return Told{enrol::Identity{}, false};
        auto given = part.enrolment.give(asked.device.id, asked.request, false, by);
        return Told{std::move(given), part.wait_told()};
    };
    auto done = co_await net::offload(with.part.pool, std::move(work));
    if (!done) co_return too_busy();
    if (asked.code && (*done)->identity)
        co_return co_await make_code(context, with, asked.device.id, 201);
    co_return answer(*done, 201, asked.device.id);
}

http::awaitable<Response> certify(Context& context, const With& with) {
    if (!with.part.has_broker) co_return problem(Errc::no_broker, {});
    auto body = Fields::read(context.request);
    if (auto* wrong = std::get_if<Response>(&body)) co_return std::move(*wrong);
    const auto& fields = std::get<Fields>(body);
    auto work = [part = with.part, id = id_of(context), by = actor_of(context),
                 request = fields.text("request").value_or(""),
                 at_once = fields.flag("at_once").value_or(false)]() -> result<Told> {
        auto given = part.enrolment.give(id, request, at_once, by);
        return Told{std::move(given), part.wait_told()};
    };
    auto done = co_await net::offload(with.part.pool, std::move(work));
    if (!done) co_return too_busy();
    co_return answer(*done, 200, id_of(context));
}

http::awaitable<Response> code(Context& context, const With& with) {
    if (!with.part.has_broker) co_return problem(Errc::no_broker, {});
    co_return co_await make_code(context, with, id_of(context), 201);
}

http::awaitable<Response> end(Context& context, const With& with) {
    const bool forget = context.request.method == Method::delete_;
    struct Done {
        result<void> ended;
        bool told = false;
    };
    auto work = [part = with.part, id = id_of(context), by = actor_of(context), forget] {
        auto ended = forget ? part.enrolment.remove(id, by) : part.enrolment.revoke(id, by);
        return Done{ended, ended && part.wait_told()};
    };
    auto done = co_await net::offload(with.part.pool, std::move(work));
    if (!done) co_return too_busy();
    if (!done->ended) co_return problem(done->ended.error(), id_of(context));
    co_return Response::json(200, done->told ? R"({"told":true})" : R"({"told":false})");
}

// --- by the device ------------------------------------------------------------------------------

http::awaitable<Response> fetch(Context& context, const With& with) {
    auto body = Fields::read(context.request);
    if (auto* wrong = std::get_if<Response>(&body)) co_return std::move(*wrong);
    const auto& fields = std::get<Fields>(body);
    auto text = fields.text("code");
    if (!text) co_return Response::problem(400, "code is a text");
    auto work = [part = with.part, code = *text, client = context.request.client.to_string(),
                 request = fields.text("request").value_or("")]() -> result<Told> {
        auto given = part.enrolment.redeem(code, request, client);
        const bool told = given && part.wait_told();
        return Told{std::move(given), told};
    };
    auto done = co_await net::offload(with.part.pool, std::move(work));
    if (!done) co_return too_busy();
    co_return answer(*done, 200, {});
}

} // namespace

void add_enrolment_routes(http::Router& router, const People& people, const EnrolmentPart& part) {
    const auto held = std::make_shared<const With>(With{people, part});
    auto row = [&](const std::string& path, Method method, const char* who, const char* summary,
                   std::size_t limit, Work work) {
        router.add(make_route(path, method, who, summary, limit,
                              [held, work](Context& context) { return work(context, *held); }));
    };
    const std::string all = "/api/v1/enrolment/devices", one = all + "/{id}";
    row(all, Method::get, "admin", "Devices that sign in at the broker", 0, list);
    row(all, Method::post, "admin", "Give a device a certificate, a password or a code", body_limit,
        add);
    row(one + "/certificate", Method::post, "admin", "Its next certificate or password", body_limit,
        certify);
    row(one + "/code", Method::post, "admin", "A code with which it fetches its certificate", 1024,
        code);
    row(one + "/revoke", Method::post, "admin", "Take everything from a device, at once", 1024,
        end);
    row(one, Method::delete_, "admin", "The same, and forget it", 1024, end);
    row(std::string(fetch_path), Method::post, "public",
        "A device fetches its certificate by a code", body_limit, fetch);
}

} // namespace caredian::api
