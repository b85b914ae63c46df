#include "devices/device_view.h"

#include "base/encoding.h"
#include "devices/implied.h"
#include "devices/room_word.h"
#include "devices/units.h"

#include <algorithm>
#include <array>

namespace caredian::devices {

namespace {

using std::chrono::seconds;

constexpr seconds sleeper_patience{6 * 3600}; // of what runs on a battery or only tells events

constexpr std::string_view battery_names[] = {"battery", "battery_level", "battery_percent", "batt",
                                              "battery_percentage"};
constexpr std::string_view signal_names[] = {"linkquality", "rssi",      "signal_strength",
                                             "wifi_signal", "wifi_rssi", "signal"};
// Numbers that tell nothing of what a sensor measures.
constexpr std::string_view housekeeping[] = {"voltage", "power_outage_count", "device_temperature",
                                             "update_installed_version", "update_latest_version"};

bool one_of(std::string_view name, const auto& names) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::optional<double> number_of(const readings::FieldValue& value) {
    if (const auto* n = std::get_if<double>(&value)) return *n;
    if (const auto* i = std::get_if<std::int64_t>(&value)) return static_cast<double>(*i);
    return std::nullopt;
}

// Equal but for case and `_`: ApparentPower and apparent_power.
bool same_words(std::string_view a, std::string_view b) {
    std::size_t i = 0, k = 0;
    for (;; ++i, ++k) {
        while (i < a.size() && a[i] == '_') ++i;
        while (k < b.size() && b[k] == '_') ++k;
        if (i == a.size() || k == b.size()) return i == a.size() && k == b.size();
        if (!iequals_ascii(a.substr(i, 1), b.substr(k, 1))) return false;
    }
}

// A field by the name that a description gives it: the name itself, or with the value of one of
// the series' tags in front (ENERGY_ApparentPower is `apparent_power` of sensor=ENERGY).
bool is_called(const FieldView& field, const readings::SeriesKey& series, std::string_view name) {
    if (same_words(field.field.name, name)) return true;
    for (const auto& [tag, value] : series.tags)
        if (name.size() > value.size() + 1 && name[value.size()] == '_' &&
            iequals_ascii(name.substr(0, value.size()), value) &&
            same_words(name.substr(value.size() + 1), field.field.name))
            return true;
    return false;
}

struct Composer {
    DeviceView& view;
    const std::vector<const Source*>& sources;
    const std::vector<const Described*>& descriptions;

    void identity(const Decided& decided);
    void fields(std::vector<DeviceSeries> latest);
    void entities();
    void add_entity(const readings::EntityDescription& said, const std::string& origin);
    std::optional<std::size_t> state_of(const readings::EntityDescription& said) const;
    std::optional<std::size_t> field_at(const TopicLink& link, std::string_view name) const;
    std::optional<std::size_t> state_at(const TopicLink& link, std::string_view field) const;
    void online();
    void battery();
    void signal();
    void times(WallTime now);
    bool sleeps() const;
};

void Composer::identity(const Decided& decided) {
    auto take = [](std::string& to, const std::string& said) {
        if (!said.empty()) to = said;
    };
    for (const auto* d : descriptions) { // the last one said wins
        take(view.name, d->said.name);
        take(view.manufacturer, d->said.manufacturer);
        take(view.model, d->said.model);
        take(view.model_id, d->said.model_id);
        take(view.sw_version, d->said.sw_version);
        take(view.origin, d->said.origin);
        take(view.via, d->said.via);
        for (const auto& id : d->said.identifiers)
            if (!one_of(id, view.identifiers)) view.identifiers.push_back(id);
    }
    for (const auto* s : sources) view.sources.push_back(s->key);
    if (view.name.empty() && !sources.empty()) {
        const auto& key = sources.front()->key;
        view.name = key.path.empty() ? key.device : key.path + '/' + key.device;
    }
    if (view.name.empty()) // described, never heard, no name of its own: its first entity's
        for (const auto* d : descriptions)
            for (const auto& e : d->said.entities)
                if (view.name.empty()) view.name = e.name.empty() ? e.id : e.name;
    if (view.name.empty()) view.name = view.id;
    take(view.name, decided.name);
    view.area_chosen = decided.no_area || !decided.area.empty();
    auto word = room_word(sources, descriptions);
    view.area = view.area_chosen ? decided.area : std::move(word.area);
    view.area_unsure = !view.area_chosen && word.unsure;
}

void Composer::fields(std::vector<DeviceSeries> latest) {
    for (auto& series : latest) {
        for (auto& field : series.fields) {
            auto& shown = view.fields.emplace_back();
            bool text = std::holds_alternative<std::string>(field.value) ||
                        std::holds_alternative<bool>(field.value);
            if (!text) shown.unit = unit_of(series.key.measurement, field.name);
            shown.field = std::move(field);
            shown.series = view.series.size();
        }
        view.series.push_back(std::move(series.key));
    }
}

std::optional<std::size_t> Composer::field_at(const TopicLink& link, std::string_view name) const {
    for (std::size_t i = 0; i < view.fields.size(); ++i) {
        const auto& series = view.series[view.fields[i].series];
        if (series == link.series && is_called(view.fields[i], series, name)) return i;
    }
    return std::nullopt;
}

std::optional<std::size_t> Composer::state_at(const TopicLink& link, std::string_view field) const {
    if (auto found = field_at(link, field)) return found;
    if (field == "state") return field_at(link, "value_bool"); // ON, OFF of a light's JSON
    if (field != "value") return std::nullopt;
    // a bare payload: whatever the decoder called it
    for (std::string_view name : {std::string_view(link.only_field), std::string_view("value_bool"),
                                  std::string_view("state"), std::string_view("online")})
        if (auto found = name.empty() ? std::nullopt : field_at(link, name)) return found;
    return std::nullopt;
}

// The topic may have fed several series, one after the other: the newest value is its state.
std::optional<std::size_t> Composer::state_of(const readings::EntityDescription& said) const {
    if (said.state_topic.empty() || said.field.empty()) return std::nullopt;
    std::optional<std::size_t> state;
    for (const auto* source : sources)
        for (const auto& link : source->links) {
            if (link.topic != said.state_topic) continue;
            auto found = state_at(link, said.field);
            if (!found) continue;
            bool newer = !state || view.fields[*found].field.row > view.fields[*state].field.row;
            if (newer) state = found;
        }
    return state;
}

// Two conventions that describe the same value describe one entity: the one said last, with what
// only the other one knew.
void Composer::add_entity(const readings::EntityDescription& said, const std::string& origin) {
    for (auto& known : view.entities) {
        bool same = said.state_topic.empty() || said.field.empty()
                        ? known.said.id == said.id && known.origin == origin
                        : known.said.state_topic == said.state_topic &&
                              known.said.field == said.field &&
                              (known.origin != origin || known.said.id == said.id);
        if (!same) continue;
        auto merged = said;
        auto keep = [](std::string& to, const std::string& from) {
            if (to.empty()) to = from;
        };
        keep(merged.unit, known.said.unit);
        keep(merged.device_class, known.said.device_class);
        keep(merged.state_class, known.said.state_class);
        keep(merged.category, known.said.category);
        keep(merged.name, known.said.name);
        if (merged.options.empty()) merged.options = known.said.options;
        if (known.said.id != said.id && !one_of(known.said.id, known.also))
            known.also.push_back(known.said.id);
        // How the device's own convention tells it counts before what was said to Home Assistant.
        const bool had = known.said.command.as != readings::CommandDescription::As::nothing;
        const bool has = said.command.as != readings::CommandDescription::As::nothing;
        if (had &&
            (!has || (known.command_origin != "homeassistant" && origin == "homeassistant"))) {
            merged.command = known.said.command;
            merged.command_topic = known.said.command_topic;
        } else {
            known.command_origin = origin;
        }
        known.said = std::move(merged);
        known.origin = origin;
        return;
    }
    view.entities.push_back({said, origin, origin, {}, std::nullopt});
}

void Composer::entities() {
    for (const auto& implied : implied_entities(sources))
        add_entity(implied.entity, implied.origin);
    for (const auto* d : descriptions)
        for (const auto& said : d->said.entities) add_entity(said, d->said.origin);
    for (auto& entity : view.entities) {
        entity.field = state_of(entity.said);
        if (!entity.field) continue;
        auto& field = view.fields[*entity.field];
        if (!entity.said.name.empty()) field.label = entity.said.name;
        if (!entity.said.device_class.empty()) field.device_class = entity.said.device_class;
        if (!entity.said.category.empty()) field.category = entity.said.category;
        bool number = number_of(field.field.value).has_value();
        // These two say the unit of everything that has one: no guess where they say none.
        bool complete = entity.origin == "zigbee2mqtt" || entity.origin == "homeassistant";
        bool measured = entity.said.component == "sensor" || entity.said.component == "number";
        if (number && (!entity.said.unit.empty() || (complete && measured)))
            field.unit = entity.said.unit;
    }
}

void Composer::online() {
    const FieldView* newest = nullptr;
    for (const auto& field : view.fields) {
        if (field.field.name != "online" || !std::holds_alternative<bool>(field.field.value))
            continue;
        if (!newest || field.field.row > newest->field.row) newest = &field;
    }
    if (newest) view.online = std::get<bool>(newest->field.value);
}

void Composer::battery() {
    for (const auto& field : view.fields) {
        auto value = number_of(field.field.value);
        bool named = one_of(field.field.name, battery_names);
        bool described = field.device_class == "battery" && field.unit == "%";
        if (value && (named || described) && *value >= 0 && *value <= 100) {
            view.battery = value;
            return;
        }
    }
}

void Composer::signal() {
    for (std::size_t i = 0; i < view.fields.size() && !view.signal; ++i) {
        const auto& field = view.fields[i];
        bool named = one_of(lower_ascii(field.field.name), signal_names);
        if (number_of(field.field.value) && (named || field.device_class == "signal_strength"))
            view.signal = i;
    }
}

// Battery devices and those that only tell events are silent for long when all is well.
bool Composer::sleeps() const {
    for (const auto& field : view.fields)
        if (one_of(field.field.name, battery_names) || field.field.name == "battery_low" ||
            field.device_class == "battery")
            return true;
    for (std::size_t i = 0; i < view.fields.size(); ++i) {
        const auto& field = view.fields[i];
        if (number_of(field.field.value) && view.signal != i &&
            !one_of(field.field.name, housekeeping))
            return false;
    }
    return true;
}

void Composer::times(WallTime now) {
    bool live = false;
    std::optional<seconds> patience;
    for (const auto* source : sources) {
        if (view.first_seen == 0 || source->first_seen < view.first_seen)
            view.first_seen = source->first_seen;
        if (source->seen_live && !live) view.last_seen = source->last_seen;
        if (source->seen_live || !live)
            view.last_seen = std::max(view.last_seen, source->last_seen);
        live = live || source->seen_live;
        auto interval = source->rhythm.interval();
        if (interval && (!view.expected || *interval < *view.expected)) view.expected = interval;
        if (source->seen_live)
            patience = std::min(patience.value_or(seconds::max()), source->rhythm.patience());
    }
    if (!live || !patience) return; // never heard live: nothing is overdue
    auto allowed = sleeps() ? std::max(*patience, sleeper_patience) : *patience;
    // A time ahead of the clock says nothing: the clock was wrong then, or is now.
    view.stale = now - from_ns(view.last_seen) > allowed;
}

} // namespace

DeviceView compose(std::string id, const Decided& decided,
                   const std::vector<const Source*>& sources,
                   const std::vector<const Described*>& descriptions,
                   std::vector<DeviceSeries> latest, WallTime now) {
    DeviceView view;
    view.id = std::move(id);
    Composer composer{view, sources, descriptions};
    composer.identity(decided);
    composer.fields(std::move(latest));
    composer.entities();
    composer.online();
    composer.battery();
    composer.signal();
    composer.times(now);
    return view;
}

} // namespace caredian::devices
