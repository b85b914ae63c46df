// Which retained message is news.
//
// RETAIN = 1 on delivery marks an old value: it is written only when it differs from the topic's
// last known payload (retained or live), or none is known. Kept: two hashes per topic, at most
// `max_topics`, the least recently seen topic goes first.
#pragma once

#include "readings/message.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace caredian::ingest {

class RetainedFilter {
public:
    static constexpr std::size_t max_topics = 100'000;

    explicit RetainedFilter(std::size_t most = max_topics) : most_(most) {}

    // For RETAIN = 1.
    bool is_news(std::uint64_t topic_hash, std::uint64_t payload_hash) const;
    // Every message that was kept, live or retained, and its row.
    void learn(std::uint64_t topic_hash, std::uint64_t payload_hash, readings::Row row);
    std::size_t size() const { return nodes_.size(); }

    // Topics whose last message is on disk, as rows up to `committed` are; least recently seen
    // first. One that waits for the disk is not known after a crash.
    std::string save(readings::Row committed) const;
    bool load(std::string_view saved);

private:
    // A list by index in one vector: `newest_` … `oldest_`.
    struct Node {
        std::uint64_t topic;
        std::uint64_t payload;
        readings::Row row;
        std::uint32_t newer;
        std::uint32_t older;
    };
    struct AsIs { // the key is a hash already
        std::size_t operator()(std::uint64_t v) const { return static_cast<std::size_t>(v); }
    };
    static constexpr std::uint32_t none = UINT32_MAX;
    void unlink(std::uint32_t at);
    void link_newest(std::uint32_t at);

    std::size_t most_;
    std::vector<Node> nodes_;
    std::unordered_map<std::uint64_t, std::uint32_t, AsIs> index_;
    std::uint32_t newest_ = none;
    std::uint32_t oldest_ = none;
};

} // namespace caredian::ingest
