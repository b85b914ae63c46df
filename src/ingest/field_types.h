// One type per field of a device: what it sent first stays.
//
// A number that becomes text must neither be lost nor break the series, so a value of another type
// goes to the side field `<name>_<type>` (temperature_string), with a counter and one warning per
// field. The type is the device's own (measurement and tag `device`): what another device sends
// under that name changes nothing. Names that only ever mean a measured number (temperature,
// humidity, …) are numbers from the start, so that a device whose first word is "unavailable" does
// not harm itself.
//
// Several gateways of a home ask one authority instead (ask()), so that all give a field the same
// name. What was pinned here before, on disk, is asked about when it is used first; what the
// authority cannot say now is not pinned, and its values go to the side field, whose name holds
// their type.
//
// Bounded twice: names of a measurement (beyond: values are left out; a part is reserved for
// measurements that are known), and fields of devices (beyond: the measurement's first type is held
// instead of the device's). Pipeline thread.
#pragma once

#include "readings/reading.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace caredian::ingest {

struct PinnedType {
    std::string measurement;
    std::string field;
    readings::FieldType type;
    std::string device; // empty: the measurement's
};

class FieldTypes {
public:
    explicit FieldTypes(std::size_t most, std::size_t most_of_devices = 100'000)
        : most_(most), most_of_devices_(most_of_devices) {}

    // The type that holds for a field of a device (device empty: of the measurement), given the one
    // that was seen here. nullopt: it cannot be said now.
    using Authority = std::function<std::optional<readings::FieldType>(
        std::string_view measurement, std::string_view device, std::string_view field,
        readings::FieldType seen)>;
    void ask(Authority authority) { authority_ = std::move(authority); }

    struct Changes {
        std::size_t conflicts = 0; // values that went to a side field
        std::size_t left_out = 0;  // values of names beyond the limit, or that found no free name
    };
    // Renames, and removes what cannot be kept: `reading.fields` may be empty then.
    Changes apply(readings::Reading& reading);

    // What was pinned since the last call: to be kept on disk before consumers see it.
    std::vector<PinnedType> take_fresh() { return std::exchange(fresh_, {}); }
    void restore(const PinnedType& pinned);
    std::size_t size() const { return size_; }             // names of measurements
    std::size_t of_devices() const { return of_devices_; } // fields of devices

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const {
            return std::hash<std::string_view>()(s);
        }
    };
    template <class T>
    using Map = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
    struct Pin {
        std::string name;
        readings::FieldType type;
        bool warned = false;
        bool asked = true; // false: from disk, and the authority has not been asked
    };
    // Messages carry fields in the order in which they were pinned, nearly always: then no name is
    // looked up.
    class Fields {
    public:
        Pin* find(std::string_view name);
        // Not there yet.
        void add(std::string_view name, readings::FieldType type, bool asked = true);

    private:
        static constexpr std::size_t searched = 16; // more than so many have an index
        std::vector<Pin> pins_;                     // in the order of pinning
        Map<std::size_t> index_;
        std::size_t next_ = 0; // the one after that which was found last
    };
    enum class Fit { yes, no, no_room, unknown };
    struct Place; // of one reading

    Fields& own_fields(Place& place);
    Pin* pin_of(Place& place, std::string_view name, readings::FieldType first);
    void confirm(const Place& place, std::string_view device, Pin& pin);
    std::optional<readings::FieldType> decide(const Place& place, std::string_view device,
                                              std::string_view name, readings::FieldType seen);
    Fit fit(Place& place, std::string_view name, readings::FieldValue& value);
    bool move_aside(Place& place, readings::Reading& reading, readings::Field& field);
    void warn(const readings::Reading& reading, Pin& pin, const readings::Field& field);

    std::size_t most_, most_of_devices_;
    std::size_t size_ = 0, of_devices_ = 0;
    bool warned_full_ = false;
    Map<Fields> measurements_;
    Map<Fields> devices_; // by measurement, NUL, device
    std::string key_;     // of devices_, of the reading at hand
    std::string_view last_key_;
    Fields* last_ = nullptr; // of the device looked up last: the next is often the same
    std::vector<PinnedType> fresh_;
    Authority authority_;
    bool undecided_ = false; // of the last pin_of() without a pin: the authority did not say
};

} // namespace caredian::ingest
