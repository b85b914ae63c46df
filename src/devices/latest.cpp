#include "devices/latest.h"

#include "base/encoding.h"
#include "base/log.h"
#include "devices/device_state.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <unordered_map>

namespace caredian::devices {
namespace {

constexpr std::size_t kSlice = 64; // readings taken, or devices shown, under one lock
constexpr std::chrono::seconds kLongestRetry{60};

} // namespace

struct Latest::State {
    State(LatestOptions o, const Clock& c, DeviceStore s)
        : options(std::move(o)), clock(c), store(std::move(s)) {}

    result<void> load();
    void add(const readings::Reading& reading);
    DeviceState* device_for(const readings::Reading& reading);
    LatestField* field_for(DeviceState& device, DeviceSeries& series, std::string_view name,
                           std::size_t hint);
    void keep(const readings::FieldValue& value, readings::FieldValue& kept) const;
    bool save();
    void take_over();
    void drop(std::string_view what, std::string_view device);

    LatestOptions options;
    const Clock& clock;
    DeviceStore store;

    mutable std::mutex mutex; // of `devices`; the writer reads without it
    std::map<std::string, DeviceState, std::less<>> devices;

    // The writer's own.
    std::unordered_map<std::string_view, DeviceState*> by_id; // keys are those of `devices`
    std::vector<std::pair<std::string_view, DeviceState*>> dirty;
    readings::Row taken = 0;
    MonoTime next_save{};
    std::chrono::seconds retry{0};
    bool warned = false;

    OnRecord on_record;
    std::mutex left_mutex; // of the next two
    HomeRecords left;
    bool taking_over = false;

    std::atomic<readings::Row> cursor{0};
    std::atomic<std::uint64_t> count{0}, dropped{0};
};

Latest::Latest(std::unique_ptr<State> state) : state_(std::move(state)) {}
Latest::~Latest() = default;

result<std::unique_ptr<Latest>> Latest::open(LatestOptions options, const Clock& clock) {
    auto store = DeviceStore::open(options.path);
    if (!store) return store.error();
    auto state = std::make_unique<State>(std::move(options), clock, std::move(*store));
    if (auto loaded = state->load(); !loaded) return loaded.error();
    return std::unique_ptr<Latest>(new Latest(std::move(state)));
}

result<void> Latest::State::load() {
    next_save = clock.mono() + options.save_interval;
    auto row = store.cursor();
    if (!row) return row.error();
    taken = *row;
    cursor = *row;
    auto loaded = store.load([this](std::string id, std::string_view bytes) {
        DeviceState device;
        if (!decode_device(bytes, device) || device.series.empty()) {
            log::error("devices", "a device's stored state is damaged and left out",
                       {{"device", id}});
            return;
        }
        auto [it, added] = devices.try_emplace(std::move(id), std::move(device));
        by_id.emplace(it->first, &it->second);
    });
    count = devices.size();
    return loaded;
}

readings::Row Latest::cursor() const {
    return state_->cursor.load(std::memory_order_relaxed);
}

void Latest::take(std::span<const readings::Reading> readings, readings::Row last_row) {
    State& state = *state_;
    state.take_over();
    for (std::size_t start = 0; start < readings.size(); start += kSlice) {
        auto slice = readings.subspan(start, std::min(kSlice, readings.size() - start));
        std::lock_guard lock(state.mutex);
        for (const auto& reading : slice)
            if (reading.row > state.taken) state.add(reading);
    }
    state.taken = std::max(state.taken, last_row);
}

void Latest::State::drop(std::string_view what, std::string_view device) {
    dropped.fetch_add(1, std::memory_order_relaxed);
    if (std::exchange(warned, true)) return;
    log::warning("devices", what,
                 {{"device", device},
                  {"max_devices", options.max_devices},
                  {"max_fields", options.max_fields}});
}

DeviceState* Latest::State::device_for(const readings::Reading& reading) {
    std::string_view id = reading.series.tag("device");
    if (auto known = by_id.find(id); known != by_id.end()) return known->second;
    if (devices.size() >= options.max_devices) {
        drop("too many devices: the values of new ones are not shown", id);
        return nullptr;
    }
    auto [it, added] = devices.try_emplace(std::string(id));
    by_id.emplace(it->first, &it->second);
    count.store(devices.size(), std::memory_order_relaxed);
    return &it->second;
}

LatestField* Latest::State::field_for(DeviceState& device, DeviceSeries& series,
                                      std::string_view name, std::size_t hint) {
    auto& fields = series.fields;
    if (hint < fields.size() && fields[hint].name == name) return &fields[hint];
    auto known = std::find_if(fields.begin(), fields.end(),
                              [name](const LatestField& f) { return f.name == name; });
    if (known != fields.end()) return &*known;
    if (device.fields >= options.max_fields) {
        drop("too many fields of a device: new ones are not shown", series.key.tag("device"));
        return nullptr;
    }
    ++device.fields;
    auto& field = fields.emplace_back();
    field.name = name;
    return &field;
}

void Latest::State::keep(const readings::FieldValue& value, readings::FieldValue& kept) const {
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && text->size() > options.max_text)
        kept = sanitize_utf8(*text, options.max_text);
    else
        kept = value;
}

// Rows decide. What was stored before under a redelivered message's first row is at least as new.
void Latest::State::add(const readings::Reading& reading) {
    DeviceState* device = device_for(reading);
    if (device == nullptr) return;
    auto series = std::find_if(device->series.begin(), device->series.end(),
                               [&](const DeviceSeries& s) { return s.key == reading.series; });
    if (series == device->series.end()) {
        // A series without a field that fits is not kept either.
        if (device->fields >= options.max_fields)
            return drop("too many fields of a device: new ones are not shown",
                        reading.series.tag("device"));
        series = device->series.insert(series, DeviceSeries{reading.series, {}});
    }
    readings::Row row = reading.redelivered ? reading.first_row : reading.row;
    for (std::size_t i = 0; i < reading.fields.size(); ++i) {
        const auto& given = reading.fields[i];
        LatestField* field = field_for(*device, *series, given.name, i);
        if (field == nullptr || row < field->row) continue;
        keep(given.value, field->value);
        field->time = to_ns(reading.time);
        field->row = row;
        field->initial = reading.initial;
    }
    if (device->dirty) return;
    device->dirty = true;
    dirty.emplace_back(by_id.find(reading.series.tag("device"))->first, device);
}

bool Latest::State::save() {
    if (dirty.empty() && taken == cursor) return true;
    auto saved = store.transaction([&]() -> result<void> {
        for (const auto& [id, device] : dirty) {
            std::string bytes = encode_device(*device);
            if (auto r = store.put_device(id, bytes); !r) return r;
        }
        return store.put_cursor(taken);
    });
    if (!saved) {
        if (retry.count() == 0)
            log::error("devices", "the latest values cannot be saved; the journal still has them",
                       {{"reason", saved.error().message()}});
        retry = std::clamp(retry * 2, std::chrono::seconds(1), kLongestRetry);
        next_save = clock.mono() + retry;
        return false;
    }
    for (const auto& [id, device] : dirty) {
        device->dirty = false;
        if (on_record) on_record({'l', std::string(id), encode_device(*device)});
    }
    dirty.clear();
    cursor = taken;
    retry = std::chrono::seconds(0);
    next_save = clock.mono() + options.save_interval;
    return true;
}

void Latest::save() {
    state_->save();
}

void Latest::on_record(OnRecord told) {
    state_->on_record = std::move(told);
}

void Latest::take_over(HomeRecords left) {
    std::lock_guard lock(state_->left_mutex);
    state_->left = std::move(left);
    state_->taking_over = true;
}

void Latest::State::take_over() {
    HomeRecords records;
    {
        std::lock_guard lock(left_mutex);
        if (!std::exchange(taking_over, false)) return;
        records.swap(left);
    }
    std::lock_guard lock(mutex);
    dirty.clear();
    for (auto& [id, device] : devices) device.dirty = true; // but for what follows
    for (const auto& record : records) {
        DeviceState said;
        if (record.kind != 'l' || !decode_device(record.value, said) || said.series.empty())
            continue;
        if (devices.size() >= options.max_devices && !devices.contains(record.key)) continue;
        for (auto& series : said.series)
            for (auto& field : series.fields) field.row = taken;
        auto [at, added] = devices.insert_or_assign(record.key, std::move(said));
        if (added) by_id.emplace(at->first, &at->second);
    }
    for (auto& [id, device] : devices)
        if (device.dirty) dirty.emplace_back(id, &device);
    count.store(devices.size(), std::memory_order_relaxed);
    next_save = clock.mono();
}

void Latest::tick() {
    state_->take_over();
    if (state_->clock.mono() >= state_->next_save) state_->save();
}

std::vector<DeviceSeries> Latest::series(std::string_view device) const {
    std::lock_guard lock(state_->mutex);
    auto known = state_->devices.find(device);
    return known == state_->devices.end() ? std::vector<DeviceSeries>() : known->second.series;
}

LatestStats Latest::stats() const {
    return {.devices = state_->count, .dropped = state_->dropped, .cursor = state_->cursor};
}

} // namespace caredian::devices
