#include "net/http/head.h"

#include <gtest/gtest.h>

namespace caredian::net::http {
namespace {

struct BadCase {
    const char* what;
    std::string bytes;
    unsigned status;
};

std::string get(std::string_view lines) {
    return "GET / HTTP/1.1\r\nHost: h\r\n" + std::string(lines) + "\r\n";
}

TEST(RequestHead, ReadsWhatItMeans) {
    RequestHead head;
    std::string bytes = "\r\nPOST /a/b?c=d HTTP/1.1\r\nHost: home.local:8080\r\n"
                        "Content-Length:  12 \r\nX-Empty:\r\nExpect: 100-Continue\r\n\r\nrest";
    auto r = parse_request_head(bytes, head);
    ASSERT_EQ(r.state, HeadResult::done) << r.why;
    EXPECT_EQ(bytes.substr(r.size), "rest");
    EXPECT_EQ(head.method, Method::post);
    EXPECT_EQ(head.target, "/a/b?c=d");
    EXPECT_EQ(head.path, "/a/b");
    EXPECT_EQ(head.query, "c=d");
    EXPECT_EQ(head.host, "home.local:8080");
    EXPECT_EQ(head.framing.length, 12u);
    EXPECT_TRUE(head.expect_continue);
    EXPECT_TRUE(head.keep_alive);
    ASSERT_EQ(head.fields.all().size(), 4u);
    EXPECT_EQ(head.fields.all()[1].value, "12");
    EXPECT_EQ(head.fields.all()[2].value, "");
}

TEST(RequestHead, AsksForMoreAtEveryCut) {
    std::string bytes = get("A: b\r\n");
    RequestHead head;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        EXPECT_EQ(parse_request_head(std::string_view(bytes).substr(0, i), head).state,
                  HeadResult::more)
            << i;
    EXPECT_EQ(parse_request_head(bytes, head).state, HeadResult::done);
}

TEST(RequestHead, ReducesTheAbsoluteForm) {
    RequestHead head;
    for (auto [target, expected] : {std::pair{"http://h:80/a?b", "/a?b"}, {"HTTPS://h:80", "/"}}) {
        auto bytes = "GET " + std::string(target) + " HTTP/1.1\r\nHost: H:80\r\n\r\n";
        EXPECT_EQ(parse_request_head(bytes, head).state, HeadResult::done) << target;
        EXPECT_EQ(head.target, expected);
    }
}

TEST(RequestHead, DropsIdentityFromOutside) {
    RequestHead head;
    auto bytes = get("X-Remote-User: root\r\nx_remote_role: admin\r\nX-REMOTE_Name: x\r\n"
                     "X-Remotely: stays\r\n");
    ASSERT_EQ(parse_request_head(bytes, head).state, HeadResult::done);
    EXPECT_TRUE(head.identity_claimed);
    ASSERT_EQ(head.fields.all().size(), 2u);
    EXPECT_EQ(head.fields.all()[1].name, "X-Remotely");
}

TEST(RequestHead, RefusesWhatCouldBeReadInTwoWays) {
    using namespace std::string_literals;
    const std::string host = "Host: h\r\n";
    for (const auto& c : {
             BadCase{"bare LF ends the request line", "GET / HTTP/1.1\nHost: h\r\n\r\n", 400},
             {"bare LF ends a field", "GET / HTTP/1.1\r\nHost: h\n\r\n", 400},
             {"bare LF ends the head", "GET / HTTP/1.1\r\nHost: h\r\n\n", 400},
             {"bare CR in a value", get("A: b\rc\r\n"), 400},
             {"bare CR in the request line", "GET /\rx HTTP/1.1\r\nHost: h\r\n\r\n", 400},
             {"folded line", get("A: b\r\n c\r\n"), 400},
             {"folded line with a tab", get("A: b\r\n\tc\r\n"), 400},
             {"folded first line", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
             {"NUL in a value", get("A: b\0c\r\n"s), 400},
             {"NUL in a name", get("A\0: b\r\n"s), 400},
             {"DEL in a value", get("A: b\x7F\r\n"), 400},
             {"control in a long value", get("A: 0123456789abcdef\x01xyz\r\n"), 400},
             {"blank before the colon", get("A : b\r\n"), 400},
             {"empty name", get(": b\r\n"), 400},
             {"no colon", get("Ab\r\n"), 400},
             {"name with a slash", get("A/b: c\r\n"), 400},
             {"Host missing", "GET / HTTP/1.1\r\n\r\n", 400},
             {"Host missing in 1.0", "GET / HTTP/1.0\r\n\r\n", 400},
             {"Host twice", get("Host: h\r\n"), 400},
             {"Host empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
             {"Host with a path", "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", 400},
             {"Host with a user", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", 400},
             {"Host with a blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
             {"Host with a bad port", "GET / HTTP/1.1\r\nHost: h:8x\r\n\r\n", 400},
             {"Host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
             {"absolute form of another host", "GET http://evil/ HTTP/1.1\r\n" + host + "\r\n",
              400},
             {"absolute form with a user", "GET http://u@h/ HTTP/1.1\r\n" + host + "\r\n", 400},
             {"absolute form of ftp", "GET ftp://h/ HTTP/1.1\r\n" + host + "\r\n", 400},
             {"absolute form without path", "GET http://h?x HTTP/1.1\r\n" + host + "\r\n", 400},
             {"absolute form without host", "GET http:///x HTTP/1.1\r\n" + host + "\r\n", 400},
             {"authority form", "CONNECT h:443 HTTP/1.1\r\n" + host + "\r\n", 400},
             {"asterisk for GET", "GET * HTTP/1.1\r\n" + host + "\r\n", 400},
             {"relative target", "GET x HTTP/1.1\r\n" + host + "\r\n", 400},
             {"fragment in the target", "GET /a#b HTTP/1.1\r\n" + host + "\r\n", 400},
             {"UTF-8 in the target", "GET /\xC3\xA4 HTTP/1.1\r\n" + host + "\r\n", 400},
             {"blank in the target", "GET /a b HTTP/1.1\r\n" + host + "\r\n", 400},
             {"tab in the request line", "GET\t/ HTTP/1.1\r\n" + host + "\r\n", 400},
             {"two blanks", "GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
             {"blank at the end", "GET / HTTP/1.1 \r\n" + host + "\r\n", 400},
             {"method with a colon", "G:T / HTTP/1.1\r\n" + host + "\r\n", 400},
             {"no version", "GET /\r\n" + host + "\r\n", 400},
             {"HTTP/2", "PRI * HTTP/2.0\r\n\r\n", 505},
             {"HTTP/1.2", "GET / HTTP/1.2\r\n" + host + "\r\n", 505},
             {"http/1.1 in small letters", "GET / http/1.1\r\n" + host + "\r\n", 400},
             {"TE gzip", get("Transfer-Encoding: gzip\r\n"), 501},
             {"TE xchunked", get("Transfer-Encoding: xchunked\r\n"), 501},
             {"TE chunked, identity", get("Transfer-Encoding: chunked, identity\r\n"), 501},
             {"TE gzip, chunked", get("Transfer-Encoding: gzip, chunked\r\n"), 501},
             {"TE with a vertical tab",
              get("Transfer-Encoding: \x0B"
                  "chunked\r\n"),
              400},
             {"TE twice", get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
             {"TE and then identity",
              get("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400},
             {"TE in 1.0", "GET / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
             {"TE and CL", get("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 400},
             {"CL and TE", get("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400},
             {"CL twice", get("Content-Length: 3\r\nContent-Length: 3\r\n"), 400},
             {"CL list", get("Content-Length: 3, 3\r\n"), 400},
             {"CL with a sign", get("Content-Length: +3\r\n"), 400},
             {"CL negative", get("Content-Length: -3\r\n"), 400},
             {"CL hexadecimal", get("Content-Length: 0x3\r\n"), 400},
             {"CL empty", get("Content-Length:\r\n"), 400},
             {"CL with a blank inside", get("Content-Length: 1 2\r\n"), 400},
             {"CL beyond 64 bits", get("Content-Length: 99999999999999999999\r\n"), 400},
             {"Connection with a blank inside", get("Connection: 0 close\r\n"), 400},
             {"Connection with a value", get("Connection: close, a=b\r\n"), 400},
             {"Proxy-Connection with a blank inside", get("Proxy-Connection: a close\r\n"), 400},
             {"another expectation", get("Expect: 200-ok\r\n"), 417},
         }) {
        RequestHead head;
        auto r = parse_request_head(c.bytes, head);
        EXPECT_EQ(r.state, HeadResult::bad) << c.what;
        EXPECT_EQ(r.status, c.status) << c.what << ": " << r.why;
        EXPECT_FALSE(r.why.empty());
    }
}

TEST(RequestHead, BoundsTheNumberOfLines) {
    std::string many;
    for (std::size_t i = 0; i + 1 < max_fields; ++i) many += "A: b\r\n";
    RequestHead head;
    EXPECT_EQ(parse_request_head(get(many), head).state, HeadResult::done);
    EXPECT_EQ(parse_request_head(get(many + "A: b\r\n"), head).status, 431u);
}

TEST(RequestHead, ReadsConnectionAsAList) {
    RequestHead head;
    parse_request_head(get("Connection: keep-alive, Close\r\n"), head);
    EXPECT_FALSE(head.keep_alive);
    parse_request_head(get("Connection: upgrade\r\n"), head);
    EXPECT_TRUE(head.keep_alive);
    for (auto list : {"", ",", "close,", ", ,close", "a ,close\t, b"}) {
        auto r = parse_request_head(get("Connection: " + std::string(list) + "\r\n"), head);
        EXPECT_EQ(r.state, HeadResult::done) << list;
        EXPECT_NE(head.keep_alive, std::string_view(list).find("close") != std::string_view::npos)
            << list;
    }
}

TEST(ResponseHead, ReadsAndRefuses) {
    ResponseHead head;
    std::string good = "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n";
    ASSERT_EQ(parse_response_head(good, head).state, HeadResult::done);
    EXPECT_EQ(head.status, 200u);
    EXPECT_TRUE(head.framing.chunked);
    for (const auto& bad : {
             "HTTP/2 200 OK\r\n\r\n",
             "HTTP/1.1 20 OK\r\n\r\n",
             "HTTP/1.1 2000 OK\r\n\r\n",
             "HTTP/1.1 099 OK\r\n\r\n",
             "HTTP/1.1 600 OK\r\n\r\n",
             "HTTP/1.1 200 OK\nA: b\r\n\r\n",
             "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
             "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
             "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n",
             "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
             "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
             "ICY 200 OK\r\n\r\n",
         })
        EXPECT_EQ(parse_response_head(bad, head).state, HeadResult::bad) << bad;
}

TEST(ScanHead, FindsTheEndAcrossPieces) {
    std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n\r\nbody\n";
    auto end = bytes.find("body");
    std::size_t looked = 0;
    for (std::size_t i = 1; i < end; ++i) {
        auto scan = scan_head(std::string_view(bytes).substr(0, i), looked);
        EXPECT_FALSE(scan.complete || scan.bare_lf) << i;
        looked = scan.looked;
    }
    EXPECT_TRUE(scan_head(bytes, looked).complete);
    EXPECT_EQ(scan_head(bytes, looked).end, end);
    EXPECT_TRUE(scan_head("GET / HTTP/1.1\n", 0).bare_lf);
    EXPECT_TRUE(scan_head("\n", 0).bare_lf);
}

// Every byte at every place of values of every length around the steps in which they are read.
TEST(Grammar, AValueHoldsNoControlCharacterAnywhere) {
    for (std::size_t size : {1u, 7u, 8u, 9u, 15u, 31u, 32u, 33u, 41u, 64u, 71u}) {
        for (std::size_t at = 0; at < size; ++at) {
            for (unsigned byte = 0; byte < 256; ++byte) {
                std::string value(size, 'v');
                value[at] = static_cast<char>(byte);
                bool good = byte == '\t' || (byte >= 0x20 && byte != 0x7F);
                ASSERT_EQ(is_field_value(value), good) << size << " " << at << " " << byte;
            }
        }
    }
    EXPECT_TRUE(is_field_value(""));
}

TEST(Grammar, KnowsNamesThatEndAtEachHop) {
    for (auto name : {"Connection", "keep-alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
                      "Proxy-Authorization", "Proxy-Authenticate", "Proxy-Connection"})
        EXPECT_TRUE(is_hop_by_hop(name)) << name;
    EXPECT_FALSE(is_hop_by_hop("Content-Type"));
    EXPECT_TRUE(is_host("[::1]:80") && is_host("a.b-c_d:1") && is_host("10.0.0.1"));
    for (auto bad : {"", ":80", "[]", "[::1", "a:", "a:123456", "a b", "a/b", "[g::]"})
        EXPECT_FALSE(is_host(bad)) << bad;
}

} // namespace
} // namespace caredian::net::http
