#include "devices/registry.h"

#include "base/log.h"
#include "devices/registry_impl.h"

#include <algorithm>

namespace caredian::devices {

namespace {

constexpr std::size_t slice = 64; // readings taken, or devices shown, under one lock
constexpr std::chrono::seconds save_retry{10};

// Broken messages are no device's own words.
constexpr std::string_view raw_measurement = "mqtt_raw";

bool share(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::any_of(a.begin(), a.end(), [&](const auto& id) {
        return std::find(b.begin(), b.end(), id) != b.end();
    });
}

} // namespace

const char* room_name(Errc) {
    return "devices";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::no_device:
        return "there is no such device";
    case Errc::no_source:
        return "the device has no such source";
    case Errc::same:
        return "there is nothing to join or to set apart";
    case Errc::kept_not:
        return "it cannot be kept on disk";
    }
    return "unknown";
}

Registry::Registry(std::unique_ptr<State> state) : state_(std::move(state)) {}
Registry::~Registry() = default;

result<std::unique_ptr<Registry>> Registry::open(RegistryOptions options, const Clock& clock,
                                                 const Latest& latest, HealthRegister& health) {
    auto store = RegistryStore::open(options.path);
    if (!store) return store.error();
    auto state =
        std::make_unique<State>(std::move(options), clock, latest, health, std::move(*store));
    if (auto loaded = state->load(); !loaded) return loaded.error();
    health.declare("devices", "new devices");
    health.set("devices", HealthState::up);
    return std::unique_ptr<Registry>(new Registry(std::move(state)));
}

result<void> Registry::State::load() {
    next_save = clock.mono() + options.save_interval;
    auto row = store.cursor();
    if (!row) return row.error();
    taken = *row;
    cursor = *row;
    auto loaded = store.load([this](char kind, std::string key, std::string_view value) {
        load_one(kind, std::move(key), value);
    });
    if (loaded) join_again();
    return loaded;
}

void Registry::State::load_one(char kind, std::string key, std::string_view value) {
    bool good = true;
    if (kind == 's') {
        auto source = std::make_unique<Source>();
        good = decode_source(value, *source);
        if (good) sources.emplace(ref(source->key), std::move(source));
    } else if (kind == 'd') {
        std::vector<Described> said;
        bool old = false;
        good = decode_descriptions(value, said, old);
        old_descriptions = old_descriptions || (good && old);
        if (good) replace(key, std::move(said));
    } else if (kind == 'n') {
        good = decode_decided(value, decided[key]);
    } else if (kind == 'm') {
        good = decode_manual(value, manual);
    }
    dirty_topics.clear();
    if (!good)
        log::error("devices", "an entry of the registry is damaged and left out",
                   {{"kind", std::string(1, kind)}, {"key", key}});
}

// ---- messages

void Registry::describe(std::span<const readings::Description> said, readings::Row) {
    State& state = *state_;
    std::lock_guard lock(state.mutex);
    for (std::size_t i = 0; i < said.size();) {
        const auto& first = said[i];
        std::vector<Described> together;
        std::size_t end = i;
        for (; end < said.size() && said[end].row == first.row && said[end].topic == first.topic;
             ++end)
            if (!said[end].withdrawn) together.push_back({said[end], {}});
        i = end;
        if (first.row <= state.taken) continue;
        if (first.withdrawn)
            state.withdraw(first);
        else
            state.replace(first.topic, std::move(together));
    }
}

void Registry::State::withdraw(const readings::Description& gone) {
    auto at = descriptions.find(gone.topic);
    if (at == descriptions.end()) return;
    std::vector<Described> left;
    if (!gone.identifiers.empty())
        for (auto& d : at->second)
            if (!share(d.said.identifiers, gone.identifiers)) left.push_back(d);
    if (left.empty())
        forget(gone.topic);
    else
        replace(gone.topic, std::move(left));
}

void Registry::forget_described(std::string_view origin,
                                const std::function<bool(std::string_view topic)>& still) {
    State& state = *state_;
    std::lock_guard lock(state.mutex);
    std::vector<std::string> gone;
    for (const auto& [topic, said] : state.descriptions)
        if (!said.empty() && said.front().said.origin == origin && !still(topic))
            gone.push_back(topic);
    for (const auto& topic : gone) state.forget(topic);
}

void Registry::State::forget(const std::string& topic) {
    auto at = descriptions.find(topic);
    if (at == descriptions.end()) return;
    for (const auto& d : at->second) entities -= d.said.entities.size();
    described -= at->second.size();
    // What a person joined or named stays by the sources' and devices' own records.
    descriptions.erase(at);
    devices.clear(); // it points to what is gone: joined again before anybody looks
    dirty_topics.insert(topic);
    join_wanted = true;
}

void Registry::State::replace(const std::string& topic, std::vector<Described> said) {
    auto at = descriptions.find(topic);
    std::size_t had = 0, had_entities = 0, has_entities = 0;
    if (at != descriptions.end()) {
        had = at->second.size();
        for (const auto& d : at->second) had_entities += d.said.entities.size();
    }
    for (const auto& d : said) has_entities += d.said.entities.size();
    if (described - had + said.size() > options.max_descriptions ||
        entities - had_entities + has_entities > options.max_entities)
        return leave_out("too many descriptions: new ones are left out");
    if (at != descriptions.end() && says_the_same(said, at->second)) return;
    if (at == descriptions.end()) at = descriptions.try_emplace(topic).first;
    for (auto& fresh : said) // the device that it was
        for (const auto& old : at->second)
            if (share(fresh.said.identifiers, old.said.identifiers) ||
                (fresh.said.identifiers.empty() && old.said.identifiers.empty()))
                fresh.device = old.device;
    described = described - had + said.size();
    entities = entities - had_entities + has_entities;
    bool shown = std::any_of(at->second.begin(), at->second.end(),
                             [](const Described& d) { return !d.device.empty(); });
    at->second = std::move(said);
    dirty_topics.insert(topic);
    join_wanted = true;
    if (shown) devices.clear(); // as in forget()
}

void Registry::take(std::span<const readings::Reading> readings, readings::Row last_row) {
    State& state = *state_;
    for (std::size_t start = 0; start < readings.size(); start += slice) {
        auto part = readings.subspan(start, std::min(slice, readings.size() - start));
        std::lock_guard lock(state.mutex);
        for (const auto& reading : part)
            if (reading.row > state.taken) state.add(reading);
    }
    std::lock_guard lock(state.mutex);
    state.taken = std::max(state.taken, last_row);
    if (state.devices.empty() && state.join_wanted) state.join_again();
}

void Registry::State::add(const readings::Reading& reading) {
    if (reading.series.measurement == raw_measurement) return;
    Source* source = source_for(reading);
    if (!source) return;
    if (source->messages < UINT32_MAX) ++source->messages;
    std::int64_t time = to_ns(reading.received);
    if (!reading.initial && !reading.redelivered) {
        source->last_seen = time;
        source->seen_live = true;
        source->rhythm.hear(reading.received);
    } else if (!source->seen_live) {
        source->last_seen = time;
    }
    link(*source, reading);
    touch(*source);
}

void Registry::State::touch(Source& source) {
    if (std::exchange(source.dirty, true)) return;
    dirty_sources.push_back(&source);
}

Source* Registry::State::source_for(const readings::Reading& reading) {
    const auto& key = reading.series;
    Ref wanted{key.measurement, key.tag("device"), key.tag("path")};
    if (auto known = sources.find(wanted); known != sources.end()) return known->second.get();
    if (sources.size() >= options.max_sources) {
        leave_out("too many devices: new ones are left out");
        return nullptr;
    }
    auto source = std::make_unique<Source>();
    source->key = {key.measurement, std::string(key.tag("device")), std::string(key.tag("path"))};
    source->first_seen = source->last_seen = to_ns(reading.received);
    Source* made = source.get();
    sources.emplace(ref(made->key), std::move(source));
    join_wanted = true;
    return made;
}

void Registry::State::link(Source& source, const readings::Reading& reading) {
    for (const auto& known : source.links)
        if (known.topic == reading.topic && known.series == reading.series) return;
    if (source.links.size() >= options.max_links || reading.topic.empty()) return;
    auto& fresh = source.links.emplace_back();
    fresh.topic = reading.topic;
    fresh.series = reading.series;
    if (reading.fields.size() == 1) fresh.only_field = reading.fields[0].name;
    join_wanted = true;
}

// ---- by the clock

void Registry::tick() {
    State& state = *state_;
    {
        std::lock_guard lock(state.mutex);
        if (state.join_wanted) state.join_again();
        state.count_stale();
        state.report();
    }
    std::scoped_lock lock(state.store_mutex, state.mutex);
    state.evict();
    if (state.clock.mono() >= state.next_save) state.save();
}

void Registry::save() {
    std::scoped_lock lock(state_->store_mutex, state_->mutex);
    if (state_->join_wanted) state_->join_again();
    state_->save();
}

bool Registry::State::save() {
    if (dirty_sources.empty() && dirty_topics.empty() && taken == cursor) return true;
    auto saved = store.transaction([&]() -> result<void> {
        for (const auto* source : dirty_sources)
            if (auto r = store.put('s', source->key.anchor(), encode_source(*source)); !r) return r;
        for (const auto& topic : dirty_topics) {
            auto said = descriptions.find(topic);
            auto r = said == descriptions.end()
                         ? store.remove('d', topic)
                         : store.put('d', topic, encode_descriptions(said->second));
            if (!r) return r;
        }
        return store.put_cursor(taken);
    });
    if (!saved) {
        log::error("devices", "the registry cannot be saved; the journal still has it",
                   {{"reason", saved.error().message()}});
        next_save = clock.mono() + save_retry;
        return false;
    }
    if (on_record) tell_saved();
    for (auto* source : dirty_sources) source->dirty = false;
    dirty_sources.clear();
    dirty_topics.clear();
    cursor = taken;
    next_save = clock.mono() + options.save_interval;
    return true;
}

bool Registry::lacks_descriptions() const {
    return cursor() == 0 || state_->old_descriptions;
}

readings::Row Registry::cursor() const {
    return state_->cursor.load(std::memory_order_relaxed);
}

RegistryStats Registry::stats() const {
    const State& s = *state_;
    return {.devices = s.device_count, .stale = s.stale, .flood = s.flood, .cursor = s.cursor};
}

} // namespace caredian::devices
