#include "net/mqtt/subscriptions.h"

#include "net/mqtt/wire.h"

#include <algorithm>

namespace caredian::net::mqtt {
namespace {

// 0, or the reason code with which the broker would have to refuse it.
std::uint8_t forbidden(const Subscription& s, const Connack& connack) {
    bool shared = s.filter.starts_with("$share/");
    if (!is_filter(s.filter) || s.qos > 2 || s.retain_handling > 2 || (shared && s.no_local))
        return 0x8F;
    if (!connack.shared_available && shared) return 0x9E;
    if (!connack.wildcard_available && s.filter.find_first_of("+#") != std::string::npos)
        return 0xA2;
    return 0;
}

template <class List>
auto find_filter(List& list, std::string_view filter) {
    return std::find_if(list.begin(), list.end(),
                        [&](const auto& s) { return s.filter == filter; });
}

// Subscribing again what is there already brings its retained messages once more on 3.1.1 and with
// Retain Handling 0. Otherwise it brings nothing, and mends a session that the broker took from an
// older save.
bool harmless(const Subscription& s, Version version) {
    return version == Version::v5 && s.retain_handling > 0;
}

constexpr std::size_t header_room = 8; // fixed header, packet id, no properties
constexpr std::size_t most_filters = 100;
constexpr std::size_t usual_size = 32 * 1024;

template <class T, class Size>
std::size_t count_fitting(std::span<const T> filters, std::uint32_t max_packet, Size size) {
    std::size_t limit =
        max_packet == 0 ? usual_size : std::min<std::size_t>(usual_size, max_packet);
    std::size_t bytes = header_room, n = 0;
    while (n < filters.size() && n < most_filters && bytes + size(filters[n]) <= limit)
        bytes += size(filters[n++]);
    bool alone =
        max_packet == 0 || (!filters.empty() && header_room + size(filters[0]) <= max_packet);
    return n == 0 && !filters.empty() && alone ? 1 : n;
}

} // namespace

Subscriptions::Plan Subscriptions::plan(const Connack& connack, Version version) {
    if (!connack.session_present) held_.clear();
    Plan plan;
    for (const auto& s : wanted_) {
        if (auto code = forbidden(s, connack); code != 0) {
            plan.refused.push_back({s.filter, code});
            continue;
        }
        bool there = std::find(held_.begin(), held_.end(), s) != held_.end();
        if (!there || harmless(s, version)) plan.subscribe.push_back(s);
    }
    for (const auto& s : held_)
        if (find_filter(wanted_, s.filter) == wanted_.end()) plan.unsubscribe.push_back(s.filter);
    return plan;
}

void Subscriptions::answered(const Subscription& subscription, std::uint8_t reason_code) {
    removed(subscription.filter);
    if (reason_code < 0x80) held_.push_back(subscription);
}

void Subscriptions::removed(std::string_view filter) {
    if (auto at = find_filter(held_, filter); at != held_.end()) held_.erase(at);
}

std::size_t fitting(std::span<const Subscription> filters, std::uint32_t max_packet) {
    return count_fitting(filters, max_packet, [](const auto& s) { return s.filter.size() + 3; });
}

std::size_t fitting(std::span<const std::string> filters, std::uint32_t max_packet) {
    return count_fitting(filters, max_packet, [](const auto& s) { return s.size() + 2; });
}

} // namespace caredian::net::mqtt
