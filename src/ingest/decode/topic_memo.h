// What a topic alone tells, remembered: topics come again and again.
//
// A table of fixed size: a topic that falls into a taken place pushes the older one out. So it is
// bounded whatever a broker brings, and costs one hash and one comparison per message.
#pragma once

#include "ingest/content_hash.h"
#include "ingest/decode/topic_levels.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::ingest {

class TopicMemo {
public:
    struct Place {
        std::string topic;
        TopicLevels levels;
        std::uint32_t claims = 0; // a bit for each decoder that may know such a topic
    };

    static constexpr std::size_t places = 4096, ways = 2;
    static constexpr std::size_t longest = 256; // bytes of a topic that is remembered

    TopicMemo() : table_(places) {}

    // The place of a topic; `find_out(place)` fills its `claims` when it is not known yet. Stays
    // until the next call.
    template <class FindOut>
    const Place& at(std::string_view topic, FindOut&& find_out) {
        if (topic.size() > longest) return fill(unusual_, topic, find_out);
        auto first = static_cast<std::size_t>(hash_(topic)) % places & ~(ways - 1);
        for (std::size_t i = first; i < first + ways; ++i)
            if (table_[i].claims != 0 && table_[i].topic == topic) return table_[i];
        return fill(table_[first + next_++ % ways], topic, find_out);
    }

private:
    template <class FindOut>
    const Place& fill(Place& place, std::string_view topic, FindOut&& find_out) {
        place.topic.assign(topic);
        place.levels = TopicLevels(place.topic);
        place.claims = find_out(place);
        return place;
    }

    ContentHash hash_{0x70c1c};
    std::vector<Place> table_;
    Place unusual_;
    std::size_t next_ = 0;
};

} // namespace caredian::ingest
