#include "ingest/decode/pattern_index.h"

#include <algorithm>

namespace caredian::ingest {

void PatternIndex::add(const TopicPattern& pattern) {
    using enum TopicPattern::Level::Kind;
    std::size_t number = size_++;
    auto note = [number](std::size_t& first) { first = std::min(first, number); };
    Node* node = &root_;
    note(node->lowest);
    for (const auto& level : pattern.levels()) {
        if (level.kind == rest) return note(node->rest);
        auto& next = level.kind == any ? node->any : node->exactly[level.text];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
        note(node->lowest);
    }
    note(node->ends);
}

// At most 2^12 ways (TopicLevels::most), and never more than there are patterns.
void PatternIndex::look(const Node& node, const TopicLevels& topic, std::size_t level,
                        std::size_t& best) {
    if (node.lowest >= best) return;
    bool hidden = level == 0 && topic[0].starts_with('$');
    if (!hidden) best = std::min(best, node.rest);
    if (level == topic.size()) {
        best = std::min(best, node.ends);
        return;
    }
    if (auto at = node.exactly.find(topic[level]); at != node.exactly.end())
        look(*at->second, topic, level + 1, best);
    if (node.any && !hidden) look(*node.any, topic, level + 1, best);
}

std::optional<std::size_t> PatternIndex::first(const TopicLevels& topic) const {
    std::size_t best = none;
    if (topic.size() > 0) look(root_, topic, 0, best);
    return best == none ? std::nullopt : std::optional(best);
}

} // namespace caredian::ingest
