// caredian access explain, caredian audit verify: through the control socket of a running gateway,
// else with the settings and the database themselves.
#include "app/cli_access.h"

#include "base/json.h"

#include <CLI/CLI.hpp>
#include <ostream>

namespace caredian::app {

namespace {

std::string text(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

bool flag(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_bool() && value->get_bool();
}

const json::array& list(const json::object& object, std::string_view name) {
    static const json::array none;
    const auto* value = object.if_contains(name);
    return value && value->is_array() ? value->get_array() : none;
}

void print_explained(const json::object& told, std::ostream& out) {
    out << (flag(told, "allowed") ? "Allowed: " : "Denied: ") << text(told, "because") << ".\n";
    out << "Roles:";
    for (const auto& role : list(told, "roles"))
        if (role.is_string()) out << " " << role.get_string().c_str();
    out << "\nAbout:";
    if (const auto* what = told.if_contains("what"); what && what->is_object())
        for (const auto& [name, value] : what->get_object())
            if (value.is_string())
                out << " " << std::string_view(name.data(), name.size()) << " "
                    << value.get_string().c_str();
    out << "\nAt: " << text(told, "at") << ", the home's clock is " << text(told, "time_zone")
        << "\n";
    for (const auto& entry : list(told, "grants")) {
        const auto* grant = entry.if_object();
        if (!grant) continue;
        out << (flag(*grant, "fits") ? "+ " : "- ") << text(*grant, "from") << ": "
            << text(*grant, "grant") << "\n";
        for (const auto& lack : list(*grant, "lacks"))
            if (lack.is_object()) out << "    " << text(lack.get_object(), "text") << "\n";
    }
}

// 0: whole.
int print_verified(const json::object& check, const CommandLine& with) {
    auto number = [&](std::string_view name) {
        const auto* value = check.if_contains(name);
        return value && value->is_number() ? value->to_number<std::int64_t>() : 0;
    };
    if (!flag(check, "whole")) {
        with.err << "caredian: the audit is not whole: " << text(check, "problem") << "\n";
        return 1;
    }
    with.out << "The audit is whole: " << number("rows") << " rows from " << number("first") << ", "
             << number("exported") << " exported heads fit.\n"
             << number("id") << " " << text(check, "hash") << "\n";
    return 0;
}

} // namespace

void define_access_commands(CLI::App& app, KeyCommand& typed, std::optional<std::string>& config,
                            const std::function<void()>& chosen) {
    auto* access = app.add_subcommand("access", "Who may do what");
    access->require_subcommand(1);
    auto* explain = access->add_subcommand("explain", "May somebody do something, and why? Also "
                                                      "beside a running gateway");
    auto& given = typed.arguments;
    explain->add_option("who", given["who"], "person:NAME or key:ID")->required();
    explain->add_option("action", given["action"], "read, control or admin")->required();
    explain
        ->add_option("what", given["what"],
                     "light.bedroom, light.*, device:ID, area:NAME, service:light.turn_on, "
                     "path:host.name/path, /ha/api/…")
        ->required();
    explain->add_option("--at", given["at"], "A time (RFC 3339), a date, or like 22:00; else now");
    explain->add_option("--from", given["from"], "An IP address; else this machine");
    auto* audit = app.add_subcommand("audit", "What was done");
    audit->require_subcommand(1);
    auto* verify = audit->add_subcommand("verify", "Is the chain of the audit whole? Also beside a "
                                                   "running gateway");
    for (auto [command, name] :
         {std::pair{explain, "access.explain"}, std::pair{verify, "audit.verify"}}) {
        command->add_option("-c,--config", config, "YAML file");
        command->add_flag("--json", typed.as_json, "Print JSON");
        command->callback([&typed, chosen, name = std::string(name)] {
            typed.command = name;
            chosen();
        });
    }
}

int run_access_command(const KeyCommand& command, const Settings& settings,
                       const CommandLine& with) {
    log::configure(log::Level::warning, log::Format::text);
    auto answer = ask_people(command, settings, with);
    if (!answer) return 1;
    auto parsed = parse_json(answer->result);
    if (!parsed || !parsed->is_object()) return 1;
    const auto& told = parsed->get_object();
    if (command.as_json) with.out << answer->result << "\n";
    if (command.command == "audit.verify")
        return command.as_json ? (flag(told, "whole") ? 0 : 1) : print_verified(told, with);
    if (!command.as_json) print_explained(told, with.out);
    return 0; // an answer was given, whichever
}

} // namespace caredian::app
