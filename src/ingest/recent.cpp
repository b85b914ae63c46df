#include "ingest/recent.h"

#include <algorithm>

namespace caredian::ingest {

void RecentMessages::keep(const readings::Message& message, std::string_view outcome) {
    std::lock_guard lock(mutex_);
    auto known = by_topic_.find(message.topic);
    if (known != by_topic_.end()) {
        all_.splice(all_.begin(), all_, known->second);
        bytes_ -= all_.front().size();
    } else {
        all_.emplace_front().message.topic = message.topic;
        by_topic_.emplace(all_.front().message.topic, all_.begin());
    }
    Kept& kept = all_.front();
    // assign() would keep the memory of the longest payload that this topic ever had
    std::string_view begin = message.payload.substr(0, options_.max_payload);
    if (kept.message.payload.capacity() > 2 * begin.size() + 64)
        kept.message.payload = std::string(begin);
    else
        kept.message.payload.assign(begin);
    kept.message.bytes = message.payload.size();
    kept.message.time = message.time;
    kept.message.retained = message.initial;
    kept.message.outcome = outcome;
    kept.row = message.row;
    bytes_ += kept.size();
    while (bytes_ > options_.max_bytes || all_.size() > options_.max_topics) {
        bytes_ -= all_.back().size();
        by_topic_.erase(all_.back().message.topic);
        all_.pop_back();
    }
}

std::vector<RecentMessage> RecentMessages::of(std::span<const std::string> topics,
                                              std::size_t most) const {
    std::vector<std::pair<readings::Row, RecentMessage>> found;
    {
        std::lock_guard lock(mutex_);
        for (const auto& topic : topics)
            if (auto at = by_topic_.find(topic); at != by_topic_.end())
                found.emplace_back(at->second->row, at->second->message);
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<RecentMessage> out;
    for (auto& [row, message] : found)
        if (out.size() < most) out.push_back(std::move(message));
    return out;
}

} // namespace caredian::ingest
