#include "identity/authentik/event.h"

#include <gtest/gtest.h>

namespace caredian::identity::authentik {
namespace {

using Kind = UserEvent::Kind;

TEST(AuthentikEvent, AUserThatWasMade) {
    auto e = read_event(R"({"id":"0b3c","action":"model_created",
        "created":"2026-01-10T03:00:00.5+00:00","pk":7,"username":"mina",
        "email":"Mina@home.example","name":"이미나","groups":["family","caredian-admins"],"is_active":true})");
    EXPECT_EQ(e.kind, Kind::changed);
    EXPECT_EQ(e.id, "0b3c");
    EXPECT_EQ(e.person.subject, "7");
    EXPECT_EQ(e.person.username, "mina");
    EXPECT_EQ(e.person.name, "이미나");
    EXPECT_EQ(e.person.email, "mina@home.example");
    EXPECT_FALSE(e.person.email_verified);
    EXPECT_EQ(e.person.groups, (std::vector<std::string>{"family", "caredian-admins"}));
    EXPECT_TRUE(e.active);
    EXPECT_EQ(format_rfc3339(e.created), "2026-01-10T03:00:00.500000000Z");
}

TEST(AuthentikEvent, Kinds) {
    const std::string rest = R"("id":"1","pk":"7","username":"m"})";
    auto kind = [&](std::string_view action) {
        return read_event(R"({"action":")" + std::string(action) + "\"," + rest).kind;
    };
    EXPECT_EQ(kind("user_write"), Kind::changed);
    EXPECT_EQ(kind("model_updated"), Kind::changed);
    EXPECT_EQ(kind("model_deleted"), Kind::gone);
    EXPECT_EQ(kind("test"), Kind::test);
    EXPECT_EQ(kind("login"), Kind::unknown);
    EXPECT_EQ(read_event(R"({"action":"test"})").kind, Kind::test);
    EXPECT_EQ(read_event(R"({"action":"model_deleted","id":"1","pk":7})").kind, Kind::gone);
}

TEST(AuthentikEvent, WhatItCannotReadIsUnknown) {
    for (const std::string& body :
         {std::string(), std::string("["), std::string("[]"), std::string("{}"),
          std::string("null"), std::string(R"({"action":7})"),
          std::string(R"({"action":"user_write"})"),
          std::string(R"({"action":"user_write","id":"1","username":"m"})"),
          std::string(R"({"action":"user_write","id":"1","pk":7})"),
          std::string(R"({"action":"user_write","pk":7,"username":"m"})"),
          std::string(R"({"action":"user_write","id":"1","pk":{},"username":"m"})"),
          std::string(R"({"action":"user_write","id":"1","pk":7,"username":"m","is_active":"no"})"),
          // Authentik's own body, without the mapping.
          std::string(R"({"body":"model_created: {'model': {}}","severity":"notice",
              "user_email":"a@b","user_username":"akadmin"})"),
          std::string(max_event + 1, ' ')})
        EXPECT_EQ(read_event(body).kind, Kind::unknown) << body.substr(0, 80);
}

TEST(AuthentikEvent, AUserOfTheApi) {
    auto value = parse_json(R"({"pk":7,"username":"mina","name":"Mina","is_active":false,
        "email":"m@x","groups":["3f…"],"groups_obj":[{"name":"family"},{"name":1},3]})");
    auto user = read_user(value->get_object());
    ASSERT_TRUE(user);
    EXPECT_FALSE(user->active);
    EXPECT_EQ(user->person.groups, std::vector<std::string>{"family"});
    EXPECT_TRUE(user->person.groups_known);
    auto without = parse_json(R"({"username":"mina"})");
    EXPECT_FALSE(read_user(without->get_object()));
}

} // namespace
} // namespace caredian::identity::authentik
