#include "base/health.h"

#include "base/log.h"

namespace caredian {

std::string_view to_string(HealthState s) {
    switch (s) {
    case HealthState::starting:
        return "starting";
    case HealthState::up:
        return "up";
    case HealthState::degraded:
        return "degraded";
    case HealthState::down:
        return "down";
    }
    return "unknown";
}

void HealthRegister::declare(std::string name, std::string feature, bool required) {
    std::lock_guard lock(mutex_);
    auto [it, fresh] = entries_.try_emplace(name);
    auto& entry = it->second;
    if (fresh) {
        entry.name = std::move(name);
        entry.since = clock_.wall();
    }
    entry.feature = std::move(feature);
    entry.required = required;
}

void HealthRegister::set(std::string_view name, HealthState state, std::string reason) {
    bool changed = false;
    {
        std::lock_guard lock(mutex_);
        auto it = entries_.find(name);
        if (it == entries_.end()) {
            it = entries_.try_emplace(std::string(name)).first;
            it->second.name = std::string(name);
            it->second.since = clock_.wall();
        }
        auto& entry = it->second;
        changed = entry.state != state;
        if (changed) entry.since = clock_.wall();
        entry.state = state;
        entry.reason = reason;
    }
    if (!changed) return;
    auto level = state == HealthState::up || state == HealthState::starting ? log::Level::info
                                                                            : log::Level::warning;
    log::write(level, "health", "state changed",
               {{"dependency", name}, {"state", to_string(state)}, {"reason", reason}});
}

std::vector<Health> HealthRegister::snapshot() const {
    std::lock_guard lock(mutex_);
    std::vector<Health> out;
    out.reserve(entries_.size());
    for (const auto& [name, entry] : entries_) out.push_back(entry);
    return out;
}

bool HealthRegister::ready() const {
    std::lock_guard lock(mutex_);
    for (const auto& [name, entry] : entries_)
        if (entry.required && entry.state != HealthState::up &&
            entry.state != HealthState::degraded)
            return false;
    return true;
}

} // namespace caredian
