#include "app/config_access.h"

#include "access/grant_json.h"
#include "base/time_zone.h"

#include <algorithm>
#include <set>

namespace caredian::app {

namespace {

// Every scalar as a text: what is meant is the member's business.
json::value to_json(const YamlNode& node) {
    switch (node.kind) {
    case YamlNode::Kind::null:
        return nullptr;
    case YamlNode::Kind::scalar:
        return json::string(node.text);
    case YamlNode::Kind::list: {
        json::array out;
        for (const auto& item : node.items) out.push_back(to_json(item));
        return out;
    }
    case YamlNode::Kind::map: {
        json::object out;
        for (const auto& entry : node.entries) out[entry.key] = to_json(entry.value);
        return out;
    }
    }
    return nullptr;
}

const YamlEntry* find(const YamlNode& node, std::string_view name) {
    auto at = std::ranges::find(node.entries, name, &YamlEntry::key);
    return at == node.entries.end() ? nullptr : &*at;
}

// The list, or a report.
const std::vector<YamlNode>* list_of(const YamlNode& node, std::size_t most,
                                     const Row::Report& report) {
    static const std::vector<YamlNode> none;
    if (node.kind == YamlNode::Kind::null) return &none;
    if (node.kind != YamlNode::Kind::list) {
        report(node.line, "must be a list of maps");
        return nullptr;
    }
    if (node.items.size() <= most) return &node.items;
    report(node.line, "has more than " + std::to_string(most) + " entries");
    return nullptr;
}

bool read_grant(const YamlNode& node, bool in_role, const std::string& what, access::GrantText& out,
                const Row::Report& report) {
    if (node.kind != YamlNode::Kind::map) {
        report(node.line, what + "must be a map");
        return false;
    }
    auto problem = access::read_json(to_json(node).as_object(), in_role, out);
    if (!problem) return true;
    const auto* entry = find(node, problem->part);
    report(entry ? entry->line : node.line, what + problem->part + " " + problem->what);
    return false;
}

bool read_role(const YamlNode& node, const std::string& what, access::RoleText& out,
               const Row::Report& report) {
    if (node.kind != YamlNode::Kind::map) {
        report(node.line, what + "must be a map");
        return false;
    }
    // Grants one by one, so that a problem has its own line.
    YamlNode head = node;
    std::erase_if(head.entries, [](const YamlEntry& entry) { return entry.key == "grants"; });
    auto problem = access::read_json(to_json(head).as_object(), out);
    if (problem) {
        const auto* entry = find(node, problem->part);
        report(entry ? entry->line : node.line, what + problem->part + " " + problem->what);
    }
    bool good = !problem;
    const auto* entry = find(node, "grants");
    if (!entry) return good;
    const auto* grants = list_of(entry->value, access::max_grants, [&](int line, const auto& said) {
        report(line, what + "grants " + said);
    });
    if (!grants) return false;
    for (std::size_t i = 0; i < grants->size(); ++i)
        good = read_grant((*grants)[i], true, what + "grant " + std::to_string(i + 1) + ": ",
                          out.grants.emplace_back(), report) &&
               good;
    return good;
}

} // namespace

bool read_roles(const YamlNode& node, std::vector<access::RoleText>& out,
                const Row::Report& report) {
    const auto* items = list_of(node, access::max_roles, report);
    if (!items) return false;
    bool good = true;
    std::set<std::string> names;
    for (std::size_t i = 0; i < items->size(); ++i) {
        const auto& item = (*items)[i];
        auto& role = out.emplace_back();
        good = read_role(item, "role " + std::to_string(i + 1) + ": ", role, report) && good;
        if (role.name.empty() || names.insert(role.name).second) continue;
        report(item.line, quote_value(role.name) + " is given twice");
        good = false;
    }
    return good;
}

bool read_grants(const YamlNode& node, std::vector<access::GrantText>& out,
                 const Row::Report& report) {
    const auto* items = list_of(node, access::max_grants, report);
    if (!items) return false;
    bool good = true;
    for (std::size_t i = 0; i < items->size(); ++i)
        good = read_grant((*items)[i], false, "grant " + std::to_string(i + 1) + ": ",
                          out.emplace_back(), report) &&
               good;
    return good;
}

Codec<std::string> zone_name() {
    Codec<std::string> codec;
    codec.kind = {"name of a time zone", "시간대 이름"};
    codec.parse = [](std::string_view text, std::string& out) -> Refusal {
        out = text;
        if (TimeZone::find(out)) return std::nullopt;
        return quote_value(text) + " is not a time zone like Asia/Seoul";
    };
    codec.show = [](const std::string& value) { return value; };
    return codec;
}

} // namespace caredian::app
