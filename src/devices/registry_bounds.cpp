// What the registry does when it is full: leaves out, makes room, says so.
#include "base/log.h"
#include "devices/registry_impl.h"

namespace caredian::devices {

namespace {

constexpr std::chrono::minutes flood_shown{10};
constexpr std::chrono::seconds evict_pause{60};

} // namespace

void Registry::State::leave_out(std::string_view what) {
    flood.fetch_add(1, std::memory_order_relaxed);
    flooded_until = clock.mono() + flood_shown;
    if (flood_reason != what) {
        flood_reason = what;
        log::warning(
            "devices", what,
            {{"max_devices", options.max_sources}, {"max_entities", options.max_entities}});
    }
}

// Those that were heard but once and that nobody described or decided about.
void Registry::State::evict() {
    if (sources.size() < options.max_sources || clock.mono() < next_evict) return;
    next_evict = clock.mono() + evict_pause;
    std::int64_t before = to_ns(clock.wall()) - nanoseconds(options.evict_after).count();
    std::vector<const Source*> gone;
    for (const auto& [key, source] : sources) {
        auto device = devices.find(source->device);
        bool plain = device != devices.end() && device->second.descriptions.empty() &&
                     device->second.sources.size() == 1 && !decided.contains(source->device);
        if (plain && source->messages < 2 && source->last_seen < before)
            gone.push_back(source.get());
    }
    if (gone.empty()) return;
    (void)save(); // none of them is among the dirty ones any more
    if (!dirty_sources.empty()) return;
    std::vector<std::string> keys;
    for (const auto* source : gone) {
        keys.push_back(source->key.anchor());
        sources.erase(ref(source->key));
    }
    (void)store.transaction([&]() -> result<void> {
        for (const auto& key : keys)
            if (auto r = store.remove('s', key); !r) return r;
        return {};
    });
    if (on_record)
        for (const auto& key : keys) on_record({'s', key, {}});
    join_again();
}

void Registry::State::report() {
    bool full = clock.mono() < flooded_until;
    if (!full) flood_reason.clear();
    health.set("devices", full ? HealthState::degraded : HealthState::up, flood_reason);
}

} // namespace caredian::devices
