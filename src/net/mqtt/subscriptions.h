// Which filters to subscribe after a CONNACK, and what the broker's session holds.
#pragma once

#include "net/mqtt/packet.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::net::mqtt {

class Subscriptions {
public:
    // `remembered`: what the session at the broker is believed to hold (see ClientOptions).
    Subscriptions(std::vector<Subscription> wanted, std::vector<Subscription> remembered)
        : wanted_(std::move(wanted)), held_(std::move(remembered)) {}

    struct Refused {
        std::string filter;
        std::uint8_t reason_code;
    };
    struct Plan {
        std::vector<Subscription> subscribe;
        std::vector<std::string> unsubscribe;
        std::vector<Refused> refused; // the broker said beforehand that it has no such thing
    };
    Plan plan(const Connack& connack, Version version);

    // Answers of the broker.
    void answered(const Subscription& subscription, std::uint8_t reason_code);
    void removed(std::string_view filter);

    const std::vector<Subscription>& held() const { return held_; }

private:
    std::vector<Subscription> wanted_, held_;
};

// The first of `filters` that fit a SUBSCRIBE or UNSUBSCRIBE of at most `max_packet` bytes (0 = no
// limit), at most 100; at least one, unless even that does not fit.
std::size_t fitting(std::span<const Subscription> filters, std::uint32_t max_packet);
std::size_t fitting(std::span<const std::string> filters, std::uint32_t max_packet);

} // namespace caredian::net::mqtt
