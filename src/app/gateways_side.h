// This gateway as one of several for a home, built from the settings. Without `gateways.group` it
// is alone, and nothing here runs.
#pragma once

#include "app/settings.h"
#include "base/clock.h"
#include "base/health.h"
#include "base/random.h"
#include "gateways/member.h"
#include "ingest/options.h"
#include "ingest/several.h"
#include "store/database.h"

#include <memory>
#include <optional>
#include <string>

namespace caredian::app {

// gateways.name, or what the host is called.
std::string gateway_name(const Settings& settings);

class GatewaysSide {
public:
    // Enters the table of gateways and reads the pinned types: with an own connection, so that the
    // lease waits behind nobody. Throws std::runtime_error with a sentence for the operator; also
    // when the database is away at the very first start, as this gateway has no number then.
    GatewaysSide(const Settings& settings, const Clock& clock, Random& random,
                 HealthRegister& health);

    gateways::Member* member() { return member_.get(); } // nullptr: it is alone
    bool several() const { return member_ != nullptr; }
    // What every ingest of this gateway is told.
    ingest::Several ingest() const;

private:
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<gateways::Member> member_;
    std::optional<int> number_;
};

// The two subscriptions of a gateway of several, from that of one that is alone.
// The share: messages for the stores, dealt out among all. With Several::shared.
ingest::IngestOptions shared_ingest(ingest::IngestOptions alone, const Settings& settings);
// The home: all messages, while this gateway holds the lease; in a folder of its own. The broker
// keeps nothing for it when its connection ends. Without Several::attend.
ingest::IngestOptions home_ingest(ingest::IngestOptions alone, const Settings& settings);

} // namespace caredian::app
