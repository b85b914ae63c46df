// Which names this gateway may be called by: a guard against DNS rebinding.
#pragma once

#include "app/settings.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::app {

// An IP address, `localhost`, `*.local`, the host of public_url, known_hosts; with or without port.
// Anything else is answered 421.
class HostRule {
public:
    explicit HostRule(const Settings& settings);
    bool allowed(std::string_view host) const; // the Host header's value; any thread, never waits
    // Is it one of known_hosts, and not public_url's? Likewise.
    bool further(std::string_view host) const;
    void set(const Settings& settings); // any thread

private:
    struct Names {
        std::vector<std::string> all, further;
    };
    std::atomic<const Names*> known_{nullptr};
    // Readers hold no lock, so what they may still be reading is kept: one list per reload.
    std::mutex mutex_;
    std::vector<std::unique_ptr<const Names>> kept_;
};

} // namespace caredian::app
