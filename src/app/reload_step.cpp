#include "app/reload_step.h"

#include <filesystem>

namespace caredian::app {

ReloadStep::ReloadStep(const std::vector<std::string>& files) {
    auto add = [this](const std::filesystem::path& path) {
        auto folder = path.has_parent_path() ? path.parent_path().string() : std::string(".");
        names_[folder].insert(path.filename().string());
        names_[folder].insert("..data"); // the link that a Kubernetes volume moves
    };
    for (const auto& file : files) {
        if (file.empty()) continue;
        add(file);
        std::error_code ec;
        auto target = std::filesystem::canonical(file, ec);
        if (!ec && target != std::filesystem::absolute(file).lexically_normal()) add(target);
    }
}

std::vector<std::string> ReloadStep::folders() const {
    std::vector<std::string> all;
    all.reserve(names_.size());
    for (const auto& [folder, names] : names_) all.push_back(folder);
    return all;
}

bool ReloadStep::changed(const std::string& folder, std::string_view name) {
    auto found = names_.find(folder);
    if (found == names_.end() || !found->second.contains(name)) return false;
    return signalled();
}

bool ReloadStep::signalled() {
    if (waiting_) return false;
    waiting_ = true;
    return true;
}

} // namespace caredian::app
