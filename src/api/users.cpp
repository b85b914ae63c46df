// Accounts, for administrators.
#include "api/auth.h"
#include "api/people_helpers.h"
#include "api/route.h"
#include "base/encoding.h"
#include "base/json.h"
#include "identity/sign_in_states.h"
#include "net/offload.h"

namespace caredian::api {

namespace http = net::http;
using http::Context;
using http::Method;
using http::Response;
using identity::Account;

namespace {

constexpr std::size_t body_limit = 16 * 1024;

// An account, and how it signs in.
struct Shown {
    Account account;
    identity::SignInState state;
};

// On the pool.
result<std::vector<Shown>> with_states(const People& people, std::vector<Account> accounts) {
    identity::SignInStates states;
    if (people.database) {
        auto found = identity::sign_in_states(*people.database);
        if (!found) return found.error();
        states = std::move(*found);
    }
    std::vector<Shown> out;
    for (auto& account : accounts) {
        auto state = states.find(account.username);
        out.push_back(
            {std::move(account), state == states.end() ? identity::SignInState() : state->second});
    }
    return out;
}

result<Shown> with_state(const People& people, const result<Account>& account) {
    if (!account) return account.error();
    auto shown = with_states(people, {*account});
    if (!shown) return shown.error();
    return std::move(shown->at(0));
}

// Roles of their own, by the policy of now; administrators have none.
void append_roles(JsonWriter& w, const Account& a, const access::Policy* policy) {
    w.key("roles").begin_array();
    if (policy && a.role != identity::Role::admin) {
        identity::Principal who;
        who.account = a.id;
        who.username = a.username;
        who.role = a.role;
        for (auto role : policy->roles_of(who)) w.value(role);
    }
    w.end_array();
}

void append(JsonWriter& w, const Shown& shown, const access::Policy* policy) {
    const Account& a = shown.account;
    w.begin_object().member("username", a.username).member("full_name", a.full_name);
    w.member("email", a.email);
    w.member("role", to_string(a.role)).member("language", a.language);
    append_roles(w, a, policy);
    w.member("disabled", a.disabled).member("created", a.created);
    w.member("second_factor", shown.state.second_factor).key("last_login");
    if (shown.state.last_login == WallTime())
        w.value(nullptr);
    else
        w.value(shown.state.last_login);
    w.end_object();
}

Response one(unsigned status, const People& people, const Shown& shown) {
    auto policy = people.policies ? people.policies->now() : nullptr;
    std::string body;
    JsonWriter w(body);
    append(w, shown, policy.get());
    return no_store(Response::json(status, std::move(body)));
}

http::awaitable<Response> list_users(const People& people) {
    auto work = [&people]() -> result<std::vector<Shown>> {
        auto accounts = people.identity.accounts.list();
        if (!accounts) return accounts.error();
        return with_states(people, std::move(*accounts));
    };
    auto found = co_await net::offload(people.sql, std::move(work));
    if (!found) co_return too_busy();
    if (!*found) co_return problem_of(found->error());
    auto policy = people.policies ? people.policies->now() : nullptr;
    std::string body;
    JsonWriter w(body);
    w.begin_object().key("users").begin_array();
    for (const auto& shown : **found) append(w, shown, policy.get());
    w.end_array().end_object();
    co_return no_store(Response::json(200, std::move(body)));
}

result<identity::NewAccount> new_account(const Fields& fields) {
    identity::NewAccount a;
    auto role = identity::parse_role(fields.text("role").value_or("member"));
    if (!role) return role.error();
    a.role = *role;
    a.username = fields.text("username").value_or("");
    a.password = Secret(fields.text("password").value_or(""));
    a.language = fields.text("language").value_or("ko");
    a.full_name = fields.text("full_name").value_or("");
    a.email = fields.text("email").value_or("");
    return a;
}

http::awaitable<Response> add_user(Context& context, const People& people) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    auto fresh = new_account(std::get<Fields>(body));
    if (!fresh) co_return problem_of(fresh.error());
    auto work = [&people, account = *fresh, by = actor_of(context)] {
        return with_state(people, people.identity.accounts.add(account, by));
    };
    auto made = co_await net::offload(people.passwords, std::move(work));
    if (!made) co_return too_busy();
    if (!*made) co_return problem_of(made->error());
    auto response = one(201, people, **made);
    response.set("Location", "/api/v1/users/" + percent_encode((*made)->account.username));
    co_return response;
}

// Nothing of an unknown or wrong kind is passed over in silence.
std::optional<std::string> read_change(const Fields& fields, identity::AccountChange& change) {
    if (fields.has("role")) {
        auto role = identity::parse_role(fields.text("role").value_or(""));
        if (!role) return role.error().message();
        change.role = *role;
    }
    change.disabled = fields.flag("disabled");
    if (fields.has("disabled") && !change.disabled) return "disabled is true or false";
    if (fields.has("password")) change.password = Secret(fields.text("password").value_or(""));
    if (fields.has("language")) change.language = fields.text("language").value_or("");
    change.full_name = fields.text("full_name");
    if (fields.has("full_name") && !change.full_name) return "full_name is a text";
    change.email = fields.text("email");
    if (fields.has("email") && !change.email) return "email is a text";
    if (!change.role && !change.disabled && !change.password && !change.language &&
        !change.full_name && !change.email)
        return "nothing to change: role, disabled, password, language, full_name, email";
    return std::nullopt;
}

http::awaitable<Response> change_user(Context& context, const People& people) {
    auto body = Fields::read(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    identity::AccountChange change;
    if (auto wrong = read_change(std::get<Fields>(body), change))
        co_return Response::problem(400, *wrong);
    auto work = [&people, change, name = context.parameters.at(0), by = actor_of(context)] {
        return with_state(people, people.identity.accounts.change(name, change, by));
    };
    Pool& pool = change.password ? people.passwords : people.sql;
    auto changed = co_await net::offload(pool, std::move(work));
    if (!changed) co_return too_busy();
    if (!*changed) co_return problem_of(changed->error());
    co_return one(200, people, **changed);
}

http::awaitable<Response> remove_user(Context& context, const People& people) {
    auto work = [&people, name = context.parameters.at(0), by = actor_of(context)] {
        return people.identity.accounts.remove(name, by);
    };
    auto done = co_await net::offload(people.sql, std::move(work));
    if (!done) co_return too_busy();
    if (!*done) co_return problem_of(done->error());
    co_return Response::empty(204);
}

} // namespace

void add_users_routes(http::Router& router, const People& people) {
    router.add(make_route("/api/v1/users", Method::get, "admin", "All accounts", 0,
                          [people](Context&) { return list_users(people); }));
    router.add(make_route("/api/v1/users", Method::post, "admin", "Make an account", body_limit,
                          [people](Context& context) { return add_user(context, people); }));
    router.add(make_route("/api/v1/users/{name}", Method::patch, "admin",
                          "Change role, names, e-mail, language or password, disable or enable",
                          body_limit,
                          [people](Context& context) { return change_user(context, people); }));
    router.add(make_route("/api/v1/users/{name}", Method::delete_, "admin",
                          "Delete an account and end its sessions", 1024,
                          [people](Context& context) { return remove_user(context, people); }));
}

} // namespace caredian::api
