#include "api/return_to.h"

#include <gtest/gtest.h>

namespace caredian::api {
namespace {

TEST(SafeReturnTo, KeepsPathsOfOurs) {
    for (auto path : {"/", "/devices/kitchen%2Fclimate", "/system?tab=2#x", "/a?next=//b",
                      "/authors", "/%2f%2fevil.example", "/a:b@c"})
        EXPECT_EQ(safe_return_to(path), path);
}

TEST(SafeReturnTo, RefusesEverythingElse) {
    for (std::string bad : {"",
                            "x",
                            "https://evil.example/",
                            "//evil.example",
                            "///evil.example",
                            "/\\evil.example",
                            "\\\\evil.example",
                            "/\t/evil.example",
                            "\t//evil.example",
                            "/\n/evil.example",
                            " /x",
                            "/a b",
                            "javascript:alert(1)",
                            "https:evil.example",
                            "/./..//evil.example",
                            "/x//y",
                            "/a\\b",
                            "/\x7f",
                            "/한글",
                            "/auth/login",
                            "/auth/logout",
                            "/first-run",
                            "/first-run?x=1",
                            "?x",
                            "#x",
                            ".",
                            "..//evil.example"})
        EXPECT_EQ(safe_return_to(bad), "/") << bad;
    EXPECT_EQ(safe_return_to(std::string("/a\0b", 4)), "/");
    EXPECT_EQ(safe_return_to("/" + std::string(1000, 'x')), "/");
}

TEST(LoginLocation, CarriesTheTargetEncoded) {
    EXPECT_EQ(login_location("/"), "/auth/login");
    EXPECT_EQ(login_location("//evil.example"), "/auth/login");
    EXPECT_EQ(login_location("/a?b=c&d"), "/auth/login?return_to=%2Fa%3Fb%3Dc%26d");
}

} // namespace
} // namespace caredian::api
