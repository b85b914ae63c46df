// New settings while the gateway runs: SIGHUP, or the file changed.
//
// A file that is not good is refused: every problem is logged and the old settings stay. Of a good
// one, what can be changed is handed to the callbacks; the rest is named in the log as "needs a
// restart" and stays as it was.
#pragma once

#include "app/config.h"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace caredian::app {

// What a reload came to. Paths are those of the table ("log.level").
struct Reload {
    std::vector<Problem> problems; // not empty: refused, nothing below
    std::vector<Problem> warnings;
    std::vector<std::string> applied; // changed and handed over
    std::vector<std::string> restart; // changed and waiting for a restart
};

// Decides; without I/O but for `load`. One thread.
class Reloader {
public:
    using Load = std::function<Loaded()>;
    using Apply = std::function<void(const Settings& now)>;

    Reloader(Settings running, Load load);

    // `apply` is called after a good reload in which a setting at `path` or below it changed ("log"
    // covers log.level and log.format). `now` is what runs from here on. A callback that throws is
    // logged and its settings are named as waiting for a restart.
    void on_change(std::string path, Apply apply);

    // Reloadable rows of the table that no callback covers. A test of the wiring asserts: none.
    std::vector<std::string> uncovered() const;

    Reload reload(); // loads, compares, calls back, logs
    const Settings& running() const { return running_; }

private:
    struct Callback {
        std::string path;
        Apply apply;
    };
    void apply(const Settings& wanted, Reload& outcome);

    Settings running_;
    Load load_;
    std::vector<Callback> callbacks_;
};

// The shell: SIGHUP and inotify on the folders of the files, on `context`'s thread. Changes are
// gathered for `gather`, since editors write a file in several steps. Where inotify is not to be
// had (limits, other file systems), SIGHUP still works and one warning says so.
class ReloadWatch {
public:
    ReloadWatch(boost::asio::io_context& context, const std::vector<std::string>& files,
                std::function<void()> on_change,
                std::chrono::milliseconds gather = std::chrono::milliseconds(500));
    ~ReloadWatch(); // on the context's thread, or after it stopped
    ReloadWatch(const ReloadWatch&) = delete;
    ReloadWatch& operator=(const ReloadWatch&) = delete;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace caredian::app
