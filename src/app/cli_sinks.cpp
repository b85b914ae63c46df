// caredian sink list|set-aside, caredian backfill: of a running gateway.
#include "app/cli_commands.h"
#include "app/cli_define.h"

#include <ostream>
#include <thread>

namespace caredian::app {

namespace {

constexpr std::chrono::milliseconds first_look{50}, longest_look{1'000};

std::optional<json::value> ask(const std::string& command, const json::object& arguments,
                               const Settings& settings, const CommandLine& with) {
    auto answer = call_control(settings.data_path("control.sock"), command, arguments);
    if (!answer || !answer->ok) {
        with.err << "caredian: "
                 << (!answer && answer.error() == ControlErrc::not_running
                         ? "the gateway does not run"
                         : (answer ? answer->error : answer.error().message()))
                 << "\n";
        return std::nullopt;
    }
    auto parsed = parse_json(answer->result);
    if (!parsed) {
        with.err << "caredian: the gateway's answer cannot be read\n";
        return std::nullopt;
    }
    return std::move(*parsed);
}

std::string_view text(const json::value& value) {
    if (!value.is_string()) return "-";
    return {value.get_string().data(), value.get_string().size()};
}

std::uint64_t number(const json::value& object, const char* name) {
    return object.at(name).to_number<std::uint64_t>();
}

void print_sinks(const json::value& sinks, std::ostream& out) {
    for (const auto& sink : sinks.as_array())
        out << text(sink.at("name")) << "  " << text(sink.at("url")) << "  lines "
            << number(sink, "lines") << "  failures " << number(sink, "failures") << "  set aside "
            << number(sink, "set_aside") << "  in memory " << number(sink, "buffered_bytes")
            << " B  last write " << text(sink.at("last_write")) << "\n";
}

void print_lines(const json::value& lines, std::ostream& out) {
    for (const auto& one : lines.as_array())
        out << text(one.at("time")) << "  " << text(one.at("reason")) << "\n  "
            << text(one.at("line")) << "\n";
}

json::object arguments_of(const KeyCommand& command) {
    json::object out;
    for (const auto& [name, value] : command.arguments)
        if (!value.empty()) out[name] = value;
    return out;
}

int run_sink_command(const KeyCommand& command, const Settings& settings, const CommandLine& with) {
    log::configure(log::Level::warning, log::Format::text);
    auto answer = ask(command.command, arguments_of(command), settings, with);
    if (!answer) return 1;
    if (command.as_json) {
        std::string out;
        append_json(out, *answer);
        with.out << out << "\n";
    } else if (command.command == "sink.list") {
        print_sinks(*answer, with.out);
    } else if (command.command == "sink.set_aside") {
        print_lines(*answer, with.out);
    }
    return 0;
}

// Waits until it has ended; 1 when lines were refused, or it ended before its time.
int run_backfill(const KeyCommand& command, const Settings& settings, const CommandLine& with) {
    log::configure(log::Level::warning, log::Format::text);
    auto begun = ask("sink.backfill", arguments_of(command), settings, with);
    if (!begun) return 1;
    json::object id{{"id", begun->at("id")}};
    for (auto pause = first_look;; pause = std::min(pause * 2, longest_look)) {
        auto now = ask("sink.progress", id, settings, with);
        if (!now) return 1;
        if (now->at("ended").as_bool()) {
            auto refused = number(*now, "set_aside");
            auto failed = text(now->at("failed"));
            with.out << number(*now, "lines") << " lines stored, " << refused << " set aside\n";
            if (!failed.empty()) with.err << "caredian: " << failed << "\n";
            return refused > 0 || !failed.empty() ? 1 : 0;
        }
        std::this_thread::sleep_for(pause);
    }
}

} // namespace

void define_sinks(CLI::App& app, Typed& typed, const CommandLine& with) {
    auto run = [&typed, &with](CLI::App* command, const std::string& name, auto work) {
        add_config_option(*command, typed);
        command->callback([&typed, &with, name, work] {
            typed.sink.command = name;
            typed.action = [&typed, &with, work] {
                return with_settings(typed, with, [&](const Settings& settings) {
                    return work(typed.sink, settings, with);
                });
            };
        });
    };
    auto* sink =
        app.add_subcommand("sink", "Servers that readings go to; beside a running gateway");
    sink->require_subcommand(1);
    auto* list = sink->add_subcommand("list", "How far each of them is");
    auto* aside =
        sink->add_subcommand("set-aside", "Lines that a server refused, the newest first");
    aside->add_option("sink", typed.sink.arguments["sink"], "Its name (when there are several)");
    aside->add_option("--most", typed.sink.arguments["most"], "How many, at most 100 (else 20)");
    auto* means = sink->add_subcommand("downsample", "Have the server keep means over a longer "
                                                     "time (InfluxDB 1 and 2)");
    means->add_option("sink", typed.sink.arguments["sink"], "Its name (when there are several)");
    means->add_option("--every", typed.sink.arguments["every"], "5m, 1h, …")->required();
    means->add_option("--keep", typed.sink.arguments["keep"], "How long: 730d, … (else for ever)");
    run(means, "sink.downsample", &run_sink_command);
    for (auto* command : {list, aside})
        command->add_flag("--json", typed.sink.as_json, "Print JSON");
    run(list, "sink.list", &run_sink_command);
    run(aside, "sink.set_aside", &run_sink_command);

    auto* backfill =
        app.add_subcommand("backfill", "Send readings of the local history to a server once more");
    for (auto [name, help] : {std::pair{"sink", "Which server (when there are several)"},
                              {"measurement", "Only this one"},
                              {"device", "Only this one"},
                              {"field", "Only this one"},
                              {"from", "Start: a time, a date, or back from now such as -24h"},
                              {"to", "End, exclusive"}})
        backfill->add_option("--" + std::string(name), typed.sink.arguments[name], help);
    run(backfill, "sink.backfill", &run_backfill);
}

} // namespace caredian::app
