// The gate's look-up of an API key that the worker does not know yet.
#include "api/gate_impl.h"
#include "api/people_helpers.h"
#include "base/log.h"

namespace caredian::api {

namespace http = net::http;
using http::Request;
using http::Response;
using Verdict = http::Gate::Verdict;

http::awaitable<Verdict> Gate::Impl::look_up_key(const Request& request, const http::Route& route,
                                                 access::Need need, std::string_view key,
                                                 std::any& principal, Response& answer,
                                                 Worker& worker) {
    const auto client = attempt_of(request, {}).client;
    // A key that was good a moment ago does not suffer for a bad one behind the same address.
    if (client && !worker.cache.holds(key)) {
        auto wait = identity.lockout.key_wait(*client);
        if (wait > nanoseconds(0)) {
            worker.refused.add();
            co_return answer_with(answer, too_many(wait, "too many API keys that are not good"));
        }
    }
    worker.lookups.add();
    Find find = [this, text = std::string(key), from = request.client.to_string()] {
        return identity.api_keys.find(text, from);
    };
    // Under the whole key: who knows an id only must not share the answer of who holds the secret.
    auto asked = co_await ask(key, std::string(key), std::move(find), worker);
    if (!asked->found)
        co_return answer_with(answer, Response::problem(503, "too much to do: try again"));
    const auto& found = *asked->found;
    if (found) co_return admit(request, route, need, found->principal, principal, answer, worker);
    auto why = found.error();
    if (why != identity::Errc::bad_key) {
        log::error("gate", "API keys cannot be read", {{"reason", why.message()}});
        co_return answer_with(answer, Response::problem(503, "API keys cannot be read now"));
    }
    worker.cache.forget(key);
    worker.refused.add();
    if (client) identity.lockout.key_failed(*client);
    co_return answer_with(answer, refused_key(why.message()));
}

} // namespace caredian::api
