#include "app/config_loader.h"
#include "base/encoding.h"

#include <algorithm>

namespace caredian::app {

namespace {

constexpr std::string_view prefix = "CAREDIAN_";

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

// "a,b" or JSON to a node that a row can read.
YamlNode environment_node(const Row& row, const std::string& text, const Row::Report& report) {
    if (row.shape == Shape::scalar) return YamlNode::scalar(text);
    auto first = trim(text).substr(0, 1);
    if (first == "[" || first == "{") {
        auto parsed = parse_yaml(text);
        if (!parsed.problems.empty()) report(0, "is not JSON");
        return parsed.root;
    }
    if (row.shape == Shape::records) report(0, "is not JSON");
    YamlNode node;
    node.kind = row.shape == Shape::list ? YamlNode::Kind::list : YamlNode::Kind::map;
    for (std::string_view rest = text; !rest.empty();) {
        auto item = trim(next_token(rest, ','));
        if (row.shape == Shape::list) {
            node.items.push_back(YamlNode::scalar(std::string(item)));
            continue;
        }
        auto name = trim(next_token(item, '='));
        node.entries.push_back({std::string(name), 0, YamlNode::scalar(std::string(trim(item)))});
    }
    return node;
}

std::string original_value(const Original& known, const std::string& value) {
    if (known.name != "LOG_JSON") return value;
    auto low = lower_ascii(value);
    return low == "true" || low == "1" || low == "yes" || low == "on" ? "json" : "text";
}

} // namespace

void ConfigLoader::environment() {
    originals();
    for (const auto* row : all_rows()) variable(*row);
    for (const auto& [name, value] : environment_)
        if (name.starts_with(prefix) && !known_.contains(name) && name != config_file_variable)
            unknown_variable(name, value);
}

const std::string* ConfigLoader::variable_text(const std::string& name) {
    auto found = environment_.find(name);
    if (found == environment_.end()) return nullptr;
    known_.insert(name);
    return found->second.empty() ? nullptr : &found->second;
}

void ConfigLoader::variable(const Row& row) {
    auto name = row.environment();
    const auto* text = variable_text(name);
    const auto* file = row.secret ? variable_text(name + "_FILE") : nullptr;
    if (text && file)
        return out_.problems.push_back(
                   {name + "_FILE", row.path + ": " + name + " is set too; give one of the two"}),
               void();
    if (text) take(row, name, *text);
    if (file) {
        given(row.path, name + "_FILE");
        read_secret(row, *file, name + "_FILE", row.path);
    }
}

void ConfigLoader::take(const Row& row, const std::string& name, const std::string& text) {
    given(row.path, name);
    bool good = true;
    auto report = [&](int, const std::string& message) {
        good = false;
        out_.problems.push_back({name, row.path + ": " + message});
    };
    auto node = environment_node(row, text, report);
    if (good) row.read(node, out_.settings, report);
}

void ConfigLoader::originals() {
    for (const auto& [name, value] : environment_) {
        if (value.empty()) continue;
        auto known = std::ranges::find(original_names(), upper(name), &Original::name);
        if (known == original_names().end()) continue;
        if (known->path.empty()) {
            out_.warnings.push_back(
                {name, "this name of the original gateway " + std::string(known->note)});
            continue;
        }
        const auto& row = *find_row(known->path);
        auto ours = row.environment();
        if (environment_.contains(ours) || environment_.contains(ours + "_FILE")) continue;
        take(row, name, original_value(*known, value));
    }
}

void ConfigLoader::unknown_variable(const std::string& name, const std::string& value) {
    std::vector<std::string> names;
    for (const auto* row : all_rows()) names.push_back(row->environment());
    for (const auto& r : reserved()) {
        auto start = std::string(prefix) + upper(r.path);
        std::ranges::replace(start, '.', '_');
        if (name != start && !name.starts_with(start + "_")) continue;
        if (!value.empty()) out_.problems.push_back({name, std::string(r.message)});
        return;
    }
    auto hint = near_match(name, names);
    out_.warnings.push_back(
        {sanitize_utf8(name, 64), "there is no setting of this name" +
                                      (hint.empty() ? "" : " (do you mean " + hint + "?)")});
}

} // namespace caredian::app
