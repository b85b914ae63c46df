// How long the broker keeps the share of a gateway that is away.
//
// A shared subscription deals messages out evenly, also to a member that is away: its share waits
// in its queue at the broker, and what comes when that is full is lost. So whoever is here tells
// how full it is. An estimate: the share of one who is here is as large.
#pragma once

#include "gateways/peers.h"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caredian::gateways {

struct Away {
    std::string name;
    std::chrono::seconds since{0};               // it was seen last
    std::uint64_t waiting = 0;                   // messages, about
    std::optional<std::chrono::seconds> full_in; // 0: it is full. None: nothing comes
};

struct QueueOptions {
    std::string own;                 // this gateway's name
    std::chrono::milliseconds after; // away when not seen for so long
    std::uint64_t queue = 1000;      // messages the broker keeps for one client
};

// `rate`: messages of this gateway's own share in 1000 s; 0: those that were away had.
std::vector<Away> away(std::span<const Peer> all, const QueueOptions& options, std::int64_t rate);

// "b is away for 3 min: about 1200 messages wait, its queue at the broker is full in 2 h 10 min"
std::string describe(const Away& away, std::uint64_t queue);

} // namespace caredian::gateways
