#include "app/event_side.h"

#include "store/key_file.h"

#include <stdexcept>

namespace caredian::app {

namespace {

// Made once: rows of this gateway's journal are its own.
std::string gateway_id(const Settings& settings, Random& random) {
    auto kept = store::load_or_make_key(settings.data_path("gateway_id"), random);
    if (!kept)
        throw std::runtime_error("the gateway's id cannot be kept in " + settings.data_dir + ": " +
                                 kept.error().message());
    return kept->reveal().substr(0, 16);
}

devices::EventCopierOptions copier_options(const Settings& settings, Random& random) {
    devices::EventCopierOptions o;
    o.gateway = gateway_id(settings, random);
    o.retention = settings.events.retention;
    o.most = settings.events.max_rows;
    return o;
}

} // namespace

EventSide::EventSide(const Settings& settings, PeopleSide& people, DataSide& data,
                     const Clock& clock, Random& random, Metrics& metrics, HealthRegister& health)
    : store_(people.database()), copier_(copier_options(settings, random), data.events(), store_,
                                         &data.registry(), clock, health) {
    metrics.add(MetricKind::counter, "device_events_total", "Events of devices that were found.",
                {}, [&data] { return static_cast<double>(data.events().found()); });
    metrics.add(MetricKind::counter, "device_events_stored_total",
                "Events of devices that are in the database.", {},
                [this] { return static_cast<double>(copier_.copied()); });
    metrics.add(MetricKind::counter, "device_events_lost_total",
                "Events that went because too many waited for the database.", {},
                [&data] { return static_cast<double>(data.events().lost()); });
}

} // namespace caredian::app
