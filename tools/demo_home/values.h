// What a device measures at one moment, before any dialect has put it into messages.
#pragma once

#include "base/json.h"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace caredian::tools {

using Value = std::variant<bool, std::int64_t, double, std::string>;

// Names in the order in which they were set: what a payload shows, too.
class Values {
public:
    void set(std::string name, bool v) { all_.emplace_back(std::move(name), v); }
    void set(std::string name, double v) { all_.emplace_back(std::move(name), v); }
    void set(std::string name, const char* v) {
        all_.emplace_back(std::move(name), std::string(v));
    }
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    void set(std::string name, T v) {
        all_.emplace_back(std::move(name), static_cast<std::int64_t>(v));
    }
    const Value* find(std::string_view name) const;
    double number(std::string_view name) const; // 0 when there is none
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }

private:
    std::vector<std::pair<std::string, Value>> all_;
};

// As JSON and as the bare text of a payload: 21.4, ON (a boolean), cool.
void write_json(JsonWriter& json, const Value& value);
std::string bare(const Value& value, std::string_view on = "ON", std::string_view off = "OFF");

// What a field's name means: Home Assistant's words.
struct FieldKind {
    std::string_view name, unit, device_class, state_class;
    bool binary = false;
};
// A name that nobody knows is a text.
FieldKind field_kind(std::string_view name);
// "pm2_5" → "PM2.5", "heart_rate" → "Heart rate"
std::string field_label(std::string_view name);

} // namespace caredian::tools
