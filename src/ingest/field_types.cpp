#include "ingest/field_types.h"

#include "base/log.h"

#include <algorithm>

namespace caredian::ingest {

using readings::FieldType;
using readings::type_of;

FieldTypes::Pin* FieldTypes::Fields::find(std::string_view name) {
    if (next_ >= pins_.size()) next_ = 0;
    if (next_ < pins_.size() && pins_[next_].name == name) return &pins_[next_++];
    auto at = index_.find(name);
    if (at == index_.end()) return nullptr;
    next_ = at->second + 1;
    return &pins_[at->second];
}

void FieldTypes::Fields::add(std::string_view name, readings::FieldType type) {
    index_.emplace(name, pins_.size());
    pins_.push_back({std::string(name), type});
    next_ = pins_.size();
}

FieldTypes::Fields* FieldTypes::fields_of(std::string_view measurement) {
    if (last_ && last_name_ == measurement) return last_;
    auto at = measurements_.find(measurement);
    if (at == measurements_.end()) return nullptr;
    last_name_ = at->first;
    last_ = &at->second;
    return last_;
}

FieldTypes::Fit FieldTypes::fit(std::string_view measurement, Fields*& fields,
                                std::string_view name, readings::FieldValue& value) {
    FieldType type = type_of(value);
    if (fields) {
        if (const Pin* pin = fields->find(name)) {
            if (pin->type == type) return Fit::yes;
            if (pin->type != FieldType::number || type != FieldType::integer) return Fit::no;
            // An integer is a number where numbers are.
            value = static_cast<double>(std::get<std::int64_t>(value));
            return Fit::yes;
        }
    }
    if (size_ >= most_) return Fit::no_room;
    if (!fields) {
        measurements_.try_emplace(std::string(measurement));
        fields = fields_of(measurement);
    }
    fields->add(name, type);
    fresh_.push_back({std::string(measurement), std::string(name), type});
    ++size_;
    return Fit::yes;
}

// The value's type is not the field's: another name, unless that one has another type as well.
bool FieldTypes::move_aside(readings::Reading& reading, Fields*& fields, readings::Field& field) {
    std::string name = field.name + '_' + std::string(to_string(type_of(field.value)));
    for (const auto& other : reading.fields)
        if (other.name == name) return false; // the message has a field of that very name
    if (fit(reading.series.measurement, fields, name, field.value) != Fit::yes) return false;
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
    Fields* fields = fields_of(reading.series.measurement);
    bool remove = false;
    for (auto& field : reading.fields) {
        Fit how = fit(reading.series.measurement, fields, field.name, field.value);
        if (how == Fit::yes) continue;
        if (how == Fit::no) {
            ++changes.conflicts;
            warn(reading, *fields->find(field.name), field);
            if (move_aside(reading, fields, field)) continue;
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
    auto& fields = measurements_[pinned.measurement];
    if (fields.find(pinned.field)) return;
    fields.add(pinned.field, pinned.type);
    ++size_;
}

} // namespace caredian::ingest
