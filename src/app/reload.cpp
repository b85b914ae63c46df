#include "app/reload.h"

#include "app/config_table.h"
#include "base/log.h"

#include <algorithm>

namespace caredian::app {

namespace {

bool covers(std::string_view root, std::string_view path) {
    return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '.');
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

void log_outcome(const Reload& outcome) {
    for (const auto& w : outcome.warnings) log::warning("config", w.message, {{"where", w.where}});
    for (const auto& p : outcome.problems) log::error("config", p.message, {{"where", p.where}});
    if (!outcome.problems.empty()) {
        log::error("config", "the settings were not read again: the old ones stay",
                   {{"problems", outcome.problems.size()}});
        return;
    }
    if (!outcome.applied.empty())
        log::info("config", "new settings apply", {{"settings", joined(outcome.applied)}});
    if (!outcome.restart.empty())
        log::warning("config", "new settings need a restart",
                     {{"settings", joined(outcome.restart)}});
    if (outcome.applied.empty() && outcome.restart.empty())
        log::info("config", "the settings were read again; none has changed");
}

} // namespace

Reloader::Reloader(Settings running, Load load)
    : running_(std::move(running)), load_(std::move(load)) {}

void Reloader::on_change(std::string path, Apply apply) {
    callbacks_.push_back({std::move(path), std::move(apply)});
}

std::vector<std::string> Reloader::uncovered() const {
    std::vector<std::string> paths;
    for (const auto* row : all_rows())
        if (row->reloadable && std::ranges::none_of(callbacks_, [&](const Callback& c) {
                return covers(c.path, row->path);
            }))
            paths.push_back(row->path);
    return paths;
}

Reload Reloader::reload() {
    auto loaded = load_();
    Reload outcome;
    outcome.problems = std::move(loaded.problems);
    outcome.warnings = std::move(loaded.warnings);
    if (outcome.problems.empty()) apply(loaded.settings, outcome);
    log_outcome(outcome);
    return outcome;
}

void Reloader::apply(const Settings& wanted, Reload& outcome) {
    auto before = running_;
    std::vector<const Row*> changed;
    auto missing = uncovered();
    for (const auto* row : all_rows()) {
        if (row->same(before, wanted)) continue;
        if (!row->reloadable || std::ranges::find(missing, row->path) != missing.end()) {
            outcome.restart.push_back(row->path);
            continue;
        }
        row->copy(wanted, running_);
        changed.push_back(row);
    }
    std::vector<const Callback*> failed;
    for (const auto& callback : callbacks_) {
        if (std::ranges::none_of(changed,
                                 [&](const Row* row) { return covers(callback.path, row->path); }))
            continue;
        try {
            callback.apply(running_);
        } catch (const std::exception& e) {
            failed.push_back(&callback);
            log::error("config", "a new setting could not be applied",
                       {{"settings", callback.path}, {"what", std::string_view(e.what())}});
        }
    }
    for (const auto* row : changed) {
        bool ok = std::ranges::none_of(
            failed, [&](const Callback* c) { return covers(c->path, row->path); });
        if (!ok) row->copy(before, running_); // asked for again at the next reload
        (ok ? outcome.applied : outcome.restart).push_back(row->path);
    }
}

} // namespace caredian::app
