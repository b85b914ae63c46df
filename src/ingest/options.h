// What ingest can be told: plain structs, filled in by app from `mqtt`, `journal` and `ingest`.
#pragma once

#include "ingest/mapping_rule.h"
#include "net/mqtt/client.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caredian::ingest {

// journal.when_full
enum class WhenFull {
    refuse,      // acknowledge no more until there is room: the broker keeps what it can
    drop_oldest, // throw away rows that a sink has not taken yet: the newest counts
};

struct JournalOptions {
    std::uint64_t max_bytes = 512ull * 1024 * 1024; // of messages; the file is about a tenth larger
    // Rows older than this that a sink has not taken count as full. 0: no limit.
    std::chrono::nanoseconds max_age = std::chrono::hours(7 * 24);
    WhenFull when_full = WhenFull::refuse;
    // Gather at least this long before a sync, to spare an SD card. 0: whatever arrived while the
    // last commit ran.
    std::chrono::nanoseconds sync_interval{0};
    // Commits begin no closer together than this while messages keep coming, so that a quick disk
    // does not sync for every handful: a sync costs about 80 µs of CPU, as much as 100 messages. A
    // message that comes after a pause is committed at once, and so is a batch that fills half of
    // what the broker sends unanswered.
    std::chrono::nanoseconds commit_gap = std::chrono::milliseconds(4);
    std::vector<std::string> urgent; // topic filters that do not wait for sync_interval
    // Tests only: SQLite's max_page_count, to be full at will. 0: none.
    std::uint32_t max_pages = 0;
};

struct DecodeOptions {
    std::vector<MappingRule> mappings; // `ingest.mappings`: the first that matches decides
    std::string zigbee2mqtt_base = "zigbee2mqtt";
    std::string discovery_prefix = "homeassistant"; // of Home Assistant's MQTT discovery
    // base_topic of Home Assistant's mqtt_statestream; only known domains below it are claimed.
    std::vector<std::string> statestream_bases = {"homeassistant", "ha"};
    std::size_t max_payload = 256 * 1024; // bytes; above: dead letter (journaled all the same)
    // The same for the few topics on which a bridge lists all its devices.
    std::size_t max_metadata = 4 * 1024 * 1024;
    std::size_t max_depth = 32;             // of JSON
    std::size_t max_fields = 512;           // of one message
    std::size_t max_text = 16 * 1024;       // bytes of a text field; cut there
    std::size_t max_field_types = 20'000;   // pinned (measurement, field) pairs
    std::size_t max_device_types = 100'000; // pinned fields of devices
};

struct DeadLetterOptions {
    std::uint64_t max_rows = 10'000; // the oldest goes first
    std::uint64_t max_bytes = 16 * 1024 * 1024;
    std::size_t max_payload = 64 * 1024; // kept of one payload
};

// The last message of each topic, in memory (recent.h).
struct RecentOptions {
    std::size_t max_topics = 10'000;
    std::size_t max_bytes =
        8 * 1024 * 1024;            // topics and payloads; the topic heard longest ago goes
    std::size_t max_payload = 4096; // kept of one payload
};

struct IngestOptions {
    std::string data_dir; // journal.db and ingest.db live here; must exist
    JournalOptions journal;
    DecodeOptions decode;
    DeadLetterOptions dead_letters;
    RecentOptions recent;
    std::vector<std::string> ignore;              // topic filters (`ingest.ignore`)
    std::optional<net::mqtt::ClientOptions> mqtt; // none: only submit() brings messages
    bool watch_broker = true;                     // subscribe to the broker's dropped counter
    // A consumer lost what devices had said about themselves (its file is new): on the connections
    // of this run their retained descriptions are asked for and taken once more, also when they
    // are known to be unchanged. Readings are not: they would be stored twice.
    bool describe_again = false;
    std::size_t max_handoff_bytes = 8 * 1024 * 1024; // committed batches waiting in memory
};

} // namespace caredian::ingest
