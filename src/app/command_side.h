// Commands to devices, built from the settings.
#pragma once

#include "app/data_side.h"
#include "app/people_side.h"
#include "app/settings.h"
#include "devices/commands/commands.h"

namespace caredian::app {

// After what it uses; before the web side, which ends first.
class CommandSide {
public:
    CommandSide(const Settings& settings, PeopleSide& people, DataSide& data, const Clock& clock,
                Random& random);
    ~CommandSide();

    devices::commands::Commands& commands() { return commands_; }
    Pool& pool() { return pool_; }
    const devices::commands::Conventions& conventions() const { return conventions_; }
    void maintain() { commands_.maintain(); } // at the start, and once an hour
    // After the web side's stop: its workers are who the pools' jobs answer to.
    void wait_idle();
    void stop(); // ends what is under way, so that requests that wait are answered

private:
    ingest::Ingest& ingest_;
    devices::commands::Conventions conventions_;
    Pool pool_;
    Pool keeping_; // results: a pool of their own, so that no request stands before them
    devices::commands::Commands commands_;
};

} // namespace caredian::app
