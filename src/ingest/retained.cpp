#include "ingest/retained.h"

#include "ingest/wire.h"

#include <algorithm>

namespace caredian::ingest {

namespace {
constexpr std::uint8_t format_version = 1;
}

bool RetainedFilter::is_news(std::uint64_t topic_hash, std::uint64_t payload_hash) const {
    auto at = index_.find(topic_hash);
    return at == index_.end() || nodes_[at->second].payload != payload_hash;
}

void RetainedFilter::learn(std::uint64_t topic_hash, std::uint64_t payload_hash,
                           readings::Row row) {
    auto at = index_.find(topic_hash);
    if (at != index_.end()) {
        nodes_[at->second].payload = payload_hash;
        nodes_[at->second].row = row;
        if (at->second != newest_) {
            unlink(at->second);
            link_newest(at->second);
        }
        return;
    }
    std::uint32_t slot;
    if (nodes_.size() < most_) {
        slot = static_cast<std::uint32_t>(nodes_.size());
        nodes_.push_back({});
    } else {
        slot = oldest_;
        index_.erase(nodes_[slot].topic);
        unlink(slot);
    }
    nodes_[slot].topic = topic_hash;
    nodes_[slot].payload = payload_hash;
    nodes_[slot].row = row;
    index_.emplace(topic_hash, slot);
    link_newest(slot);
}

void RetainedFilter::unlink(std::uint32_t at) {
    Node& node = nodes_[at];
    (node.newer == none ? newest_ : nodes_[node.newer].older) = node.older;
    (node.older == none ? oldest_ : nodes_[node.older].newer) = node.newer;
}

void RetainedFilter::link_newest(std::uint32_t at) {
    nodes_[at].newer = none;
    nodes_[at].older = newest_;
    (newest_ == none ? oldest_ : nodes_[newest_].newer) = at;
    newest_ = at;
}

std::string RetainedFilter::save(readings::Row committed) const {
    auto kept = std::count_if(nodes_.begin(), nodes_.end(),
                              [&](const Node& node) { return node.row <= committed; });
    std::string out;
    out.reserve(16 + 16 * nodes_.size());
    wire::put(out, format_version);
    wire::put_varint(out, static_cast<std::uint64_t>(kept));
    for (auto at = oldest_; at != none; at = nodes_[at].newer) {
        if (nodes_[at].row > committed) continue;
        wire::put(out, nodes_[at].topic);
        wire::put(out, nodes_[at].payload);
    }
    return out;
}

bool RetainedFilter::load(std::string_view saved) {
    *this = RetainedFilter(most_);
    wire::Reader in(saved);
    if (in.get<std::uint8_t>() != format_version) return false;
    for (auto n = in.varint(); n > 0 && in.ok(); --n) {
        auto topic = in.get<std::uint64_t>();
        auto payload = in.get<std::uint64_t>();
        if (in.ok()) learn(topic, payload, 0);
    }
    if (in.ok() && in.done()) return true;
    *this = RetainedFilter(most_);
    return false;
}

} // namespace caredian::ingest
