// broker.*: the Mosquitto that this gateway keeps: its accounts, rights and certificates.
#pragma once

#include <chrono>
#include <string>

namespace caredian::app {

struct BrokerSettings {
    // Where `caredian broker init` wrote Mosquitto's files; empty: the broker is somebody else's.
    std::string directory;
    std::string pid_file; // Mosquitto's: told (SIGHUP) when a file has changed; empty: nobody
    std::string address;  // "host:port" that devices are told; empty: that of mqtt.url
    std::string password_address; // the same for devices with a password
    std::chrono::seconds certificate_lifetime{std::chrono::hours(24 * 397)};
    std::chrono::seconds certificate_overlap{std::chrono::hours(24 * 7)}; // old beside new
    std::chrono::seconds code_lifetime{std::chrono::hours(1)}; // of codes that fetch a certificate
    bool enabled() const { return !directory.empty(); }
    bool operator==(const BrokerSettings&) const = default;
};

} // namespace caredian::app
