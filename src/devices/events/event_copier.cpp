#include "devices/events/event_copier.h"

#include "base/log.h"

#include <pthread.h>

namespace caredian::devices {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t batch = 500;
constexpr std::chrono::seconds look_interval{5};
constexpr std::chrono::minutes trim_interval{10};
constexpr milliseconds idle{1'000};
constexpr std::string_view health_name = "events";

// Which fields of which series were described as having two states.
std::shared_ptr<const EventClasses> classes_of(const Registry& registry) {
    constexpr std::size_t slice = 64;
    auto out = std::make_shared<EventClasses>();
    for (std::string after;;) {
        auto some = registry.list(after, slice);
        for (const auto& device : some)
            for (const auto& entity : device.entities) {
                if (entity.said.component != "binary_sensor" || !entity.field) continue;
                const auto& field = device.fields[*entity.field];
                const auto& series = device.series[field.series];
                const auto& said = entity.said.device_class;
                out->emplace(class_key(series.measurement, series.tag("device"), series.tag("path"),
                                       field.field.name),
                             said.empty() ? "binary_sensor" : said);
            }
        if (some.size() < slice) return out;
        after = some.back().id;
    }
}

} // namespace

EventCopier::EventCopier(EventCopierOptions options, EventBook& book, EventStore& store,
                         const Registry* registry, const Clock& clock, HealthRegister& health)
    : options_(std::move(options)), book_(book), store_(store), registry_(registry), clock_(clock),
      health_(health), retention_s_(options_.retention.count()) {
    health_.declare(std::string(health_name), "events of devices in the database");
    if (registry_) places_.emplace(*registry_);
    book_.on_kept([this] {
        std::lock_guard lock(mutex_);
        told_ = true;
        wake_.notify_one();
    });
}

EventCopier::~EventCopier() {
    stop();
    book_.on_kept({});
}

void EventCopier::start() {
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "events");
        run();
    });
}

void EventCopier::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void EventCopier::set_retention(std::chrono::seconds retention) {
    retention_s_ = retention.count();
}

void EventCopier::run() {
    const std::string name(health_name);
    milliseconds pause{0};
    bool away = false;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, pause, [this, away] { return stopping_ || (told_ && !away); });
            if (stopping_) return;
            told_ = false;
        }
        if (auto why = copy_all(); !why) {
            if (std::exchange(away, false)) log::info("events", "the database takes events again");
            health_.set(name, HealthState::up);
            pause = idle;
        } else {
            pause = away ? std::min(pause * 2, options_.retry_most) : options_.retry_least;
            if (!std::exchange(away, true))
                log::warning("events", "events wait for the database", {{"reason", *why}});
            health_.set(name, HealthState::down, *why);
        }
    }
}

std::optional<std::string> EventCopier::copy_all() {
    try {
        for (;;) {
            auto more = step();
            if (!more) return more.error().message();
            std::lock_guard lock(mutex_);
            if (!*more || stopping_) return std::nullopt;
        }
    } catch (const std::exception& e) {
        return std::string("unexpected: ") + e.what();
    }
}

void EventCopier::look_at_registry() {
    if (!registry_ || clock_.mono() < next_look_) return;
    next_look_ = clock_.mono() + look_interval;
    const auto generation = registry_->generation();
    if (generation == generation_) return;
    generation_ = generation;
    places_->refresh();
    book_.use(classes_of(*registry_));
}

std::vector<StoredEvent>
EventCopier::located(const std::vector<EventOutbox::Waiting>& waiting) const {
    std::vector<StoredEvent> out;
    out.reserve(waiting.size());
    const auto places = places_ ? places_->now() : std::make_shared<const Places>();
    for (const auto& [id, event] : waiting) {
        StoredEvent one;
        one.event = event;
        one.device_id = event.device;
        if (const auto* place = places->find(event.measurement, event.device, event.path)) {
            one.device_id = place->device;
            one.area = place->area;
        }
        out.push_back(std::move(one));
    }
    return out;
}

result<bool> EventCopier::step() {
    look_at_registry();
    if (!prepared_) {
        if (auto made = store_.prepare(); !made)
            return {boost::system::in_place_error, made.error()};
        prepared_ = true;
    }
    auto waiting = book_.oldest(batch);
    if (!waiting) return {boost::system::in_place_error, waiting.error()};
    if (!waiting->empty()) {
        auto added = store_.add(options_.gateway, located(*waiting));
        if (!added) return {boost::system::in_place_error, added.error()};
        auto gone = book_.remove(waiting->back().id);
        if (!gone) return {boost::system::in_place_error, gone.error()};
        copied_ += waiting->size();
    }
    if (waiting->size() < batch)
        if (auto cut = trim(); !cut) return {boost::system::in_place_error, cut.error()};
    return waiting->size() == batch;
}

result<void> EventCopier::trim() {
    if (clock_.mono() < next_trim_) return {};
    next_trim_ = clock_.mono() + trim_interval;
    std::optional<std::int64_t> before;
    if (auto keep = retention_s_.load(); keep > 0)
        before = to_ns(clock_.wall() - std::chrono::seconds(keep));
    auto more = store_.trim(before, options_.most);
    if (!more) return more.error();
    if (*more) next_trim_ = clock_.mono(); // a slice at a time, events come first
    return {};
}

} // namespace caredian::devices
