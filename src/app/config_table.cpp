#include "app/config_table.h"

#include "app/config_row.h"
#include "base/json.h"

#include <algorithm>
#include <numeric>

namespace caredian::app {

namespace {

std::vector<Section> make_sections() {
    auto all = server_sections();
    for (auto& section : people_sections()) all.push_back(std::move(section));
    for (auto& section : data_sections()) all.push_back(std::move(section));
    all.push_back(influx_section());
    all.push_back(broker_section());
    all.push_back(gateways_section());
    return all;
}

// Levenshtein's distance, on bytes.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (char of_a : a) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            auto swap = diagonal + (of_a == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({swap, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string Row::environment() const {
    std::string name = "CAREDIAN_";
    for (char c : path)
        name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return name;
}

std::span<const Section> sections() {
    static const std::vector<Section> all = make_sections();
    return all;
}

const Row* find_row(std::string_view path) {
    for (const auto& section : sections())
        for (const auto& row : section.rows)
            if (row.path == path) return &row;
    return nullptr;
}

std::vector<const Row*> all_rows() {
    std::vector<const Row*> rows;
    for (const auto& section : sections())
        for (const auto& row : section.rows) rows.push_back(&row);
    return rows;
}

std::string near_match(std::string_view word, const std::vector<std::string>& names) {
    if (word.size() > 64) return {};
    std::string best;
    std::size_t least = std::max<std::size_t>(1, std::min<std::size_t>(word.size() / 3, 3)) + 1;
    for (const auto& name : names) {
        auto d = distance(word, name);
        if (d >= least) continue;
        least = d;
        best = name;
    }
    return best;
}

const std::string* scalar_text(const YamlNode& node, const Row::Report& report) {
    if (node.kind == YamlNode::Kind::scalar && !node.text.empty()) return &node.text;
    bool nothing = node.kind == YamlNode::Kind::null || node.kind == YamlNode::Kind::scalar;
    report(node.line, nothing ? "has no value (leave the line out for the default)"
                              : "must be a single value");
    return nullptr;
}

std::string yaml_text(const std::string& value) {
    auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '/' || c == ':' || c == '-' || c == '$';
    };
    bool safe = !value.empty() && std::ranges::all_of(value, plain) && value.front() != '-' &&
                value.front() != ':' && value.back() != ':' && value != "null";
    if (safe) return value;
    std::string out;
    append_json_string(out, value);
    return out;
}

} // namespace caredian::app
