// caredian ingest explain: by the rules of a running gateway, else by those of the settings.
#include "app/cli_commands.h"
#include "app/control_ingest.h"
#include "app/data_side.h"

#include <istream>
#include <ostream>

namespace caredian::app {

namespace {

constexpr std::size_t longest_payload = std::size_t{4} * 1024 * 1024;
// A line of the control socket holds 64 kB, and a byte may take six in JSON.
constexpr std::size_t longest_asked = 10'000;

std::optional<std::string> read_payload(const IngestCommand& command, const CommandLine& with) {
    if (command.payload != "-") return command.payload;
    std::string text(longest_payload + 1, '\0');
    with.in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(with.in.gcount()));
    if (text.size() <= longest_payload) return text;
    with.err << "caredian: the payload is larger than 4 MiB\n";
    return std::nullopt;
}

result<ControlAnswer> ask(const json::object& arguments, std::size_t bytes,
                          const Settings& settings, const CommandLine& with) {
    result<ControlAnswer> answer = ControlErrc::not_running;
    if (bytes <= longest_asked)
        answer = call_control(settings.data_path("control.sock"), "ingest.explain", arguments);
    else
        with.err << "caredian: too long to ask a running gateway; these are the settings' rules\n";
    if (answer) return answer;
    if (answer.error() != ControlErrc::not_running)
        with.err << "caredian: the gateway cannot be asked (" << answer.error().message()
                 << "); these are the settings' rules\n";
    auto alone = ingest_commands([&] { return decode_options(settings); });
    return alone.at("ingest.explain")(arguments);
}

std::string_view text(const json::value& value) {
    if (!value.is_string()) return {};
    return {value.get_string().data(), value.get_string().size()};
}

void print_reading(const json::value& reading, std::ostream& out) {
    out << "reading: " << text(reading.at("measurement"));
    for (const auto& [name, value] : reading.at("tags").as_object())
        out << ',' << std::string_view(name.data(), name.size()) << '=' << text(value);
    char between = ' ';
    for (const auto& field : reading.at("fields").as_array()) {
        std::string value;
        append_json(value, field.at("value"));
        out << std::exchange(between, ',') << text(field.at("name")) << '=' << value;
    }
    if (const auto* time = reading.as_object().if_contains("time")) out << ' ' << text(*time);
    out << '\n';
}

void print(const json::value& explained, std::ostream& out) {
    auto line = [&](const char* name) {
        if (auto value = text(explained.at(name)); !value.empty())
            out << name << ": " << value << '\n';
    };
    for (const char* name : {"decoder", "rule", "outcome", "reason"}) line(name);
    for (const auto& reading : explained.at("readings").as_array()) print_reading(reading, out);
    for (const auto& name : explained.at("left_out").as_array())
        out << "left out: " << text(name) << " (cannot be cast as the rule says)\n";
    if (auto n = explained.at("descriptions").to_number<std::uint64_t>(); n > 0)
        out << "descriptions: " << n << '\n';
    const auto& suggestion = explained.at("suggestion");
    if (suggestion.is_object()) out << "\nA rule to begin with:\n\n" << text(suggestion.at("yaml"));
}

} // namespace

int run_ingest_explain(const IngestCommand& command, const Settings& settings,
                       const CommandLine& with) {
    log::configure(log::Level::warning, log::Format::text);
    auto payload = read_payload(command, with);
    if (!payload) return 2;
    json::object arguments{{"topic", command.topic}, {"payload", *payload}};
    auto answer = ask(arguments, command.topic.size() + payload->size(), settings, with);
    if (!answer || !answer->ok) {
        with.err << "caredian: " << (answer ? answer->error : answer.error().message()) << "\n";
        return 1;
    }
    if (command.as_json) {
        with.out << answer->result << "\n";
        return 0;
    }
    auto explained = parse_json(answer->result);
    if (!explained) {
        with.err << "caredian: the gateway's answer cannot be read\n";
        return 1;
    }
    print(*explained, with.out);
    return 0;
}

} // namespace caredian::app
