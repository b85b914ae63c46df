// What every way to sign in ends with, and what it begins with.
#pragma once

#include "api/auth.h"
#include "api/page_texts.h"
#include "guard/lockout.h"
#include "net/offload.h"

#include <optional>
#include <string>
#include <type_traits>
#include <variant>

namespace caredian::api {

// One failure in the two shapes: a problem document, or a page with a sentence.
struct Failure {
    net::http::Response problem;
    Text text;

    static Failure of(error_code error);
    static Failure wait(nanoseconds how_long);
    static Failure busy();
    static Failure bad_input(std::string_view why);
};

// What a person is told instead of the problem's sentence.
Text text_of(error_code error);

// `page` with the status and Retry-After of the problem.
net::http::Response as_page(Failure failure, net::http::Response page);

// A try at a secret, on `pool`, between lockout.begin and its end: `work` gives a result and tells
// the lockout how it went. Without an attempt nobody is counted.
template <class Work>
net::http::awaitable<std::variant<typename std::invoke_result_t<Work>::value_type, Failure>>
attempted(guard::Lockout& lockout, Pool& pool, std::optional<guard::Attempt> attempt, Work work) {
    nanoseconds wait{0};
    if (attempt) wait = lockout.begin(*attempt);
    if (wait > nanoseconds(0)) co_return Failure::wait(wait);
    auto outcome = co_await net::offload(pool, std::move(work));
    if (!outcome) {
        if (attempt) lockout.withdrawn(*attempt);
        co_return Failure::busy();
    }
    if (!*outcome) co_return Failure::of(outcome->error());
    co_return std::move(**outcome);
}

// The answer to a program or a script (JSON: username, role, recovery codes when there are new
// ones), or to a form: on to `target`, past the codes. Sets the session's cookie and ends those of
// the steps before.
net::http::Response signed_in(const net::http::Request& request, const People& people, bool form,
                              const identity::Login::Done& done, std::string target);

// Where the request comes from, and the session that it carries already.
identity::LoginFrom from_of(const net::http::Context& context);

// To the page of the second step (form), or 401 with what it takes (mfa_token, second).
net::http::Response one_more_step(const net::http::Request& request, const People& people,
                                  bool form, const identity::Login::NextStep& next,
                                  const std::string& target);

} // namespace caredian::api
