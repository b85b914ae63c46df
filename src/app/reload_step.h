// Which folders to watch, and which of their events mean "read the settings again". Without I/O but
// for the resolution of symbolic links.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::app {

class ReloadStep {
public:
    // A file that is a link is watched where it is and where it points to: a mounted volume changes
    // its files by moving one link.
    explicit ReloadStep(const std::vector<std::string>& files);
    std::vector<std::string> folders() const;

    // An event named `name` in `folder`. True: wait for more, then call fired() and read again.
    // False: not one of our files, or a reading is on its way already.
    bool changed(const std::string& folder, std::string_view name);
    bool signalled(); // SIGHUP, or events were lost
    void fired() { waiting_ = false; }

private:
    std::map<std::string, std::set<std::string, std::less<>>> names_; // folder → file names
    bool waiting_ = false;
};

} // namespace caredian::app
