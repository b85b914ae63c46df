#include "app/config_loader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace caredian::app {

namespace {

constexpr std::size_t max_file = 1024 * 1024;

bool is_or_below(std::string_view path, std::string_view root) {
    return path == root ||
           (path.starts_with(root) && path.size() > root.size() && path[root.size()] == '.');
}

bool others_may_read(const std::string& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0;
}

// "mqtt.password_file": the file that holds mqtt.password.
const Row* secret_behind(std::string_view path) {
    if (!path.ends_with("_file")) return nullptr;
    const auto* row = find_row(path.substr(0, path.size() - 5));
    return row && row->secret ? row : nullptr;
}

bool is_section(std::string_view path) {
    return std::ranges::any_of(all_rows(), [&](const Row* row) {
        return row->path.size() > path.size() && is_or_below(row->path, path);
    });
}

// The settings and groups right below `above`, with their whole paths.
std::vector<std::string> paths_below(const std::string& above) {
    std::set<std::string> names;
    for (const auto* row : all_rows()) {
        auto start = above.empty() ? 0 : above.size() + 1;
        if (!above.empty() && !is_or_below(row->path, above)) continue;
        names.insert(row->path.substr(0, row->path.find('.', start)));
    }
    return {names.begin(), names.end()};
}

} // namespace

std::optional<std::string> read_config_file(const std::string& path, std::string& out) {
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

void ConfigLoader::file(std::string_view yaml) {
    auto text = parse_yaml(yaml);
    for (auto& p : text.problems) out_.problems.push_back({place(p.line), std::move(p.message)});
    if (text.root.kind == YamlNode::Kind::map)
        section(text.root, "");
    else if (text.root.kind != YamlNode::Kind::null)
        out_.problems.push_back({place(text.root.line), "settings must be a map (name: value)"});
    if (secret_in_file_ && others_may_read(name_))
        out_.warnings.push_back({name_, "holds secrets and may be read by everybody "
                                        "(chmod o-r)"});
}

std::string ConfigLoader::place(int line) const {
    return line > 0 ? name_ + ":" + std::to_string(line) : name_;
}

void ConfigLoader::problem(int line, const std::string& path, const std::string& message) {
    out_.problems.push_back({place(line), path + ": " + message});
}

void ConfigLoader::section(const YamlNode& map, const std::string& above) {
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

void ConfigLoader::setting(const Row& row, const YamlEntry& entry) {
    if (row.secret) secret_in_file_ = true;
    given(row.path, place(entry.line));
    // A list or map that was left empty has no node of its own line.
    row.read(entry.value, out_.settings, [&](int line, const std::string& message) {
        problem(line > 0 ? line : entry.line, row.path, message);
    });
}

void ConfigLoader::subsection(const std::string& path, const YamlEntry& entry) {
    if (entry.value.kind == YamlNode::Kind::map)
        section(entry.value, path);
    else if (entry.value.kind != YamlNode::Kind::null)
        problem(entry.line, path, "is a group of settings (indent them below it)");
}

void ConfigLoader::secret_file_key(const Row& row, const std::string& path,
                                   const YamlEntry& entry) {
    if (entry.value.kind != YamlNode::Kind::scalar)
        return problem(entry.line, path, "must be the path of a file");
    if (where_.contains(row.path))
        return problem(entry.line, path, row.path + " is set too; give one of the two");
    given(row.path, place(entry.line));
    read_secret(row, entry.value.text, place(entry.line), path);
}

void ConfigLoader::read_secret(const Row& row, const std::string& file, const std::string& where,
                               const std::string& name) {
    std::string text;
    auto refuse = [&](const std::string& message) {
        out_.problems.push_back({where, name + ": " + message});
    };
    if (auto failure = read_config_file(file, text)) return refuse("the file " + *failure);
    out_.files.push_back(file);
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty()) return refuse("the file is empty");
    row.read(YamlNode::scalar(std::move(text)), out_.settings,
             [&](int, const std::string& message) { refuse("the file's text " + message); });
}

void ConfigLoader::unknown_key(const std::string& path, const YamlEntry& entry,
                               const std::string& above) {
    for (const auto& r : reserved())
        if (is_or_below(path, r.path)) return problem(entry.line, path, std::string(r.message));
    auto shown = above.empty() ? quote_value(entry.key) : quote_value(entry.key) + " in " + above;
    auto hint = near_match(path, paths_below(above));
    out_.problems.push_back(
        {place(entry.line),
         "there is no setting " + shown + (hint.empty() ? "" : " (do you mean " + hint + "?)")});
}

} // namespace caredian::app
