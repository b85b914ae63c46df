// What access tokens are issued on: one row for each time that an API key was turned into tokens.
//
// client_credentials gives an access token alone. An exchange also gives a refresh token, used
// once: it is turned into the next pair. One that comes a second time was stolen from one of the
// two who hold it, so the grant ends with all that was issued on it (RFC 9700 §4.14.2).
// A grant ends with its key, and with whatever ends its owner's sessions.
#pragma once

#include "identity/api_keys.h"
#include "identity/token_keys.h"

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::identity {

struct TokenLimits {
    nanoseconds access = std::chrono::seconds(900);
    nanoseconds refresh = std::chrono::seconds(1'209'600); // of the whole grant, not of each token
    std::size_t per_key = 100;                             // grants; more: the oldest end
};

// Any thread; blocks (SQL).
class TokenGrants {
public:
    TokenGrants(store::Database& database, ApiKeys& keys, const TokenKeyOptions& options,
                const Clock& clock, Random& random, TokenLimits limits = {});
    static std::span<const store::Migration> migrations();

    struct Issued {
        Secret access;
        Secret refresh; // empty: none
        Scopes scopes;
        std::int64_t access_seconds = 0;
    };
    // `scopes` (empty: all of the key's) must be within the key's. Errors: bad_scope; store's.
    result<Issued> issue(const Principal& key, Scopes scopes, bool with_refresh);
    // Errors: bad_token: unknown, ended, used before (its grant ends now), or not of `client` (when
    // given: ApiKey::id); bad_scope: not within the grant's; store's.
    result<Issued> refresh(std::string_view token, Scopes scopes, std::string_view client,
                           const std::string& address);

    // Whoever holds a verified token. Errors: bad_token: its grant or key has ended; store's.
    result<Sessions::Live> find(const AccessClaims& claims);
    // What a token says, while it is good. Errors: bad_token, expired; store's.
    struct Told {
        AccessClaims claims;
        std::string username;
        bool is_refresh = false;
    };
    result<Told> introspect(std::string_view token);
    // Ends the grant of an access or refresh token of `client`. A token that is not good is no
    // error. Errors: refused: of another client; store's.
    result<void> revoke(std::string_view token, std::string_view client, const guard::Actor& by);
    result<void> sweep(); // once an hour

    // Ends what was issued on a key, by its Principal::session, and says theirs. For those who have
    // a database alone.
    static result<std::vector<std::string>> end_of_key(store::Database& database,
                                                       std::string_view key_session);

    // As ApiKeys::on_end; told "grant:" and the grant's id.
    void on_end(Sessions::EndListener listener) { listeners_.push_back(std::move(listener)); }

    const TokenKeyOptions& options() const { return options_; } // for a worker's own TokenKeys
    const std::string& jwks() const { return signer_.jwks(); }

private:
    struct Grant;
    struct RefreshParts;
    result<std::optional<Grant>> load(std::string_view id);
    result<void> end(std::string_view id);
    Issued sign(const Grant& grant, Scopes scopes, bool with_refresh);
    std::optional<RefreshParts> parse_refresh(std::string_view token) const;
    std::string refresh_token(std::string_view grant, std::int64_t turn) const;

    store::Database& database_;
    ApiKeys& keys_;
    TokenKeyOptions options_;
    const Clock& clock_;
    Random& random_;
    TokenLimits limits_;
    std::mutex signing_;
    TokenKeys signer_;
    Secret refresh_key_;
    std::vector<Sessions::EndListener> listeners_;
};

} // namespace caredian::identity
