#include "guard/lockout.h"

#include "base/encoding.h"
#include "guard/client_key.h"

#include <algorithm>

namespace caredian::guard {

namespace {

nanoseconds delay_after(const LockoutOptions& o, std::uint32_t failures) {
    if (failures < o.free_attempts || failures == 0) return nanoseconds(0);
    std::uint32_t doublings = failures - o.free_attempts;
    nanoseconds delay = o.first_delay;
    for (std::uint32_t i = 0; i < doublings && delay < o.max_delay; ++i) delay *= 2;
    return std::min(delay, o.max_delay);
}

std::string account_key(const Attempt& attempt) {
    return lower_ascii(std::string_view(attempt.account).substr(0, 64));
}

} // namespace

nanoseconds LockoutTable::wait(std::string_view key, MonoTime now) const {
    auto found = entries_.find(key);
    if (found == entries_.end()) return nanoseconds(0);
    const Entry& entry = found->second;
    nanoseconds passed = now - entry.last;
    if (passed >= options_.forget_after) return nanoseconds(0);
    return std::max(nanoseconds(0), delay_after(options_, entry.failures) - passed);
}

void LockoutTable::count(std::string_view key, MonoTime now) {
    auto found = entries_.find(key);
    if (found == entries_.end()) {
        if (entries_.size() >= options_.max_entries) {
            entries_.erase(entries_.find(order_.back()));
            order_.pop_back();
        }
        order_.emplace_front(key);
        found = entries_.emplace(std::string(key), Entry{0, now, now, order_.begin()}).first;
    } else {
        order_.splice(order_.begin(), order_, found->second.order);
    }
    Entry& entry = found->second;
    if (now - entry.last >= options_.forget_after) entry.failures = 0;
    if (entry.failures < 1'000'000) ++entry.failures;
    entry.previous = entry.last;
    entry.last = now;
}

void LockoutTable::undo(std::string_view key) {
    auto found = entries_.find(key);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    if (entry.failures <= 1) return clear(key);
    --entry.failures;
    entry.last = entry.previous;
}

void LockoutTable::clear(std::string_view key) {
    auto found = entries_.find(key);
    if (found == entries_.end()) return;
    order_.erase(found->second.order);
    entries_.erase(found);
}

nanoseconds Lockout::begin(const Attempt& attempt) {
    std::string account = account_key(attempt);
    std::string client = attempt.client ? std::string(client_key(*attempt.client)) : std::string();
    std::lock_guard lock(mutex_);
    MonoTime now = clock_.mono();
    nanoseconds wait = accounts_.wait(account, now);
    if (attempt.client) wait = std::max(wait, clients_.wait(client, now));
    if (wait > nanoseconds(0)) return wait;
    accounts_.count(account, now);
    if (attempt.client) clients_.count(client, now);
    return nanoseconds(0);
}

void Lockout::succeeded(const Attempt& attempt) {
    std::lock_guard lock(mutex_);
    accounts_.clear(account_key(attempt));
    if (attempt.client) clients_.undo(client_key(*attempt.client));
}

void Lockout::withdrawn(const Attempt& attempt) {
    std::lock_guard lock(mutex_);
    accounts_.undo(account_key(attempt));
    if (attempt.client) clients_.undo(client_key(*attempt.client));
}

nanoseconds Lockout::key_wait(const net::Address& client) {
    std::lock_guard lock(mutex_);
    return keys_.wait(client_key(client), clock_.mono());
}

void Lockout::key_failed(const net::Address& client) {
    std::lock_guard lock(mutex_);
    keys_.count(client_key(client), clock_.mono());
}

void Lockout::set_options(LockoutOptions options) {
    std::lock_guard lock(mutex_);
    accounts_.set_options(options);
    clients_.set_options(options);
    keys_.set_options(options);
}

} // namespace caredian::guard
