#include "ingest/explain.h"

#include "base/json.h"
#include "ingest/decode/names.h"

namespace caredian::ingest {

namespace {

void write_value(JsonWriter& w, const readings::FieldValue& value) {
    std::visit([&](const auto& v) { w.value(v); }, value);
}

void write_reading(JsonWriter& w, const readings::Reading& reading) {
    w.begin_object();
    w.key("measurement").value(reading.series.measurement);
    w.key("tags").begin_object();
    for (const auto& [name, value] : reading.series.tags) w.key(name).value(value);
    w.end_object();
    w.key("fields").begin_array();
    for (const auto& field : reading.fields) {
        w.begin_object().key("name").value(field.name);
        w.key("type").value(to_string(readings::type_of(field.value))).key("value");
        write_value(w, field.value);
        w.end_object();
    }
    w.end_array();
    if (reading.time != WallTime{}) w.member("time", reading.time);
    w.end_object();
}

} // namespace

Explanation explain(const DecodeOptions& options, std::string_view topic,
                    std::string_view payload) {
    readings::Message message;
    message.topic = topic;
    message.payload = payload;
    message.row = message.first_row = 1;
    Decoders decoders(options);
    ReadingBatch batch;
    Explanation made;
    made.outcome = decoders.decode(message, batch, &made.left_out);
    if (const auto* decided = decoders.decided_by()) {
        made.decoder = decided->name();
        made.rule = decided->rule();
        if (made.rule != 0) made.rule_topic = options.mappings[made.rule - 1].topic;
    }
    made.readings.assign(batch.view().begin(), batch.view().end());
    made.descriptions = batch.descriptions().size();
    bool by_content = is_one_of(made.decoder, {"json", "number", "boolean", "text"});
    if (by_content && made.outcome.kind == Outcome::Kind::decoded)
        made.suggestion = suggest_rule(options, topic, payload);
    return made;
}

void append_json(std::string& out, const Explanation& e) {
    JsonWriter w(out);
    auto text_or_null = [&](std::string_view text) {
        if (text.empty())
            w.value(nullptr);
        else
            w.value(text);
    };
    w.begin_object();
    w.key("decoder");
    text_or_null(e.decoder);
    w.key("rule");
    if (e.rule == 0)
        w.value(nullptr);
    else
        w.value(std::to_string(e.rule) + ": " + e.rule_topic);
    w.key("outcome").value(to_string(e.outcome.kind));
    w.key("reason");
    if (e.outcome.kind == Outcome::Kind::ignored)
        w.value(to_string(e.outcome.reason));
    else if (e.outcome.kind == Outcome::Kind::broken)
        w.value(to_string(e.outcome.broken));
    else
        w.value(nullptr);
    w.key("readings").begin_array();
    for (const auto& reading : e.readings) write_reading(w, reading);
    w.end_array();
    w.key("left_out").begin_array();
    for (const auto& name : e.left_out) w.value(name);
    w.end_array();
    w.key("descriptions").value(e.descriptions);
    w.key("suggestion");
    if (e.suggestion)
        w.begin_object().key("yaml").value(*e.suggestion).end_object();
    else
        w.value(nullptr);
    w.end_object();
}

} // namespace caredian::ingest
