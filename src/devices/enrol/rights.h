// On which topics a device may speak and listen at the broker: by the convention of its firmware,
// below a name of its own. The least that it needs; everything else is refused.
#pragma once

#include "devices/enrol/errc.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::enrol {

// `name` is the device's on its topics (Tasmota's Topic, ESPHome's topic_prefix, …):
//                speaks on                                        listens to
//   generic      devices/<name>/#                                 commands/<name>/#
//   tasmota      tele|stat/<name>/#                               cmnd/<name>/#
//   esphome      <name>/#, homeassistant/+/<name>/+/config        <name>/+/+/command
//   shelly       shellies/<name>/#, <name>/online|events|status   shellies/<name>/…/command,
//                                                                 <name>/rpc, <name>/command
//   zigbee2mqtt  <name>/#, homeassistant/+/+/+/config             <name>/#, homeassistant/status
//   homie        homie/<name>/#                                   homie/<name>/+/+/set
// zigbee2mqtt is a bridge: it speaks for all devices of its network, and may be called so.
enum class Convention : std::uint8_t { generic, tasmota, esphome, shelly, zigbee2mqtt, homie };
std::string_view to_string(Convention c);
std::optional<Convention> parse_convention(std::string_view word);

struct Rights {
    std::vector<std::string> publish;   // topic filters
    std::vector<std::string> subscribe; // likewise
    bool operator==(const Rights&) const = default;
};
Rights rights_of(Convention convention, std::string_view name);

// [A-Za-z0-9_.-]{1,64}. With a convention whose topics begin with the name it must not be one that
// is reserved, or topics of others would be its own; zigbee2mqtt may use "zigbee2mqtt". Errors:
// bad_topic.
result<void> check_topic(Convention convention, std::string_view name);

// May two devices with these be told apart? False: some topic would be of both.
bool overlap(const Rights& a, const Rights& b);

// Where a device with a certificate asks for the next one (a signing request, PEM), and where it
// gets it: the broker has seen its certificate, so nobody else can ask.
std::string renewal_request(std::string_view id); // "caredian/enrolment/<id>/request"
std::string renewal_answer(std::string_view id);  // "caredian/enrolment/<id>/certificate"
inline constexpr std::string_view renewal_requests = "caredian/enrolment/+/request",
                                  renewal_answers = "caredian/enrolment/+/certificate";

// Where what listens to `topic` would be sent a command, by the conventions above; empty: nowhere
// that is known. For rights over other devices (grants with `may: control`).
std::vector<std::string> command_topics(std::string_view topic);
// All that a device says beside `topic`: its state and availability.
std::vector<std::string> state_topics(std::string_view topic);

} // namespace caredian::devices::enrol
