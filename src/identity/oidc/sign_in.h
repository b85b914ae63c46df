// Signing in at providers: the code flow from the button to the session, and out again.
//
//   begin()   the browser is sent to the provider, with a sealed cookie that remembers why
//   finish()  it comes back with a code: check, exchange, verify, look the person up, new session
//   end()     a session is over here: where the provider's own is ended
//   backchannel()  the provider says that a session is over
#pragma once

#include "base/pool.h"
#include "identity/identity.h"
#include "identity/oidc/directory.h"
#include "identity/oidc/login_state.h"
#include "identity/oidc/provider.h"
#include "identity/oidc/provisioning.h"

namespace caredian::identity::oidc {

class SignIn {
public:
    // Calls that block run on `pool`. All must outlive this. Throws std::runtime_error when a
    // provider's CA file cannot be used.
    SignIn(std::vector<ProviderOptions> providers, Identity& identity, store::Database& database,
           store::Sealer sealer, Pool& pool, const Clock& clock, Random& random);

    const std::vector<std::unique_ptr<Provider>>& providers() const { return providers_; }
    Provider* find(std::string_view id) const; // nullptr: none

    struct Begun {
        std::string location; // at the provider
        std::string cookie;   // for finish(); login_lifetime
    };
    // Errors: unreachable, provider_error, metadata.
    awaitable<result<Begun>> begin(Provider& provider, std::string redirect_uri,
                                   std::string return_to, std::string language);

    // What the browser brought back.
    struct Answer {
        std::string cookie;
        std::string state;
        std::string code;
        std::string error;
        std::optional<std::string> issuer; // iss, RFC 9207
        std::string client;                // address
        std::string agent;
        std::string replaces; // the browser's session until now
    };
    struct Finished {
        Identity::SignedIn signed_in;
        std::string return_to;
    };
    // Errors: Errc's; identity's refused; the store's; busy (std::errc) when the pool is full.
    awaitable<result<Finished>> finish(Answer answer);

    // Forgets what the provider gave for `session`, which has ended. The address that ends the
    // provider's own session (RP-Initiated Logout 1.0) and then leads to `back`; empty: none.
    awaitable<std::string> end(std::string session, std::string back);

    // OpenID Connect Back-Channel Logout 1.0 §2.6: how many sessions it ended. Errors: Errc's (the
    // token is not good: 400); the store's (503: the provider is to try again).
    awaitable<result<std::size_t>> backchannel(std::string logout_token);

    // For what is told of people besides sign-ins. These block.
    Directory& directory() { return directory_; }
    Provisioning& provisioning() { return provisioning_; }

    // Asks the providers for new tokens where the old ones run out: so a person who was shut out
    // there loses the session here without a webhook, and groups follow. One gateway asks for one
    // session at a time. A provider that does not answer leaves sessions as they are. Every few
    // seconds, on a worker.
    awaitable<void> refresh_due();

    void maintain(); // forgets what ran out. Blocks; once an hour

private:
    template <class Work>
    awaitable<std::invoke_result_t<Work>> blocking(Work work);
    awaitable<result<Person>> identify(Provider& provider, const LoginState& login,
                                       const Grant& grant, std::string& sid);
    result<Finished> admit(const Provider& provider, const LoginState& login, const Person& person,
                           const Answer& answer, ProviderSession kept);
    awaitable<void> refresh(ProviderSessions::Due due);
    awaitable<result<void>> renew(Provider& provider, const ProviderSession& kept,
                                  const Grant& grant);
    result<void> given_up(const ProviderSession& kept);
    result<std::size_t> end_sessions(const Provider& provider, const LogoutToken& token);

    Identity& identity_;
    Pool& pool_;
    const Clock& clock_;
    Random& random_;
    store::Sealer sealer_;
    Directory directory_;
    Provisioning provisioning_;
    ProviderSessions sessions_;
    std::vector<std::unique_ptr<Provider>> providers_;
};

} // namespace caredian::identity::oidc
