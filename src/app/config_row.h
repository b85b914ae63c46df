// How a row is made from a member of Settings. Only for config_rows_*.cpp.
#pragma once

#include "app/config_table.h"

#include <map>
#include <set>

// CAREDIAN_ROW(mqtt.url, codec, {"English", "한국어"}): the path is the member's name.
#define CAREDIAN_ROW(member, ...)                                                                  \
    ::caredian::app::make_row(                                                                     \
        #member, [](auto& settings) -> auto& { return settings.member; }, __VA_ARGS__)

namespace caredian::app {

// The text of a scalar node, or a report. A null is a key whose value was left out.
const std::string* scalar_text(const YamlNode& node, const Row::Report& report);
// `value` as YAML: quoted where a plain text would be read as something else.
std::string yaml_text(const std::string& value);

template <class Get>
Row make_common(const char* path, Get get, Shape shape, Text kind, Text doc) {
    Row row;
    row.path = path;
    row.shape = shape;
    row.kind = std::move(kind);
    row.doc = std::move(doc);
    row.same = [get](const Settings& a, const Settings& b) { return get(a) == get(b); };
    row.copy = [get](const Settings& from, Settings& to) { get(to) = get(from); };
    return row;
}

template <class Get, class T>
Row make_row(const char* path, Get get, const Codec<T>& codec, Text doc) {
    Row row = make_common(path, get, Shape::scalar, codec.kind, std::move(doc));
    row.secret = std::is_same_v<T, Secret>;
    row.read = [get, codec](const YamlNode& node, Settings& out, const Row::Report& report) {
        const auto* text = scalar_text(node, report);
        if (!text) return;
        T value{};
        if (auto refusal = codec.parse(*text, value))
            report(node.line, *refusal);
        else
            get(out) = std::move(value);
    };
    row.show = [get, codec](const Settings& s) {
        auto text = codec.show(get(s));
        if constexpr (std::is_same_v<T, std::string>) return text.empty() ? text : yaml_text(text);
        return text;
    };
    return row;
}

struct ListOf {
    Codec<std::string> item;
    std::size_t most = 100;
    bool may_be_empty = true;
};

template <class Get>
Row make_row(const char* path, Get get, const ListOf& list, Text doc) {
    Text kind{"list; each: " + list.item.kind.en, "목록; 각 항목: " + list.item.kind.ko};
    Row row = make_common(path, get, Shape::list, kind, std::move(doc));
    row.read = [get, list](const YamlNode& node, Settings& out, const Row::Report& report) {
        auto items = node.kind == YamlNode::Kind::list ? node.items : std::vector<YamlNode>{node};
        if (items.empty() && !list.may_be_empty) return report(node.line, "must not be empty");
        if (items.size() > list.most)
            return report(node.line, "has more than " + std::to_string(list.most) + " entries");
        std::vector<std::string> values;
        std::set<std::string> seen;
        bool good = true;
        auto refuse = [&](int line, std::string message) {
            good = false;
            report(line, std::move(message));
        };
        for (const auto& item : items) {
            const auto* text = scalar_text(item, refuse);
            if (!text) continue;
            std::string value;
            if (auto refusal = list.item.parse(*text, value))
                refuse(item.line, *refusal);
            else if (!seen.insert(value).second)
                refuse(item.line, quote_value(value) + " is given twice");
            else
                values.push_back(std::move(value));
        }
        if (good) get(out) = std::move(values);
    };
    row.show = [get](const Settings& s) {
        std::string out;
        for (const auto& item : get(s)) out += (out.empty() ? "[" : ", ") + yaml_text(item);
        return out.empty() ? "[]" : out + "]";
    };
    return row;
}

// A map from a free name to a value.
template <class T>
struct MapOf {
    Codec<T> value;
    Text name; // "measurement"
    std::size_t most = 1000;
};

template <class Get, class T>
Row make_row(const char* path, Get get, const MapOf<T>& map, Text doc) {
    Text kind{"map from " + map.name.en + " to " + map.value.kind.en,
              map.name.ko + "별 " + map.value.kind.ko};
    Row row = make_common(path, get, Shape::map, kind, std::move(doc));
    row.read = [get, map](const YamlNode& node, Settings& out, const Row::Report& report) {
        if (node.kind != YamlNode::Kind::map && node.kind != YamlNode::Kind::null)
            return report(node.line, "must be a map (" + map.name.en + ": value)");
        if (node.entries.size() > map.most)
            return report(node.line, "has more than " + std::to_string(map.most) + " entries");
        std::map<std::string, T> values;
        bool good = true;
        for (const auto& entry : node.entries) {
            auto refuse = [&](int line, const std::string& message) {
                good = false;
                report(line, quote_value(entry.key) + " " + message);
            };
            const auto* text = scalar_text(entry.value, refuse);
            if (!text) continue;
            T value{};
            if (entry.key.empty()) refuse(entry.line, "is an empty name");
            if (auto refusal = map.value.parse(*text, value)) refuse(entry.value.line, *refusal);
            values.emplace(entry.key, value);
        }
        if (good) get(out) = std::move(values);
    };
    row.show = [get, map](const Settings& s) {
        std::string out;
        for (const auto& [name, value] : get(s))
            out += (out.empty() ? "{" : ", ") + yaml_text(name) + ": " + map.value.show(value);
        return out.empty() ? "{}" : out + "}";
    };
    return row;
}

// The topics, one function for each config_rows_*.cpp.
std::vector<Section> server_sections();
std::vector<Section> people_sections();
Section access_section();
Section limits_section();
std::vector<Section> data_sections();
Section influx_section();
Section broker_section(); // after data_sections()
Section gateways_section();

} // namespace caredian::app
