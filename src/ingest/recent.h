// The last message of each topic, as it came: for people who look at a device. Memory only.
#pragma once

#include "base/clock.h"
#include "ingest/content_hash.h"
#include "ingest/options.h"
#include "readings/message.h"

#include <cstddef>
#include <list>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace caredian::ingest {

struct RecentMessage {
    std::string topic;
    std::string payload;   // its beginning
    std::size_t bytes = 0; // of the whole payload
    WallTime time{};
    bool retained = false;
    std::string_view outcome; // "decoded", "described", "ignored", "broken"
};

// keep(): the pipeline's thread. of(): any thread.
class RecentMessages {
public:
    explicit RecentMessages(RecentOptions options) : options_(options) {}

    // `outcome` must live for ever.
    void keep(const readings::Message& message, std::string_view outcome);
    // What those of `topics` said last that are known, the newest first, at most `most`.
    std::vector<RecentMessage> of(std::span<const std::string> topics, std::size_t most) const;

private:
    struct Kept {
        RecentMessage message;
        readings::Row row = 0;
        std::size_t size() const {
            return message.topic.size() + message.payload.size() + overhead;
        }
    };
    struct Hash {
        std::size_t operator()(std::string_view topic) const {
            return static_cast<std::size_t>(ContentHash()(topic));
        }
    };
    static constexpr std::size_t overhead = 200; // of an entry, about

    const RecentOptions options_;
    mutable std::mutex mutex_;
    std::list<Kept> all_; // heard last first
    std::unordered_map<std::string_view, std::list<Kept>::iterator, Hash> by_topic_; // into all_
    std::size_t bytes_ = 0;
};

} // namespace caredian::ingest
