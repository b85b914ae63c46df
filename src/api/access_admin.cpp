#include "api/access_admin.h"

#include "access/grant_json.h"
#include "api/fields.h"
#include "api/people_helpers.h"
#include "api/route.h"
#include "base/encoding.h"
#include "base/log.h"
#include "net/offload.h"

#include <memory>

namespace caredian::api {

namespace http = net::http;
using access::Errc;
using access::GrantProblem;
using access::GrantText;
using access::RoleText;
using http::awaitable;
using http::Context;
using http::Method;
using http::Response;

namespace {

constexpr std::size_t body_limit = 64 * 1024;

Response refused(error_code error, const std::optional<GrantProblem>& problem) {
    if (error.category() != make_error_code(Errc::ok).category()) return problem_of(error);
    switch (static_cast<Errc>(error.value())) {
    case Errc::no_role:
    case Errc::no_grant:
        return Response::problem(404, error.message());
    case Errc::role_exists:
    case Errc::overtaken:
    case Errc::too_many:
        return Response::problem(409, error.message());
    case Errc::unreadable:
        return Response::problem(503, error.message());
    default:
        return Response::problem(400,
                                 problem ? problem->part + " " + problem->what : error.message());
    }
}

// The body's object, or the problem with it.
std::variant<json::object, Response> object_of(const http::Request& request) {
    std::string_view type = request.header("content-type").value_or("");
    if (!iequals_ascii(trim(type.substr(0, type.find(';'))), "application/json"))
        return Response::problem(415, "send application/json");
    auto parsed = parse_json(request.body_text, {8});
    if (!parsed || !parsed->is_object()) return Response::problem(400, "send a JSON object");
    return std::move(parsed->get_object());
}

template <class T>
void append(JsonWriter& w, const T& what, std::string_view source) {
    w.begin_object();
    append_members(w, what);
    w.member("source", source).end_object();
}

template <class T>
std::string one(const T& what) {
    std::string body;
    JsonWriter w(body);
    append(w, what, "database");
    return body;
}

template <class T>
std::string all(std::string_view name, const std::vector<T>& settings,
                const std::vector<T>& database) {
    std::string body;
    JsonWriter w(body);
    w.begin_object().key(name).begin_array();
    for (const auto& what : settings) append(w, what, "settings");
    for (const auto& what : database) append(w, what, "database");
    w.end_array().end_object();
    return body;
}

class Routes {
public:
    Routes(ExplainWith with, Pool& pool) : with_(std::move(with)), pool_(pool) {}

    awaitable<Response> roles(Context&) {
        auto work = [this] { return with_.access.store().roles(); };
        auto found = co_await net::offload(pool_, std::move(work));
        if (!found) co_return busy();
        if (!*found) co_return refused(found->error(), {});
        co_return json(200, all("roles", with_.access.settings().roles, **found));
    }

    awaitable<Response> grants(Context&) {
        auto work = [this] { return with_.access.store().grants(); };
        auto found = co_await net::offload(pool_, std::move(work));
        if (!found) co_return busy();
        if (!*found) co_return refused(found->error(), {});
        co_return json(200, all("grants", with_.access.settings().grants, **found));
    }

    awaitable<Response> add_role(Context& context) {
        auto body = object_of(context.request);
        if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
        RoleText role;
        if (auto wrong = access::read_json(std::get<json::object>(body), role))
            co_return refused(Errc::bad, wrong);
        for (const auto& there : with_.access.settings().roles)
            if (there.name == role.name) co_return refused(Errc::role_exists, {});
        Change<RoleText> work = [this, role, by = actor_of(context)](auto&) {
            return with_.access.store().add_role(role, by);
        };
        co_return co_await change(std::move(work), 201,
                                  "/api/v1/roles/" + percent_encode(role.name));
    }

    awaitable<Response> add_grant(Context& context) {
        auto body = object_of(context.request);
        if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
        GrantText grant;
        if (auto wrong = access::read_json(std::get<json::object>(body), false, grant))
            co_return refused(Errc::bad, wrong);
        Change<GrantText> work = [this, grant, by = actor_of(context)](auto&) {
            return with_.access.store().add_grant(grant, by);
        };
        co_return co_await change(std::move(work), 201, {});
    }

    awaitable<Response> change_role(Context& context) {
        auto body = object_of(context.request);
        if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
        Change<RoleText> work = [this, from = std::get<json::object>(body),
                                 name = context.parameters.at(0),
                                 by = actor_of(context)](auto& problem) {
            auto edit = [&](RoleText& role) {
                problem = access::read_json(from, role);
                if (!problem && role.name != name)
                    problem = GrantProblem{"name", "stays: make another role"};
                return !problem;
            };
            return with_.access.store().change_role(name, edit, by);
        };
        co_return co_await change(std::move(work), 200, {});
    }

    awaitable<Response> change_grant(Context& context) {
        auto body = object_of(context.request);
        if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
        Change<GrantText> work = [this, from = std::get<json::object>(body),
                                  id = context.parameters.at(0),
                                  by = actor_of(context)](auto& problem) {
            auto edit = [&](GrantText& grant) {
                problem = access::read_json(from, false, grant);
                return !problem;
            };
            return with_.access.store().change_grant(id, edit, by);
        };
        co_return co_await change(std::move(work), 200, {});
    }

    awaitable<Response> remove_role(Context& context) {
        std::function<result<void>()> work = [this, name = context.parameters.at(0),
                                              by = actor_of(context)] {
            return with_.access.store().remove_role(name, by);
        };
        co_return co_await remove(std::move(work));
    }

    awaitable<Response> remove_grant(Context& context) {
        std::function<result<void>()> work = [this, id = context.parameters.at(0),
                                              by = actor_of(context)] {
            return with_.access.store().remove_grant(id, by);
        };
        co_return co_await remove(std::move(work));
    }

    awaitable<Response> explained(Context& context) {
        auto read = Fields::read(context.request);
        if (auto* problem = std::get_if<Response>(&read)) co_return std::move(*problem);
        const auto& fields = std::get<Fields>(read);
        auto text = [&](std::string_view name) { return fields.text(name).value_or(""); };
        auto work = [this, asked = Asked{text("who"), text("action"), text("what"), text("at"),
                                         text("from")}] { return explain(with_, asked); };
        auto told = co_await net::offload(pool_, std::move(work));
        if (!told) co_return busy();
        if (told->failure) co_return problem_of(told->failure);
        if (!told->problem.empty()) co_return Response::problem(400, told->problem);
        co_return json(200, std::move(told->json));
    }

private:
    // Does it in the database; fills in what is wrong with the words.
    template <class T>
    using Change = std::function<result<T>(std::optional<GrantProblem>& problem)>;

    static Response busy() { return too_busy(); }
    static Response json(unsigned status, std::string body) {
        return no_store(Response::json(status, std::move(body)));
    }
    // On the pool, after a change: so that it holds before it is answered.
    void publish() const {
        if (auto done = with_.access.reload(); !done)
            log::error("access", "a change is kept but does not hold yet",
                       {{"reason", done.error().message()}});
    }

    template <class T>
    struct Changed {
        result<T> done;
        std::optional<GrantProblem> problem;
    };

    template <class T>
    awaitable<Response> change(Change<T> change, unsigned status, std::string location) {
        auto work = [this, change = std::move(change)] {
            Changed<T> out{Errc::bad, {}};
            out.done = change(out.problem);
            if (out.done) publish();
            return out;
        };
        auto changed = co_await net::offload(pool_, std::move(work));
        if (!changed) co_return busy();
        if (!changed->done) co_return refused(changed->done.error(), changed->problem);
        auto response = json(status, one(*changed->done));
        if constexpr (std::is_same_v<T, GrantText>)
            if (status == 201) location = "/api/v1/grants/" + changed->done->id;
        if (!location.empty()) response.set("Location", location);
        co_return response;
    }

    awaitable<Response> remove(std::function<result<void>()> remove) {
        auto work = [this, remove = std::move(remove)] {
            auto done = remove();
            if (done) publish();
            return done;
        };
        auto done = co_await net::offload(pool_, std::move(work));
        if (!done) co_return busy();
        if (!*done) co_return refused(done->error(), {});
        co_return Response::empty(204);
    }

    ExplainWith with_;
    Pool& pool_;
};

} // namespace

void add_access_routes(http::Router& router, const ExplainWith& with, Pool& pool) {
    auto routes = std::make_shared<Routes>(with, pool);
    auto add = [&](const char* path, Method method, const char* summary, std::size_t limit,
                   awaitable<Response> (Routes::*handler)(Context&)) {
        router.add(
            make_route(path, method, "admin", summary, limit, [routes, handler](Context& context) {
                return (routes.get()->*handler)(context);
            }));
    };
    add("/api/v1/roles", Method::get, "Roles of the settings and of the database", 0,
        &Routes::roles);
    add("/api/v1/roles", Method::post, "Make a role", body_limit, &Routes::add_role);
    add("/api/v1/roles/{name}", Method::patch, "Change a role's grants, members, note", body_limit,
        &Routes::change_role);
    add("/api/v1/roles/{name}", Method::delete_, "Remove a role", 1024, &Routes::remove_role);
    add("/api/v1/grants", Method::get, "Grants of the settings and of the database", 0,
        &Routes::grants);
    add("/api/v1/grants", Method::post, "Grant something to somebody", body_limit,
        &Routes::add_grant);
    add("/api/v1/grants/{id}", Method::patch, "Change a grant", body_limit, &Routes::change_grant);
    add("/api/v1/grants/{id}", Method::delete_, "Remove a grant", 1024, &Routes::remove_grant);
    add("/api/v1/access/explain", Method::post, "May somebody do something, and why?", 4096,
        &Routes::explained);
}

} // namespace caredian::api
