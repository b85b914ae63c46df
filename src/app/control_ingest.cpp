#include "app/control_ingest.h"

#include "ingest/explain.h"

namespace caredian::app {

ControlHandlers ingest_commands(std::function<ingest::DecodeOptions()> options) {
    ControlHandlers all;
    all["ingest.explain"] = [options = std::move(options)](const json::object& arguments) {
        const auto* topic = arguments.if_contains("topic");
        const auto* payload = arguments.if_contains("payload");
        bool texts = topic && topic->is_string() && payload && payload->is_string();
        if (!texts || topic->get_string().empty())
            return ControlAnswer::failure("topic and payload are texts");
        auto view = [](const json::value& v) {
            return std::string_view(v.get_string().data(), v.get_string().size());
        };
        ControlAnswer out;
        out.result.clear();
        append_json(out.result, ingest::explain(options(), view(*topic), view(*payload)));
        return out;
    };
    return all;
}

} // namespace caredian::app
