#include "app/control.h"

#include "base/log.h"

#include <exception>

namespace caredian::app {

namespace {

ControlAnswer run(const ControlHandlers& handlers, std::string_view line) {
    auto parsed = parse_json(line, {.depth = 8});
    if (!parsed || !parsed->is_object()) return ControlAnswer::failure("the request is not JSON");
    const auto& request = parsed->get_object();
    const auto* command = request.if_contains("command");
    if (!command || !command->is_string())
        return ControlAnswer::failure("the request names no command");
    std::string_view name(command->get_string().data(), command->get_string().size());
    auto handler = handlers.find(name);
    if (handler == handlers.end())
        return ControlAnswer::failure("this gateway does not know that command");
    static const json::object none;
    const auto* arguments = request.if_contains("arguments");
    if (arguments && !arguments->is_object())
        return ControlAnswer::failure("arguments must be an object");
    log::info("control", "command", {{"command", handler->first}});
    try {
        return handler->second(arguments ? arguments->get_object() : none);
    } catch (const std::exception& e) {
        log::error("control", "a command failed",
                   {{"command", handler->first}, {"what", std::string_view(e.what())}});
        return ControlAnswer::failure("internal error; see the log");
    }
}

} // namespace

const char* room_name(ControlErrc) {
    return "control";
}

std::string_view describe(ControlErrc e) {
    switch (e) {
    case ControlErrc::ok:
        return "ok";
    case ControlErrc::not_running:
        return "no gateway is running";
    case ControlErrc::forbidden:
        return "the gateway belongs to another user";
    case ControlErrc::timeout:
        return "the gateway did not answer in time";
    case ControlErrc::bad_answer:
        return "the gateway gave an answer that this program does not understand";
    case ControlErrc::in_use:
        return "another gateway uses this data folder";
    case ControlErrc::io:
        break;
    }
    return "the control socket cannot be used";
}

std::string answer_control_line(const ControlHandlers& handlers, std::string_view line) {
    auto answer = run(handlers, line);
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("ok", answer.ok);
    if (answer.ok)
        json.key("result").raw(answer.result);
    else
        json.member("error", std::string_view(answer.error));
    json.end_object();
    out += '\n';
    return out;
}

} // namespace caredian::app
