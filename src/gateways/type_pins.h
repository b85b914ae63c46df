// The type of each field of a device, pinned once for all gateways of a home: what the first of
// them saw stays (ingest/field_types.h asks here). Insert if absent, then read.
//
//   field_pins(seq, pin, type, name)     pin: a hash of measurement, device and field
//
// What is known is in memory, read whole at the start and followed by `seq`, so that only a field
// that no gateway has seen costs a round trip. While the database is away known fields go on, and
// nobody waits: an unknown one is not pinned, and its values go to its side field
// (`temperature_float`), whose name says its type, so that no two gateways can disagree about it.
#pragma once

#include "gateways/lease_store.h"
#include "readings/reading.h"

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace caredian::gateways {

// Any thread.
class TypePins {
public:
    // More than `most` are read from the database no more, and not made: see pin().
    explicit TypePins(store::Database& database, std::size_t most = 200'000)
        : database_(database), most_(most) {}

    // Takes up what others have pinned; blocks. Now and again: it also finds out that the database
    // is back.
    result<void> follow();
    // The type that holds for the field: `seen`, unless another was first. nullopt: not known now.
    // Blocks for a field that is new here, while the database is there.
    std::optional<readings::FieldType> pin(std::string_view measurement, std::string_view device,
                                           std::string_view field, readings::FieldType seen);
    std::size_t size() const;

private:
    using Key = std::array<char, 32>; // hex
    struct Hash {
        std::size_t operator()(const Key& k) const {
            return std::hash<std::string_view>()({k.data(), k.size()});
        }
    };
    void learn(std::string_view pin, std::int64_t type);
    std::optional<readings::FieldType> known(const Key& key) const;
    result<readings::FieldType> make(std::string_view pin, std::string_view name,
                                     readings::FieldType seen);

    store::Database& database_;
    const std::size_t most_;
    std::atomic<bool> away_{false};
    mutable std::mutex mutex_;
    std::unordered_map<Key, readings::FieldType, Hash> pins_;
    std::mutex following_; // of seq_
    std::int64_t seq_ = 0;
};

} // namespace caredian::gateways
