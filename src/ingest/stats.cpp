#include "ingest/stats.h"

#include <iterator>

namespace caredian::ingest {

namespace {

// In the order of Ignored.
constexpr std::string_view ignored_names[] = {
    "configured",         "retained_unchanged",
    "qos2_repeated",      "repeated_pending",
    "broker_status",      "empty",
    "no_value",           "not_a_number",
    "unavailable",        "z2m_command",
    "z2m_metadata",       "z2m_no_action",
    "bridge_log",         "ha_discovery",
    "ha_timestamp",       "sparkplug",
    "tasmota_command",    "tasmota_answer",
    "tasmota_metadata",   "esphome_command",
    "esphome_log",        "shelly_command",
    "shelly_metadata",    "ble_random_address",
    "ble_unknown",        "omg_command",
    "omg_metadata",       "rtl_433_statistics",
    "frigate_image",      "frigate_command",
    "frigate_metadata",   "valetudo_map",
    "valetudo_command",   "valetudo_metadata",
    "wled_command",       "wled_metadata",
    "homie_command",      "homie_metadata",
    "espresense_command", "espresense_metadata",
    "mapped_out",         "mapped_to_nothing",
    "field_limit",
};
static_assert(std::size(ignored_names) == static_cast<std::size_t>(Ignored::count_));

} // namespace

std::string_view to_string(Ignored reason) {
    auto i = static_cast<std::size_t>(reason);
    return i < std::size(ignored_names) ? ignored_names[i] : "unknown";
}

std::string_view to_string(Broken reason) {
    switch (reason) {
    case Broken::invalid_utf8:
        return "invalid_utf8";
    case Broken::malformed_json:
        return "malformed_json";
    case Broken::too_deep:
        return "too_deep";
    case Broken::too_many_keys:
        return "too_many_keys";
    case Broken::too_large:
        return "too_large";
    case Broken::mapping_missing_value:
        return "mapping_missing_value";
    case Broken::mapping_no_cast:
        return "mapping_no_cast";
    case Broken::count_:
        break;
    }
    return "unknown";
}

std::string_view to_string(JournalState state) {
    switch (state) {
    case JournalState::starting:
        return "starting";
    case JournalState::up:
        return "up";
    case JournalState::full:
        return "full";
    case JournalState::failing:
        return "failing";
    }
    return "unknown";
}

void expose(Metrics& metrics, const IngestStats& s) {
    auto counter = [&](const char* name, const char* help, const Counter& c) {
        metrics.add(MetricKind::counter, name, help, {},
                    [&c] { return static_cast<double>(c.value()); });
    };
    auto gauge = [&](const char* name, const char* help, const Gauge& g) {
        metrics.add(MetricKind::gauge, name, help, {},
                    [&g] { return static_cast<double>(g.value()); });
    };
    counter("ingest_received_total", "Messages that came in", s.received);
    counter("ingest_acknowledged_total", "PUBACK and PUBREC sent", s.acknowledged);
    counter("ingest_journaled_total", "Rows written to the journal and synced", s.journaled);
    counter("ingest_redelivered_total", "Rows that were redelivered", s.redelivered);
    counter("ingest_decoded_total", "Messages that made readings", s.decoded);
    counter("ingest_described_total", "Messages that described devices", s.described);
    counter("ingest_mapped_total", "Messages that a mapping rule decided about", s.mapped);
    counter("ingest_mapping_left_out_total", "Values that a mapping rule could not cast",
            s.mapping_left_out);
    counter("ingest_readings_total", "Readings made", s.readings);
    counter("ingest_type_conflicts_total", "Values that went to a side field", s.type_conflicts);
    counter("ingest_field_limit_total", "Values left out: too many field names", s.field_limit);
    counter("ingest_texts_cut_total", "Texts longer than the limit", s.truncated);
    counter("journal_commits_total", "Commits, each synced", s.commits);
    counter("journal_commit_errors_total", "Commits that failed", s.commit_errors);
    counter("journal_dropped_rows_total", "Rows lost by when_full: drop_oldest", s.dropped_rows);
    counter("mqtt_broker_dropped_total", "Messages the broker dropped ($SYS)", s.broker_dropped);
    gauge("journal_rows", "Rows in the journal", s.journal_rows);
    gauge("journal_bytes", "Bytes of messages in the journal", s.journal_bytes);
    gauge("journal_max_bytes", "Limit of journal_bytes", s.journal_max_bytes);
    gauge("journal_state", "0 starting, 1 up, 2 full, 3 failing", s.journal_state);
    metrics.add_family(MetricKind::counter, "ingest_ignored_total",
                       "Messages that made no reading, by reason", [&s](const auto& emit) {
                           for (std::size_t i = 0; i < s.ignored.size(); ++i)
                               emit({{"reason", std::string(to_string(static_cast<Ignored>(i)))}},
                                    static_cast<double>(s.ignored[i].value()));
                       });
    metrics.add_family(MetricKind::counter, "ingest_dead_total",
                       "Messages in the dead letters, by what broke", [&s](const auto& emit) {
                           for (std::size_t i = 0; i < s.broken.size(); ++i)
                               emit({{"reason", std::string(to_string(static_cast<Broken>(i)))}},
                                    static_cast<double>(s.broken[i].value()));
                       });
    metrics.add_family(MetricKind::gauge, "ingest_consumer_cursor",
                       "Row up to which a consumer has everything on disk", [&s](const auto& emit) {
                           for (const auto& c : s.consumers)
                               emit({{"consumer", c.name}}, static_cast<double>(c.cursor.value()));
                       });
    metrics.add_family(MetricKind::counter, "ingest_consumer_readings_total",
                       "Readings a consumer was given", [&s](const auto& emit) {
                           for (const auto& c : s.consumers)
                               emit({{"consumer", c.name}}, static_cast<double>(c.written.value()));
                       });
}

} // namespace caredian::ingest
