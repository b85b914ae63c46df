// caredian broker init, caredian device …, as they are typed. Only for cli*.cpp.
#pragma once

#include "app/cli_define.h"

namespace caredian::app {

void define_broker(CLI::App& app, Typed& typed, const CommandLine& with);
void define_devices(CLI::App& app, Typed& typed, const CommandLine& with);

} // namespace caredian::app
