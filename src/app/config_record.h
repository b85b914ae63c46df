// How maps with known members are read, and a row of such records (login.providers). Only for
// config_rows_*.cpp and config_mapping.cpp.
#pragma once

#include "app/config_loader.h"
#include "app/config_row.h"

namespace caredian::app {

template <class T>
struct RecordField {
    RecordKey key;
    std::function<void(const YamlNode& node, T& out, const Row::Report& report)> read;
};

template <class T>
struct RecordsOf {
    std::vector<RecordField<T>> fields;
    // What is wrong with a whole record; nullopt: nothing.
    std::function<Refusal(const T&)> check;
    std::function<std::string(const T&)> name; // must differ from record to record
    std::size_t most = 20;
};

template <class T, class V>
RecordField<T> field(const char* name, V T::* member, Codec<V> codec, Text doc = {}) {
    auto read = [member, codec](const YamlNode& node, T& out, const Row::Report& report) {
        const auto* text = scalar_text(node, report);
        if (!text) return;
        V value{};
        if (auto refusal = codec.parse(*text, value))
            report(node.line, *refusal);
        else
            out.*member = std::move(value);
    };
    return {{name, codec.kind, std::move(doc)}, read};
}

template <class T>
RecordField<T> list_field(const char* name, std::vector<std::string> T::* member,
                          const Codec<std::string>& item, Text doc = {}) {
    auto read = [member, item](const YamlNode& node, T& out, const Row::Report& report) {
        auto items = node.kind == YamlNode::Kind::list ? node.items : std::vector<YamlNode>{node};
        if (items.size() > 100) return report(node.line, "has more than 100 entries");
        std::vector<std::string> values;
        for (const auto& one : items) {
            const auto* text = scalar_text(one, report);
            std::string value;
            if (!text) return;
            if (auto refusal = item.parse(*text, value)) return report(one.line, *refusal);
            values.push_back(std::move(value));
        }
        out.*member = std::move(values);
    };
    return {{name, {"list; each: " + item.kind.en, "목록; 각 항목: " + item.kind.ko}, doc}, read};
}

template <class T>
RecordField<T> map_field(const char* name, std::map<std::string, std::string> T::* member,
                         const Codec<std::string>& value, Text doc) {
    auto read = [member, value](const YamlNode& node, T& out, const Row::Report& report) {
        if (node.kind != YamlNode::Kind::map) return report(node.line, "must be a map");
        if (node.entries.size() > 200) return report(node.line, "has more than 200 entries");
        for (const auto& entry : node.entries) {
            const auto* text = scalar_text(entry.value, report);
            std::string v;
            if (!text) return;
            if (auto refusal = value.parse(*text, v)) return report(entry.line, *refusal);
            (out.*member)[entry.key] = std::move(v);
        }
    };
    return {{name, {"map to " + value.kind.en, value.kind.ko + "(으)로 가는 맵"}, doc}, read};
}

// The same secret from a file: "client_secret_file".
template <class T>
RecordField<T> secret_file_field(const char* name, Secret T::* member, Text doc) {
    auto read = [member](const YamlNode& node, T& out, const Row::Report& report) {
        const auto* path = scalar_text(node, report);
        if (!path) return;
        std::string text;
        if (auto failure = read_config_file(*path, text))
            return report(node.line, "the file " + *failure);
        while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
        if (text.empty()) return report(node.line, "the file is empty");
        out.*member = Secret(std::move(text));
    };
    return {{name, {"path of a file", "파일 경로"}, std::move(doc)}, read};
}

// False: something was reported.
template <class T>
bool read_members(const std::vector<RecordField<T>>& fields, const YamlNode& node, T& out,
                  const Row::Report& report) {
    if (node.kind != YamlNode::Kind::map) return report(node.line, "must be a map"), false;
    bool good = true;
    for (const auto& entry : node.entries) {
        auto known = std::ranges::find(fields, entry.key, [](const auto& f) { return f.key.name; });
        if (known != fields.end()) {
            known->read(entry.value, out, [&](int line, const std::string& message) {
                good = false;
                report(line > 0 ? line : entry.line, entry.key + ": " + message);
            });
            continue;
        }
        good = false;
        std::vector<std::string> names;
        for (const auto& one : fields) names.push_back(one.key.name);
        auto hint = near_match(entry.key, names);
        report(entry.line, "there is no " + quote_value(entry.key) + " here" +
                               (hint.empty() ? "" : " (do you mean " + hint + "?)"));
    }
    return good;
}

template <class T>
void read_record(const RecordsOf<T>& records, const YamlNode& node, std::vector<T>& out,
                 const Row::Report& report) {
    T record;
    if (!read_members(records.fields, node, record, report)) return;
    if (auto refusal = records.check(record)) return report(node.line, *refusal);
    for (const auto& other : out)
        if (records.name(other) == records.name(record))
            return report(node.line, quote_value(records.name(record)) + " is given twice");
    out.push_back(std::move(record));
}

template <class Get, class T>
Row make_row(const char* path, Get get, const RecordsOf<T>& records, Text doc) {
    Row row =
        make_common(path, get, Shape::records,
                    {"list of maps; in the environment as JSON", "맵의 목록; 환경 변수에서는 JSON"},
                    std::move(doc));
    for (const auto& one : records.fields) row.keys.push_back(one.key);
    row.read = [get, records](const YamlNode& node, Settings& out, const Row::Report& report) {
        if (node.kind != YamlNode::Kind::list) return report(node.line, "must be a list of maps");
        if (node.items.size() > records.most)
            return report(node.line, "has more than " + std::to_string(records.most) + " entries");
        std::vector<T> values;
        bool good = true;
        for (const auto& item : node.items)
            read_record(records, item, values, [&](int line, std::string message) {
                good = false;
                report(line, std::move(message));
            });
        if (good) get(out) = std::move(values);
    };
    row.show = [get](const Settings& s) { return get(s).empty() ? "[]" : "[…]"; };
    return row;
}

} // namespace caredian::app
