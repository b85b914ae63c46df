// The body of a command, and the key that makes it one however often it comes.
#pragma once

#include "devices/commands/command_store.h"
#include "devices/commands/flight.h"
#include "devices/commands/plan.h"
#include "net/http/message.h"

#include <string>
#include <variant>

namespace caredian::api {

inline constexpr std::size_t longest_command = 16 * 1024; // bytes of a body

struct CommandBody {
    devices::commands::Wanted wanted;
    devices::commands::FlightLimits limits;
    devices::commands::Once once; // of the device `device`
    bool wait = true;
    std::string request; // what is asked, as it is kept: JSON
};

// The alternative is the problem to answer with: 400, 415.
std::variant<CommandBody, net::http::Response> read_command(const net::http::Request& request,
                                                            const std::string& device);

} // namespace caredian::api
