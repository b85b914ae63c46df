#include "net/http/chunk.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace caredian::net::http {
namespace {

// The decoded body and how many bytes it took; nothing when malformed; `open` when unfinished.
struct Decoded {
    std::string body;
    std::size_t used = 0;
    bool bad = false, open = false;
};

Decoded decode(std::string_view bytes, std::size_t piece) {
    ChunkDecoder decoder;
    Decoded out;
    std::string_view window;
    std::size_t shown = 0;
    for (;;) {
        auto step = decoder.step(window);
        window.remove_prefix(step.consumed);
        out.used += step.consumed;
        out.body += step.data;
        if (step.state == ChunkDecoder::State::end) return out;
        if (step.state == ChunkDecoder::State::bad) {
            out.bad = true;
            return out;
        }
        if (step.state == ChunkDecoder::State::data) continue;
        EXPECT_TRUE(window.empty());
        if (shown == bytes.size()) {
            out.open = true;
            return out;
        }
        window = bytes.substr(shown, piece);
        shown += window.size();
    }
}

TEST(ChunkDecoder, DecodesTheSameInPiecesOfAnySize) {
    const std::string body = "5\r\nhello\r\n00006;name=\"v\"\r\n world\r\n0\r\nX-Remote-User: "
                             "root\r\n\r\nNEXT";
    for (std::size_t piece = 1; piece <= body.size(); ++piece) {
        auto d = decode(body, piece);
        EXPECT_FALSE(d.bad || d.open) << piece;
        EXPECT_EQ(d.body, "hello world");
        EXPECT_EQ(body.substr(d.used), "NEXT");
    }
}

TEST(ChunkDecoder, RefusesEveryOtherSpelling) {
    using namespace std::string_literals;
    for (const auto& bad : {
             "5\nhello\r\n0\r\n\r\n"s,    // bare LF behind the size
             "5\r\nhello\n0\r\n\r\n"s,    // … behind the data
             "0\n\r\n"s,                  // … at the last chunk
             "0\r\n\n"s,                  // … at the very end
             "0\r\nA: b\n\r\n"s,          // … in the trailers
             "5\r\nhelloX\r\n0\r\n\r\n"s, // longer than said
             "5\r\nhell\r\n0\r\n\r\n"s,   // shorter than said
             "\r\n"s,
             "g\r\n"s,
             " 5\r\nhello\r\n"s,
             "5 \r\nhello\r\n"s,
             "0x5\r\nhello\r\n"s,
             "-1\r\n"s,
             "+5\r\nhello\r\n"s,
             "5\rhello\r\n"s,
             ";a\r\n"s,
             "00000000000000005\r\nhello\r\n"s, // 17 digits
             "5;a\0b\r\nhello\r\n"s,
             "0\r\nA: \x01\r\n\r\n"s,
         }) {
        auto d = decode(bad, bad.size());
        EXPECT_TRUE(d.bad) << bad;
    }
}

TEST(ChunkDecoder, BoundsExtensionsAndTrailers) {
    auto extension = [](std::size_t n) { return "1;" + std::string(n, 'e') + "\r\nx\r\n"; };
    EXPECT_FALSE(decode(extension(ChunkDecoder::max_extension - 1) + "0\r\n\r\n", 99).bad);
    EXPECT_TRUE(decode(extension(ChunkDecoder::max_extension) + "0\r\n\r\n", 99).bad);
    std::string many;
    for (std::size_t i = 0; i < 70; ++i) many += extension(250);
    EXPECT_TRUE(decode(many + "0\r\n\r\n", 99).bad);
    auto trailer = [](std::size_t n) { return "0\r\nA: " + std::string(n, 't') + "\r\n\r\n"; };
    EXPECT_FALSE(decode(trailer(1000), 99).bad);
    EXPECT_TRUE(decode(trailer(ChunkDecoder::max_trailers), 99).bad);
}

TEST(ChunkDecoder, StaysWhereItEnded) {
    ChunkDecoder decoder;
    EXPECT_EQ(decoder.step("0\r\n\r\nmore").consumed, 5u);
    EXPECT_EQ(decoder.step("more").state, ChunkDecoder::State::end);
    EXPECT_EQ(decoder.step("more").consumed, 0u);
}

TEST(ChunkSize, IsWrittenInHexadecimal) {
    char line[20];
    EXPECT_EQ(std::string(line, write_chunk_size(0x1f, line)), "1f\r\n");
    EXPECT_EQ(std::string(line, write_chunk_size(0, line)), "0\r\n");
}

} // namespace
} // namespace caredian::net::http
