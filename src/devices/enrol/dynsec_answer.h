// What the dynamic security plugin answers. The bytes come from the broker, and any client with the
// right to publish there could have made them: bounded, and nothing of it is believed but by its
// correlationData.
#pragma once

#include "devices/enrol/dynsec.h"

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::enrol::dynsec {

struct Answer {
    std::string command;
    std::string correlation; // "" when there was none
    std::string error;       // "" when it was done
    boost::json::value data; // of listClients and its like; else null
};

constexpr std::size_t largest_answer = std::size_t{4} * 1024 * 1024;

// {"responses":[…]}; nullopt: it is none of these.
std::optional<std::vector<Answer>> read_answers(std::string_view payload);

// A page of listClients or listRoles, put into `model`; how many there are in all. nullopt: it is
// none.
struct Page {
    std::size_t here = 0, all = 0;
};
std::optional<Page> read_clients(const boost::json::value& data, Model& model);
std::optional<Page> read_roles(const boost::json::value& data, Model& model);

} // namespace caredian::devices::enrol::dynsec
