// The table device_events of the database, SQLite or MariaDB.
//
//   device_events(id, gateway, row_no, part, time_ns, received_ns, device, device_id, measurement,
//                 path, field, kind, value, area)
//
// `gateway`, `row_no` and `part` name an event for ever, so one that is written a second time (the
// answer was lost) is not there twice, and several gateways may share a database. `area` is where
// the device stood when the event was written, `device_id` what the registry called it then.
#pragma once

#include "base/clock.h"
#include "devices/events/event_rules.h"
#include "store/database.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caredian::devices {

struct StoredEvent {
    std::int64_t id = 0;
    DeviceEvent event;
    std::string device_id, area;
};

struct EventQuery {
    std::string device; // the registry's id, or the tag
    std::string kind, area;
    std::optional<std::int64_t> from, to; // ns; to: not included
    // Where the page before ended: events older than this one.
    std::optional<std::pair<std::int64_t, std::int64_t>> after; // time, id
    std::size_t limit = 100;
};

// Any thread; blocks (SQL).
class EventStore {
public:
    explicit EventStore(store::Database& database) : database_(database) {}
    result<void> prepare(); // makes the table; repeatable

    // All or none of them.
    result<void> add(const std::string& gateway, std::span<const StoredEvent> events);
    result<std::vector<StoredEvent>> list(const EventQuery& query); // newest first
    // What is older, and what is more than `most`, a slice at a time. True: there is more.
    result<bool> trim(std::optional<std::int64_t> before_ns, std::int64_t most);

private:
    store::Database& database_;
};

} // namespace caredian::devices
