// What ingest has done since the program started: for /api/v1/system, /metrics and tests.
#pragma once

#include "base/metrics.h"
#include "readings/message.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace caredian::ingest {

// Why a message made no reading. Every message makes at least one, or counts as `described`, `dead`
// or here. The first group is left out before the journal (counted by the ingest thread), the
// others by decoders.
enum class Ignored : std::uint8_t {
    configured,          // a filter of `ingest.ignore`
    retained_unchanged,  // RETAIN = 1 and equal to the topic's last known payload
    qos2_repeated,       // a second PUBLISH of an id between PUBLISH and PUBREL
    repeated_pending,    // redelivered while its first copy was waiting for the disk
    broker_status,       // $SYS
    empty,               // no payload: a retained message was deleted
    no_value,            // nothing but nulls, empty objects or arrays
    not_a_number,        // nothing but nan, infinities or numbers no double holds
    unavailable,         // Home Assistant's "unknown" and "unavailable"
    z2m_command,         // Zigbee2MQTT …/set, …/get, bridge/request, bridge/response
    z2m_metadata,        // Zigbee2MQTT bridge/devices, …/info, …/groups, …
    z2m_no_action,       // the empty `action` that follows a real one
    bridge_log,          // Zigbee2MQTT bridge/logging
    ha_discovery,        // a discovery topic that names no component or device
    ha_timestamp,        // statestream's last_changed (last_updated is kept)
    sparkplug,           // spBv1.0/…: no decoder
    tasmota_command,     // cmnd/…
    tasmota_answer,      // stat/…/RESULT of a command that sets up a device
    tasmota_metadata,    // what a device is set up like: STATUS, INFO, discovery
    esphome_command,     // …/command
    esphome_log,         // <node>/debug
    shelly_command,      // …/command, …/rpc
    shelly_metadata,     // settings and announcements without a value
    ble_random_address,  // a phone or watch: its address changes every few minutes
    ble_unknown,         // an advertisement that the BLE gateway does not understand
    omg_command,         // OpenMQTTGateway …/commands/…
    omg_metadata,        // how a gateway is set up
    rtl_433_statistics,  // how the receiver is doing
    frigate_image,       // JPEG snapshots
    frigate_command,     // …/set
    frigate_metadata,    // reviews, activity lists
    valetudo_map,        // map data
    valetudo_command,    // …/set
    valetudo_metadata,   // $… of the Homie convention
    wled_command,        // …/api, …/col, ON, OFF
    wled_metadata,       // the XML of …/v
    homie_command,       // …/set, $broadcast
    homie_metadata,      // $…
    espresense_command,  // …/set
    espresense_metadata, // settings
    mapped_out,          // a rule of ingest.mappings says drop
    mapped_to_nothing,   // a rule left none of its values
    field_limit,         // the register of field types is full and knows none of its fields
    count_,
};
std::string_view to_string(Ignored reason);

// Which message broke: counted beside `dead`.
enum class Broken : std::uint8_t {
    invalid_utf8,
    malformed_json,
    too_deep,              // JSON deeper than the limit
    too_many_keys,         // more fields than the limit
    too_large,             // payload above the limit
    mapping_missing_value, // a rule of ingest.mappings names a device by a value that is not there
    mapping_no_cast,       // of the values that a rule wants, none could be cast
    count_,
};
std::string_view to_string(Broken reason);

enum class JournalState : std::uint8_t { starting, up, full, failing };
std::string_view to_string(JournalState state);

// How far one consumer is.
struct ConsumerStats {
    std::string name;
    Counter written; // readings it was given
    Gauge cursor;    // readings::Row up to which it has everything on disk
};

// Each member has one writing thread; any thread reads.
struct IngestStats {
    // ingest thread
    Counter received;     // PUBLISHes and submitted messages
    Counter acknowledged; // PUBACK, PUBREC
    Counter journaled;    // rows that are on disk
    Counter redelivered;  // of these: marked (DUP = 1, same content)
    Counter commits, commit_errors;
    Counter dropped_rows;   // lost by choice: `when_full: drop_oldest`
    Counter broker_dropped; // what the broker says it threw away, since we look
    Gauge journal_rows, journal_bytes, journal_max_bytes;
    Gauge journal_oldest_us; // receive time of the oldest row; 0 = empty
    Gauge journal_last_row;
    Gauge journal_state; // JournalState
    // pipeline thread
    Counter decoded;   // messages that made at least one reading (a broken one makes `mqtt_raw`,
                       // and counts as dead only)
    Counter described; // messages that made descriptions only
    Counter mapped;    // messages that a rule of ingest.mappings decided about
    Counter readings;
    Counter dead;
    Counter type_conflicts;   // fields that went to a side field
    Counter field_limit;      // fields left out: the register of types is full
    Counter truncated;        // texts cut at their limit
    Counter mapping_left_out; // values that a rule could not cast
    std::array<Counter, static_cast<std::size_t>(Broken::count_)> broken;
    // see Ignored for who writes
    std::array<Counter, static_cast<std::size_t>(Ignored::count_)> ignored;
    std::deque<ConsumerStats> consumers; // as many as there are, from the constructor on

    Counter& ignored_by(Ignored reason) { return ignored[static_cast<std::size_t>(reason)]; }
    const Counter& ignored_by(Ignored reason) const {
        return ignored[static_cast<std::size_t>(reason)];
    }
};

// Names every counter in the register; `stats` must outlive it.
void expose(Metrics& metrics, const IngestStats& stats);

} // namespace caredian::ingest
