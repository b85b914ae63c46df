// The servers that readings go to besides the local history, built from the settings.
#pragma once

#include "app/settings.h"
#include "base/health.h"
#include "base/metrics.h"
#include "base/random.h"
#include "devices/latest.h"
#include "devices/registry.h"
#include "history/influx/sink.h"
#include "history/influx/source.h"

#include <map>
#include <memory>
#include <vector>

namespace caredian::app {

// In the words of the room. Throws std::runtime_error with a sentence for the operator.
history::influx::Options influx_options(const InfluxServer& server);
// The first server, when there is one, and the further ones.
std::vector<InfluxServer> influx_servers(const InfluxServer& first);
std::string sink_path(const Settings& settings, const std::string& name);

class SinkSide {
public:
    // Opens a file for each in data_dir. Throws std::runtime_error likewise.
    SinkSide(const Settings& settings, const Clock& clock, Random& random, Metrics& metrics,
             HealthRegister& health, const devices::Latest& latest,
             const devices::Registry& registry, history::QuerySource& history);
    ~SinkSide();
    // Devices have been moved, perhaps: about once a second, one thread.
    void follow_rooms();
    std::vector<readings::Sink*> sinks() const;
    std::vector<history::influx::Sink*> influx() const;
    // Those that can be asked, by name: whose layout is our own.
    const std::map<std::string, std::unique_ptr<history::influx::Source>>& sources() const {
        return sources_;
    }

private:
    class Rooms;
    std::unique_ptr<Rooms> areas_; // nullptr: no server is told of rooms
    std::vector<std::unique_ptr<history::influx::Sink>> influx_;
    std::map<std::string, std::unique_ptr<history::influx::Source>> sources_;
};

} // namespace caredian::app
