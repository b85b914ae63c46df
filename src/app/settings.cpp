#include "app/settings.h"

#include <filesystem>

namespace caredian::app {

std::string Settings::database_path() const {
    constexpr std::string_view scheme = "sqlite:";
    if (database.url.starts_with(scheme)) return database.url.substr(scheme.size());
    return data_path("caredian.db");
}

std::string Settings::data_path(std::string_view name) const {
    return (std::filesystem::path(data_dir) / name).string();
}

} // namespace caredian::app
