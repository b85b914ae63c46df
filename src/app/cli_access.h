// How caredian access … and caredian audit … are typed. Only for cli.cpp.
#pragma once

#include "app/cli_commands.h"

#include <functional>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace caredian::app {

// Fills in `typed` and `config`, and calls `chosen`.
void define_access_commands(CLI::App& app, KeyCommand& typed, std::optional<std::string>& config,
                            const std::function<void()>& chosen);

} // namespace caredian::app
