#include "base/little_endian.h"

#include <gtest/gtest.h>
#include <memory>
#include <string_view>

namespace caredian {
namespace {

TEST(LoadLittle, TakesExactlyItsBytes) {
    const std::uint64_t all = 0x8807060504830201;
    for (std::size_t n = 0; n <= 8; ++n) {
        auto bytes = std::make_unique<char[]>(n); // what is behind would be seen
        for (std::size_t i = 0; i < n; ++i) bytes[i] = static_cast<char>(all >> (8 * i));
        std::uint64_t expected = n == 8 ? all : all & ((std::uint64_t{1} << (8 * n)) - 1);
        EXPECT_EQ(load_little(bytes.get(), n), expected) << n;
    }
}

TEST(StoreLittle, PutsTheLowestByteFirst) {
    char bytes[5] = "    ";
    store_little(bytes, std::uint16_t{0x4241});
    EXPECT_EQ(std::string_view(bytes), "AB  ");
    store_little(bytes, std::uint32_t{0x44434241});
    EXPECT_EQ(std::string_view(bytes), "ABCD");
    EXPECT_EQ(load_little<std::int16_t>("\xfe\xff"), -2);
}

} // namespace
} // namespace caredian
