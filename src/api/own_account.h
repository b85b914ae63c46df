// What the routes of one's own account share.
#pragma once

#include "api/auth.h"
#include "base/json.h"

#include <any>
#include <string>
#include <type_traits>

namespace caredian::api {

// As problem_of, but for somebody who is signed in: a wrong code is a bad request, not a session
// that has ended.
net::http::Response own_problem(error_code error);

// A ceremony that has begun: its options, and its cookie.
net::http::Response passkey_begun(const net::http::Request& request, const People& people,
                                  const identity::Passkeys::Begun& begun);
void append_passkey(JsonWriter& w, const identity::Passkey& key);

// What authenticator apps show as the place of an account: the host people know us by.
std::string app_issuer(const People& people);
// secret (base32), uri and qr (SVG) of an app that is being set up.
net::http::Response app_to_set_up(const People& people, const Secret& secret,
                                  const std::string& username);

// A job for the pool: `work` gets the caller's account. `fresh`: only soon after they signed in.
// The context's principal is a person (the route says "signed-in").
template <class Work>
auto with_own_account(const People& people, const net::http::Context& context, bool fresh,
                      Work work) {
    return [&people, fresh, work = std::move(work),
            who = std::any_cast<identity::PrincipalPtr>(
                *context.principal)]() -> std::invoke_result_t<Work, const identity::Account&> {
        if (fresh)
            if (auto r = people.credentials.login.must_be_fresh(*who); !r) return r.error();
        auto account = people.identity.accounts.find_id(who->account);
        if (!account) return account.error();
        if (!*account) return identity::Errc::not_found;
        return work(**account);
    };
}

} // namespace caredian::api
