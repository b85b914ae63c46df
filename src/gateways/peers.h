// The gateways of a home see each other by a small table.
//
//   gateways(name, slot, instance, seen_ms, rate, version, address)
//
// seen_ms is the database's clock, so their own need not agree. The *slot* is a gateway's number,
// 0 to 9, given once and kept: it is a digit of the time of every point that it writes, so that two
// gateways never write the same point.
#pragma once

#include "gateways/lease_store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace caredian::gateways {

constexpr int most_gateways = 10;

struct Peer {
    std::string name;
    int slot = 0;
    std::int64_t seen_ms = 0; // the database's clock
    std::int64_t away_ms = 0; // how long ago that is
    std::int64_t rate = 0;    // messages of its share in 1000 s
    std::string version, address;
};

// One thread at a time; blocks.
class Peers {
public:
    // `instance` is another one for each start of a program.
    Peers(store::Database& database, std::string name, std::string instance, std::string version,
          std::string address);

    // Enters the table. The answer is the slot: `kept` when there is one from an earlier start.
    // taken: another gateway has that number now. no_slot.
    result<int> join(std::optional<int> kept);
    // "I am here". taken: another program has entered under this name since.
    result<std::vector<Peer>> beat(std::int64_t rate);

private:
    result<std::vector<Peer>> all();

    store::Database& database_;
    const std::string name_, instance_, version_, address_;
    std::optional<int> slot_; // of join()
};

} // namespace caredian::gateways
