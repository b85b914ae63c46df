#include "devices/places.h"

#include "devices/registry_impl.h"

namespace caredian::devices {

namespace {

constexpr std::size_t slice = 256;             // devices, between two locks of the registry
constexpr std::string_view statestream = "ha"; // the measurement of its readings

} // namespace

std::vector<DevicePlace> Registry::places(std::string_view after, std::size_t limit) const {
    State& state = *state_;
    std::lock_guard lock(state.mutex);
    if (state.join_wanted && state.devices.empty()) state.join_again();
    std::vector<DevicePlace> out;
    auto at = after.empty() ? state.devices.begin() : state.devices.upper_bound(after);
    for (; at != state.devices.end() && out.size() < limit; ++at) {
        auto view = state.bare_view(at->first, at->second, {});
        out.push_back({at->first, view.area_for_rights(), std::move(view.sources)});
    }
    return out;
}

std::uint64_t Registry::generation() const {
    return state_->generation.load();
}

void Places::add(const DevicePlace& device) {
    const auto at = places_.size();
    places_.push_back({device.id, device.area});
    devices_.insert_or_assign(device.id, at);
    for (const auto& source : device.sources)
        sources_[source.device].push_back({source.measurement, source.path, at});
}

const access::Place* Places::find(std::string_view measurement, std::string_view device,
                                  std::string_view path) const {
    auto found = sources_.find(device);
    if (found == sources_.end()) return nullptr;
    for (const auto& source : found->second)
        if (source.measurement == measurement && source.path == path) return &places_[source.place];
    return nullptr;
}

const access::Place* Places::find_device(std::string_view id) const {
    auto found = devices_.find(id);
    return found == devices_.end() ? nullptr : &places_[found->second];
}

const access::Place* Places::find_entity(std::string_view entity_id) const {
    return find(statestream, entity_id, {});
}

void Places::locate(access::What& what) const {
    const access::Place* place = nullptr;
    if (!what.entity.empty())
        place = find_entity(what.entity);
    else if (what.ours && !what.device.empty())
        place = find_device(what.device);
    if (!place) return;
    what.area = place->area;
    what.device = place->device;
}

access::Resource resource_of(const access::Place* place, std::string_view measurement,
                             std::string_view device) {
    access::Resource r;
    r.ours = true;
    if (measurement == statestream) {
        r.entity = device;
        r.domain = device.substr(0, device.find('.'));
    }
    if (!place) return r;
    r.device = place->device;
    r.area = place->area;
    return r;
}

PlacesPtr PlaceBook::now() const {
    std::lock_guard lock(mutex_);
    return now_;
}

void PlaceBook::refresh() {
    // Read first: what changes meanwhile makes another one.
    if (!registry_) return;
    const auto generation = registry_->generation();
    if (generation == generation_) return;
    auto made = std::make_shared<Places>();
    for (std::string after;;) {
        auto some = registry_->places(after, slice);
        for (const auto& device : some) made->add(device);
        if (some.size() < slice) break;
        after = some.back().id;
    }
    generation_ = generation;
    std::lock_guard lock(mutex_);
    now_ = std::move(made);
}

} // namespace caredian::devices
