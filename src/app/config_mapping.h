// The setting ingest.mappings: from YAML to rules. docs/mapping.md is its reference.
#pragma once

#include "app/config_row.h"
#include "ingest/mapping_rule.h"

#include <string>
#include <vector>

namespace caredian::app {

// False when anything was reported; every problem is, with its line.
bool read_mapping_rules(const YamlNode& node, std::vector<ingest::MappingRule>& out,
                        const Row::Report& report);
// For people: the topics only.
std::string show_mapping_rules(const std::vector<ingest::MappingRule>& rules);

struct MappingRules {}; // the codec's place in CAREDIAN_ROW

template <class Get>
Row make_row(const char* path, Get get, MappingRules, Text doc) {
    Row row = make_common(path, get, Shape::list, {"list of rules", "규칙 목록"}, std::move(doc));
    row.read = [get](const YamlNode& node, Settings& out, const Row::Report& report) {
        std::vector<ingest::MappingRule> rules;
        if (read_mapping_rules(node, rules, report)) get(out) = std::move(rules);
    };
    row.show = [get](const Settings& s) { return show_mapping_rules(get(s)); };
    return row;
}

} // namespace caredian::app
