// Mosquitto's configuration, written for a gateway: see docs/broker.md, which explains each line.
#pragma once

#include "devices/enrol/errc.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::enrol {

struct BrokerOptions {
    std::string directory; // of the files; absolute
    std::string state;     // what Mosquitto writes: its database and the accounts; absolute
    std::string plugin = "/usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so";
    std::string bind;                // address of the listeners; empty: all
    std::uint16_t port = 8883;       // TLS 1.3, client certificates
    std::uint16_t password_port = 0; // TLS 1.2 or 1.3, user name and password; 0: none
    std::uint16_t lan_port = 0;      // no TLS, user name and password; 0: none
    std::string user;                // Mosquitto runs as; empty: its own default
    std::string pid_file;            // empty: none
    std::string log = "stderr";      // log_dest: "stderr", "syslog", "file /path"
    // How much the broker is to keep while the gateway is away.
    std::uint32_t rate = 50; // messages a second
    std::chrono::seconds outage{std::chrono::hours(1)};
    std::uint32_t message_bytes = 512; // of one, topic included
    std::chrono::seconds autosave{60}; // at most 60
};

// max_queued_messages and max_queued_bytes of each subscriber.
struct QueueLimits {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};
QueueLimits queue_limits(const BrokerOptions& options);

// Names of the files below `directory` (and `state`).
namespace broker_file {
inline constexpr std::string_view conf = "mosquitto.conf", ca = "ca.crt", list = "ca.crl",
                                  certificate = "server.crt", key = "server.key",
                                  accounts = "dynamic-security.json";
} // namespace broker_file

std::string mosquitto_conf(const BrokerOptions& options);

} // namespace caredian::devices::enrol
