// For the decoders' table tests: a message in, one line of text out.
#pragma once

#include "base/json.h"
#include "ingest/decode/decoder.h"

#include <gtest/gtest.h>
#include <string>

namespace caredian::ingest {

// "zigbee,device=d temperature=21.37 occupancy=true action='single'"; readings joined by " | ";
// "ignored: empty", "broken: malformed_json", "not mine".
inline std::string show(const readings::Reading& r) {
    std::string out = r.series.to_string();
    for (const auto& f : r.fields) {
        out += ' ' + f.name + '=';
        if (auto* n = std::get_if<double>(&f.value)) append_number(out, *n);
        if (auto* i = std::get_if<std::int64_t>(&f.value)) out += std::to_string(*i) + 'i';
        if (auto* b = std::get_if<bool>(&f.value)) out += *b ? "true" : "false";
        if (auto* t = std::get_if<std::string>(&f.value)) out += '\'' + *t + '\'';
    }
    return out;
}

// "sensor gw_co2 'CO2' ppm co2@gw/state class=carbon_dioxide …"
inline std::string show(const readings::EntityDescription& e) {
    std::string out = e.component + ' ' + e.id;
    if (!e.name.empty()) out += " '" + e.name + '\'';
    if (!e.unit.empty()) out += ' ' + e.unit;
    if (!e.state_topic.empty()) out += ' ' + e.field + '@' + e.state_topic;
    if (!e.value_template.empty()) out += " template=" + e.value_template;
    if (!e.device_class.empty()) out += " class=" + e.device_class;
    if (!e.state_class.empty()) out += " state_class=" + e.state_class;
    if (!e.category.empty()) out += " category=" + e.category;
    if (!e.on.empty() || !e.off.empty()) out += " on=" + e.on + " off=" + e.off;
    if (!e.command_topic.empty()) out += " command=" + e.command_topic;
    for (const auto& option : e.options) out += " option=" + option;
    return out;
}

// "describes zigbee2mqtt at <topic>: withdrawn ids=[…] …"
inline std::string show(const readings::Description& d) {
    std::string out = "describes " + d.origin + " at " + d.topic + ":";
    if (d.withdrawn) out += " withdrawn";
    for (const auto& id : d.identifiers) out += " id=" + id;
    if (!d.name.empty()) out += " name='" + d.name + '\'';
    if (!d.manufacturer.empty()) out += " by='" + d.manufacturer + '\'';
    if (!d.model.empty() || !d.model_id.empty())
        out += " model='" + d.model + '/' + d.model_id + '\'';
    if (!d.suggested_area.empty()) out += " area='" + d.suggested_area + '\'';
    if (!d.via.empty()) out += " via=" + d.via;
    if (!d.availability_topic.empty()) out += " online@" + d.availability_topic;
    for (const auto& topic : d.topics) out += " topic@" + topic;
    for (const auto& e : d.entities) out += " [" + show(e) + ']';
    return out;
}

inline std::string decode(Decoders& decoders, std::string_view topic, std::string_view payload) {
    readings::Message message;
    message.topic = topic;
    message.payload = payload;
    message.row = message.first_row = 7;
    ReadingBatch batch;
    Outcome outcome = decoders.decode(message, batch);
    switch (outcome.kind) {
    case Outcome::Kind::decoded:
    case Outcome::Kind::described:
        break;
    case Outcome::Kind::ignored:
        return "ignored: " + std::string(to_string(outcome.reason));
    case Outcome::Kind::broken:
        return "broken: " + std::string(to_string(outcome.broken));
    case Outcome::Kind::not_mine:
        return "not mine";
    }
    std::string out;
    for (const auto& r : batch.view()) {
        EXPECT_FALSE(r.fields.empty());
        EXPECT_EQ(r.row, 7u);
        EXPECT_EQ(r.topic, topic);
        out += (out.empty() ? "" : " | ") + show(r);
    }
    for (const auto& d : batch.descriptions()) {
        EXPECT_EQ(d.row, 7u);
        out += (out.empty() ? "" : " | ") + show(d);
    }
    return out;
}

struct DecodeCase {
    const char* topic;
    std::string payload;
    std::string out;
};

inline void check_table(const std::vector<DecodeCase>& cases, const DecodeOptions& options = {}) {
    Decoders decoders(options);
    for (const auto& c : cases)
        EXPECT_EQ(decode(decoders, c.topic, c.payload), c.out) << c.topic << "  " << c.payload;
}

// The same for messages that describe their device, too: readings alone.
inline void check_readings(const std::vector<DecodeCase>& cases,
                           const DecodeOptions& options = {}) {
    Decoders decoders(options);
    for (const auto& c : cases) {
        auto out = decode(decoders, c.topic, c.payload);
        EXPECT_EQ(out.substr(0, out.find(" | describes ")), c.out) << c.topic << "  " << c.payload;
    }
}

} // namespace caredian::ingest
