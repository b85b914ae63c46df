// Events of devices: from the book of the message flow to the database.
#pragma once

#include "app/data_side.h"
#include "app/people_side.h"
#include "app/settings.h"
#include "devices/events/event_copier.h"

namespace caredian::app {

class EventSide {
public:
    // Throws std::runtime_error with a sentence for the operator.
    EventSide(const Settings& settings, PeopleSide& people, DataSide& data, const Clock& clock,
              Random& random, Metrics& metrics, HealthRegister& health);
    void start() { copier_.start(); }
    void stop() { copier_.stop(); }
    void apply(const Settings& settings) { copier_.set_retention(settings.events.retention); }

private:
    devices::EventStore store_;
    devices::EventCopier copier_;
};

} // namespace caredian::app
