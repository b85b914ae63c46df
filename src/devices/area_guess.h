// In which of the rooms that are known a device may stand, by what it is called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices {

// Rooms that somebody named: a device's own description or a person.
class AreaNames {
public:
    static constexpr std::size_t most = 256;

    void add(std::string_view area);
    // Those with the most words to match first: "living room" before "room".
    void sort();
    // The room with whose name `text` (a name, a topic) begins, or else that it holds as words of
    // its own: "kitchen_plug", "Plug (Living Room)", "tele/kitchen/SENSOR", "거실온도". Case, `_`,
    // `-` and blanks make no difference. Empty: none.
    std::string_view guess(std::string_view text) const;
    bool empty() const { return known_.empty(); }

private:
    struct Area {
        std::string words, name; // as compared, as shown
    };
    std::vector<Area> known_;
};

} // namespace caredian::devices
