// What was typed, and how the commands of people are defined. Only for cli*.cpp.
#pragma once

#include "app/cli_commands.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

namespace caredian::app {

// What was typed, and what is to be done with it.
struct Typed {
    std::optional<std::string> config;
    std::string language = "en";
    UserCommand user;
    KeyCommand key;
    HistoryCommand history;
    IngestCommand ingest;
    BackupCommand backup;
    KeyCommand sink;
    std::function<int()> action;
};

void add_config_option(CLI::App& command, Typed& typed);
int with_settings(const Typed& typed, const CommandLine& with,
                  const std::function<int(const Settings&)>& work);
void define_users(CLI::App& app, Typed& typed, const CommandLine& with);
void define_keys(CLI::App& app, Typed& typed, const CommandLine& with);
void define_sinks(CLI::App& app, Typed& typed, const CommandLine& with); // cli_sinks.cpp

} // namespace caredian::app
