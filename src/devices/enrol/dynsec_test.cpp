#include "base/json.h"
#include "devices/enrol/dynsec.h"
#include "devices/enrol/dynsec_answer.h"
#include "devices/enrol/dynsec_sync.h"

#include <gtest/gtest.h>

namespace caredian::devices::enrol::dynsec {
namespace {

Model home(std::vector<std::string> devices) {
    auto model = base_model();
    for (const auto& id : devices) add_device(model, id, rights_of(Convention::generic, id), {});
    return model;
}

std::vector<std::string> names(const std::vector<std::string>& commands) {
    std::vector<std::string> out;
    for (const auto& one : commands) {
        auto parsed = parse_json(one).value();
        const auto& object = parsed.get_object();
        std::string text(object.at("command").get_string().c_str());
        for (auto key : {"username", "rolename"})
            if (const auto* name = object.if_contains(key))
                text.append(" ").append(name->get_string().c_str());
        out.push_back(text);
    }
    return out;
}

using V = std::vector<std::string>;

TEST(Dynsec, OnlyTheDifferenceIsSent) {
    EXPECT_EQ(names(plan(home({"k"}), home({"k"}))), V{});
    EXPECT_EQ(names(plan(home({"h", "k"}), home({"k"}))),
              (V{"createRole device:h", "createClient h"}));
    EXPECT_EQ(names(plan(home({"k"}), home({"h", "k"}))),
              (V{"deleteClient h", "deleteRole device:h"}));
    auto more = home({"k"});
    more.roles["device:k"].push_back({"subscribePattern", "devices/h/#"});
    EXPECT_EQ(names(plan(more, home({"k"}))), V{"modifyRole device:k"});
    EXPECT_EQ(names(plan(home({}), {})),
              (V{"createRole caredian", "createRole caredian-control", "createClient caredian",
                 "createClient caredian-control"}));
}

TEST(Dynsec, WhatIsNotOursIsLeftAlone) {
    auto actual = home({});
    actual.roles["cameras"] = {{"publishClientSend", "frigate/#"}};
    actual.clients["frigate"] = {{"cameras"}, {}};
    EXPECT_EQ(names(plan(home({}), actual)), V{});
    // A client of ours that lost its role, or got another one.
    actual.clients["k"] = {{"cameras"}, {}};
    EXPECT_EQ(names(plan(home({"k"}), actual)), (V{"createRole device:k", "modifyClient k"}));
}

TEST(Dynsec, TheGatewayItselfMayNotAdminister) {
    auto model = base_model();
    bool denied = false;
    for (const auto& rule : model.roles.at("caredian"))
        if (rule.topic == "$CONTROL/#" && rule.type == "publishClientSend")
            denied = !rule.allow && rule.priority > 0;
    EXPECT_TRUE(denied);
    for (const auto& rule : model.roles.at("caredian-control")) {
        EXPECT_TRUE(rule.topic.starts_with("$CONTROL/dynamic-security/v1") ||
                    rule.topic.starts_with("caredian/enrolment/+/"))
            << rule.topic;
    }
}

TEST(Dynsec, TheFileDeniesByDefaultAndHoldsNoPassword) {
    auto model = home({"k"});
    add_device(model, "plug", rights_of(Convention::generic, "plug"), Secret("open sesame"));
    SeededRandom random(1);
    auto text = file(model, random);
    EXPECT_EQ(text.find("sesame"), text.npos);
    auto parsed = parse_json(text).value();
    const auto& defaults = parsed.at("defaultACLAccess").get_object();
    EXPECT_FALSE(defaults.at("publishClientSend").get_bool());
    EXPECT_FALSE(defaults.at("publishClientReceive").get_bool());
    EXPECT_FALSE(defaults.at("subscribe").get_bool());
    Model read;
    json::object clients{{"totalCount", 4}, {"clients", parsed.at("clients")}};
    json::object roles{{"totalCount", 4}, {"roles", parsed.at("roles")}};
    ASSERT_TRUE(read_clients(clients, read));
    ASSERT_TRUE(read_roles(roles, read));
    EXPECT_EQ(plan(model, read), V{}) << "the file is what there shall be";
}

// --- what comes from the broker -----------------------------------------------------------------

TEST(DynsecAnswer, Table) {
    auto good = read_answers(R"({"responses":[{"command":"createRole","correlationData":"m1"},
        {"command":"x","error":"Role not found","data":{"totalCount":0}}]})");
    ASSERT_TRUE(good);
    ASSERT_EQ(good->size(), 2u);
    EXPECT_EQ((*good)[0].correlation, "m1");
    EXPECT_EQ((*good)[1].error, "Role not found");
    for (std::string bad :
         {"", "x", "[]", "{}", R"({"responses":1})", R"({"responses":[1]})", R"({"responses":[]}x)",
          R"({"responses":{}})", "{\"responses\":[{\"command\":\"\xff\"}]}"})
        EXPECT_FALSE(read_answers(bad)) << bad;
    EXPECT_FALSE(read_answers(std::string(largest_answer + 1, ' ')));
    EXPECT_TRUE(read_answers(R"({"responses":[{"command":7,"error":[]}]})"));
    EXPECT_FALSE(read_answers(R"({"responses":[{"data":)" + std::string(100, '[') +
                              std::string(100, ']') + "}]}"));
}

TEST(DynsecAnswer, PagesThatAreNone) {
    for (const char* bad :
         {R"(null)", R"([])", R"({})", R"({"clients":[]})", R"({"totalCount":-1,"clients":[]})",
          R"({"totalCount":1e9,"clients":[]})", R"({"totalCount":1000000,"clients":[]})",
          R"({"totalCount":1,"clients":{}})", R"({"totalCount":1,"clients":["x"]})"}) {
        Model model;
        EXPECT_FALSE(read_clients(parse_json(bad).value(), model)) << bad;
    }
    Model model;
    auto page = read_roles(parse_json(R"({"totalCount":9,"roles":[{"rolename":"r","acls":[7,
        {"acltype":"a","topic":"t","priority":99999999999,"allow":true}]}]})")
                               .value(),
                           model);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->here, 1u);
    EXPECT_EQ(page->all, 9u);
    EXPECT_EQ(model.roles.at("r").at(0).priority, 1'000'000);
}

// --- a pass -------------------------------------------------------------------------------------

// A broker in memory that answers as Mosquitto does.
class FakeBroker {
public:
    Model model;
    std::vector<std::string> seen;
    std::string refuses; // this command

    std::string answer(const std::string& payload) {
        std::string out;
        JsonWriter w(out);
        w.begin_object().key("responses").begin_array();
        auto parsed = parse_json(payload).value();
        for (const auto& command : parsed.at("commands").get_array()) {
            const auto& c = command.get_object();
            std::string name(c.at("command").get_string().c_str());
            w.begin_object().member("command", name);
            w.member("correlationData", c.at("correlationData").get_string().c_str());
            if (name == refuses)
                w.member("error", "no");
            else if (name == "listClients" || name == "listRoles")
                list(w, name == "listClients", c.at("offset").as_int64(), c.at("count").as_int64());
            else
                seen.push_back(name);
            w.end_object();
        }
        w.end_array().end_object();
        return out;
    }

private:
    void list(JsonWriter& w, bool clients, std::int64_t from, std::int64_t count) {
        w.key("data").begin_object();
        w.member("totalCount", clients ? model.clients.size() : model.roles.size());
        w.key(clients ? "clients" : "roles").begin_array();
        std::int64_t i = 0;
        auto here = [&] { return i >= from && i < from + count; };
        if (clients)
            for (const auto& [name, client] : model.clients) {
                if (here()) {
                    w.begin_object().member("username", name).key("roles").begin_array();
                    for (const auto& role : client.roles)
                        w.begin_object().member("rolename", role).end_object();
                    w.end_array().end_object();
                }
                ++i;
            }
        else
            for (const auto& [name, rules] : model.roles) {
                if (here()) {
                    w.begin_object().member("rolename", name).key("acls").begin_array();
                    for (const auto& r : rules)
                        w.begin_object()
                            .member("acltype", r.type)
                            .member("topic", r.topic)
                            .member("priority", r.priority)
                            .member("allow", r.allow)
                            .end_object();
                    w.end_array().end_object();
                }
                ++i;
            }
        w.end_array().end_object();
    }
};

void run(Sync& sync, FakeBroker& broker) {
    for (int i = 0; i < 1000 && sync.state() == Sync::State::running; ++i) {
        auto out = sync.output();
        if (!out) return;
        sync.answer(broker.answer(*out));
    }
}

TEST(DynsecSync, PagesAndPortions) {
    std::vector<std::string> many;
    for (int i = 0; i < 250; ++i) many.push_back("d" + std::to_string(i));
    FakeBroker broker;
    broker.model = home(many);
    Sync sync;
    auto wanted = home(many);
    add_device(wanted, "new", rights_of(Convention::generic, "new"), {});
    sync.begin(wanted, {}, {}, "m");
    run(sync, broker);
    EXPECT_EQ(sync.state(), Sync::State::done);
    EXPECT_EQ(broker.seen, (V{"createRole", "createClient"}));
    broker.seen.clear();
    sync.begin(base_model(), {}, {}, "n");
    run(sync, broker);
    EXPECT_EQ(sync.state(), Sync::State::done);
    EXPECT_EQ(broker.seen.size(), 500u);
}

TEST(DynsecSync, ThrownOutAndPasswords) {
    FakeBroker broker;
    broker.model = home({"k"});
    auto wanted = base_model();
    Sync sync;
    sync.begin(wanted, {"k"}, {"k"}, "m");
    run(sync, broker);
    EXPECT_EQ(broker.seen, (V{"deleteClient", "deleteRole", "createClient", "deleteClient"}));
    broker.seen.clear();
    add_device(wanted, "k", rights_of(Convention::generic, "k"), Secret("x"));
    sync.begin(wanted, {"k"}, {"k"}, "n");
    run(sync, broker);
    EXPECT_EQ(broker.seen, (V{"setClientPassword", "disableClient", "enableClient"}));
}

TEST(DynsecSync, AnswersOfOthersAndErrors) {
    FakeBroker broker;
    broker.model = home({});
    Sync sync;
    sync.begin(home({"k"}), {}, {}, "m");
    auto out = sync.output();
    ASSERT_TRUE(out);
    EXPECT_FALSE(sync.output()) << "only after an answer";
    sync.answer("nonsense");
    sync.answer(R"({"responses":[{"command":"listClients","correlationData":"z1","data":{}}]})");
    sync.answer(R"({"responses":[{"command":"listClients","correlationData":"mp9","data":{}}]})");
    EXPECT_EQ(sync.state(), Sync::State::running);
    EXPECT_FALSE(sync.output());
    sync.answer(R"({"responses":[{"command":"listClients","correlationData":"mp1","data":{}}]})");
    EXPECT_EQ(sync.state(), Sync::State::failed);
    broker.refuses = "createRole";
    sync.begin(home({"k"}), {}, {}, "m");
    run(sync, broker);
    EXPECT_EQ(sync.state(), Sync::State::failed);
    EXPECT_EQ(sync.problem(), "createRole: no");
    sync.begin(home({"k"}), {}, {}, "m");
    sync.fail("the connection ended");
    EXPECT_FALSE(sync.output());
    EXPECT_EQ(sync.state(), Sync::State::failed);
}

// A broker whose list never ends.
TEST(DynsecSync, AListWithoutEnd) {
    Sync sync;
    sync.begin(home({}), {}, {}, "m");
    for (int i = 1; i < 5000 && sync.state() == Sync::State::running; ++i)
        sync.answer(R"({"responses":[{"command":"listClients","correlationData":"mp)" +
                    std::to_string(i) +
                    R"(","data":{"totalCount":99999,"clients":[{"username":"a"}]}}]})");
    EXPECT_EQ(sync.state(), Sync::State::failed);
}

} // namespace
} // namespace caredian::devices::enrol::dynsec
