// caredian key …: through the control socket of a running gateway, else in the database itself.
#include "app/cli_commands.h"
#include "base/json.h"

#include <iomanip>
#include <ostream>

namespace caredian::app {

namespace {

std::string text(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (!value || !value->is_string()) return "never";
    return {value->get_string().data(), value->get_string().size()};
}

std::string words(const json::object& object, std::string_view name) {
    std::string out;
    const auto* value = object.if_contains(name);
    if (!value || !value->is_array()) return out;
    for (const auto& word : value->get_array()) {
        if (!word.is_string()) continue;
        out.append(out.empty() ? "" : ",").append(word.get_string().c_str());
    }
    return out;
}

// Days are enough for a list.
std::string day(const json::object& key, std::string_view name) {
    return text(key, name).substr(0, 10);
}

void print_list(const std::string& result, std::ostream& out) {
    auto parsed = parse_json(result);
    if (!parsed || !parsed->is_array()) return;
    for (const auto& entry : parsed->get_array()) {
        const auto* key = entry.if_object();
        if (!key) continue;
        out << text(*key, "id") << "  " << std::left << std::setw(16) << text(*key, "user") << " "
            << std::setw(8) << text(*key, "role") << std::setw(24) << words(*key, "scopes")
            << " ends " << day(*key, "expires") << "  used " << std::setw(10)
            << day(*key, "last_used") << "  " << text(*key, "name") << "\n";
    }
}

// The key alone on standard output, so that it can be piped; what is to be known beside it.
void print_made(const std::string& result, const CommandLine& with) {
    auto parsed = parse_json(result);
    if (!parsed || !parsed->is_object()) return;
    const auto& key = parsed->get_object();
    with.err << "It ends on " << day(key, "expires") << " and is not shown again:\n";
    with.out << text(key, "key") << "\n";
}

} // namespace

std::optional<ControlAnswer> ask_people(const KeyCommand& command, const Settings& settings,
                                        const CommandLine& with) {
    json::object arguments;
    for (const auto& [name, value] : command.arguments)
        if (!value.empty()) arguments[name] = value;
    auto answer = call_people(settings, command.command, arguments);
    if (answer && answer->ok) return std::move(*answer);
    with.err << "caredian: ";
    if (answer)
        with.err << answer->error << "\n";
    else
        with.err << settings.data_dir << ": " << answer.error().message() << "\n";
    return std::nullopt;
}

int run_key_command(const KeyCommand& command, const Settings& settings, const CommandLine& with) {
    log::configure(log::Level::warning, log::Format::text); // what is done is said by the exit code
    auto answer = ask_people(command, settings, with);
    if (!answer) return 1;
    if (command.command == "key.add") print_made(answer->result, with);
    if (command.command == "key.list") {
        if (command.as_json)
            with.out << answer->result << "\n";
        else
            print_list(answer->result, with.out);
    }
    return 0;
}

} // namespace caredian::app
