// Which of many patterns is the first to match a topic. A look costs the topic's levels, not the
// number of patterns.
#pragma once

#include "ingest/decode/topic_pattern.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace caredian::ingest {

class PatternIndex {
public:
    void add(const TopicPattern& pattern); // they are numbered as they come, from 0
    // MQTT 5.0 §4.7: `#` is also no level at all; no wildcard at the start matches $SYS.
    std::optional<std::size_t> first(const TopicLevels& topic) const;

private:
    static constexpr std::size_t none = SIZE_MAX;
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> exactly;
        std::unique_ptr<Node> any;
        std::size_t ends = none;   // the first pattern that ends here
        std::size_t rest = none;   // the first that goes on with #
        std::size_t lowest = none; // of all that begin so
    };
    static void look(const Node& node, const TopicLevels& topic, std::size_t level,
                     std::size_t& best);
    Node root_;
    std::size_t size_ = 0;
};

} // namespace caredian::ingest
