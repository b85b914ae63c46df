#include "app/command_side.h"

namespace caredian::app {

CommandSide::CommandSide(const Settings& settings, PeopleSide& people, DataSide& data,
                         const Clock& clock, Random& random)
    : ingest_(data.home_ingest()),
      conventions_{settings.ingest.zigbee2mqtt_base, settings.ingest.discovery_prefix},
      pool_("commands", 1, 128), keeping_("commands", 1, 256),
      commands_(
          people.database(), people.identity().accounts.audit(),
          [&data](std::function<void()> work) { return data.home_ingest().post(std::move(work)); },
          keeping_, clock, random) {
    data.home_ingest().use(commands_);
}

CommandSide::~CommandSide() {
    ingest_.stop(); // else it would call what is gone
    wait_idle();
}

void CommandSide::wait_idle() {
    pool_.wait_idle();
    keeping_.wait_idle();
}

void CommandSide::stop() {
    commands_.stop();
}

} // namespace caredian::app
