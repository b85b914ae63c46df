// A device as the API shows it: its sources, its descriptions and the latest values in one.
#pragma once

#include "devices/device_state.h"
#include "devices/registry_state.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices {

struct FieldView {
    LatestField field;
    std::size_t series = 0; // of DeviceView::series
    std::string unit;
    std::string label, device_class, category; // as described
};

struct EntityView {
    readings::EntityDescription said;
    std::string origin;
    std::string command_origin;       // whose convention `said.command` is
    std::vector<std::string> also;    // ids that others describe it by
    std::optional<std::size_t> field; // of DeviceView::fields: its state
};

struct DeviceView {
    std::string id, name, area, manufacturer, model, model_id, sw_version, origin, via;
    bool area_guessed = false; // nobody said it: by the name or a topic (area_guess.h)
    bool area_chosen = false;  // a person said it, also when it is none
    bool area_unsure = false;  // perhaps another device said it: for rights it is in none
    std::vector<std::string> identifiers;
    std::optional<bool> online;
    bool stale = false;
    std::optional<std::chrono::seconds> expected;
    std::optional<double> battery;              // percent
    std::optional<std::size_t> signal;          // of `fields`
    std::int64_t first_seen = 0, last_seen = 0; // ns; 0: never heard
    std::vector<SourceKey> sources;
    std::vector<readings::SeriesKey> series;
    std::vector<FieldView> fields;
    std::vector<EntityView> entities;

    const std::string& area_for_rights() const {
        static const std::string none;
        return area_unsure ? none : area;
    }
};

// Pure: composes a view. `sources` and `descriptions` are the device's own, `latest` the series of
// its sources, `now` decides what is stale. Descriptions: the one said last wins, but for the
// room (room_word.h).
DeviceView compose(std::string id, const Decided& decided,
                   const std::vector<const Source*>& sources,
                   const std::vector<const Described*>& descriptions,
                   std::vector<DeviceSeries> latest, WallTime now);

// One object of GET /api/v1/devices; `detail` adds what GET /api/v1/devices/{id} has more.
void append_json(std::string& out, const DeviceView& view, bool detail);

} // namespace caredian::devices
