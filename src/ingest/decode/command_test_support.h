// For tests: how an entity is told, as one line.
#pragma once

#include "base/json.h"
#include "readings/description.h"

#include <string>

namespace caredian::ingest {

// "member color.x n 0..1 step 0.1 ON>"ON"=ON|on {fixed} format=… state@zigbee2mqtt/lamp qos=1
// retain"
inline std::string show(const readings::CommandDescription& c) {
    using C = readings::CommandDescription;
    constexpr const char* names[] = {"nothing", "payload", "member", "rpc"};
    std::string out = names[static_cast<std::size_t>(c.as)];
    if (c.as == C::As::nothing) return out;
    for (std::size_t i = 0; i < c.path.size(); ++i) out += (i ? "." : " ") + c.path[i];
    out += ' ';
    const std::pair<unsigned, char> letters[] = {
        {C::boolean, 'b'}, {C::number, 'n'}, {C::option, 'o'}, {C::text, 't'}, {C::press, 'p'}};
    for (auto [bit, letter] : letters)
        if ((c.takes & bit) != 0) out += letter;
    auto number = [&out](const std::optional<double>& value) {
        if (value) append_number(out, *value);
    };
    if (c.min || c.max) {
        out += ' ';
        number(c.min);
        out += "..";
        number(c.max);
    }
    if (c.step) out += " step ";
    number(c.step);
    for (const auto& word : c.words) {
        out += ' ' + word.said + '>' + word.sent;
        for (std::size_t i = 0; i < word.shows.size(); ++i) out += (i ? "|" : "=") + word.shows[i];
    }
    if (!c.fixed.empty()) out += " {" + c.fixed + '}';
    if (!c.format.empty()) out += " format=" + c.format;
    for (const auto& place : c.shown) out += ' ' + place.field + '@' + place.topic;
    if (c.qos != 0) out += " qos=" + std::to_string(c.qos);
    if (c.retain) out += " retain";
    return out;
}

} // namespace caredian::ingest
