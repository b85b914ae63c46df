// The command line.
//   caredian [serve] [--config FILE]       the gateway, until SIGINT or SIGTERM
//   caredian check-config [--config FILE]  0 = good, 2 = every problem with its file and line
//   caredian config sample|reference       the commented sample; the reference page (--language ko)
//   caredian user add|list|remove|password|role
//                                          through the running gateway, else in the database
//   caredian key add|list|revoke           likewise
//   caredian device add|list|rotate|code|revoke|remove
//                                          likewise
//   caredian broker init                   Mosquitto's configuration, certificates, accounts
//   caredian history export|import         likewise; from or to a file
//   caredian migrate                       brings the database's tables forward
//   caredian backup|restore FILE           the database, encrypted; either kind to either kind
//   caredian healthcheck [--config FILE]   0 = this machine's gateway answers /healthz; for
//   containers caredian version
// Exit codes: 0 done, 1 it failed, 2 wrong settings or wrong usage.
#pragma once

#include "app/config.h"

#include <functional>
#include <iosfwd>

namespace caredian::app {

// Runs the gateway until it is told to stop; returns the exit code. `loaded` is good (ok()), its
// warnings were printed, and the log is configured.
using ServeFn = std::function<int(const Loaded& loaded)>;

int run_command_line(int argc, const char* const* argv, const ServeFn& serve);

// The same with everything it touches as an argument.
struct CommandLine {
    ServeFn serve;
    Environment environment;
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    // A password asked for on the terminal; nullopt: there is no terminal.
    std::function<std::optional<std::string>(const std::string& question)> ask_password;
};
int run_command_line(int argc, const char* const* argv, const CommandLine& with);

// "0.1.0", from CMake.
std::string_view version();

} // namespace caredian::app
