// The gate's look-up of an API key or an access token that the worker does not know yet.
#include "api/gate_impl.h"
#include "api/people_helpers.h"
#include "base/log.h"
#include "net/offload.h"

namespace caredian::api {

namespace http = net::http;
using http::Request;
using http::Response;
using identity::Errc;
using Verdict = http::Gate::Verdict;

namespace {

bool is_refusal(error_code why) {
    return why == Errc::bad_key || why == Errc::bad_token || why == Errc::expired;
}

} // namespace

result<Gate::Impl::Find> Gate::Impl::find_of(const Credential& credential, const Request& request,
                                             Worker& worker) {
    if (credential.kind == Credential::key)
        return Find([this, text = std::string(credential.text), from = request.client.to_string()] {
            return identity.api_keys.find(text, from);
        });
    auto claims = worker.token_keys.verify(credential.text, clock.wall());
    if (!claims) return claims.error();
    return Find([this, claims = std::move(*claims)] { return identity.tokens.find(claims); });
}

http::awaitable<Verdict> Gate::Impl::look_up_key(const Request& request, const http::Route& route,
                                                 access::Need need, Credential credential,
                                                 std::any& principal, Response& answer,
                                                 Worker& worker) {
    // Asked under the whole of it: who knows an id only must not share the answer of who holds the
    // secret.
    const std::string name = cached_as(credential);
    const bool key = credential.kind == Credential::key;
    const auto client = key ? attempt_of(request, {}).client : std::nullopt;
    // A key that was good a moment ago does not suffer for a bad one behind the same address.
    if (client && !worker.cache.holds(name)) {
        auto wait = identity.lockout.key_wait(*client);
        if (wait > nanoseconds(0)) {
            worker.refused.add();
            co_return answer_with(answer, too_many(wait, "too many API keys that are not good"));
        }
    }
    error_code why;
    auto find = find_of(credential, request, worker);
    if (find) {
        worker.lookups.add();
        Question question{name, name,
                          [this, job = std::move(*find)] { return net::offload(pool, job); }};
        auto asked = co_await ask(std::move(question), std::chrono::milliseconds(0), worker);
        if (!asked->found) co_return answer_with(answer, too_busy());
        const auto& found = *asked->found;
        if (found)
            co_return admit(request, route, need, found->principal, credential.kind, principal,
                            answer, worker);
        why = found.error();
    } else {
        why = find.error();
    }
    if (!is_refusal(why)) {
        log::error("gate", "API keys cannot be read", {{"reason", why.message()}});
        co_return answer_with(answer, Response::problem(503, "API keys cannot be read now"));
    }
    worker.cache.forget(name);
    // A cookie stays with the browser whether it is good or not: signing in is the way out.
    if (credential.kind == Credential::cookie_token)
        co_return without_session(request, route, answer, worker, sign_in_first);
    if (client) identity.lockout.key_failed(*client);
    const std::string said = key ? why.message() : "the access token is not good";
    co_return without_key(request, route, answer, worker, said);
}

} // namespace caredian::api
