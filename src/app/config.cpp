#include "app/config.h"

#include "app/config_check.h"
#include "app/config_loader.h"

#include <filesystem>
#include <unistd.h>

namespace caredian::app {

void ConfigLoader::cross_checks() {
    auto where = [this](std::string_view path) {
        auto found = where_.find(path);
        return found == where_.end() ? std::string() : found->second;
    };
    check_settings(out_.settings, where, out_.problems, out_.warnings);
}

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
    auto named = environment.find(std::string(config_file_variable));
    if (named != environment.end()) return named->second;
    constexpr const char* usual = "/etc/caredian/caredian.yaml";
    std::error_code ec;
    return std::filesystem::exists(usual, ec) ? usual : "";
}

Loaded load_config_text(std::string_view name, std::string_view yaml,
                        const Environment& environment) {
    Loaded out;
    ConfigLoader loader(std::string(name), environment, out);
    loader.file(yaml);
    loader.environment();
    loader.cross_checks();
    return out;
}

Loaded load_config(const std::string& file, const Environment& environment) {
    std::string text;
    std::optional<std::string> failure;
    if (!file.empty()) failure = read_config_file(file, text);
    auto out = load_config_text(file, failure ? std::string_view() : text, environment);
    if (failure) out.problems.insert(out.problems.begin(), {file, "the file " + *failure});
    out.file = file;
    return out;
}

} // namespace caredian::app
