#include "net/mqtt/read_buffer.h"

#include <cstring>
#include <gtest/gtest.h>
#include <string>

namespace caredian::net::mqtt {
namespace {

void put(ReadBuffer& b, std::string_view text) {
    while (!text.empty()) {
        char* at = b.prepare();
        auto n = std::min(b.room(), text.size());
        ASSERT_GT(n, 0u);
        std::memcpy(at, text.data(), n);
        b.commit(n);
        text.remove_prefix(n);
    }
}

TEST(ReadBuffer, KeepsWhatWasNotUsed) {
    ReadBuffer b(16, 64);
    put(b, "one two three fo"); // full
    EXPECT_EQ(b.unused(), "one two three fo");
    b.consume(14);
    put(b, "ur five six se"); // the rest moves to the front
    EXPECT_EQ(b.unused(), "four five six se");
    EXPECT_EQ(b.capacity(), 16u);
}

TEST(ReadBuffer, GrowsOnlyWithWhatCameAndShrinksAgain) {
    ReadBuffer b(16, 64);
    put(b, std::string(16, 'a'));
    EXPECT_EQ(b.capacity(), 16u);
    put(b, "b");
    EXPECT_EQ(b.capacity(), 32u);
    put(b, std::string(47, 'c'));
    EXPECT_EQ(b.unused(), std::string(16, 'a') + "b" + std::string(47, 'c'));
    EXPECT_EQ(b.capacity(), 64u);
    b.prepare();
    EXPECT_EQ(b.room(), 0u); // the end of it
    b.consume(64);
    b.prepare();
    EXPECT_EQ(b.capacity(), 16u);
}

} // namespace
} // namespace caredian::net::mqtt
