#include "access/grant_store.h"
#include "access/policy_fixture.h"
#include "store/both_databases.h"

#include <gtest/gtest.h>
#include <map>

namespace caredian::access {
namespace {

class People final : public Directory {
public:
    result<std::string> account_of(const std::string& username) override {
        auto found = accounts.find(username);
        return found == accounts.end() ? result<std::string>(Errc::no_person) : found->second;
    }
    result<void> has_key(const std::string& id) override {
        return id == "k1" ? result<void>() : result<void>(Errc::no_key);
    }
    std::map<std::string, std::string> accounts{{"ann", "id-ann"}, {"ben", "id-ben"}};
};

class GrantStoreTest : public store::OnBothDatabases {
protected:
    void SetUp() override {
        OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        ASSERT_TRUE(guard::Audit::prepare(*database_));
        ASSERT_TRUE(GrantStore::prepare(*database_));
    }
    GrantText lamp(std::string who) {
        auto g = on_entities({"light.lamp"}, "control");
        g.who = {std::move(who)};
        return g;
    }
    bool may(const Principal& who, std::string_view entity) {
        auto policy = Policy::make(store_.policy_text().value(), {});
        Resource what;
        what.entity = entity;
        return decide(*policy, who, what, Action::read, noon, home).allowed;
    }
    std::string last_event() {
        auto row = audit_.list(1).value().at(0);
        return row.event + " " + row.actor + " " + row.subject + " " + row.detail;
    }

    ManualClock clock_;
    SeededRandom random_{1};
    People people_;
    guard::Audit audit_{*database_, clock_};
    GrantStore store_{*database_, people_, audit_, clock_, random_};
    const guard::Actor ann_{"ann", "192.0.2.1"};
};

TEST_P(GrantStoreTest, KeepsGrants) {
    EXPECT_EQ(store_.version().value(), 0);
    EXPECT_TRUE(store_.grants().value().empty());
    auto made = store_.add_grant(lamp("person:ben"), ann_).value();
    EXPECT_EQ(made.id.size(), 16u);
    EXPECT_EQ(store_.version().value(), 1);
    EXPECT_EQ(last_event(),
              "grant_added ann person:ben " + made.id + ": control, entities light.lamp");
    EXPECT_TRUE(may(person("ben"), "light.lamp"));
    EXPECT_FALSE(may(person("ben"), "light.other"));
    EXPECT_FALSE(may(person("cho"), "light.lamp"));
    auto changed = store_.change_grant(
        made.id,
        [](GrantText& g) {
            g.entities = {"light.other"};
            return true;
        },
        ann_);
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->id, made.id);
    EXPECT_EQ(store_.grants().value(), std::vector<GrantText>{*changed});
    EXPECT_TRUE(may(person("ben"), "light.other"));
    EXPECT_EQ(
        store_.change_grant(made.id, [](GrantText&) { return false; }, ann_).error(), Errc::bad);
    EXPECT_EQ(
        store_.change_grant("none", [](GrantText&) { return true; }, ann_).error(), Errc::no_grant);
    ASSERT_TRUE(store_.remove_grant(made.id, ann_));
    EXPECT_EQ(store_.version().value(), 3);
    EXPECT_EQ(store_.remove_grant(made.id, ann_).error(), Errc::no_grant);
    EXPECT_FALSE(may(person("ben"), "light.other"));
}

TEST_P(GrantStoreTest, KeepsRoles) {
    auto carer = role("간병인", {"person:ben", "group:carers"}, {in_areas({"침실"}), lamp("")});
    carer.grants[1].who.clear();
    ASSERT_TRUE(store_.add_role(carer, ann_));
    EXPECT_EQ(store_.add_role(carer, ann_).error(), Errc::role_exists);
    EXPECT_EQ(store_.roles().value(), std::vector<RoleText>{carer});
    EXPECT_EQ(last_event(), "role_added ann 간병인 person:ben group:carers");
    EXPECT_TRUE(may(person("ben"), "light.lamp"));
    EXPECT_EQ(store_
                  .change_role(
                      "간병인",
                      [](RoleText& r) {
                          r.name = "other";
                          return true;
                      },
                      ann_)
                  .error(),
              Errc::bad)
        << "a name stays";
    ASSERT_TRUE(store_.change_role(
        "간병인",
        [](RoleText& r) {
            r.grants.pop_back();
            return true;
        },
        ann_));
    EXPECT_FALSE(may(person("ben"), "light.lamp"));
    ASSERT_TRUE(store_.remove_role("간병인", ann_));
    EXPECT_EQ(store_.remove_role("간병인", ann_).error(), Errc::no_role);
    EXPECT_EQ(last_event(), "role_removed ann 간병인 ");
}

TEST_P(GrantStoreTest, APersonIsTheAccountNotTheName) {
    ASSERT_TRUE(store_.add_grant(lamp("person:ben"), ann_));
    auto another = person("ben");
    another.account = "id-of-another-ben";
    EXPECT_TRUE(may(person("ben"), "light.lamp"));
    EXPECT_FALSE(may(another, "light.lamp"));
}

TEST_P(GrantStoreTest, WhoIsNotThereIsRefused) {
    EXPECT_EQ(store_.add_grant(lamp("person:cho"), ann_).error(), Errc::no_person);
    EXPECT_EQ(store_.add_grant(lamp("key:k2"), ann_).error(), Errc::no_key);
    EXPECT_TRUE(store_.add_grant(lamp("key:k1"), ann_));
    EXPECT_TRUE(store_.add_grant(lamp("group:whoever"), ann_)) << "groups are the provider's";
    EXPECT_EQ(store_.add_grant(GrantText(), ann_).error(), Errc::bad);
    EXPECT_EQ(store_.add_role(role("admin", {}, {}), ann_).error(), Errc::bad);
    EXPECT_EQ(store_.add_role(role("r", {"person:cho"}, {}), ann_).error(), Errc::no_person);
    auto large = role("r", {}, {});
    for (int i = 0; i < 1500; ++i) large.grants.push_back(in_areas({"a room with a long name"}));
    EXPECT_EQ(store_.add_role(large, ann_).error(), Errc::too_large);
    EXPECT_TRUE(store_.roles().value().empty());
}

TEST_P(GrantStoreTest, WhatChangedMeanwhileIsNotOverwritten) {
    auto made = store_.add_grant(lamp("person:ben"), ann_).value();
    auto slow = store_.change_grant(
        made.id,
        [&](GrantText& g) {
            g.note = "mine";
            auto other = store_.change_grant(
                made.id,
                [](GrantText& mine) {
                    mine.note = "theirs";
                    return true;
                },
                ann_);
            return other.has_value();
        },
        ann_);
    EXPECT_EQ(slow.error(), Errc::overtaken);
    EXPECT_EQ(store_.grants().value().at(0).note, "theirs");
}

TEST_P(GrantStoreTest, WhatIsNotUnderstoodIsAnError) {
    ASSERT_TRUE(store_.add_grant(lamp("person:ben"), ann_));
    for (const char* body :
         {"", "{", "[]", "{}", R"({"what":[]})", R"({"what":{"who":["person:a"]}})",
          R"({"what":{"who":["person:a"],"areas":["a"],"new":1}})"}) {
        ASSERT_TRUE(database_->execute("UPDATE grants SET body = ?", {std::string_view(body)}));
        EXPECT_EQ(store_.policy_text().error(), Errc::unreadable) << body;
    }
    ASSERT_TRUE(store_.touch());
    EXPECT_EQ(store_.version().value(), 2);
    for (int e = 0; e <= static_cast<int>(Errc::unreadable); ++e)
        EXPECT_NE(describe(static_cast<Errc>(e)), "unknown");
}

CAREDIAN_ON_BOTH_DATABASES(GrantStoreTest);

} // namespace
} // namespace caredian::access
