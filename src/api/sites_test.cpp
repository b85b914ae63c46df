#include "api/sites.h"

#include <gtest/gtest.h>

namespace caredian::api {
namespace {

Sites two_sites() {
    Sites sites;
    sites.public_url = "https://home.example.org";
    sites.is_further = [](std::string_view host) {
        return host == "app.example.org" || host == "app.example.org:8443";
    };
    return sites;
}

TEST(SafeTarget, PagesOfOurHosts) {
    auto sites = two_sites();
    for (auto good :
         {"/", "/devices/x?y=1", "https://app.example.org/", "https://app.example.org/x?y",
          "https://app.example.org:8443/x", "https://home.example.org/system",
          "https://app.example.org/auth/callback?state=s&return_to=%2Fx"})
        EXPECT_EQ(sites.safe_target(good), good);
    EXPECT_EQ(sites.safe_target("https://app.example.org"), "https://app.example.org/");
}

TEST(SafeTarget, NothingElse) {
    auto sites = two_sites();
    for (std::string bad : {"",
                            "x",
                            "//app.example.org",
                            "http://app.example.org/",
                            "https://evil.example/",
                            "https://app.example.org@evil.example/",
                            "https://evil.example#app.example.org/",
                            "https://app.example.org.evil.example/",
                            "https://app.example.org\\@evil.example/",
                            "https:app.example.org/",
                            "https:///app.example.org/",
                            "HTTPS://app.example.org/",
                            "javascript://app.example.org/%0aalert(1)",
                            "https://app.example.org/a b",
                            "https://app.example.org//x",
                            "https://app.example.org/auth/logout",
                            "https://app.example.org/auth/callback",
                            "https://app.example.org/auth/callback?a b",
                            "https://[::1]/",
                            "https://127.0.0.1/",
                            "https://app.example.org/\r\nX: y"})
        EXPECT_EQ(sites.safe_target(bad), "/") << bad;
    EXPECT_EQ(sites.safe_target("https://app.example.org/" + std::string(3000, 'x')), "/");
    // With one host name there is no other.
    EXPECT_EQ(Sites().safe_target("https://app.example.org/"), "/");
}

TEST(Sites, AtAFurtherHost) {
    auto sites = two_sites();
    net::http::Request request;
    for (auto [host, further] : {std::pair{"app.example.org", true},
                                 {"app.example.org:8443", true},
                                 {"home.example.org", false},
                                 {"127.0.0.1:8080", false}}) {
        request.host = host;
        EXPECT_EQ(sites.at_further(request), further) << host;
    }
    sites.public_url.clear();
    request.host = "app.example.org";
    EXPECT_FALSE(sites.at_further(request));
}

TEST(Sites, OneCookieForADomain) {
    auto sites = two_sites();
    EXPECT_FALSE(sites.shares_cookie("app.example.org"));
    sites.cookie_domain = "example.org";
    for (auto host : {"app.example.org", "APP.example.org:8443", "example.org"})
        EXPECT_TRUE(sites.shares_cookie(host)) << host;
    for (auto host : {"notexample.org", "example.org.evil.net", "127.0.0.1", ""})
        EXPECT_FALSE(sites.shares_cookie(host)) << host;
}

} // namespace
} // namespace caredian::api
