// What the commands do, one function each. Only for cli*.cpp.
#pragma once

#include "app/cli.h"
#include "app/control.h"

#include <map>
#include <optional>
#include <string>

namespace caredian::app {

struct UserCommand {
    std::string command; // "user.add"
    std::string name;
    std::string role;
    std::string language;
    std::string full_name; // user.invite
    std::string days;
    bool needs_password = false;
    bool password_stdin = false;
    bool as_json = false; // user.list
};

struct KeyCommand {
    std::string command;                          // "key.add"
    std::map<std::string, std::string> arguments; // control_keys.h
    bool as_json = false;
};

struct HistoryCommand {
    std::string file;                             // "-" or empty: standard input or output
    std::map<std::string, std::string> arguments; // control_history.h
};

struct IngestCommand {
    std::string topic;
    std::string payload; // "-": standard input
    bool as_json = false;
};

struct BackupCommand {
    std::string file;
    std::string key_file; // else a passphrase
    bool passphrase_stdin = false;
};

// Prints warnings and problems; nullopt: not good.
std::optional<Loaded> load_or_complain(const std::optional<std::string>& config,
                                       const CommandLine& with);

int run_user_command(const UserCommand& command, const Settings& settings, const CommandLine& with);
// user.* and key.*: asks the running gateway, else does it in the database itself. Errors: of the
// control socket, the lock, the database.
result<ControlAnswer> call_people(const Settings& settings, const std::string& command,
                                  const json::object& arguments);
// The command with its arguments that are not empty; nothing: it was refused, and `err` says why.
std::optional<ControlAnswer> ask_people(const KeyCommand& command, const Settings& settings,
                                        const CommandLine& with);
int run_key_command(const KeyCommand& command, const Settings& settings, const CommandLine& with);
// access.explain and audit.verify; 1 also for an audit that is not whole.
int run_access_command(const KeyCommand& command, const Settings& settings,
                       const CommandLine& with);
int run_history_export(const HistoryCommand& command, const Settings& settings,
                       const CommandLine& with);
// 1 also when lines were refused.
int run_history_import(const HistoryCommand& command, const Settings& settings,
                       const CommandLine& with);
int run_ingest_explain(const IngestCommand& command, const Settings& settings,
                       const CommandLine& with);
int run_migrate(const Settings& settings, const CommandLine& with);
int run_backup(const BackupCommand& command, const Settings& settings, const CommandLine& with);
int run_restore(const BackupCommand& command, const Settings& settings, const CommandLine& with);
int run_healthcheck(const Settings& settings, const CommandLine& with);

// Asks on the process's terminal without showing what is typed.
std::optional<std::string> ask_on_terminal(const std::string& question);

} // namespace caredian::app
