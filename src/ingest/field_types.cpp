#include "ingest/field_types.h"

#include "base/log.h"

#include <algorithm>

namespace caredian::ingest {

using readings::FieldType;
using readings::type_of;

namespace {

// Measured numbers, and nothing else under any convention. Not among them: power, battery,
// illuminance, pressure, which some devices tell in words.
constexpr std::string_view numbers[] = {
    "co2",           "current_temperature",
    "dew_point",     "energy",
    "hum",           "humidity",
    "linkquality",   "local_temperature",
    "lux",           "pm1",
    "pm10",          "pm25",
    "power_factor",  "rssi",
    "soil_moisture", "temp",
    "tempc",         "temperature",
    "tvoc",          "voc",
    "voltage",
};
static_assert(std::is_sorted(std::begin(numbers), std::end(numbers)));

// The type of a field that is seen for the first time.
FieldType first_type(std::string_view name, FieldType seen) {
    bool words = seen == FieldType::text || seen == FieldType::boolean;
    bool number = words && std::binary_search(std::begin(numbers), std::end(numbers), name);
    return number ? FieldType::number : seen;
}

} // namespace

struct FieldTypes::Place {
    std::string_view measurement, device;
    Fields* own = nullptr;    // null: nothing of the device is pinned
    Fields* common = nullptr; // of the measurement, once it was needed
};

FieldTypes::Pin* FieldTypes::Fields::find(std::string_view name) {
    if (next_ >= pins_.size()) next_ = 0;
    if (next_ < pins_.size() && pins_[next_].name == name) return &pins_[next_++];
    std::size_t at = pins_.size();
    if (!index_.empty()) {
        if (auto found = index_.find(name); found != index_.end()) at = found->second;
    } else {
        auto same = [&](const Pin& pin) { return pin.name == name; };
        at = static_cast<std::size_t>(std::find_if(pins_.begin(), pins_.end(), same) -
                                      pins_.begin());
    }
    if (at == pins_.size()) return nullptr;
    next_ = at + 1;
    return &pins_[at];
}

void FieldTypes::Fields::add(std::string_view name, FieldType type, bool asked) {
    pins_.push_back({std::string(name), type, false, asked});
    next_ = pins_.size();
    if (!index_.empty()) {
        index_.emplace(name, pins_.size() - 1);
    } else if (pins_.size() > searched) {
        for (std::size_t i = 0; i < pins_.size(); ++i) index_.emplace(pins_[i].name, i);
    }
}

FieldTypes::Fields& FieldTypes::own_fields(Place& place) {
    if (!place.own) {
        auto made = devices_.try_emplace(key_).first;
        place.own = last_ = &made->second;
        last_key_ = made->first;
    }
    return *place.own;
}

std::optional<FieldType> FieldTypes::decide(const Place& place, std::string_view device,
                                            std::string_view name, FieldType seen) {
    if (!authority_) return seen;
    return authority_(place.measurement, device, name, seen);
}

// A type from disk holds until the authority says another, which it keeps from then on.
void FieldTypes::confirm(const Place& place, std::string_view device, Pin& pin) {
    if (pin.asked || !authority_) return;
    auto type = decide(place, device, pin.name, pin.type);
    if (!type) return;
    pin.asked = true;
    if (*type == std::exchange(pin.type, *type)) return;
    fresh_.push_back({std::string(place.measurement), pin.name, *type, std::string(device)});
}

// The pin that decides about a field; `first` is the type that it was seen with. Null: no room for
// another name, or the authority does not say.
FieldTypes::Pin* FieldTypes::pin_of(Place& place, std::string_view name, FieldType first) {
    undecided_ = false;
    if (place.own)
        if (Pin* pin = place.own->find(name)) {
            confirm(place, place.device, *pin);
            return pin;
        }
    if (!place.common) {
        auto found = measurements_.find(place.measurement);
        if (found != measurements_.end()) place.common = &found->second;
    }
    FieldType type = first_type(name, first);
    Pin* common = place.common ? place.common->find(name) : nullptr;
    if (!common) {
        std::size_t reserved = place.common ? 0 : most_ / 5;
        if (size_ + reserved >= most_) return nullptr;
        // What devices share is asked for only where no device is named: each has its own type.
        auto decided = place.device.empty() ? decide(place, {}, name, type) : std::optional(type);
        undecided_ = !decided;
        if (!decided) return nullptr;
        if (!place.common) place.common = &measurements_[std::string(place.measurement)];
        place.common->add(name, *decided);
        fresh_.push_back({std::string(place.measurement), std::string(name), *decided, {}});
        ++size_;
        common = place.common->find(name);
    }
    if (place.device.empty() || of_devices_ >= most_of_devices_) {
        if (place.device.empty()) confirm(place, {}, *common);
        return common;
    }
    auto decided = decide(place, place.device, name, type);
    undecided_ = !decided;
    if (!decided) return nullptr;
    Fields& own = own_fields(place);
    own.add(name, *decided);
    fresh_.push_back(
        {std::string(place.measurement), std::string(name), *decided, std::string(place.device)});
    ++of_devices_;
    return own.find(name);
}

FieldTypes::Fit FieldTypes::fit(Place& place, std::string_view name, readings::FieldValue& value) {
    FieldType type = type_of(value);
    const Pin* pin = pin_of(place, name, type);
    if (!pin) return undecided_ ? Fit::unknown : Fit::no_room;
    if (pin->type == type) return Fit::yes;
    if (pin->type != FieldType::number || type != FieldType::integer) return Fit::no;
    // An integer is a number where numbers are.
    value = static_cast<double>(std::get<std::int64_t>(value));
    return Fit::yes;
}

// The value's type is not the field's: another name, unless that one has another type as well.
bool FieldTypes::move_aside(Place& place, readings::Reading& reading, readings::Field& field) {
    std::string name = field.name + '_' + std::string(to_string(type_of(field.value)));
    for (const auto& other : reading.fields)
        if (other.name == name) return false; // the message has a field of that very name
    // A name that says its type needs nobody to say it.
    if (auto how = fit(place, name, field.value); how != Fit::yes && how != Fit::unknown)
        return false;
    field.name = std::move(name);
    return true;
}

void FieldTypes::warn(const readings::Reading& reading, Pin& pin, const readings::Field& field) {
    if (std::exchange(pin.warned, true)) return;
    log::warning("ingest", "a field changed its type: other values go to a side field",
                 {{"measurement", reading.series.measurement},
                  {"device", reading.series.tag("device")},
                  {"field", field.name},
                  {"type", to_string(pin.type)},
                  {"now", to_string(type_of(field.value))}});
}

FieldTypes::Changes FieldTypes::apply(readings::Reading& reading) {
    Changes changes;
    Place place{reading.series.measurement, reading.series.tag("device")};
    key_.assign(place.measurement);
    key_ += '\0';
    key_ += place.device;
    if (last_ && last_key_ == key_) {
        place.own = last_;
    } else if (auto known = devices_.find(key_); known != devices_.end()) {
        place.own = last_ = &known->second;
        last_key_ = known->first;
    }
    bool remove = false;
    for (auto& field : reading.fields) {
        Fit how = fit(place, field.name, field.value);
        if (how == Fit::yes) continue;
        if (how == Fit::no) {
            ++changes.conflicts;
            warn(reading, *pin_of(place, field.name, type_of(field.value)), field);
            if (move_aside(place, reading, field)) continue;
        } else if (how == Fit::unknown) {
            ++changes.conflicts;
            if (move_aside(place, reading, field)) continue;
        } else if (!std::exchange(warned_full_, true)) {
            log::warning("ingest", "too many field names: values of new ones are left out",
                         {{"limit", most_}, {"measurement", reading.series.measurement}});
        }
        ++changes.left_out;
        field.name.clear(); // marks it: real names are never empty
        remove = true;
    }
    if (remove) std::erase_if(reading.fields, [](const auto& f) { return f.name.empty(); });
    return changes;
}

void FieldTypes::restore(const PinnedType& pinned) {
    std::string key = pinned.measurement;
    bool common = pinned.device.empty();
    if (!common) (key += '\0') += pinned.device;
    auto& fields = (common ? measurements_ : devices_)[key];
    if (fields.find(pinned.field)) return;
    fields.add(pinned.field, pinned.type, false);
    ++(common ? size_ : of_devices_);
}

} // namespace caredian::ingest
