#include "api/signed_in.h"

#include "api/credential_pages.h"
#include "api/handover.h"
#include "api/pages.h"
#include "api/people_helpers.h"
#include "base/encoding.h"
#include "base/json.h"

namespace caredian::api {

namespace http = net::http;
using http::Request;
using http::Response;
using identity::Errc;

namespace {

constexpr nanoseconds busy_wait = std::chrono::seconds(2);

void append_codes(JsonWriter& w, const std::vector<Secret>& codes) {
    w.key("recovery_codes").begin_array();
    for (const auto& code : codes) w.value(code.reveal());
    w.end_array();
}

} // namespace

Text text_of(error_code error) {
    if (error == Errc::refused) return Text::refused;
    if (error == Errc::wrong_code) return Text::wrong_code;
    if (error == Errc::bad_name) return Text::bad_name;
    if (error == Errc::bad_password) return Text::bad_password;
    if (error == Errc::bad_full_name) return Text::bad_full_name;
    if (error == Errc::exists) return Text::exists;
    if (error == Errc::wrong_second) return Text::wrong_second;
    if (error == Errc::start_again) return Text::start_again;
    return status_of(error) == 503 ? Text::unavailable : Text::bad_input;
}

Failure Failure::of(error_code error) {
    return {problem_of(error), text_of(error)};
}
Failure Failure::wait(nanoseconds how_long) {
    return {too_many(how_long, "too many failed attempts: wait and try again"), Text::try_later};
}
Failure Failure::busy() {
    return {too_many(busy_wait, "too many sign-ins at once: try again"), Text::busy};
}
Failure Failure::bad_input(std::string_view why) {
    return {Response::problem(400, why), Text::bad_input};
}

Response as_page(Failure failure, Response page) {
    page.status = failure.problem.status;
    for (auto& header : failure.problem.headers)
        if (header.first == "Retry-After") page.headers.push_back(std::move(header));
    return page;
}

Response signed_in(const Request& request, const People& people, bool form,
                   const identity::Login::Done& done, std::string target) {
    const auto& [account, session] = done.signed_in;
    Response response;
    if (form && !done.codes.empty()) {
        response = codes_page(page_language(request), done.codes, after_sign_in(target));
    } else if (form) {
        response = target.starts_with('/')
                       ? Response::redirect(303, std::move(target))
                       : signed_in_page(page_language(request), after_sign_in(target));
    } else {
        std::string body;
        JsonWriter w(body);
        w.begin_object().member("username", account.username);
        w.member("role", to_string(account.role));
        if (!done.codes.empty()) append_codes(w, done.codes);
        w.end_object();
        response = Response::json(200, std::move(body));
    }
    set_session_cookie(response, request, people, session.token);
    for (auto name : {second_cookie, passkey_cookie})
        if (!step_value(request, name).empty()) set_step_cookie(response, request, people, name);
    return no_store(std::move(response));
}

identity::LoginFrom from_of(const http::Context& context) {
    const Request& request = context.request;
    auto* who = identity::principal_of(context.principal);
    return {request.client.to_string(), std::string(request.header("user-agent").value_or("")),
            who ? who->session : std::string()};
}

Response one_more_step(const Request& request, const People& people, bool form,
                       const identity::Login::NextStep& next, const std::string& target) {
    Response response;
    if (form) {
        response = Response::redirect(303, "/auth/login/second?t=" + percent_encode(next.token) +
                                               "&return_to=" + percent_encode(target));
    } else {
        std::string body;
        JsonWriter w(body);
        w.begin_object().member("type", "about:blank");
        w.member("title", http::reason_phrase(401)).member("status", 401);
        w.member("detail", next.enrol ? "an authenticator app must be set up first"
                                      : "one more step: a code or a passkey");
        w.member("mfa_token", next.token).key("second").begin_array();
        if (next.enrol) w.value("set-up-app");
        if (next.app) w.value("app");
        if (next.passkey) w.value("passkey");
        if (!next.enrol) w.value("recovery-code");
        w.end_array().end_object();
        response = Response::text(401, std::move(body), "application/problem+json");
    }
    set_step_cookie(response, request, people, second_cookie, next.cookie,
                    identity::Login::second_within);
    return no_store(std::move(response));
}

} // namespace caredian::api
