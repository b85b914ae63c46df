// Where things stand, for those who may see some rooms only: a snapshot of the registry's rooms by
// source, device and Home Assistant's entity.
#pragma once

#include "access/question.h"
#include "devices/registry.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace caredian::devices {

class Places {
public:
    void add(const DevicePlace& device);
    // Of a series, by its measurement and its tags device and path. nullptr: not known (yet).
    const access::Place* find(std::string_view measurement, std::string_view device,
                              std::string_view path) const;
    const access::Place* find_device(std::string_view id) const;
    // Known where Home Assistant's statestream told of it.
    const access::Place* find_entity(std::string_view entity_id) const;

    // Puts area and device to an entity or device that a question names.
    void locate(access::What& what) const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    template <class T>
    using ByName = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
    struct Source {
        std::string measurement, path;
        std::size_t place = 0;
    };

    std::vector<access::Place> places_;
    ByName<std::vector<Source>> sources_; // by the tag device
    ByName<std::size_t> devices_;         // by id
};
using PlacesPtr = std::shared_ptr<const Places>;

// What a reading of ours is, as access sees it: views of the arguments and of the place.
access::Resource resource_of(const access::Place* place, std::string_view measurement,
                             std::string_view device);

// Keeps a snapshot at most a few seconds behind the registry. Any thread.
class PlaceBook {
public:
    explicit PlaceBook(const Registry& registry)
        : registry_(&registry), now_(std::make_shared<Places>()) {}
    explicit PlaceBook(PlacesPtr fixed) : now_(std::move(fixed)) {} // which stays: for tests
    PlacesPtr now() const;
    // Made anew when the registry has changed. Takes milliseconds: a pool, one at a time.
    void refresh();

private:
    const Registry* registry_ = nullptr;
    mutable std::mutex mutex_; // of now_
    PlacesPtr now_;
    std::uint64_t generation_ = 0; // of refresh()
};

} // namespace caredian::devices
