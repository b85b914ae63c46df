// Routes of signing in and out, of sessions, accounts and the audit; and their pages.
#pragma once

#include "access/path_rule.h"
#include "access/policies.h"
#include "api/sites.h"
#include "base/pool.h"
#include "guard/denials.h"
#include "identity/credentials.h"
#include "identity/identity.h"
#include "net/http/router.h"

#include <string>

namespace caredian::identity::oidc {
class SignIn;
}

namespace caredian::identity {
class Handover;
}

namespace caredian::api {

// What these routes work with. All must outlive the router.
struct People {
    identity::Identity& identity;
    identity::Credentials& credentials;
    Pool& sql;       // for calls that block shortly
    Pool& passwords; // one thread per two cores, a short queue: when it is full, 429
    const Clock& clock;
    Sites sites;                                 // by which names browsers reach us
    identity::oidc::SignIn* providers = nullptr; // none: local accounts alone
    access::PathRules admin_paths; // of what stands behind a proxy: for administrators alone
    identity::Handover* handover = nullptr;     // between them; none: each host signs in by itself
    const access::Policies* policies = nullptr; // none: the built-in roles alone
    guard::Denials* denials = nullptr;          // none: refusals are not audited
    store::Database* database = nullptr;        // of the accounts; none: no word of their sign-ins
};

// POST /auth/login, POST /auth/logout, GET /auth/me, GET /auth/sessions,
// DELETE /auth/sessions/{id}, every method of /auth/verify and /auth/verify/*.
void add_auth_routes(net::http::Router& router, const People& people);
// Of these, for add_auth_routes: what signs in with a name.
void add_sign_in_routes(net::http::Router& router, const People& people);
// /auth/login/second and what belongs to it: the step after a password.
void add_second_step_routes(net::http::Router& router, const People& people);
// /auth/login/passkey, /auth/passkeys…
void add_passkey_routes(net::http::Router& router, const People& people);
// /auth/account, /auth/password, /auth/second-factor…: one's own.
void add_own_account_routes(net::http::Router& router, const People& people);
// /api/v1/users/{name}/reset-link, /auth/reset; /api/v1/users/{name}/second-factor.
void add_reset_routes(net::http::Router& router, const People& people);
// /api/v1/invitations…, /auth/invitation.
void add_invitation_routes(net::http::Router& router, const People& people);
// /api/v1/users, /api/v1/users/{name}.
void add_users_routes(net::http::Router& router, const People& people);
// /api/v1/audit.
void add_audit_routes(net::http::Router& router, const People& people);
// /api/v1/api-keys, /api/v1/api-keys/{id}.
void add_api_keys_routes(net::http::Router& router, const People& people);
// GET /auth/login, GET and POST /first-run, GET /static/pages.css.
void add_pages(net::http::Router& router, const People& people);

} // namespace caredian::api
