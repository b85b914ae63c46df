// What one gateway knows of a home, in pieces, for another that takes over from it: each piece in
// the form that it has on disk here.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace caredian::devices {

struct HomeRecord {
    // 'l' the latest values of a device; 's' source, 'd' what one topic said, 'n' decided by
    // people, 'm' joined by hand (registry_state.h)
    char kind = 0;
    std::string key;
    std::string value; // empty: there is none any more
};
using HomeRecords = std::vector<HomeRecord>;

// Told each piece when it is on disk. The pipeline's thread, or one that edits; must not wait.
using OnRecord = std::function<void(HomeRecord record)>;

} // namespace caredian::devices
