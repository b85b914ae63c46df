// Readings → lines. One thread at a time.
#pragma once

#include "history/influx/areas.h"
#include "history/influx/column_types.h"
#include "history/influx/lines.h"
#include "history/influx/options.h"
#include "readings/reading.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace caredian::history::influx {

class Encoder {
public:
    virtual ~Encoder() = default;
    // Appends a line for the reading, or several, or none (nothing of it can be said). The number
    // of values that were left out: not finite, or of a type that has no name here.
    virtual std::size_t append(const readings::Reading& reading, Lines& out) = 0;
};

// The unit of a field, "" when none is known. Called by append(); may take a lock.
using UnitOf =
    std::function<std::string(const readings::SeriesKey& series, std::string_view field)>;

// Series and fields as they are in the local history; with `areas` the room is a tag. Both outlive
// it.
std::unique_ptr<Encoder> make_plain_encoder(ColumnTypes& types, Areas* areas = nullptr);
// Home Assistant's own layout: the measurement is the unit (or the entity, when there is none), the
// tags are domain and entity_id, a number is `value`, a state `state`, an attribute `<name>` or
// `<name>_str`. What is no entity of Home Assistant's is named as its MQTT integration names it:
// sensor.<device>_<field>.
std::unique_ptr<Encoder> make_ha_encoder(UnitOf unit_of);

} // namespace caredian::history::influx
