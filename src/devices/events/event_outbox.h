// Events between the journal and the database: data_dir/events.db.
//
//   event(id, …)      found, and not in the database yet; the oldest goes when there are too many
//   state(key, is_on) the last state of what has two (event_rules.h)
//   meta(name, value) cursor: the journal's row up to which events were found
//                     lost: how many went because there were too many
//
// So the journal is held up by nobody however long the database is away. One thread at a time.
#pragma once

#include "devices/events/event_rules.h"
#include "store/sqlite.h"

#include <span>
#include <string>
#include <vector>

namespace caredian::devices {

class EventOutbox {
public:
    static constexpr std::int64_t most = 500'000; // events

    static result<EventOutbox> open(const std::string& path);
    result<readings::Row> load(EventRules& rules); // the cursor

    // All of it or nothing, on disk when it returns.
    result<void> add(std::span<const DeviceEvent> events, std::span<const EventRules::State> states,
                     readings::Row cursor);

    struct Waiting {
        std::int64_t id = 0;
        DeviceEvent event;
    };
    // The oldest ones.
    result<std::vector<Waiting>> oldest(std::size_t limit);
    result<void> remove(std::int64_t upto_id);
    result<std::int64_t> lost();

private:
    explicit EventOutbox(store::Sqlite db) : db_(std::move(db)) {}
    result<std::int64_t> meta(std::string_view name);
    result<void> set_meta(std::string_view name, std::int64_t value);
    result<void> make_room();
    store::Sqlite db_;
};

} // namespace caredian::devices
