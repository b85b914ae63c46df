#include "history/influx/column_types.h"

#include <utility>

namespace caredian::history::influx {

Column parse_column(std::string_view name) {
    for (auto type : {readings::FieldType::number, readings::FieldType::integer,
                      readings::FieldType::boolean, readings::FieldType::text})
        if (to_string(type) == name) return column_of(type);
    return Column::foreign;
}

ColumnTypes::Known* ColumnTypes::Fields::find(std::string_view field) {
    auto at = index.find(field);
    return at == index.end() ? nullptr : &all[at->second];
}

void ColumnTypes::Fields::add(std::string_view field, Column type) {
    index.emplace(std::string(field), all.size());
    all.push_back({std::string(field), type});
}

ColumnTypes::Of::Of(ColumnTypes& all, std::string_view measurement)
    : all_(all), lock_(all.mutex_), measurement_(measurement), fields_(nullptr) {
    auto at = all_.measurements_.find(measurement);
    if (at == all_.measurements_.end())
        at = all_.measurements_.emplace(std::string(measurement), Fields()).first;
    fields_ = &at->second;
}

// Is the name, or may it become, one for values of this type?
bool ColumnTypes::Of::accept(std::string_view field, Column type) {
    auto& all = fields_->all;
    if (next_ < all.size() && all[next_].field == field) return all[next_++].type == type;
    if (const auto* known = fields_->find(field)) {
        next_ = static_cast<std::size_t>(known - all.data()) + 1;
        return known->type == type;
    }
    if (all_.size_ >= all_.most_) return false;
    ++all_.size_;
    fields_->add(field, type);
    next_ = all.size();
    all_.fresh_.push_back({std::string(measurement_), std::string(field), type});
    return true;
}

std::string_view ColumnTypes::Of::name(std::string_view field, readings::FieldType type) {
    if (accept(field, column_of(type))) return field;
    side_ = field;
    side_ += '_';
    side_ += to_string(type);
    return accept(side_, column_of(type)) ? std::string_view(side_) : std::string_view();
}

void ColumnTypes::restore(const KnownColumn& known) {
    std::lock_guard lock(mutex_);
    auto& fields = measurements_[known.measurement];
    if (auto* there = fields.find(known.field)) {
        there->type = known.type;
        return;
    }
    fields.add(known.field, known.type);
    ++size_;
}

void ColumnTypes::set(std::string_view measurement, std::string_view field, Column type) {
    KnownColumn known{std::string(measurement), std::string(field), type};
    restore(known);
    std::lock_guard lock(mutex_);
    fresh_.push_back(std::move(known));
}

void ColumnTypes::reserve(std::string_view measurement, std::string_view name) {
    {
        std::lock_guard lock(mutex_);
        auto at = measurements_.find(measurement);
        const auto* known = at == measurements_.end() ? nullptr : at->second.find(name);
        if (known && known->type == Column::foreign) return;
    }
    set(measurement, name, Column::foreign);
}

std::vector<KnownColumn> ColumnTypes::take_fresh() {
    std::lock_guard lock(mutex_);
    return std::exchange(fresh_, {});
}

void ColumnTypes::forget() {
    std::lock_guard lock(mutex_);
    measurements_.clear();
    fresh_.clear();
    size_ = 0;
}

} // namespace caredian::history::influx
