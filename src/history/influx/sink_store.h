// What a sink keeps for itself, in data_dir/sink-<name>.db: its cursor, the types of the server's
// fields, the rooms that points were told, and the lines that the server refused.
//
//   cursor(id, row)                       one row
//   column_type(measurement, field, type) type: Column
//   area(series, from_ns, area)           where a series stands since when; "": nowhere
//   gap(id, from_ns, to_ns)
//   set_aside(id, time_ns, reason, line)  the oldest goes first when it is full
//
// One thread; read_set_aside() any.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "history/influx/areas.h"
#include "history/influx/column_types.h"
#include "history/influx/delivery.h"
#include "readings/message.h"
#include "store/sqlite.h"

#include <span>
#include <string>
#include <vector>

namespace caredian::history::influx {

struct KeptLine {
    std::uint64_t id = 0; // grows
    WallTime time{};      // when it was refused
    std::string reason, line;
};
// The newest first, by a connection of its own. Blocks. Empty when there is no file.
result<std::vector<KeptLine>> read_set_aside(const std::string& path, std::size_t most);

// A time whose readings the sink did not get from the journal: they come from the history.
struct Gap {
    std::int64_t id = 0;
    std::int64_t from = 0, to = 0; // ns; to is exclusive
};
// By a connection of its own. Any thread; on disk when it returns.
result<void> add_gap(const std::string& path, std::int64_t from, std::int64_t to);

class SinkStore {
public:
    static constexpr std::uint64_t most_lines = 10'000;

    static result<SinkStore> open(const std::string& path);
    result<readings::Row> load(ColumnTypes& types);
    result<void> load(Areas& areas);
    // Each is on disk when it returns.
    result<void> save(readings::Row cursor);
    result<void> add(std::span<const KnownColumn> types);
    result<void> add(std::span<const KnownArea> areas);
    result<void> add(std::span<const SetAside> lines, WallTime now);

    result<std::vector<Gap>> gaps();
    result<void> remove_gap(std::int64_t id);

private:
    explicit SinkStore(store::Sqlite db) : db_(std::move(db)) {}
    store::Sqlite db_;
};

} // namespace caredian::history::influx
