#include "home/states_filter.h"

#include <gtest/gtest.h>

namespace caredian::home {
namespace {

bool lights(std::string_view id) {
    return id.starts_with("light.");
}

std::string filtered(std::string_view text, std::size_t pieces, bool* whole = nullptr,
                     std::size_t most = 1000) {
    StatesFilter filter(lights, most);
    std::string out;
    while (!text.empty()) {
        if (!filter.take(text.substr(0, pieces), out)) return "refused";
        text.remove_prefix(std::min(pieces, text.size()));
    }
    if (whole) *whole = filter.whole();
    return out;
}

TEST(StatesFilter, LetsThroughWhatMayBeRead) {
    const std::string a = R"({"entity_id":"light.a","attributes":{"x":[1,{"y":"]}\"\\"}]}})";
    const std::string b = R"({"entity_id":"lock.b","state":"{\"entity_id\":\"light.c\"}"})";
    const std::string c = R"({"state":"on","entity_id":"light.집"})";
    struct {
        std::string in, out;
    } cases[] = {
        {"[]", "[]"},
        {" [ ] \n", "[]"},
        {"[" + a + "]", "[" + a + "]"},
        {"[" + b + "]", "[]"},
        {"[" + a + "," + b + "," + c + "]", "[" + a + "," + c + "]"},
        {"[" + b + " ,\n" + a + ", " + b + "]", "[" + a + "]"},
        {R"([{},{"entity_id":7},{"entity_id":["light.a"]},{"x":{"entity_id":"light.a"}}])", "[]"},
        {R"([{"entity_id":"light.a","a":1e999}])", "[]"}, // no JSON to us
    };
    for (const auto& one : cases)
        for (std::size_t pieces : {1u, 2u, 7u, 1000u}) {
            bool whole = false;
            EXPECT_EQ(filtered(one.in, pieces, &whole), one.out) << one.in;
            EXPECT_TRUE(whole) << one.in;
        }
}

TEST(StatesFilter, WhatIsNoArrayOfStatesIsRefused) {
    for (const char* text : {"{}", "x", "\"[]\"", "[1]", "[\"light.a\"]", "[[{}]]", "[]x", "[{}{}]",
                             "[{},,{}]", "[,{}]", "[null]"})
        EXPECT_EQ(filtered(text, 1), "refused") << text;
    bool whole = true;
    EXPECT_EQ(filtered(R"([{"entity_id":"light.a"})", 3, &whole), R"([{"entity_id":"light.a"})");
    EXPECT_FALSE(whole);
}

TEST(StatesFilter, HoldsOneElementAtMost) {
    const std::string small = R"({"entity_id":"light.a"})";
    const std::string large = R"({"entity_id":"light.b","x":")" + std::string(5000, 'y') + "\"}";
    EXPECT_EQ(filtered("[" + small + "," + large + "," + small + "]", 100),
              "[" + small + "," + small + "]");
}

} // namespace
} // namespace caredian::home
