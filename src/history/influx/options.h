// One server of InfluxDB, as `influxdb` in the settings names it.
#pragma once

#include "base/clock.h"
#include "base/secret.h"
#include "net/tls.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace caredian::history::influx {

// The APIs differ, not the data. `find`: asked of the server (X-Influxdb-Version of /ping).
enum class Version : std::uint8_t { find = 0, v1 = 1, v2 = 2, v3 = 3 };

enum class Layout : std::uint8_t {
    caredian,       // measurement, tags and fields of the reading
    home_assistant, // as Home Assistant's integration writes: unit, entity_id, value
};

enum class Gzip : std::uint8_t {
    automatic, // unless the server is on this machine: there it only costs
    on,
    off,
};

struct Options {
    std::string name = "influxdb"; // of the sink: in logs, metrics, files
    std::string url;               // "http://host:8086[/prefix]"
    Version version = Version::find;
    std::string database = "caredian"; // v1 and v3; for v2 the bucket
    std::string retention_policy;      // v1; empty: the database's default
    std::string org;                   // v2
    Secret token;                      // v2, v3; v1: "user:password" of it works, too
    std::string username;              // v1
    Secret password;
    net::TlsContext tls; // for https
    Layout layout = Layout::caredian;
    bool area_tag = true; // of the layout `caredian`: the room as a tag (areas.h)
    Gzip gzip = Gzip::automatic;
    bool create = true;       // make a database or bucket that is missing
    nanoseconds retention{0}; // of what is made; 0: for ever
    nanoseconds flush_interval = std::chrono::milliseconds(10); // writes begin no closer together
    nanoseconds timeout = std::chrono::seconds(30);             // of one write
    std::size_t batch_bytes = 1024 * 1024;                      // of text; a write is no larger
    std::size_t batch_lines = 10'000;                           // likewise
    std::size_t buffer_bytes = 4 * 1024 * 1024; // of text that waits; beyond, the journal keeps it
    nanoseconds save_interval = std::chrono::seconds(60); // of the cursor
};

} // namespace caredian::history::influx
