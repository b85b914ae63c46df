#include "app/settings.h"

#include <filesystem>

namespace caredian::app {

std::string Settings::database_url() const {
    return database.url.empty() ? "sqlite:" + data_path("caredian.db") : database.url.reveal();
}

std::string Settings::database_place() const {
    auto url = database_url();
    if (auto at = url.rfind('@'); at != url.npos && !url.starts_with("sqlite:"))
        return url.substr(at + 1);
    return url.substr(url.find(':') + 1);
}

std::string Settings::data_path(std::string_view name) const {
    return (std::filesystem::path(data_dir) / name).string();
}

} // namespace caredian::app
