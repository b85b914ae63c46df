#include "access/path_rule.h"

#include <gtest/gtest.h>

namespace caredian::access {
namespace {

TEST(CanonicalPath, IsDecodedOnce) {
    struct {
        const char *target, *path;
    } cases[] = {
        {"/", "/"},
        {"/a/b", "/a/b"},
        {"/a/b/", "/a/b/"},
        {"/a?x=/../%2f", "/a"},
        {"/%61dmin", "/admin"},
        {"/AdMin/%41", "/admin/a"},
        {"/a%20b", "/a b"},
        {"/%EC%A7%91", "/집"},
        {"/a..b/.well-known/...", "/a..b/.well-known/..."},
        {"/a+b,c:d@e=f&g!", "/a+b,c:d@e=f&g!"},
    };
    for (auto& c : cases) EXPECT_EQ(canonical_path(c.target), c.path) << c.target;
}

TEST(CanonicalPath, WhatTwoParsersMayReadInTwoWaysIsNone) {
    for (std::string_view target :
         {"",         "a",           "*",         "?",      "http://h/a", "//",     "//a",
          "/a//b",    "/a//",        "/.",        "/..",    "/a/.",       "/a/./b", "/a/../b",
          "/%2e/a",   "/a/%2E%2e/b", "/a/.%2e",   "/a%2fb", "/a%2Fb",     "/a%5cb", "/a\\b",
          "/a%252fb", "/a%25",       "/a%",       "/a%4",   "/a%zz",      "/a;b",   "/a%3bb",
          "/a/..;/b", "/a%00",       "/a%0d%0ab", "/a%7f",  "/a#b",       "/a%23b", "/%ff",
          "/%c0%af",  "/%ed%a0%80",  "/a\x01"})
        EXPECT_FALSE(canonical_path(target)) << target;
}

PathRules rules(std::vector<std::string> texts) {
    return PathRules::parse(texts).value();
}

TEST(PathRules, APrefixMeansItselfAndAllBelow) {
    using enum PathRules::Answer;
    for (const char* text : {"/admin", "/admin/", "/%61DMIN"}) {
        auto r = rules({text});
        for (const char* path : {"/admin", "/admin/", "/admin/a/b?c", "/ADMIN", "/%61dmin/x"})
            EXPECT_EQ(r.look("any.host", path), admins) << text << " " << path;
        for (const char* path : {"/", "/a", "/administration", "/x/admin", "/admin.php"})
            EXPECT_EQ(r.look("any.host", path), open) << text << " " << path;
        for (const char* path : {"/x/../admin", "//admin", "/admin%2fx", "/admin;x"})
            EXPECT_EQ(r.look("any.host", path), unclear) << text << " " << path;
    }
    EXPECT_EQ(rules({"/"}).look("h", "/anything"), admins);
    EXPECT_EQ(rules({"/"}).look("h", "/"), admins);
}

TEST(PathRules, ForOneHostOrAll) {
    using enum PathRules::Answer;
    auto r = rules({"Grafana.example.org/admin", "wiki.example.org/"});
    for (const char* host :
         {"grafana.example.org", "GRAFANA.example.org:8443", "grafana.example.org."})
        EXPECT_EQ(r.look(host, "/admin"), admins) << host;
    EXPECT_EQ(r.look("wiki.example.org", "/x"), admins);
    EXPECT_EQ(r.look("other.example.org", "/admin"), open);
    EXPECT_EQ(r.look("other.example.org", "//"), open) << "no rule, so nothing to be unclear about";
    EXPECT_EQ(r.look("grafana.example.org", "//"), unclear);
    EXPECT_FALSE(r.apply_to("other.example.org"));
    EXPECT_EQ(PathRules().look("any", "//"), open);
}

TEST(PathRules, WhatIsNoRule) {
    for (const char* text : {"", "admin", "host", "/a/../b", "/a//b", "host/a%2fb", "/a?b"})
        EXPECT_FALSE(PathRules::parse(std::vector<std::string>{text})) << text;
}

} // namespace
} // namespace caredian::access
