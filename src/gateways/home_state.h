// What the gateway that works for a home leaves for the next one: small pieces, as its registry and
// its latest values write them.
//
//   home_state(home, kind, id, name, data)      id: a hash of the name
//
// Written behind, in transactions that hang on the fence: a gateway whose term is over writes
// nothing more, whatever it still believes.
#pragma once

#include "gateways/lease_store.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace caredian::gateways {

class HomeState {
public:
    static constexpr std::size_t most_waiting = 64 * 1024 * 1024; // bytes; beyond: pieces are lost
    static constexpr std::size_t longest = 4 * 1024 * 1024;       // of one piece

    HomeState(store::Database& database, LeaseStore& lease, std::string home)
        : database_(database), lease_(lease), home_(std::move(home)) {}

    // Keeps a piece in memory for flush(); empty data: it is removed. Any thread; does not wait.
    void put(char kind, std::string name, std::string data);
    // Writes what waits. On an error it waits on; superseded: it is dropped, it is another's
    // business. Blocks; one thread at a time.
    result<void> flush(std::int64_t fence);
    void drop(); // what waits, when the term is over
    std::size_t waiting() const;

    // All that was left. Blocks.
    using Each = std::function<void(char kind, std::string name, std::string data)>;
    result<void> load(const Each& each);

private:
    using Pieces = std::map<std::pair<char, std::string>, std::string>;
    result<void> write(std::int64_t fence, const Pieces& some);

    store::Database& database_;
    LeaseStore& lease_;
    const std::string home_;
    mutable std::mutex mutex_;
    Pieces waiting_; // the newest of each
    std::size_t bytes_ = 0;
    bool warned_ = false;
};

} // namespace caredian::gateways
