#include "app/cli.h"

#include "app/cli_access.h"
#include "app/cli_catalogue.h"
#include "app/cli_commands.h"
#include "app/cli_define.h"
#include "app/cli_enrol.h"
#include "app/config_docs.h"

#include <algorithm>
#include <exception>
#include <iostream>

namespace caredian::app {

namespace {

constexpr int failed = 1;
constexpr int wrong_usage = 2;

int serve(const Typed& typed, const CommandLine& with) {
    auto loaded = load_or_complain(typed.config, with);
    if (!loaded) return wrong_usage;
    log::configure(loaded->settings.log.level, loaded->settings.log.format);
    return with.serve(*loaded);
}

int check_config(const Typed& typed, const CommandLine& with) {
    auto loaded = load_or_complain(typed.config, with);
    if (!loaded) return wrong_usage;
    with.out << (loaded->file.empty() ? "The settings are good (no file)."
                                      : loaded->file + ": good.")
             << "\n";
    return 0;
}

void define_config(CLI::App& app, Typed& typed, const CommandLine& with) {
    auto* config = app.add_subcommand("config", "Print the sample file or the reference page");
    config->require_subcommand(1);
    auto language = [&] { return typed.language == "ko" ? Language::ko : Language::en; };
    auto* sample = config->add_subcommand("sample", "A commented file with every setting");
    auto* reference = config->add_subcommand("reference", "docs/configuration.md");
    for (auto* command : {sample, reference})
        command->add_option("--language", typed.language, "en or ko")
            ->check(CLI::IsMember({"en", "ko"}));
    sample->callback([&typed, &with, language] {
        typed.action = [&with, language] { return with.out << config_sample(language()), 0; };
    });
    reference->callback([&typed, &with, language] {
        typed.action = [&with, language] { return with.out << config_reference(language()), 0; };
    });
}

void define_history(CLI::App& app, Typed& typed, const CommandLine& with) {
    auto* history = app.add_subcommand("history", "What is kept, out and in; also beside a running "
                                                  "gateway");
    history->require_subcommand(1);
    auto option = [&](CLI::App* command, const std::string& name, const std::string& help) {
        auto argument = name;
        std::replace(argument.begin(), argument.end(), '-', '_');
        return command->add_option("--" + name, typed.history.arguments[argument], help);
    };
    auto* out = history->add_subcommand("export", "Write readings to a file that import takes");
    out->add_option("file", typed.history.file, "Where to (else standard output)");
    for (auto [name, help] : {std::pair{"measurement", "Only this one"},
                              {"device", "Only this one"},
                              {"field", "Only this one"},
                              {"from", "Start: a time, a date, or back from now such as -24h"},
                              {"to", "End, exclusive"}})
        option(out, name, help);
    auto* in = history->add_subcommand("import", "Take readings from a file");
    in->add_option("file", typed.history.file, "Where from; - is standard input")->required();
    option(in, "precision", "Of line protocol's times: ns (the default), us, ms, s")
        ->check(CLI::IsMember({"ns", "us", "ms", "s"}));
    option(in, "device-tag", "Line protocol: the tag that names the device (else device)");
    for (auto [command, run] : {std::pair{out, &run_history_export}, {in, &run_history_import}}) {
        add_config_option(*command, typed);
        option(command, "format", "csv (the default) or lp (line protocol)")
            ->check(CLI::IsMember({"csv", "lp"}))
            ->default_str("csv");
        command->callback([&typed, &with, work = run] {
            auto& format = typed.history.arguments["format"];
            if (format.empty()) format = "csv";
            typed.action = [&typed, &with, work] {
                return with_settings(typed, with, [&](const Settings& settings) {
                    return work(typed.history, settings, with);
                });
            };
        });
    }
}

void define_ingest(CLI::App& app, Typed& typed, const CommandLine& with) {
    auto* ingest = app.add_subcommand("ingest", "How messages are understood");
    ingest->require_subcommand(1);
    auto* explain = ingest->add_subcommand("explain", "What a message becomes, and why; also "
                                                      "beside a running gateway");
    add_config_option(*explain, typed);
    explain->add_option("topic", typed.ingest.topic, "As a device publishes it")->required();
    explain
        ->add_option("payload", typed.ingest.payload,
                     "The message (after -- when it begins with -); - is standard input")
        ->required();
    explain->add_flag("--json", typed.ingest.as_json, "Print JSON");
    explain->callback([&typed, &with] {
        typed.action = [&typed, &with] {
            return with_settings(typed, with, [&](const Settings& settings) {
                return run_ingest_explain(typed.ingest, settings, with);
            });
        };
    });
}

void define_database(CLI::App& app, Typed& typed, const CommandLine& with) {
    auto* migrate = app.add_subcommand("migrate", "Bring the database's tables forward");
    add_config_option(*migrate, typed);
    migrate->callback([&typed, &with] {
        typed.action = [&typed, &with] {
            return with_settings(typed, with,
                                 [&](const Settings& s) { return run_migrate(s, with); });
        };
    });
    auto* out = app.add_subcommand("backup", "Write the database to an encrypted file; also beside "
                                             "a running gateway");
    auto* in = app.add_subcommand("restore", "Replace the database by a backup, from either kind "
                                             "of database");
    for (auto [command, run] : {std::pair{out, &run_backup}, {in, &run_restore}}) {
        add_config_option(*command, typed);
        command->add_option("file", typed.backup.file, "The backup")->required();
        command->add_option("--key-file", typed.backup.key_file,
                            "A file whose content is the key (else a passphrase is asked for)");
        command->add_flag("--passphrase-stdin", typed.backup.passphrase_stdin,
                          "Read the passphrase from standard input instead of asking");
        command->callback([&typed, &with, work = run] {
            typed.action = [&typed, &with, work] {
                return with_settings(typed, with, [&](const Settings& settings) {
                    return work(typed.backup, settings, with);
                });
            };
        });
    }
}

void define(CLI::App& app, Typed& typed, const CommandLine& with) {
    app.set_version_flag("--version", "caredian " + std::string(version()));
    app.require_subcommand(0, 1);
    add_config_option(app, typed);
    auto simple = [&](const char* name, const char* help, auto work) {
        auto* command = app.add_subcommand(name, help);
        command->callback([&typed, &with, work] {
            typed.action = [&typed, &with, work] { return work(typed, with); };
        });
        return command;
    };
    add_config_option(*simple("serve", "Run the gateway (the default)", serve), typed);
    add_config_option(*simple("check-config", "Name every problem of the settings", check_config),
                      typed);
    define_config(app, typed, with);
    define_users(app, typed, with);
    define_keys(app, typed, with);
    define_devices(app, typed, with);
    define_broker(app, typed, with);
    define_access_commands(app, typed.key, typed.config, [&typed, &with] {
        typed.action = [&typed, &with] {
            return with_settings(typed, with, [&](const Settings& settings) {
                return run_access_command(typed.key, settings, with);
            });
        };
    });
    define_history(app, typed, with);
    define_ingest(app, typed, with);
    define_sinks(app, typed, with);
    define_catalogue(app, typed, with);
    define_database(app, typed, with);
    auto health = [](const Typed& t, const CommandLine& w) {
        return with_settings(t, w, [&](const Settings& s) { return run_healthcheck(s, w); });
    };
    add_config_option(*simple("healthcheck", "Ask this machine's gateway for /healthz", health),
                      typed);
    simple("version", "Print the version", [](const Typed&, const CommandLine& w) {
        w.out << "caredian " << version() << "\n";
        return 0;
    });
}

} // namespace

int with_settings(const Typed& typed, const CommandLine& with,
                  const std::function<int(const Settings&)>& work) {
    auto loaded = load_or_complain(typed.config, with);
    return loaded ? work(loaded->settings) : wrong_usage;
}

void add_config_option(CLI::App& command, Typed& typed) {
    command.add_option("-c,--config", typed.config,
                       "YAML file (else CAREDIAN_CONFIG, else /etc/caredian/caredian.yaml)");
}

std::string_view version() {
    return CAREDIAN_VERSION;
}

std::optional<Loaded> load_or_complain(const std::optional<std::string>& config,
                                       const CommandLine& with) {
    auto loaded = load_config(find_config_file(config, with.environment), with.environment);
    for (const auto& w : loaded.warnings) with.err << "warning: " << w.text() << "\n";
    for (const auto& p : loaded.problems) with.err << p.text() << "\n";
    if (loaded.ok()) return loaded;
    with.err << loaded.problems.size() << (loaded.problems.size() == 1 ? " problem" : " problems")
             << " in the settings.\n";
    return std::nullopt;
}

int run_command_line(int argc, const char* const* argv, const CommandLine& with) {
    CLI::App app("CareDian: people, devices and data beside Home Assistant", "caredian");
    Typed typed;
    define(app, typed, with);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e, with.out, with.err) == 0 ? 0 : wrong_usage;
    }
    try {
        return typed.action ? typed.action() : serve(typed, with);
    } catch (const std::exception& e) {
        with.err << "caredian: " << e.what() << "\n";
        return failed;
    }
}

int run_command_line(int argc, const char* const* argv, const ServeFn& serve_fn) {
    return run_command_line(argc, argv,
                            CommandLine{serve_fn, process_environment(), std::cin, std::cout,
                                        std::cerr, ask_on_terminal});
}

} // namespace caredian::app
