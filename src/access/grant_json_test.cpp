#include "access/grant_json.h"

#include <gtest/gtest.h>

namespace caredian::access {
namespace {

json::object parsed(std::string_view text) {
    return parse_json(text).value().as_object();
}

TEST(GrantJson, RoundTrip) {
    const std::string text =
        R"({"who":["person:ann","group:carers"],"areas":["침실"],"entities":["light.*"],)"
        R"("hours":["08:00-20:00"],"days":["mon-fri"],"addresses":["192.168.0.0/16"],)"
        R"("may":"control","from":"2026-01-01","until":"2026-12-31","note":"by day"})";
    GrantText grant;
    auto problem = read_json(parsed(text), false, grant);
    ASSERT_FALSE(problem) << problem->part << problem->what;
    std::string out;
    JsonWriter w(out);
    w.begin_object();
    append_members(w, grant);
    w.end_object();
    EXPECT_EQ(out, text);
    grant.id = "3fa8";
    out.clear();
    JsonWriter again(out);
    append_members(again, grant);
    EXPECT_TRUE(out.starts_with(R"("id":"3fa8","who")"));
}

TEST(GrantJson, ARoleAndItsGrants) {
    const std::string text = R"({"name":"caregiver","note":"Mrs. Kim","includes":["member"],)"
                             R"("members":["group:carers"],)"
                             R"("grants":[{"areas":["거실"],"may":"read"}]})";
    RoleText role;
    ASSERT_FALSE(read_json(parsed(text), role));
    std::string out;
    JsonWriter w(out);
    w.begin_object();
    append_members(w, role);
    w.end_object();
    EXPECT_EQ(out, text);
    // A change: what is not there stays, null and an empty list take away.
    ASSERT_FALSE(read_json(parsed(R"({"note":null,"members":[],"includes":"member"})"), role));
    EXPECT_TRUE(role.note.empty() && role.members.empty());
    EXPECT_EQ(role.includes, std::vector<std::string>{"member"});
    EXPECT_EQ(role.grants.size(), 1u);
}

TEST(GrantJson, WhatIsNotTaken) {
    for (const char* text :
         {R"({"areas":["a"],"who":["person:a"],"area":"b"})", R"({"areas":[1],"who":["person:a"]})",
          R"({"areas":{"a":1},"who":["person:a"]})",
          R"({"areas":["a"],"who":["person:a"],"may":1})",
          R"({"areas":["a"],"who":["person:a"],"id":"x"})", R"({"areas":["a"]})", R"({})",
          R"({"areas":[["a"]],"who":"person:a"})"}) {
        GrantText grant;
        EXPECT_TRUE(read_json(parsed(text), false, grant)) << text;
    }
    for (const char* text :
         {R"({})", R"({"name":"r","grants":{}})", R"({"name":"r","grants":["x"]})",
          R"({"name":"r","grants":[{"areas":["a"],"who":["person:a"]}]})",
          R"({"name":"r","grants":[{"areas":["a"],"hours":["x"]}]})", R"({"name":["r"]})",
          R"({"name":"r","colour":"red"})"}) {
        RoleText role;
        EXPECT_TRUE(read_json(parsed(text), role)) << text;
    }
}

} // namespace
} // namespace caredian::access
