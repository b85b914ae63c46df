// Where sessions are kept. Small, so that a second backend (Redis) is one file: cookies, tokens,
// limits and caching are above it. What a backend must do: session_store_conformance.h.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "identity/principal.h"
#include "store/migrations.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::identity {

// Who a session is of, as a request needs it.
struct SessionOwner {
    std::string username;
    std::string full_name;
    std::string email;
    std::string language;
    Role role = Role::member;
};

struct Session {
    std::string id;
    std::string account; // Account::id
    WallTime created{};
    WallTime last_used{}; // at most a minute behind
    WallTime expires{};   // absolute limit
    std::string client;   // address at sign-in
    std::string agent;    // browser, as it says; at most 200 bytes of UTF-8
    // Set by who creates it. A store that is asked on every request keeps it; one that stands in
    // the accounts' own database gives nothing back.
    std::optional<SessionOwner> owner{};
};

// Any thread; blocks. Errors are the backend's; "not there" is no error.
class SessionStore {
public:
    virtual ~SessionStore() = default;
    virtual result<void> create(const Session& session) = 0;
    // Also finds sessions that have run out: limits are the caller's business.
    virtual result<std::optional<Session>> find(std::string_view id) = 0;
    virtual result<bool> end(std::string_view id) = 0; // false: was not there
    // All of an account. A store that can be away may keep this for later, and says good.
    virtual result<void> end_all(std::string_view account) = 0;
    // Moves last_used forward, never back. A session that has ended stays ended.
    virtual result<void> touch(std::string_view id, WallTime used) = 0;
    virtual result<std::vector<Session>> list(std::string_view account) = 0; // oldest first
    // The account has changed, in a way that ends no session.
    virtual result<void> update_owner(std::string_view account, const SessionOwner& owner) {
        (void)account;
        (void)owner;
        return {};
    }
    // Forgets those that expire before `expires_before` or were last used before `used_before`.
    virtual result<void> sweep(WallTime expires_before, WallTime used_before) = 0;
};

// In the database: sessions survive a restart.
class SqlSessionStore final : public SessionStore {
public:
    explicit SqlSessionStore(store::Database& database) : database_(database) {}
    static std::span<const store::Migration> migrations();
    result<void> create(const Session& session) override;
    result<std::optional<Session>> find(std::string_view id) override;
    result<bool> end(std::string_view id) override;
    result<void> end_all(std::string_view account) override;
    result<void> touch(std::string_view id, WallTime used) override;
    result<std::vector<Session>> list(std::string_view account) override;
    result<void> sweep(WallTime expires_before, WallTime used_before) override;

private:
    store::Database& database_;
};

} // namespace caredian::identity
