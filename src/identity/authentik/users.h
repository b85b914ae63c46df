// Authentik's people, kept up with: what a webhook or the daily comparison says is put into the
// accounts. Idempotent; late and doubled events change nothing.
#pragma once

#include "base/pool.h"
#include "identity/authentik/event.h"
#include "identity/oidc/directory.h"
#include "identity/oidc/provider.h"
#include "net/http/fetch.h"

#include <set>

namespace caredian::identity::oidc {
class SignIn;
}

namespace caredian::identity::authentik {

struct Options {
    Secret webhook_secret; // empty: no webhook
    std::string url;       // "https://sso.example.org"; with `token`: people are read from the API
    Secret token;
    std::string ca_file;
};

enum class Outcome {
    applied,
    nothing, // a test, seen before, older than what is known, or nobody of ours
    kept,    // not understood: kept for a look
    away,    // Authentik's API does not answer: to be sent again
};

class Users {
public:
    // `provider` is the sign-in whose issuer these people have. Throws std::runtime_error when the
    // CA file cannot be used. All must outlive this.
    Users(Options options, const oidc::ProviderOptions& provider, oidc::SignIn& sign_in,
          store::Database& database, Pool& pool, const Clock& clock);

    // Compared in constant time. False without a secret.
    bool is_authentik(std::string_view bearer) const;

    // On a worker's executor. With the API set up, the person is read from there and the body only
    // says whom to look at. Errors: the store's.
    net::http::awaitable<result<Outcome>> hook(std::string body);

    // Reads all users and puts right what the webhook missed: known people only; who is not there
    // any more is disabled. How many were looked at. Errors: oidc::Errc's, the store's.
    net::http::awaitable<result<std::size_t>> reconcile();
    bool reads_api() const { return !options_.url.empty() && !options_.token.empty(); }

private:
    net::http::awaitable<result<std::string>> get(std::string target, unsigned& status);
    net::http::awaitable<result<std::optional<UserEvent>>> read(const std::string& pk);
    result<Outcome> apply(const UserEvent& event);
    result<void> keep(const std::string& body);
    result<std::size_t> miss(const std::set<std::string>& seen);

    Options options_;
    const oidc::ProviderOptions& provider_;
    oidc::SignIn& sign_in_;
    store::Database& database_;
    Pool& pool_;
    const Clock& clock_;
    net::TlsContext tls_;
};

} // namespace caredian::identity::authentik
