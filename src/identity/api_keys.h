// API keys: for programs that act for a person. "cdk_<id>_<secret>", shown once.
//
// The id (16 hex digits) is public; the secret is 256 random bits, of which the SHA-256 is kept: no
// guess is worth slowing down. A key may do what its own role and scopes and its owner's role of
// today all allow, from its networks, until it ends.
#pragma once

#include "identity/accounts.h"
#include "identity/sessions.h"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::identity {

struct ApiKey {
    std::string id;
    std::string account; // Account::id of its owner
    std::string owner;   // username; "" when the account is gone
    std::string name;
    Role role = Role::member;
    Scopes scopes;
    std::vector<std::string> addresses; // networks; empty: from anywhere
    WallTime created{};
    WallTime expires{};
    WallTime last_used{}; // 1970: never; at most a minute behind
};

struct NewApiKey {
    std::string name;
    Role role = Role::member;
    Scopes scopes; // empty: read
    std::vector<std::string> addresses;
    std::int64_t days = 90;
};

inline constexpr std::size_t api_key_bytes = 64; // of every key
inline constexpr std::string_view api_key_prefix = "cdk_";

// Any thread; blocks (SQL).
class ApiKeys {
public:
    static constexpr std::size_t per_account = 100;

    ApiKeys(store::Database& database, Accounts& accounts, const Clock& clock, Random& random);
    static std::span<const store::Migration> migrations();

    struct Made {
        ApiKey key;
        Secret text; // the whole of it; cannot be had again
    };
    // Errors: bad_key_name, bad_scope, bad_addresses, bad_days, role_too_high, too_many_keys;
    // refused: the owner is disabled; store's. Audited.
    result<Made> add(const NewApiKey& fresh, const Account& owner, const guard::Actor& by);

    // Whose key it is. Errors: bad_key (unknown, wrong, ended, its owner gone or disabled);
    // store's. A refusal of a key of ours is audited under `client`.
    result<Sessions::Live> find(std::string_view text, const std::string& client);

    // The same for a key that is known to be meant, by its id (what was issued on it is used).
    result<Sessions::Live> live(std::string_view id);

    result<std::vector<ApiKey>> list(std::string_view account); // "": everybody's. Oldest first
    // `account` must own it, unless it is empty. Errors: not_found; store's. Audited.
    result<void> revoke(std::string_view id, std::string_view account, const guard::Actor& by);
    result<void> touch(std::string_view id, WallTime used); // forward only
    result<void> sweep(); // forgets what ended 30 days ago. Call it once an hour

    // Told Principal::session of a key that was revoked or whose owner changed, on the thread that
    // did it: workers look again, its streams close. Register before threads start.
    void on_end(Sessions::EndListener listener) { listeners_.push_back(std::move(listener)); }

    guard::Audit& audit() { return accounts_.audit(); }

private:
    result<Sessions::Live> live(const ApiKey& key, const std::string& client);
    result<void> end_all(const Account& owner);
    void tell(std::string_view id) const;
    error_code refuse(const ApiKey& key, const std::string& client, std::string_view why);

    store::Database& database_;
    Accounts& accounts_;
    const Clock& clock_;
    Random& random_;
    std::vector<Sessions::EndListener> listeners_;
    std::mutex refusing_;
    std::map<std::string, MonoTime> refused_; // when each key's refusal was last audited
};

} // namespace caredian::identity
