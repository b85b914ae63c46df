// A quick 64-bit hash of topics and payloads, to tell equal from different. Not for secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace caredian::ingest {

// Hashes are kept on disk: the same seed and bytes give the same number in every version and on
// every machine. Do not change. The seed is random per journal, so that a publisher cannot prepare
// texts that meet.
class ContentHash {
public:
    explicit ContentHash(std::uint64_t seed = 0) : seed_(seed) {}
    std::uint64_t operator()(std::string_view bytes) const;
    // Of a message: its resolved topic and its payload, never its properties.
    static std::uint64_t of_message(std::uint64_t topic_hash, std::uint64_t payload_hash);

private:
    std::uint64_t seed_;
};

} // namespace caredian::ingest
