#include "devices/area_guess.h"

#include <gtest/gtest.h>

namespace caredian::devices {
namespace {

TEST(AreaGuess, ByWhatADeviceIsCalled) {
    AreaNames areas;
    for (const char* name :
         {"room", "Living Room", "kitchen", "childs_room", "거실", "안방", "TV", "x", "", "--"})
        areas.add(name);
    areas.sort();
    struct Case {
        const char* text;
        const char* area;
    };
    for (const auto& [text, area] : {
             Case{"kitchen_plug", "kitchen"},
             {"KITCHEN", "kitchen"},
             {"Kitchen-Plug 2", "kitchen"},
             {"plug (living room)", "Living Room"},
             {"livingroom plug", ""}, // another word
             {"the room", "room"},
             {"childs room window", "childs_room"},
             {"bathroom", ""},
             {"kitchenette", ""},
             {"tele/kitchen/SENSOR", "kitchen"},
             {"거실 온도", "거실"},
             {"거실온도", "거실"},
             {"온도 안방", "안방"},
             {"큰안방", ""}, // not where a word begins
             {"tv light", "TV"},
             {"x", ""},
             {"", ""},
             {"///", ""},
             {"kitchen in the living room", "kitchen"}, // with which it begins
         })
        EXPECT_EQ(areas.guess(text), area) << text;
}

TEST(AreaGuess, IsBounded) {
    AreaNames areas;
    for (int i = 0; i < 1000; ++i) areas.add("area" + std::to_string(i));
    areas.add("kitchen");
    EXPECT_EQ(areas.guess("kitchen"), "");
    EXPECT_EQ(areas.guess("area7 plug"), "area7");
}

} // namespace
} // namespace caredian::devices
