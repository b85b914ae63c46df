#include "app/config.h"

#include "app/config_check.h"
#include "app/config_table.h"
#include "base/encoding.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace caredian::app {

namespace {

constexpr std::size_t max_file = 1024 * 1024;
constexpr std::string_view prefix = "CAREDIAN_";
constexpr std::string_view config_variable = "CAREDIAN_CONFIG";

// At most max_file + 1 bytes. Otherwise a sentence without the file's name.
std::optional<std::string> read_file(const std::string& path, std::string& out) {
    std::error_code ec;
    auto status = std::filesystem::status(path, ec);
    if (std::filesystem::is_directory(status)) return "is a folder";
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::string("cannot be read: ") + std::strerror(errno);
    out.resize(max_file + 1);
    in.read(out.data(), static_cast<std::streamsize>(out.size()));
    out.resize(static_cast<std::size_t>(in.gcount()));
    return std::nullopt;
}

bool others_may_read(const std::string& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0;
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

bool is_or_below(std::string_view path, std::string_view root) {
    return path == root ||
           (path.starts_with(root) && path.size() > root.size() && path[root.size()] == '.');
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

class Loader {
public:
    Loader(std::string name, const Environment& environment, Loaded& out)
        : name_(std::move(name)), environment_(environment), out_(out) {}

    void file(std::string_view yaml) {
        auto text = parse_yaml(yaml);
        for (auto& p : text.problems)
            out_.problems.push_back({place(p.line), std::move(p.message)});
        if (text.root.kind == YamlNode::Kind::map)
            section(text.root, "");
        else if (text.root.kind != YamlNode::Kind::null)
            out_.problems.push_back(
                {place(text.root.line), "settings must be a map (name: value)"});
        if (secret_in_file_ && others_may_read(name_))
            out_.warnings.push_back({name_, "holds secrets and may be read by everybody "
                                            "(chmod o-r)"});
    }

    void environment() {
        originals();
        for (const auto* row : all_rows()) variable(*row);
        for (const auto& [name, value] : environment_)
            if (name.starts_with(prefix) && !known_.contains(name) && name != config_variable)
                unknown_variable(name, value);
    }

    void cross_checks() {
        auto where = [this](std::string_view path) {
            auto found = where_.find(path);
            return found == where_.end() ? std::string() : found->second;
        };
        check_settings(out_.settings, where, out_.problems, out_.warnings);
    }

private:
    std::string place(int line) const {
        return line > 0 ? name_ + ":" + std::to_string(line) : name_;
    }
    void problem(int line, const std::string& path, const std::string& message) {
        out_.problems.push_back({place(line), path + ": " + message});
    }

    void section(const YamlNode& map, const std::string& above) {
        for (const auto& entry : map.entries) {
            auto path = above.empty() ? entry.key : above + "." + entry.key;
            if (const auto* row = find_row(path))
                setting(*row, entry);
            else if (const auto* secret = secret_behind(path))
                secret_file_key(*secret, path, entry);
            else if (is_section(path))
                subsection(path, entry);
            else
                unknown_key(path, entry, above);
        }
    }

    void setting(const Row& row, const YamlEntry& entry) {
        if (row.secret) secret_in_file_ = true;
        given(row.path, place(entry.line));
        // A list or map that was left empty has no node of its own line.
        row.read(entry.value, out_.settings, [&](int line, const std::string& message) {
            problem(line > 0 ? line : entry.line, row.path, message);
        });
    }

    void subsection(const std::string& path, const YamlEntry& entry) {
        if (entry.value.kind == YamlNode::Kind::map)
            section(entry.value, path);
        else if (entry.value.kind != YamlNode::Kind::null)
            problem(entry.line, path, "is a group of settings (indent them below it)");
    }

    // "mqtt.password_file": the file that holds mqtt.password.
    static const Row* secret_behind(std::string_view path) {
        if (!path.ends_with("_file")) return nullptr;
        const auto* row = find_row(path.substr(0, path.size() - 5));
        return row && row->secret ? row : nullptr;
    }

    void secret_file_key(const Row& row, const std::string& path, const YamlEntry& entry) {
        if (entry.value.kind != YamlNode::Kind::scalar)
            return problem(entry.line, path, "must be the path of a file");
        if (where_.contains(row.path))
            return problem(entry.line, path, row.path + " is set too; give one of the two");
        given(row.path, place(entry.line));
        read_secret(row, entry.value.text, place(entry.line), path);
    }

    void read_secret(const Row& row, const std::string& file, const std::string& where,
                     const std::string& name) {
        std::string text;
        auto refuse = [&](const std::string& message) {
            out_.problems.push_back({where, name + ": " + message});
        };
        if (auto failure = read_file(file, text)) return refuse("the file " + *failure);
        out_.files.push_back(file);
        if (text.ends_with('\n')) text.pop_back();
        if (text.ends_with('\r')) text.pop_back();
        if (text.empty()) return refuse("the file is empty");
        row.read(YamlNode::scalar(std::move(text)), out_.settings,
                 [&](int, const std::string& message) { refuse("the file's text " + message); });
    }

    static bool is_section(std::string_view path) {
        return std::ranges::any_of(all_rows(), [&](const Row* row) {
            return row->path.size() > path.size() && is_or_below(row->path, path);
        });
    }

    void unknown_key(const std::string& path, const YamlEntry& entry, const std::string& above) {
        for (const auto& r : reserved())
            if (is_or_below(path, r.path)) return problem(entry.line, path, std::string(r.message));
        auto shown =
            above.empty() ? quote_value(entry.key) : quote_value(entry.key) + " in " + above;
        auto hint = near_match(path, paths_below(above));
        out_.problems.push_back(
            {place(entry.line), "there is no setting " + shown +
                                    (hint.empty() ? "" : " (do you mean " + hint + "?)")});
    }

    // The settings and groups right below `above`, with their whole paths.
    static std::vector<std::string> paths_below(const std::string& above) {
        std::set<std::string> names;
        for (const auto* row : all_rows()) {
            auto start = above.empty() ? 0 : above.size() + 1;
            if (!above.empty() && !is_or_below(row->path, above)) continue;
            names.insert(row->path.substr(0, row->path.find('.', start)));
        }
        return {names.begin(), names.end()};
    }

    void given(const std::string& path, std::string where) { where_[path] = std::move(where); }

    const std::string* variable_text(const std::string& name) {
        auto found = environment_.find(name);
        if (found == environment_.end()) return nullptr;
        known_.insert(name);
        return found->second.empty() ? nullptr : &found->second;
    }

    void variable(const Row& row) {
        auto name = row.environment();
        const auto* text = variable_text(name);
        const auto* file = row.secret ? variable_text(name + "_FILE") : nullptr;
        if (text && file)
            return out_.problems.push_back(
                       {name + "_FILE",
                        row.path + ": " + name + " is set too; give one of the two"}),
                   void();
        if (text) take(row, name, *text);
        if (file) {
            given(row.path, name + "_FILE");
            read_secret(row, *file, name + "_FILE", row.path);
        }
    }

    void take(const Row& row, const std::string& name, const std::string& text) {
        given(row.path, name);
        bool good = true;
        auto report = [&](int, const std::string& message) {
            good = false;
            out_.problems.push_back({name, row.path + ": " + message});
        };
        auto node = environment_node(row, text, report);
        if (good) row.read(node, out_.settings, report);
    }

    // Read before the CAREDIAN_ ones, so that these win.
    void originals() {
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

    static std::string original_value(const Original& known, const std::string& value) {
        if (known.name != "LOG_JSON") return value;
        auto low = lower_ascii(value);
        return low == "true" || low == "1" || low == "yes" || low == "on" ? "json" : "text";
    }

    void unknown_variable(const std::string& name, const std::string& value) {
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

    std::string name_;
    const Environment& environment_;
    Loaded& out_;
    std::map<std::string, std::string, std::less<>> where_; // path → where it was given
    std::set<std::string> known_;                           // variables that were looked at
    bool secret_in_file_ = false;
};

} // namespace

Environment process_environment() {
    Environment all;
    for (char** entry = environ; *entry; ++entry) {
        std::string_view text(*entry);
        auto equals = text.find('=');
        if (equals != text.npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return all;
}

std::string find_config_file(std::optional<std::string> option, const Environment& environment) {
    if (option) return *option;
    auto named = environment.find(std::string(config_variable));
    if (named != environment.end()) return named->second;
    constexpr const char* usual = "/etc/caredian/caredian.yaml";
    std::error_code ec;
    return std::filesystem::exists(usual, ec) ? usual : "";
}

Loaded load_config_text(std::string_view name, std::string_view yaml,
                        const Environment& environment) {
    Loaded out;
    Loader loader(std::string(name), environment, out);
    loader.file(yaml);
    loader.environment();
    loader.cross_checks();
    return out;
}

Loaded load_config(const std::string& file, const Environment& environment) {
    std::string text;
    std::optional<std::string> failure;
    if (!file.empty()) failure = read_file(file, text);
    auto out = load_config_text(file, failure ? std::string_view() : text, environment);
    if (failure) out.problems.insert(out.problems.begin(), {file, "the file " + *failure});
    out.file = file;
    return out;
}

} // namespace caredian::app
