// The commands of people and their keys, as they are typed.
#include "app/cli_define.h"

namespace caredian::app {

namespace {

CLI::App* define_user(CLI::App& users, Typed& typed, const CommandLine& with,
                      const std::string& name, const std::string& help) {
    auto* command = users.add_subcommand(name, help);
    add_config_option(*command, typed);
    bool has_name = name != "list" && name != "invite";
    bool has_password = name == "add" || name == "password";
    if (has_name) command->add_option("name", typed.user.name, "User name")->required();
    if (has_password)
        command->add_flag("--password-stdin", typed.user.password_stdin,
                          "Read the password from standard input instead of asking");
    command->callback([&typed, &with, name, has_password] {
        typed.user.command = "user." + name;
        typed.user.needs_password = has_password;
        typed.action = [&] {
            return with_settings(typed, with, [&](const Settings& settings) {
                return run_user_command(typed.user, settings, with);
            });
        };
    });
    return command;
}

CLI::App* define_key(CLI::App& keys, Typed& typed, const CommandLine& with, const std::string& name,
                     const std::string& help) {
    auto* command = keys.add_subcommand(name, help);
    add_config_option(*command, typed);
    command->callback([&typed, &with, name] {
        typed.key.command = "key." + name;
        typed.action = [&] {
            return with_settings(typed, with, [&](const Settings& settings) {
                return run_key_command(typed.key, settings, with);
            });
        };
    });
    return command;
}

} // namespace

void define_users(CLI::App& app, Typed& typed, const CommandLine& with) {
    auto* users = app.add_subcommand("user", "Accounts, also beside a running gateway");
    users->require_subcommand(1);
    auto* add = define_user(*users, typed, with, "add", "Add an account");
    auto* role = define_user(*users, typed, with, "role", "Change what an account may do");
    auto* list = define_user(*users, typed, with, "list", "List accounts");
    define_user(*users, typed, with, "remove", "Remove an account and end its sessions");
    define_user(*users, typed, with, "password", "Set a password and end the sessions");
    define_user(*users, typed, with, "reset-link",
                "Make a link with which somebody chooses a new password");
    define_user(*users, typed, with, "forget-factors",
                "Take away a second factor and passkeys that were lost");
    auto* invite = define_user(*users, typed, with, "invite",
                               "Make a link with which somebody new makes an account");
    for (auto* command : {add, invite})
        command->add_option("--role", typed.user.role, "admin or member (the default)")
            ->check(CLI::IsMember({"admin", "member"}));
    add->add_option("--language", typed.user.language, "ko (the default) or en")
        ->check(CLI::IsMember({"ko", "en"}));
    role->add_option("--role", typed.user.role, "admin or member")
        ->check(CLI::IsMember({"admin", "member"}))
        ->required();
    invite->add_option("--full-name", typed.user.full_name, "Whom it is for");
    invite->add_option("--days", typed.user.days, "How long it is good (7)");
    list->add_flag("--json", typed.user.as_json, "Print JSON");
}

void define_keys(CLI::App& app, Typed& typed, const CommandLine& with) {
    auto* keys = app.add_subcommand("key", "API keys, also beside a running gateway");
    keys->require_subcommand(1);
    auto& given = typed.key.arguments;
    auto* add = define_key(*keys, typed, with, "add", "Make a key: it is shown this once");
    auto* list = define_key(*keys, typed, with, "list", "List keys");
    auto* revoke = define_key(*keys, typed, with, "revoke", "End a key at once");
    add->add_option("name", given["name"], "What it is for")->required();
    add->add_option("--user", given["user"], "Whose key it is")->required();
    add->add_option("--role", given["role"], "admin or member (the default)")
        ->check(CLI::IsMember({"admin", "member"}));
    add->add_option("--scopes", given["scopes"],
                    "With commas: read (the default), control, admin, verify, introspect, "
                    "events:fall:ingest, readings:write, "
                    "readings:write:DEVICE, influx:query");
    add->add_option("--addresses", given["addresses"],
                    "Networks it may be used from, with commas (else any)");
    add->add_option("--days", given["days"], "How long it lives (90)");
    list->add_option("--user", given["user"], "Only this account's");
    list->add_flag("--json", typed.key.as_json, "Print JSON");
    revoke->add_option("id", given["id"], "The 16 digits after cdk_")->required();
}

} // namespace caredian::app
