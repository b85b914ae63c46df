#include "net/http/compose.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace caredian::net::http {
namespace {

struct Compose : testing::Test {
    ManualClock clock{from_ns(784'111'777'000'000'000)}; // RFC 9110's example date
    std::vector<std::pair<std::string, std::string>> security{{"X-A", "b"}, {"X-Bad", "a\r\nb"}};
    Composer composer{clock, security};
    Wants wants;
    std::string out;
    Framed compose(Response& response) { return compose(std::move(response)); } // after set()
    Framed compose(Response&& response) {
        kept = std::move(response);
        out.clear();
        return composer.compose(out, kept, wants);
    }
    bool has(std::string_view line) { return out.find(std::string(line) + "\r\n") != out.npos; }
    Response kept;
};

std::string gunzip(std::string_view bytes) {
    std::string text(1 << 20, '\0');
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    inflate(&stream, Z_FINISH);
    text.resize(stream.total_out);
    inflateEnd(&stream);
    return text;
}

TEST_F(Compose, WritesTheHead) {
    wants.id = "id-1";
    auto framed = compose(Response::text(200, "hi", "text/plain").set("X-B", "c"));
    EXPECT_TRUE(out.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(has("Date: Sun, 06 Nov 1994 08:49:37 GMT"));
    EXPECT_TRUE(has("X-A: b") && has("X-B: c") && has("X-Request-Id: id-1"));
    EXPECT_TRUE(has("Content-Length: 2"));
    EXPECT_EQ(out.find("X-Bad"), out.npos);
    EXPECT_TRUE(out.ends_with("\r\n\r\n"));
    EXPECT_EQ(framed.body, "hi");
    EXPECT_TRUE(framed.keep_alive);
}

TEST_F(Compose, LeavesFramingToTheServer) {
    compose(Response::text(200, "hi", "text/plain")
                .set("Content-Length", "7")
                .set("transfer-encoding", "chunked")
                .set("Connection", "upgrade")
                .set("Date", "never"));
    EXPECT_FALSE(has("Content-Length: 7") || has("transfer-encoding: chunked") ||
                 has("Connection: upgrade") || has("Date: never"));
}

TEST_F(Compose, NeverSplitsAResponse) {
    for (auto bad : {"a\r\nSet-Cookie: x=y", "a\nb", "a\rb"}) {
        compose(Response::redirect(303, bad));
        EXPECT_TRUE(out.starts_with("HTTP/1.1 500 ")) << bad;
        EXPECT_EQ(out.find("Set-Cookie"), out.npos);
    }
    compose(Response::empty(200).set("A b", "c"));
    EXPECT_TRUE(out.starts_with("HTTP/1.1 500 "));
}

TEST_F(Compose, SomeStatusesHaveNoBody) {
    for (unsigned status : {204u, 304u}) {
        EXPECT_TRUE(compose(Response::text(status, "x", "text/plain")).body.empty());
        EXPECT_EQ(out.find("Content-Length"), out.npos);
    }
    compose(Response::empty(200));
    EXPECT_TRUE(has("Content-Length: 0"));
}

TEST_F(Compose, CodesLargeTextWhenAccepted) {
    std::string text(5'000, 'x');
    wants.accept_encoding = "br, gzip;q=0.5";
    auto framed = compose(Response::json(200, text));
    EXPECT_TRUE(has("Content-Encoding: gzip") && has("Vary: Accept-Encoding"));
    EXPECT_EQ(gunzip(framed.body), text);
    EXPECT_TRUE(has("Content-Length: " + std::to_string(framed.body.size())));

    EXPECT_EQ(compose(Response::json(200, "{}")).body, "{}"); // small
    EXPECT_FALSE(has("Vary: Accept-Encoding"));
    EXPECT_EQ(compose(Response::text(200, text, "image/png")).body, text);
    compose(Response::json(200, text).set("Content-Encoding", "br"));
    EXPECT_FALSE(has("Content-Encoding: gzip"));
    wants.accept_encoding = "";
    EXPECT_EQ(compose(Response::json(200, text)).body, text);
    EXPECT_TRUE(has("Vary: Accept-Encoding"));
}

TEST_F(Compose, ReadsWeightsOfCodings) {
    for (auto yes : {"gzip", "GZIP", "x-gzip", "deflate, gzip", "*", "gzip;q=1.000",
                     "gzip ; q=0.001", "identity;q=0, gzip"})
        EXPECT_TRUE(accepts_gzip(yes)) << yes;
    for (auto no : {"", "gzip;q=0", "gzip;q=0.000", "gzip; q=0", "br", "gzipped", "*;q=0",
                    "*, gzip;q=0", "gzip;q=x", "gzip;q=-1", "gzip;q="})
        EXPECT_FALSE(accepts_gzip(no)) << no;
}

TEST_F(Compose, ServesAssetsWithTheirTag) {
    Asset asset{"text/css", "identity", "gz", "\"e1\"", true};
    Response r;
    r.body = &asset;
    EXPECT_EQ(composer.compose(out, r, wants).body, "identity");
    EXPECT_TRUE(has("ETag: \"e1\"") && has("Vary: Accept-Encoding"));
    EXPECT_TRUE(has("Cache-Control: public, max-age=31536000, immutable"));
    out.clear();
    wants.accept_encoding = "gzip";
    EXPECT_EQ(composer.compose(out, r, wants).body, "gz");
    EXPECT_TRUE(has("Content-Encoding: gzip") && has("ETag: W/\"e1\""));
    for (auto tag : {"\"e1\"", "W/\"e1\"", "\"x\", \"e1\"", "*"}) {
        out.clear();
        r.status = 200;
        wants.if_none_match = tag;
        EXPECT_TRUE(composer.compose(out, r, wants).body.empty());
        EXPECT_TRUE(out.starts_with("HTTP/1.1 304 ")) << tag;
    }
    EXPECT_FALSE(matches_etag("\"x\"", "\"e1\""));
    EXPECT_FALSE(matches_etag("e1", "\"e1\""));
}

} // namespace
} // namespace caredian::net::http
