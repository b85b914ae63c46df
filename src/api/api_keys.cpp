// /api/v1/api-keys: one's own keys; all of them for administrators.
#include "api/api_keys.h"

#include "api/auth.h"
#include "api/people_helpers.h"
#include "api/route.h"
#include "base/encoding.h"
#include "base/json.h"
#include "net/offload.h"

#include <algorithm>
#include <array>

namespace caredian::api {

namespace http = net::http;
using http::Context;
using http::Method;
using http::Response;
using identity::ApiKey;
using identity::Errc;

namespace {

constexpr std::size_t body_limit = 16 * 1024;

// A text with separators as a JSON array.
void append_words(JsonWriter& w, std::string_view words) {
    w.begin_array();
    while (!words.empty()) w.value(next_token(words, ' '));
    w.end_array();
}

void append_members(JsonWriter& w, const ApiKey& k) {
    w.member("id", k.id).member("user", k.owner).member("name", k.name);
    w.member("role", to_string(k.role)).key("scopes");
    append_words(w, to_string(k.scopes));
    w.key("addresses").begin_array();
    for (const auto& address : k.addresses) w.value(address);
    w.end_array().member("created", k.created).member("expires", k.expires).key("last_used");
    if (k.last_used == WallTime())
        w.value(nullptr);
    else
        w.value(k.last_used);
}

// --- what a body asks for -----------------------------------------------------------------------

using Reader = bool (*)(const json::value&, identity::NewApiKey&);

bool is_text(const json::value& v) {
    return v.is_string();
}
std::string text_of(const json::value& v) {
    return {v.get_string().data(), v.get_string().size()};
}
bool are_texts(const json::value& v) {
    return v.is_array() && std::all_of(v.get_array().begin(), v.get_array().end(), is_text);
}

bool read_name(const json::value& v, identity::NewApiKey& key) {
    if (is_text(v)) key.name = text_of(v);
    return is_text(v);
}
bool read_role(const json::value& v, identity::NewApiKey& key) {
    auto role =
        is_text(v) ? identity::parse_role(text_of(v)) : result<identity::Role>(Errc::bad_role);
    if (role) key.role = *role;
    return role.has_value();
}
bool read_scopes(const json::value& v, identity::NewApiKey& key) {
    if (!are_texts(v) || v.get_array().empty()) return false;
    std::string words;
    for (const auto& word : v.get_array()) words += text_of(word) + " ";
    auto scopes = identity::parse_scopes(words);
    if (scopes) key.scopes = *scopes;
    return scopes && !scopes->empty();
}
bool read_addresses(const json::value& v, identity::NewApiKey& key) {
    if (!are_texts(v)) return false;
    for (const auto& one : v.get_array()) key.addresses.push_back(text_of(one));
    return true;
}
bool read_days(const json::value& v, identity::NewApiKey& key) {
    auto* days = v.if_int64();
    if (days) key.days = *days;
    return days != nullptr;
}

struct Member {
    std::string_view name;
    Reader read;
    Errc otherwise;
};
constexpr std::array<Member, 5> members{{
    {"name", read_name, Errc::bad_key_name},
    {"role", read_role, Errc::bad_role},
    {"scopes", read_scopes, Errc::bad_scope},
    {"addresses", read_addresses, Errc::bad_addresses},
    {"days", read_days, Errc::bad_days},
}};

// A member that is misspelt would leave a key wider than it was meant: it is refused.
std::variant<identity::NewApiKey, Response> read_key(const http::Request& request) {
    auto body = parse_json(request.body_text, {4});
    if (!body || !body->is_object()) return Response::problem(400, "the body is no JSON object");
    identity::NewApiKey key;
    for (const auto& [name, value] : body->get_object()) {
        std::string_view wanted(name.data(), name.size());
        auto* member = std::find_if(members.begin(), members.end(),
                                    [&](const Member& m) { return m.name == wanted; });
        if (member == members.end())
            return Response::problem(
                400, "a key has name, role, scopes, addresses and days, and nothing else");
        if (!member->read(value, key)) return problem_of(make_error_code(member->otherwise));
    }
    return key;
}

// --- routes -------------------------------------------------------------------------------------

http::awaitable<Response> add_key(Context& context, const People& people) {
    const auto& who = *identity::principal_of(context.principal);
    auto body = read_key(context.request);
    if (auto* problem = std::get_if<Response>(&body)) co_return std::move(*problem);
    auto work = [&people, key = std::get<identity::NewApiKey>(body), id = who.account,
                 by = actor_of(context)]() -> result<identity::ApiKeys::Made> {
        auto owner = people.identity.accounts.find_id(id);
        if (!owner) return owner.error();
        if (!*owner) return Errc::not_found;
        return people.identity.api_keys.add(key, **owner, by);
    };
    auto made = co_await net::offload(people.sql, std::move(work));
    if (!made) co_return too_busy();
    if (!*made) co_return problem_of(made->error());
    auto response = no_store(Response::json(201, made_key_json(**made)));
    response.set("Location", "/api/v1/api-keys/" + (*made)->key.id);
    co_return response;
}

// The caller's own; for administrators also ?user=NAME, or ?user= for everybody's.
http::awaitable<Response> list_keys(Context& context, const People& people) {
    const auto& who = *identity::principal_of(context.principal);
    auto user = context.request.query_value("user").value_or(who.username);
    if (user != who.username && who.role != identity::Role::admin)
        co_return Response::problem(403, "only administrators see other people's keys");
    auto work = [&people, user]() -> result<std::vector<ApiKey>> {
        if (user.empty()) return people.identity.api_keys.list({});
        auto account = people.identity.accounts.find(user);
        if (!account) return account.error();
        if (!*account) return Errc::not_found;
        return people.identity.api_keys.list((*account)->id);
    };
    auto found = co_await net::offload(people.sql, std::move(work));
    if (!found) co_return too_busy();
    if (!*found) co_return problem_of(found->error());
    co_return no_store(Response::json(200, "{\"keys\":" + keys_json(**found) + "}"));
}

// A key of somebody else looks as one that is not there.
http::awaitable<Response> revoke_key(Context& context, const People& people) {
    const auto& who = *identity::principal_of(context.principal);
    auto work = [&people, id = context.parameters.at(0), by = actor_of(context),
                 account = who.role == identity::Role::admin ? std::string() : who.account] {
        return people.identity.api_keys.revoke(id, account, by);
    };
    auto done = co_await net::offload(people.sql, std::move(work));
    if (!done) co_return too_busy();
    if (!*done) co_return problem_of(done->error());
    co_return Response::empty(204);
}

} // namespace

std::string keys_json(std::span<const ApiKey> keys) {
    std::string out;
    JsonWriter w(out);
    w.begin_array();
    for (const auto& key : keys) {
        w.begin_object();
        append_members(w, key);
        w.end_object();
    }
    w.end_array();
    return out;
}

std::string made_key_json(const identity::ApiKeys::Made& made) {
    std::string out;
    JsonWriter w(out);
    w.begin_object();
    append_members(w, made.key);
    w.member("key", made.text.reveal()).end_object();
    return out;
}

void add_api_keys_routes(http::Router& router, const People& people) {
    router.add(make_route("/api/v1/api-keys", Method::get, "signed-in", "One's own API keys", 0,
                          [people](Context& context) { return list_keys(context, people); }));
    router.add(make_route("/api/v1/api-keys", Method::post, "signed-in",
                          "Make an API key: it is shown this once", body_limit,
                          [people](Context& context) { return add_key(context, people); }));
    router.add(make_route("/api/v1/api-keys/{id}", Method::delete_, "signed-in",
                          "Revoke an API key", 1024,
                          [people](Context& context) { return revoke_key(context, people); }));
}

} // namespace caredian::api
