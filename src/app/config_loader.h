// Collects the settings and everything that is wrong with them: from the file first
// (config_loader_file.cpp), then from the environment (config_loader_environment.cpp), which wins.
#pragma once

#include "app/config.h"
#include "app/config_table.h"

#include <set>

namespace caredian::app {

// Names the file itself, so it is no setting.
inline constexpr std::string_view config_file_variable = "CAREDIAN_CONFIG";

// At most 1 MiB + 1 byte of a file, so that a longer one is refused by its reader. Otherwise a
// sentence without the file's name.
std::optional<std::string> read_config_file(const std::string& path, std::string& out);

// For one loading. `environment` and `out` must outlive it.
class ConfigLoader {
public:
    // `name` stands for the file in messages.
    ConfigLoader(std::string name, const Environment& environment, Loaded& out)
        : name_(std::move(name)), environment_(environment), out_(out) {}

    void file(std::string_view yaml);
    void environment();
    void cross_checks(); // what no setting alone can be wrong about

private:
    std::string place(int line) const;
    void problem(int line, const std::string& path, const std::string& message);
    void given(const std::string& path, std::string where) { where_[path] = std::move(where); }
    void read_secret(const Row& row, const std::string& file, const std::string& where,
                     const std::string& name);

    void section(const YamlNode& map, const std::string& above);
    void setting(const Row& row, const YamlEntry& entry);
    void subsection(const std::string& path, const YamlEntry& entry);
    void secret_file_key(const Row& row, const std::string& path, const YamlEntry& entry);
    void unknown_key(const std::string& path, const YamlEntry& entry, const std::string& above);

    // Null: not set, or empty.
    const std::string* variable_text(const std::string& name);
    void variable(const Row& row);
    void take(const Row& row, const std::string& name, const std::string& text);
    void originals(); // before the CAREDIAN_ ones, so that these win
    void unknown_variable(const std::string& name, const std::string& value);

    std::string name_;
    const Environment& environment_;
    Loaded& out_;
    std::map<std::string, std::string, std::less<>> where_; // path → where it was given
    std::set<std::string> known_;                           // variables that were looked at
    bool secret_in_file_ = false;
};

} // namespace caredian::app
