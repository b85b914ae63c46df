#include "api/people_fixture.h"

#include <gtest/gtest.h>

namespace caredian::api {
namespace {

class AccessAdminTest : public PeopleTest {
protected:
    void begin() {
        start();
        add_ann_and_ben();
        people_->add("cho", identity::Role::member);
        ann_ = session_of("ann");
        ben_ = session_of("ben");
    }
    Answer send(std::string_view method, std::string_view target, std::string_view body = "") {
        return ask(method, target, ann_ + own_origin() + std::string(json_type), body);
    }
    bool holds(const Answer& answer, std::string_view text) {
        return answer.body.find(text) != std::string::npos;
    }
    std::string explained(std::string_view body) {
        auto answer = send("POST", "/api/v1/access/explain", body);
        return std::to_string(answer.status) + " " + answer.body;
    }

    std::string ann_, ben_;
};

TEST_F(AccessAdminTest, RolesAreMadeChangedAndRemoved) {
    begin();
    EXPECT_EQ(send("GET", "/api/v1/roles").body, R"({"roles":[]})");
    auto made = send("POST", "/api/v1/roles",
                     R"({"name":"caregiver","members":["person:ben"],)"
                     R"("grants":[{"areas":["침실"],"hours":"08:00-20:00"}]})");
    EXPECT_EQ(made.status, 201u) << made.body;
    EXPECT_EQ(made.header("Location"), "/api/v1/roles/caregiver");
    EXPECT_TRUE(holds(made, R"("source":"database")")) << made.body;
    // It holds for the next request.
    EXPECT_TRUE(holds(get("/auth/me", ben_), R"("role":"member")"));
    EXPECT_TRUE(holds(get("/auth/me", ben_), R"("roles":["caregiver"])"));
    EXPECT_EQ(send("POST", "/api/v1/roles", R"({"name":"caregiver"})").status, 409u);
    auto changed = send("PATCH", "/api/v1/roles/caregiver", R"({"members":["person:cho"]})");
    EXPECT_EQ(changed.status, 200u) << changed.body;
    EXPECT_TRUE(holds(changed, "침실")) << "what is not said stays";
    EXPECT_TRUE(holds(get("/auth/me", ben_), R"("roles":[])"));
    EXPECT_EQ(send("PATCH", "/api/v1/roles/caregiver", R"({"name":"other"})").status, 400u);
    EXPECT_EQ(send("DELETE", "/api/v1/roles/caregiver").status, 204u);
    EXPECT_EQ(send("DELETE", "/api/v1/roles/caregiver").status, 404u);
    auto audit = get("/api/v1/audit?event=role_changed&who=ann", ann_);
    EXPECT_TRUE(holds(audit, R"("subject":"caregiver","detail":"person:cho")")) << audit.body;
    EXPECT_FALSE(holds(audit, "role_added"));
}

TEST_F(AccessAdminTest, GrantsAreMadeChangedAndRemoved) {
    begin();
    auto made = send("POST", "/api/v1/grants",
                     R"({"who":["person:ben"],"entities":["light.*"],"may":"control"})");
    ASSERT_EQ(made.status, 201u) << made.body;
    auto place = made.header("Location");
    EXPECT_EQ(explained(R"({"who":"ben","action":"control","what":"light.x"})").substr(0, 18),
              R"(200 {"allowed":tru)");
    EXPECT_EQ(send("PATCH", place, R"({"until":"2000-01-01"})").status, 200u);
    auto told = explained(R"({"who":"ben","action":"control","what":"light.x"})");
    EXPECT_NE(told.find(R"("allowed":false)"), std::string::npos) << told;
    EXPECT_NE(told.find(R"("lacks":[{"code":"dates")"), std::string::npos) << told;
    EXPECT_TRUE(holds(send("GET", "/api/v1/grants"), R"("until":"2000-01-01")"));
    EXPECT_EQ(send("DELETE", place).status, 204u);
    EXPECT_EQ(send("DELETE", place).status, 404u);
    EXPECT_EQ(send("PATCH", place, "{}").status, 404u);
}

TEST_F(AccessAdminTest, WhatIsNotTaken) {
    begin();
    struct {
        const char *target, *body, *why;
    } cases[] = {
        {"/api/v1/grants", "{", "send a JSON object"},
        {"/api/v1/grants", "[]", "send a JSON object"},
        {"/api/v1/grants", "{}", "who is missing"},
        {"/api/v1/grants", R"({"who":["person:dan"],"areas":["a"]})", "no person"},
        {"/api/v1/grants", R"({"who":["person:ben"]})", "says nothing of what is granted"},
        {"/api/v1/grants", R"({"who":["person:ben"],"areas":["a"],"hours":["9-5"]})", "hours"},
        {"/api/v1/grants", R"({"who":["person:ben"],"areas":["a"],"id":"1"})", "id is not known"},
        {"/api/v1/roles", R"({"name":"admin"})", "built in"},
        {"/api/v1/roles", R"({"name":"r","grants":[{"areas":["a"],"may":"x"}]})", "entry 1"},
        {"/api/v1/access/explain", R"({"who":"dan","action":"read","what":"light.x"})",
         "no person"},
        {"/api/v1/access/explain", R"({"who":"ben","action":"look","what":"light.x"})", "action"},
        {"/api/v1/access/explain", R"({"who":"ben","action":"read","what":"light"})", "what is"},
        {"/api/v1/access/explain", R"({"who":"ben","action":"read","what":"a.b","at":"x"})",
         "at is"},
        {"/api/v1/access/explain", R"({"who":"ben","action":"read","what":"a.b","from":"x"})",
         "from is"},
        {"/api/v1/access/explain", R"({"who":"key:1","action":"read","what":"a.b"})",
         "no such key"},
        {"/api/v1/access/explain", R"({"who":"role:x","action":"read","what":"a.b"})", "who is"},
    };
    for (const auto& c : cases) {
        auto answer = send("POST", c.target, c.body);
        EXPECT_EQ(answer.status, 400u) << c.body << answer.body;
        EXPECT_TRUE(holds(answer, c.why)) << c.body << answer.body;
    }
    EXPECT_EQ(
        ask("POST", "/api/v1/roles", ann_ + own_origin() + std::string(form_type), "name=r").status,
        415u);
    for (const char* target : {"/api/v1/roles", "/api/v1/grants"})
        EXPECT_EQ(get(target, ben_).status, 403u) << target;
    sql_.wait_idle();
    EXPECT_TRUE(holds(get("/api/v1/audit?event=access_denied&subject=/api/v1/grants", ann_),
                      "only administrators"));
}

TEST_F(AccessAdminTest, RolesOfTheSettingsAreShownAndStay) {
    access::RoleText role;
    role.name = "child";
    role.members = {"person:ben"};
    from_settings_.roles = {role};
    begin();
    EXPECT_TRUE(
        holds(send("GET", "/api/v1/roles"),
              R"({"name":"child","members":["person:ben"],"grants":[],"source":"settings"})"));
    EXPECT_EQ(send("POST", "/api/v1/roles", R"({"name":"child"})").status, 409u);
    EXPECT_EQ(send("PATCH", "/api/v1/roles/child", "{}").status, 404u);
    EXPECT_EQ(send("DELETE", "/api/v1/roles/child").status, 404u);
}

TEST_F(AccessAdminTest, ExplainLooksAtTheClockOfTheHome) {
    from_settings_.zone = TimeZone::find("Asia/Seoul").value();
    access::RoleText role;
    role.name = "carer";
    role.members = {"person:ben"};
    role.grants.resize(1);
    role.grants[0].areas = {"침실"};
    role.grants[0].hours = {"08:00-20:00"};
    from_settings_.roles = {role};
    begin();
    auto at = [&](const char* time) {
        auto told =
            explained(std::string(R"({"who":"person:ben","action":"read","what":"area:침실",)") +
                      "\"at\":\"" + time + "\"}");
        EXPECT_NE(told.find(R"("time_zone":"Asia/Seoul")"), std::string::npos) << told;
        return told.find(R"("allowed":true)") != std::string::npos;
    };
    EXPECT_TRUE(at("08:00") && at("19:59") && at("2026-01-05T03:00:00Z"));
    EXPECT_FALSE(at("07:59") || at("20:00") || at("2026-01-05T12:00:00Z") || at("2026-01-05"));
}

TEST_F(AccessAdminTest, TheAuditIsAskedInPages) {
    begin();
    auto all = get("/api/v1/audit?limit=2", ann_);
    EXPECT_TRUE(holds(all, R"("next":)") && holds(all, R"("hash":")")) << all.body;
    EXPECT_EQ(get("/api/v1/audit?from=2000-01-01&to=2000-01-02", ann_).body, R"({"events":[]})");
    EXPECT_TRUE(holds(get("/api/v1/audit?subject=ben&event=login", ann_), R"("actor":"ben")"));
    for (const char* query : {"limit=0", "limit=1001", "before=x", "from=yesterday", "to=1"})
        EXPECT_EQ(get(std::string("/api/v1/audit?") + query, ann_).status, 400u) << query;
}

} // namespace
} // namespace caredian::api
