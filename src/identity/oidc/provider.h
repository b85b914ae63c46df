// One provider over the network: discovery, token endpoint, keys, userinfo.
#pragma once

#include "identity/oidc/id_token.h"
#include "identity/oidc/metadata.h"
#include "identity/oidc/options.h"
#include "net/http/fetch.h"

#include <mutex>

namespace caredian::identity::oidc {

using net::http::awaitable;

// What the token endpoint gave.
struct Grant {
    Secret access_token;
    Secret id_token;
    Secret refresh_token;
    std::int64_t expires_in = 0; // seconds; 0: it did not say
};

// Shared by all workers; nothing is locked while it waits. Errors of all calls: unreachable,
// provider_error, metadata; those named besides.
class Provider {
public:
    // Throws std::runtime_error when the CA file cannot be used.
    Provider(ProviderOptions options, const Clock& clock);

    const ProviderOptions& options() const { return options_; }

    // Kept for an hour, and for as long as the provider does not answer after that. A failure is
    // remembered for some seconds.
    using MetadataPtr = std::shared_ptr<const Metadata>;
    awaitable<result<MetadataPtr>> metadata();

    // Errors: denied (invalid_grant: the code or refresh token is void).
    awaitable<result<Grant>> exchange(std::string code, std::string verifier,
                                      std::string redirect_uri, std::string state);
    awaitable<result<Grant>> refresh(Secret refresh_token);

    // A token's signature, with the provider's keys: they are fetched again for a key id that is
    // not there, at most once in ten seconds. Errors: check_signature's.
    awaitable<result<void>> verify(const Jws& token);

    // The claims (OpenID) or the profile (OAuth 2.0); `subject` not empty: they must be of it.
    // Error: subject.
    awaitable<result<json::object>> userinfo(Secret access_token, std::string subject);
    bool has_userinfo(const Metadata& metadata) const;

    Verifier verifier() const;

private:
    using KeysPtr = std::shared_ptr<const KeySet>;
    awaitable<result<std::string>> ask(net::http::FetchRequest request);
    awaitable<result<json::object>> ask_object(net::http::FetchRequest request);
    awaitable<result<Grant>> ask_token(std::string form);
    awaitable<result<KeysPtr>> fetch_keys();
    bool may_fetch_keys();
    net::http::FetchOptions reach(const net::http::Url& url) const;

    ProviderOptions options_;
    const Clock& clock_;
    net::TlsContext tls_;
    net::http::Origin named_; // the issuer's origin: written down by the operator
    std::mutex mutex_;        // of what follows
    MetadataPtr metadata_;
    MonoTime metadata_until_{};
    MonoTime try_again_{};
    KeysPtr keys_;
    MonoTime keys_fetched_{};
    unsigned key_fetches_ = 0; // since then
};

} // namespace caredian::identity::oidc
