// caredian catalogue: of a running gateway. Only for cli.cpp.
#pragma once

#include "app/cli_define.h"

namespace caredian::app {

void define_catalogue(CLI::App& app, Typed& typed, const CommandLine& with);

} // namespace caredian::app
