// Sessions whose end could not be told to the session store, kept in the database until it can.
// Until then nobody may believe the store about them.
#pragma once

#include "base/clock.h"
#include "store/migrations.h"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace caredian::identity {

// Any thread. What blocks says so.
class SessionEnds {
public:
    explicit SessionEnds(store::Database& database) : database_(database) {}
    static std::span<const store::Migration> migrations();

    // Block (SQL). An account's end is that of all its sessions begun until `at`.
    result<void> add_session(std::string_view id, WallTime at);
    result<void> add_account(std::string_view account, WallTime at);

    // Blocks. Hands every end to `session` or `account`, the oldest first, and forgets those for
    // which it says good. The first error is returned; what is left stays.
    using Apply = std::function<result<void>(const std::string& target, WallTime at)>;
    result<void> settle(const Apply& session, const Apply& account);

    // Don't block: what this process has put there.
    bool any() const { return any_.load(std::memory_order_acquire); }
    bool is_ended(const std::string& session, const std::string& account, WallTime created) const;

private:
    result<void> add(char kind, std::string_view target, WallTime at);

    store::Database& database_;
    std::mutex settling_;
    mutable std::mutex mutex_;            // of what follows
    std::map<std::string, WallTime> own_; // kind and target
    std::atomic<bool> any_{false};
};

} // namespace caredian::identity
