// Sessions of people: begun at sign-in, found on each request, ended by logout, by a limit, or
// because the account changed.
//
// The cookie is a signed token (jwt.h) that names the session and its absolute limit. That the
// session lives, and when it was last used, is known to the store alone: a token that outlived its
// session opens nothing.
#pragma once

#include "base/random.h"
#include "identity/accounts.h"
#include "identity/jwt.h"
#include "identity/session_store.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::identity {

struct SessionLimits {
    nanoseconds idle = std::chrono::hours(24);
    nanoseconds absolute = std::chrono::hours(24 * 14);
    std::size_t per_account = 50; // more: the oldest end
};

// Any thread; blocks (SQL) unless said otherwise.
class Sessions {
public:
    Sessions(SessionStore& store, Accounts& accounts, const Secret& secret, const Clock& clock,
             Random& random, SessionLimits limits = {});

    struct Started {
        Session session;
        std::string token; // for the cookie
    };
    // A new session under a new id. `replaces`, the caller's session until now, ends (rotation).
    result<Started> start(const Account& account, std::string client, std::string_view agent,
                          std::string_view replaces = {});

    struct Live {
        PrincipalPtr principal;
        WallTime last_used{}; // as stored
    };
    // The session that a verified token names. Errors: expired (one that has run out, or whose
    // account is disabled, is ended here), not_found; the store's.
    result<Live> find(const Claims& claims);

    // The same for a session that was read already, with its owner. Doesn't block and ends nothing.
    result<Live> judge(const Claims& claims, const Session& session) const;

    // The session itself, wherever sessions are kept; one that has run out is not there.
    result<std::optional<Session>> read(std::string_view id);
    std::string token_of(const Session& session); // for a cookie; the same each time
    result<bool> end(std::string_view id);        // false: was not there
    result<void> end_others(std::string_view account, std::string_view but); // all but one
    result<void> end_all(std::string_view account);                          // all of an account
    result<std::vector<Session>> list(std::string_view account); // live ones, oldest first
    result<void> touch(std::string_view id, WallTime used);
    result<void> sweep(); // forgets what ran out. Call it once an hour

    // Told after a session has ended in the store, on the thread that ended it, so that every
    // worker forgets it and its open streams close. Register before threads start.
    using EndListener = std::function<void(const std::string& id)>;
    void on_end(EndListener listener) { listeners_.push_back(std::move(listener)); }

    // Told when sessions of an account ended that nobody could name (the store was away).
    void on_end_account(EndListener listener) { account_listeners_.push_back(std::move(listener)); }
    // Tells the listeners of an end that was noticed elsewhere: another gateway's.
    void announce_end(const std::string& id) const { tell(id); }

    // These don't block.
    SessionLimits limits() const;
    void set_limits(SessionLimits limits);
    // How far last_used may fall behind: a minute, or a quarter of a short idle limit.
    nanoseconds touch_interval() const;
    const Secret& secret() const { return secret_; } // for a worker's own TokenKey

private:
    bool run_out(const Session& session, WallTime now) const;
    void tell(const std::string& id) const;

    SessionStore& store_;
    Accounts& accounts_;
    Secret secret_;
    const Clock& clock_;
    Random& random_;
    std::mutex signing_;
    TokenKey key_;
    std::atomic<std::int64_t> idle_ns_;
    std::atomic<std::int64_t> absolute_ns_;
    std::size_t per_account_;
    std::vector<EndListener> listeners_;
    std::vector<EndListener> account_listeners_;
};

} // namespace caredian::identity
