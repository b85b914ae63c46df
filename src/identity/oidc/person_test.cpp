#include "identity/accounts.h"
#include "identity/oidc/person.h"

#include <gtest/gtest.h>

namespace caredian::identity::oidc {
namespace {

Person person(const std::string& claims, Preset preset = Preset::oidc) {
    auto value = parse_json(claims).value();
    return read_person(value.get_object(), preset_options(preset).claims, "https://i/");
}

TEST(Person, ReadsStandardClaims) {
    auto p =
        person(R"({"sub":"s","preferred_username":"mina","name":"이미나 🏠","email":"M@X.example",
        "email_verified":true,"groups":["a","b"]})");
    EXPECT_EQ(p.subject, "s");
    EXPECT_EQ(p.username, "mina");
    EXPECT_EQ(p.name, "이미나 🏠");
    EXPECT_EQ(p.email, "m@x.example");
    EXPECT_TRUE(p.email_verified && p.groups_known);
    EXPECT_EQ(p.groups.size(), 2u);
}

TEST(Person, ReadsNestedProfiles) {
    auto naver = person(R"({"resultcode":"00","response":{"id":"k9","email":"m@naver.com",
        "name":"이미나"}})",
                        Preset::naver);
    EXPECT_EQ(naver.subject, "k9");
    EXPECT_EQ(naver.email, "m@naver.com");
    EXPECT_FALSE(naver.email_verified);
    auto kakao = person(R"({"sub":"3311","nickname":"미나"})", Preset::kakao);
    EXPECT_EQ(kakao.name, "미나");
    EXPECT_FALSE(kakao.groups_known);
}

TEST(Person, OddClaimsAreLeftOut) {
    for (const char* claims : {"{}", R"({"sub":""})", R"({"sub":null})", R"({"sub":{}})",
                               R"({"sub":["s"]})", R"({"sub":true})", R"({"sub":1.5})"})
        EXPECT_EQ(person(claims).subject, "") << claims;
    EXPECT_EQ(person(R"({"sub":12345})").subject, "12345");
    EXPECT_EQ(person(R"({"sub":")" + std::string(256, 'x') + "\"}").subject, "");
    EXPECT_EQ(person("{\"name\":\"a\\nb\\u0000c\"}").name, "abc");
    EXPECT_EQ(person(R"({"groups":"one"})").groups, std::vector<std::string>{"one"});
    EXPECT_EQ(person(R"({"groups":{"a":1}})").groups_known, false);
    EXPECT_EQ(person(R"({"groups":[null,{},"a"]})").groups, std::vector<std::string>{"a"});
    EXPECT_FALSE(person(R"({"email_verified":"yes"})").email_verified);
    EXPECT_TRUE(person(R"({"email_verified":"true"})").email_verified);
    EXPECT_EQ(person(R"({"response":"x"})", Preset::naver).subject, "");
}

TEST(Person, WhoMayComeIn) {
    ProviderOptions o;
    Person p;
    p.email = "ann@home.example";
    p.groups = {"family"};
    EXPECT_TRUE(admits(o, p, false));
    o.allowed_groups = {"caredian"};
    EXPECT_FALSE(admits(o, p, false));
    EXPECT_FALSE(admits(o, p, true)) << "at each sign-in";
    o.allowed_groups = {"caredian", "family"};
    EXPECT_TRUE(admits(o, p, true));
    o.creates_accounts = false;
    EXPECT_TRUE(admits(o, p, true));
    EXPECT_FALSE(admits(o, p, false));
    o.allowed_emails = {"@home.example"};
    EXPECT_FALSE(admits(o, p, false)) << "not verified";
    p.email_verified = true;
    EXPECT_TRUE(admits(o, p, false));
    p.email = "ann@home.example.evil.example";
    EXPECT_FALSE(admits(o, p, false));
    p.email = "ann@evilhome.example";
    EXPECT_FALSE(admits(o, p, false));
    o.allowed_emails = {"Ann@home.example"};
    p.email = "ann@home.example";
    EXPECT_TRUE(admits(o, p, false));
    p.email = "joann@home.example";
    EXPECT_FALSE(admits(o, p, false));
}

TEST(Person, Roles) {
    ProviderOptions o;
    Person p;
    p.groups = {"a", "b"};
    EXPECT_EQ(role_of(o, p), std::nullopt);
    o.roles = {{"b", Role::admin}, {"a", Role::member}};
    EXPECT_EQ(role_of(o, p), Role::admin);
    p.groups = {"a"};
    EXPECT_EQ(role_of(o, p), Role::member);
    p.groups = {};
    EXPECT_EQ(role_of(o, p), Role::member);
}

TEST(Person, NamesToTryAreUsernames) {
    for (const char* wish :
         {"Mina", "이미나", "../x", "a b", "-", "@x", "", "MINA@home.example",
          "0123456789012345678901234567890123456789012345678901234567890123456"}) {
        Person p;
        p.issuer = "https://i/";
        p.subject = "s";
        p.username = wish;
        p.email = "someone@x";
        auto wishes = username_wishes(p, "test");
        ASSERT_GE(wishes.size(), 3u);
        for (const auto& name : wishes) EXPECT_EQ(parse_username(name).value(), name) << wish;
    }
    Person nobody;
    EXPECT_EQ(username_wishes(nobody, "kakao").front(), "kakao");
}

} // namespace
} // namespace caredian::identity::oidc
