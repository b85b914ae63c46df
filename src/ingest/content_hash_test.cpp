#include "ingest/content_hash.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace caredian::ingest {
namespace {

// Written down once: rows on people's disks carry these numbers.
TEST(ContentHash, NeverChanges) {
    ContentHash hash(42);
    EXPECT_EQ(hash(""), 0x8394956613addd2bull);
    EXPECT_EQ(hash("zigbee2mqtt/kitchen"), 0xc4e64564ccbd6734ull);
    EXPECT_EQ(ContentHash::of_message(1, 2), 0xbd6066e6b2aeea0cull);
}

TEST(ContentHash, TellsLengthsAndBytesApart) {
    ContentHash hash(7);
    std::set<std::uint64_t> seen;
    std::string text;
    for (int i = 0; i < 70; ++i) {
        seen.insert(hash(text));
        for (std::size_t k = 0; k < text.size(); ++k) {
            std::string other = text;
            other[k] = static_cast<char>(other[k] ^ 1);
            seen.insert(hash(other));
        }
        text += '\0';
    }
    EXPECT_EQ(seen.size(), 70u + 70u * 69u / 2u);
}

TEST(ContentHash, DependsOnTheSeedAndOnWhichIsTheTopic) {
    EXPECT_NE(ContentHash(1)("x"), ContentHash(2)("x"));
    EXPECT_NE(ContentHash::of_message(1, 2), ContentHash::of_message(2, 1));
}

} // namespace
} // namespace caredian::ingest
