#include "net/http/fetch.h"

#include <gtest/gtest.h>

namespace caredian::net::http {
namespace {

TEST(Fetch, WhereItMayGo) {
    const struct {
        const char* address;
        bool named;
        bool public_only;
    } rows[] = {
        {"93.184.216.34", true, true},
        {"2606:2800:220:1::1", true, true},
        {"192.168.0.7", true, false},
        {"10.0.0.1", true, false},
        {"172.16.0.1", true, false},
        {"172.32.0.1", true, true},
        {"127.0.0.1", true, false},
        {"::1", true, false},
        {"100.64.0.1", true, false},
        {"fd00::1", true, false},
        {"::ffff:127.0.0.1", true, false},
        {"64:ff9b::7f00:1", true, false},
        {"2002:7f00:1::", true, false},
        {"198.18.0.1", true, false},
        {"169.254.169.254", false, false},
        {"::ffff:169.254.169.254", false, false},
        {"fe80::1", false, false},
        {"0.0.0.0", false, false},
        {"::", false, false},
        {"224.0.0.1", false, false},
        {"255.255.255.255", false, false},
        {"ff02::1", false, false},
    };
    for (const auto& row : rows) {
        auto address = parse_address(row.address);
        ASSERT_TRUE(address) << row.address;
        EXPECT_EQ(may_reach(Reach::named, *address), row.named) << row.address;
        EXPECT_EQ(may_reach(Reach::public_only, *address), row.public_only) << row.address;
    }
}

TEST(Fetch, Urls) {
    auto url = parse_url("https://sso.example.org:8443/a/b?c=d").value();
    EXPECT_TRUE(url.origin.tls);
    EXPECT_EQ(url.origin.host, "sso.example.org");
    EXPECT_EQ(url.origin.port, 8443);
    EXPECT_EQ(url.target, "/a/b?c=d");
    EXPECT_EQ(parse_url("http://[::1]")->target, "/");
    EXPECT_EQ(parse_url("http://x?y")->target, "/?y");
    for (const char* bad :
         {"", "/", "x", "https://", "ftp://x/", "file:///etc/passwd", "https://u@x/",
          "https://u:p@x/", "https://x/#f", "https://x/a b", "https://x/\n", "https://x\\y",
          "https://x:0/", "https://x:99999/", "https://\xC3\xA9/", "javascript:alert(1)", "//x/"})
        EXPECT_FALSE(parse_url(bad)) << bad;
    EXPECT_FALSE(parse_url("https://x/" + std::string(2000, 'a')));
}

} // namespace
} // namespace caredian::net::http
