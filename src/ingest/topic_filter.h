// MQTT topic filters (MQTT 5.0 §4.7), for settings that name topics.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace caredian::ingest {

// `+` is one level, `#` at the end is every level from there on, the parent included. A filter that
// starts with a wildcard does not match a topic that starts with `$`.
bool topic_matches(std::string_view filter, std::string_view topic);

// '#' only alone at the end, '+' only alone in its level, not empty, no NUL.
bool is_valid_filter(std::string_view filter);

class TopicFilters {
public:
    TopicFilters() = default;
    explicit TopicFilters(std::vector<std::string> filters) : filters_(std::move(filters)) {}
    bool match(std::string_view topic) const {
        for (const auto& f : filters_)
            if (topic_matches(f, topic)) return true;
        return false;
    }
    bool empty() const { return filters_.empty(); }

private:
    std::vector<std::string> filters_;
};

} // namespace caredian::ingest
