#include "devices/enrol/name.h"

#include <algorithm>
#include <array>
#include <utility>

namespace caredian::devices::enrol {

namespace {

constexpr std::string_view of_ours = "the gateway itself, or somebody who would pass for it";
constexpr std::string_view of_power = "who sees it in a log would take it for an administrator";
constexpr std::string_view of_topics = "topics of many devices begin with it";
constexpr std::string_view of_parts = "a part of the home, not a device";

constexpr std::array<std::pair<std::string_view, std::string_view>, 42> reserved{{
    {"gateway", of_ours},      {"broker", of_ours},          {"mosquitto", of_ours},
    {"admin", of_power},       {"administrator", of_power},  {"root", of_power},
    {"system", of_power},      {"superuser", of_power},      {"operator", of_power},
    {"dynsec", of_power},      {"control", of_power},        {"sys", of_power},
    {"anonymous", of_power},   {"everyone", of_power},       {"all", of_power},
    {"nobody", of_power},      {"localhost", of_power},      {"null", of_power},
    {"device", of_topics},     {"devices", of_topics},       {"command", of_topics},
    {"commands", of_topics},   {"homeassistant", of_topics}, {"ha", of_topics},
    {"home", of_topics},       {"tele", of_topics},          {"stat", of_topics},
    {"cmnd", of_topics},       {"tasmota", of_topics},       {"esphome", of_topics},
    {"shellies", of_topics},   {"homie", of_topics},         {"frigate", of_topics},
    {"valetudo", of_topics},   {"wled", of_topics},          {"rtl_433", of_topics},
    {"espresense", of_topics}, {"spbv1", of_topics},         {"api", of_parts},
    {"auth", of_parts},        {"user", of_parts},           {"users", of_parts},
}};

bool in_alphabet(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

} // namespace

std::string_view reserved_because(std::string_view id) {
    if (id.starts_with("caredian")) return of_ours;
    const auto* found = std::ranges::find(reserved, id, &decltype(reserved)::value_type::first);
    return found == reserved.end() ? std::string_view() : found->second;
}

result<void> check_id(std::string_view id) {
    if (id.empty() || id.size() > longest_id || !std::ranges::all_of(id, in_alphabet))
        return Errc::bad_name;
    if (!reserved_because(id).empty()) return Errc::reserved_name;
    return {};
}

} // namespace caredian::devices::enrol
