#include "identity/session_ends.h"

#include <array>

namespace caredian::identity {

namespace {

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS session_ends("
     "target {key} NOT NULL PRIMARY KEY, ended_ns {integer} NOT NULL) {table}"},
}};
constexpr char of_session = 's';
constexpr char of_account = 'a';

} // namespace

std::span<const store::Migration> SessionEnds::migrations() {
    return steps;
}

result<void> SessionEnds::add(char kind, std::string_view target, WallTime at) {
    std::string key = kind + (":" + std::string(target));
    {
        // First here: whatever the database says, this process keeps to it.
        std::lock_guard lock(mutex_);
        own_[key] = at;
        any_.store(true, std::memory_order_release);
    }
    auto kept = database_.execute("REPLACE INTO session_ends(target,ended_ns) VALUES(?,?)",
                                  {key, to_ns(at)});
    return kept ? result<void>() : result<void>(kept.error());
}

result<void> SessionEnds::add_session(std::string_view id, WallTime at) {
    return add(of_session, id, at);
}

result<void> SessionEnds::add_account(std::string_view account, WallTime at) {
    return add(of_account, account, at);
}

result<void> SessionEnds::settle(const Apply& session, const Apply& account) {
    std::lock_guard one_at_a_time(settling_);
    auto rows = database_.query("SELECT target,ended_ns FROM session_ends ORDER BY ended_ns");
    std::map<std::string, WallTime> all;
    {
        std::lock_guard lock(mutex_);
        all = own_;
    }
    // With the database away, what this process knows of is all there is to apply.
    if (!rows && rows.error() != store::DatabaseErrc::away) return rows.error();
    if (rows)
        for (const auto& row : *rows) all.emplace(row.text(0), from_ns(row.integer(1)));
    for (const auto& [key, at] : all) {
        if (key.size() < 3) continue;
        const auto& apply = key[0] == of_account ? account : session;
        if (auto r = apply(key.substr(2), at); !r) return r;
        auto gone = database_.execute("DELETE FROM session_ends WHERE target=? AND ended_ns<=?",
                                      {key, to_ns(at)});
        std::lock_guard lock(mutex_);
        if (auto own = own_.find(key); own != own_.end() && own->second <= at) own_.erase(own);
        any_.store(!own_.empty(), std::memory_order_release);
        if (!gone && gone.error() != store::DatabaseErrc::away) return gone.error();
    }
    return {};
}

bool SessionEnds::is_ended(const std::string& session, const std::string& account,
                           WallTime created) const {
    if (!any()) return false;
    std::lock_guard lock(mutex_);
    if (own_.contains(of_session + (":" + session))) return true;
    auto found = own_.find(of_account + (":" + account));
    return found != own_.end() && created <= found->second;
}

} // namespace caredian::identity
