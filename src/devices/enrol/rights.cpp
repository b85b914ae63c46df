#include "devices/enrol/rights.h"

#include "base/encoding.h"
#include "devices/enrol/name.h"

#include <algorithm>
#include <array>
#include <utility>

namespace caredian::devices::enrol {

namespace {

constexpr std::array<std::pair<std::string_view, Convention>, 6> names{
    {{"generic", Convention::generic},
     {"tasmota", Convention::tasmota},
     {"esphome", Convention::esphome},
     {"shelly", Convention::shelly},
     {"zigbee2mqtt", Convention::zigbee2mqtt},
     {"homie", Convention::homie}}};

// The first level of its topics is the device's own name.
bool begins_with_name(Convention c) {
    return c == Convention::esphome || c == Convention::shelly || c == Convention::zigbee2mqtt;
}

std::vector<std::string_view> levels(std::string_view topic) {
    std::vector<std::string_view> out;
    for (;;) {
        auto slash = topic.find('/');
        out.push_back(topic.substr(0, slash));
        if (slash == topic.npos) return out;
        topic.remove_prefix(slash + 1);
    }
}

// Is there a topic that both filters match?
bool meet(std::string_view a, std::string_view b) {
    const auto one = levels(a), other = levels(b);
    for (std::size_t i = 0;; ++i) {
        const bool end_one = i == one.size(), end_other = i == other.size();
        if (end_one || end_other) // "a/#" matches "a", too
            return (end_one && end_other) || (!end_one && one[i] == "#") ||
                   (!end_other && other[i] == "#");
        if (one[i] == "#" || other[i] == "#") return true;
        if (one[i] != "+" && other[i] != "+" && one[i] != other[i]) return false;
    }
}

bool is_discovery(std::string_view filter) {
    return filter.starts_with("homeassistant/");
}

} // namespace

std::string_view to_string(Convention c) {
    const auto* found = std::ranges::find(names, c, &decltype(names)::value_type::second);
    return found == names.end() ? "generic" : found->first;
}

std::optional<Convention> parse_convention(std::string_view word) {
    const auto* found = std::ranges::find(names, word, &decltype(names)::value_type::first);
    if (found == names.end()) return std::nullopt;
    return found->second;
}

Rights rights_of(Convention convention, std::string_view name) {
    const std::string n(name);
    switch (convention) {
    case Convention::generic:
        break;
    case Convention::tasmota:
        return {{"tele/" + n + "/#", "stat/" + n + "/#"}, {"cmnd/" + n + "/#"}};
    case Convention::esphome:
        return {{n + "/#", "homeassistant/+/" + n + "/+/config"}, {n + "/+/+/command"}};
    case Convention::shelly:
        return {{"shellies/" + n + "/#", n + "/online", n + "/events/#", n + "/status/#"},
                {"shellies/" + n + "/command", "shellies/" + n + "/+/+/command", n + "/rpc",
                 n + "/command/#"}};
    case Convention::zigbee2mqtt:
        return {{n + "/#", "homeassistant/+/+/+/config"}, {n + "/#", "homeassistant/status"}};
    case Convention::homie:
        return {{"homie/" + n + "/#"}, {"homie/" + n + "/+/+/set"}};
    }
    return {{"devices/" + n + "/#"}, {"commands/" + n + "/#"}};
}

result<void> check_topic(Convention convention, std::string_view name) {
    auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
    };
    if (name.empty() || name.size() > longest_id || !std::ranges::all_of(name, good))
        return Errc::bad_topic;
    if (!begins_with_name(convention)) return {};
    const auto low = lower_ascii(name);
    const bool bridge = convention == Convention::zigbee2mqtt;
    if (!bridge && low == "zigbee2mqtt") return Errc::bad_topic;
    return reserved_because(low).empty() ? result<void>() : result<void>(Errc::bad_topic);
}

// What Home Assistant's discovery says of others is no topic of a device's own.
bool overlap(const Rights& a, const Rights& b) {
    for (const auto& one : a.publish)
        for (const auto& other : b.publish)
            if (!is_discovery(one) && !is_discovery(other) && meet(one, other)) return true;
    return false;
}

std::string renewal_request(std::string_view id) {
    return "caredian/enrolment/" + std::string(id) + "/request";
}

std::string renewal_answer(std::string_view id) {
    return "caredian/enrolment/" + std::string(id) + "/certificate";
}

std::vector<std::string> command_topics(std::string_view topic) {
    const auto at = levels(topic);
    if (at.size() < 2) return {};
    const std::string first(at[0]), second(at[1]);
    if (first == "devices") return {"commands/" + second + "/#"};
    if (first == "tele" || first == "stat") return {"cmnd/" + second + "/#"};
    if (first == "shellies")
        return {"shellies/" + second + "/command", "shellies/" + second + "/+/+/command"};
    if (first == "zigbee2mqtt") return {"zigbee2mqtt/" + second + "/set"};
    if (first == "homie" && at.size() > 2) return {"homie/" + second + "/+/+/set"};
    if (at.size() == 4 && at[3] == "state")
        return {first + "/" + second + "/" + std::string(at[2]) + "/command"};
    return {};
}

std::vector<std::string> state_topics(std::string_view topic) {
    const auto at = levels(topic);
    if (topic.empty() || topic.find_first_of("+#") != topic.npos || topic.front() == '$' ||
        topic.starts_with("caredian/"))
        return {};
    if (at.size() < 2) return {std::string(topic)};
    const std::string first(at[0]), second(at[1]);
    if (first == "devices" || first == "tele" || first == "stat" || first == "shellies" ||
        first == "homie")
        return {first + "/" + second + "/#"};
    return {std::string(topic)};
}

} // namespace caredian::devices::enrol
