#include "app/cli_catalogue.h"

#include "base/encoding.h"

#include <ostream>

namespace caredian::app {

namespace {

struct Asked {
    std::string format = "markdown", language = "en";
};

std::optional<json::value> ask(const Settings& settings, std::string_view command,
                               const json::object& arguments, const CommandLine& with) {
    auto answer = call_control(settings.data_path("control.sock"), command, arguments);
    if (answer && answer->ok)
        if (auto parsed = parse_json(answer->result)) return std::move(*parsed);
    const bool away = !answer && answer.error() == ControlErrc::not_running;
    with.err << "caredian: "
             << (away         ? "the gateway does not run"
                 : !answer    ? answer.error().message()
                 : answer->ok ? "the gateway's answer cannot be read"
                              : answer->error)
             << "\n";
    return std::nullopt;
}

int print(const Asked& asked, const Settings& settings, const CommandLine& with) {
    log::configure(log::Level::warning, log::Format::text);
    auto begun =
        ask(settings, "catalogue", {{"format", asked.format}, {"language", asked.language}}, with);
    if (!begun) return 1;
    std::size_t from = 0;
    for (bool end = false; !end;) {
        auto piece = ask(settings, "catalogue.more",
                         {{"id", begun->at("id")}, {"from", std::to_string(from)}}, with);
        if (!piece) return 1;
        const auto& data = piece->at("data").as_string();
        auto bytes = base64url_decode({data.data(), data.size()});
        if (!bytes) return 1;
        with.out << *bytes;
        from += bytes->size();
        end = piece->at("end").as_bool();
    }
    if (asked.format == "json") with.out << "\n";
    with.out.flush();
    return with.out.good() ? 0 : 1;
}

} // namespace

void define_catalogue(CLI::App& app, Typed& typed, const CommandLine& with) {
    auto asked = std::make_shared<Asked>();
    auto* command = app.add_subcommand(
        "catalogue", "What the home measures: every field with unit, class, devices and when it "
                     "was seen last; of a running gateway");
    add_config_option(*command, typed);
    command->add_option("--format", asked->format)
        ->check(CLI::IsMember({"markdown", "csv", "json"}))
        ->capture_default_str();
    command->add_option("--language", asked->language, "Of Markdown: en or ko")
        ->check(CLI::IsMember({"en", "ko"}))
        ->capture_default_str();
    command->callback([&typed, &with, asked] {
        typed.action = [&typed, &with, asked] {
            return with_settings(typed, with, [&](const Settings& settings) {
                return print(*asked, settings, with);
            });
        };
    });
}

} // namespace caredian::app
