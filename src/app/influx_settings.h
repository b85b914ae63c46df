// influxdb.*: servers of InfluxDB to which readings go besides the local history.
#pragma once

#include "base/secret.h"
#include "history/influx/options.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace caredian::app {

// One server. No url: none.
struct InfluxServer {
    std::string name = "influxdb"; // of the sink and its file: in metrics and `caredian sink`
    std::string url;               // "http://host:8086", an origin
    history::influx::Version version = history::influx::Version::find;
    std::string database = "caredian"; // v2: the bucket
    std::string retention_policy;      // v1; empty: the database's default
    std::string org;                   // v2
    Secret token;
    std::string username; // v1, instead of a token
    Secret password;
    std::string ca; // PEM; empty = the system's
    history::influx::Layout layout = history::influx::Layout::caredian;
    bool area_tag = true; // of that layout
    history::influx::Gzip gzip = history::influx::Gzip::automatic;
    bool create = true;                           // a database or bucket that is missing
    std::chrono::seconds retention{0};            // of what is made; 0: for ever
    std::chrono::milliseconds flush_interval{10}; // writes begin no closer together
    std::chrono::milliseconds timeout{30'000};    // of one write
    std::uint64_t buffer = 4 * 1024 * 1024; // bytes in memory; what is more waits in the journal
    std::vector<InfluxServer> more;         // of the first alone: further ones
    bool enabled() const { return !url.empty(); }
    bool operator==(const InfluxServer&) const = default;
};

} // namespace caredian::app
