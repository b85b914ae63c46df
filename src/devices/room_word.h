// Which room a device says that it stands in, and whether nobody else can have said it: whoever may
// publish a description can name another device's identifiers or topics in it.
#pragma once

#include "devices/registry_state.h"

#include <string>
#include <vector>

namespace caredian::devices {

struct RoomWord {
    std::string area; // empty: nobody says one
    // Another than the device, or than the bridge that speaks for it, describes it, too, and they
    // do not name one room: it gives nobody rights, nor does a room that is guessed.
    bool unsure = false;
};

// Pure. `descriptions` in the order they were said: the first word counts, a bridge's before all.
RoomWord room_word(const std::vector<const Source*>& sources,
                   const std::vector<const Described*>& descriptions);

} // namespace caredian::devices
