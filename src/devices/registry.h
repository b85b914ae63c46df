// Devices as people mean them: who is there, what it is called, where it stands, when it was heard.
//
// The registry follows readings (sources, their topics, their rhythm) and descriptions, and joins
// them (device_join.h) at most once a second. Values stay with Latest; a device is composed of both
// when somebody asks. What people decide (name, room, joined, set apart) is kept over restarts and
// over new descriptions; a description that is withdrawn takes away what it said, and no history.
#pragma once

#include "base/clock.h"
#include "base/health.h"
#include "devices/device_view.h"
#include "devices/home_record.h"
#include "devices/latest.h"
#include "readings/consumer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices {

enum class Errc {
    ok,
    no_device, // no device of this id
    no_source, // the device has no such source
    same,      // merged with itself, or the only source is set apart
    kept_not,  // decided, but not on disk: it is tried again
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

struct RegistryOptions {
    std::string path; // data_dir/registry.db; made when absent
    std::chrono::seconds save_interval{600};
    std::size_t max_sources = 20'000;
    std::size_t max_descriptions = 20'000;
    std::size_t max_entities = 100'000;
    std::size_t max_links = 256; // topics of one source
    // Full: sources heard but once, never described, and silent for so long make room.
    std::chrono::minutes evict_after{60};
};

struct RegistryStats {
    std::uint64_t devices = 0, stale = 0;
    std::uint64_t flood = 0; // readings and descriptions left out: a limit was reached
    readings::Row cursor = 0;
};

// What a person changes; nullopt: stays as it is, empty: back to what the device says.
struct DeviceChange {
    std::optional<std::string> name, area; // at most 128 bytes are kept
    bool no_area = false;                  // with an empty area: it stands in none
};

// Where a device stands as far as rights go, and what it is made of.
struct DevicePlace {
    std::string id, area;
    std::vector<SourceKey> sources;
};

// Who else has to do with a topic that a device names as its command topic.
struct TopicClaims {
    bool own = false;                // by its own convention it is this device's
    std::string owner;               // it is this other device's, by that one's own convention
    std::vector<std::string> shared; // others that name it alike
};

// describe(), take(), save(), tick(): the pipeline's thread. The rest: any thread; the edits write
// to the disk before they return.
class Registry final : public readings::Consumer {
public:
    // `latest` must outlive it. Reports as health `devices`.
    static result<std::unique_ptr<Registry>> open(RegistryOptions options, const Clock& clock,
                                                  const Latest& latest, HealthRegister& health);
    ~Registry() override; // does not save

    std::string_view name() const override { return "registry"; }
    readings::Row cursor() const override;
    // What devices say about themselves must be asked for once more: the file is new, or its
    // descriptions are those of an earlier version.
    bool lacks_descriptions() const;
    void describe(std::span<const readings::Description> said, readings::Row last_row) override;
    void take(std::span<const readings::Reading> readings, readings::Row last_row) override;
    void save() override;
    void tick() override;

    // The devices after `after` in the order of ids, at most `limit`.
    std::vector<DeviceView> list(std::string_view after, std::size_t limit) const;
    std::optional<DeviceView> find(std::string_view id) const;
    // The topics that the device speaks on, or is said to, and those where only it was described;
    // each once. nullopt: no such device.
    std::optional<std::vector<std::string>> topics(std::string_view id) const;
    // The same without values: cheap enough to go through all of them now and again.
    std::vector<DevicePlace> places(std::string_view after, std::size_t limit) const;
    // Looks at every topic: for commands, not for lists.
    TopicClaims claims(std::string_view id, std::string_view topic) const;
    // Another number when any of that has changed.
    std::uint64_t generation() const;
    RegistryStats stats() const;

    // Several gateways: each piece, once it is on disk here; set before take().
    void on_record(OnRecord told);
    // This gateway takes over: what people decided is what the one before left, sources and
    // descriptions are brought together. What it did not have is told at once. Any thread.
    void take_over(const HomeRecords& left);

    // Forgets what `origin` described on topics for which `still` says false.
    void forget_described(std::string_view origin,
                          const std::function<bool(std::string_view topic)>& still);

    result<void> change(std::string_view id, const DeviceChange& change);
    // `other` becomes part of `id`.
    result<void> merge(std::string_view id, std::string_view other);
    // Takes back a merge for this source, or sets it apart from what it was joined with.
    result<void> split(std::string_view id, const SourceKey& key);

    struct State;

private:
    explicit Registry(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace caredian::devices

template <>
struct boost::system::is_error_code_enum<caredian::devices::Errc> : std::true_type {};
