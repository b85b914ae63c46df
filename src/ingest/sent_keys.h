// Which posted readings are the same again: a client that got no answer sends them once more under
// the same Idempotency-Key.
//
// Per key: what was sent under it, and the row that it became. Kept for a day, and for the newest
// 10,000 keys. A message that has come is not stored again: unlike MQTT's packet ids, keys are not
// used again by honest clients. Made again after a crash as RedeliveryTable is.
#pragma once

#include "base/clock.h"
#include "readings/message.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace caredian::ingest {

class SentKeys {
public:
    static constexpr std::chrono::hours keep{24};
    static constexpr std::size_t most = 10'000;

    struct Sent {
        std::uint64_t content = 0;
        readings::Row row = 0;
        std::int64_t time_ns = 0;
    };
    std::optional<Sent> find(std::uint64_t key, WallTime now) const;
    void set(std::uint64_t key, const Sent& sent);
    std::size_t size() const { return sent_.size(); }

    // What holds when rows up to `committed` are on disk and nothing else.
    std::string save(readings::Row committed) const;
    bool load(std::string_view saved); // false: not ours; it is empty then

private:
    std::unordered_map<std::uint64_t, Sent> sent_;
    std::deque<std::uint64_t> order_; // keys, as they came; each once
};

} // namespace caredian::ingest
