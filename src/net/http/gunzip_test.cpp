#include "net/http/gunzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace caredian::net::http {
namespace {

std::string gzip(std::string_view text) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

TEST(Gunzip, GivesBackWhatWasPacked) {
    for (std::size_t size : {0U, 1U, 16'383U, 16'384U, 16'385U, 100'000U}) {
        std::string text(size, 'a');
        for (std::size_t i = 0; i < size; i += 7) text[i] = static_cast<char>('b' + i % 20);
        auto out = gunzip(gzip(text), 100'000);
        ASSERT_TRUE(out) << size << out.error().message();
        EXPECT_EQ(*out, text);
    }
}

TEST(Gunzip, IsBounded) {
    auto bomb = gzip(std::string(50'000'000, '\0'));
    EXPECT_LT(bomb.size(), 100'000U);
    EXPECT_EQ(gunzip(bomb, 1'000'000).error(), make_error_code(Errc::body_too_large));
    EXPECT_TRUE(gunzip(gzip("12345"), 5));
    EXPECT_EQ(gunzip(gzip("123456"), 5).error(), make_error_code(Errc::body_too_large));
}

TEST(Gunzip, TakesOneWholeMember) {
    auto good = gzip("climate t=1");
    auto flipped = good;
    flipped[flipped.size() - 6] ^= 1; // of the checksum
    for (const auto& bad : {std::string(), std::string("climate t=1"), good.substr(0, 5),
                            good.substr(0, good.size() - 1), good + "x", good + good, flipped})
        EXPECT_EQ(gunzip(bad, 1000).error(), make_error_code(Errc::bad_message)) << bad.size();
}

} // namespace
} // namespace caredian::net::http
