// Who is up, since when, and what is weaker while it is not: what /readyz shows.
#pragma once

#include "base/clock.h"

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace caredian {

enum class HealthState { starting, up, degraded, down };
std::string_view to_string(HealthState s);

struct Health {
    std::string name; // "mqtt", "journal", "home_assistant"
    HealthState state = HealthState::starting;
    WallTime since{};      // of the present state
    std::string reason;    // for administrators: may name addresses and reason codes, never secrets
    std::string feature;   // what people miss while it is not up: "live values of devices"
    bool required = false; // requests cannot be served without it
};

// Any thread.
class HealthRegister {
public:
    explicit HealthRegister(const Clock& clock) : clock_(clock) {}
    // Names a dependency and what is missed without it. Again with the same name: replaces the
    // text.
    void declare(std::string name, std::string feature, bool required = false);
    // `since` moves only when the state changes. Logs a change once.
    void set(std::string_view name, HealthState state, std::string reason = {});
    std::vector<Health> snapshot() const; // in the order of names
    bool ready() const;                   // every required one is up or degraded

private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<std::string, Health, std::less<>> entries_;
};

} // namespace caredian
