// One's own account: what there is, the password, the second factor, passkeys.
#include "api/account_fixture.h"

namespace caredian::api {
namespace {

using identity::webauthn::TestAuthenticator;
using std::chrono::minutes;

class OwnAccountTest : public AccountRoutesTest {
protected:
    void SetUp() override {
        AccountRoutesTest::SetUp();
        ben_ = session_of("ben");
    }
    std::string ben_;
};

constexpr std::pair<const char*, const char*> changes[] = {
    {"POST", "/auth/password"},
    {"PATCH", "/auth/second-factor"},
    {"POST", "/auth/second-factor/app"},
    {"POST", "/auth/second-factor/app/confirm"},
    {"DELETE", "/auth/second-factor/app"},
    {"POST", "/auth/second-factor/recovery-codes"},
    {"POST", "/auth/passkeys/begin"},
    {"POST", "/auth/passkeys"},
    {"PATCH", "/auth/passkeys/x"},
    {"DELETE", "/auth/passkeys/x"},
};

TEST_F(OwnAccountTest, NobodyAndNoOtherSiteChangesAnything) {
    for (auto [method, path] : changes) {
        EXPECT_EQ(send(method, path, "").status, 401u) << method << path;
        EXPECT_EQ(ask(method, path, std::string(json_type) + ben_, "{}").status, 403u)
            << method << path << " without an origin";
        EXPECT_EQ(
            ask(method, path, std::string(json_type) + ben_ + "Origin: https://evil\r\n", "{}")
                .status,
            403u)
            << method << path;
    }
    EXPECT_EQ(get("/auth/account").status, 401u);
}

TEST_F(OwnAccountTest, AKeyReadsAndChangesNothing) {
    identity::NewApiKey fresh;
    fresh.name = "test";
    fresh.role = identity::Role::admin;
    fresh.scopes = *identity::parse_scopes("read control admin");
    auto ann = people_->identity.accounts.find("ann").value();
    auto made = people_->identity.api_keys.add(fresh, *ann, {"test", ""}).value();
    const std::string key = "X-API-Key: " + made.text.reveal() + "\r\n";
    for (auto [method, path] : changes)
        EXPECT_EQ(send(method, path, key).status, 403u) << method << path;
}

TEST_F(OwnAccountTest, WhatThereIs) {
    auto answer = get("/auth/account", ben_);
    ASSERT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    auto own = read(answer);
    EXPECT_EQ(own.at("username"), "ben");
    EXPECT_EQ(own.at("role"), "member");
    EXPECT_EQ(own.at("password"), true);
    EXPECT_EQ(own.at("fresh"), true);
    EXPECT_EQ(json::serialize(own.at("second_factor")),
              R"({"app":false,"passkeys":false,"recovery_codes_left":0,"needed":false})");
    EXPECT_EQ(json::serialize(own.at("passkeys")), R"({"host":"home.example.org","keys":[]})");
    clock_.advance(minutes(15));
    EXPECT_EQ(read(get("/auth/account", ben_)).at("fresh"), false);
}

TEST_F(OwnAccountTest, ThePassword) {
    struct {
        const char* body;
        unsigned status;
    } bad[] = {
        {"{}", 400},
        {R"({"password":7})", 400},
        {R"({"password":"another horse"})", 403}, // no current one
        {R"({"password":"another horse","current":"wrong horse"})", 403},
        {R"({"password":"short","current":"correct horse"})", 400},
    };
    for (const auto& c : bad) EXPECT_EQ(post("/auth/password", ben_, c.body).status, c.status);
    EXPECT_EQ(
        ask("POST", "/auth/password", ben_ + own_origin() + "Content-Type: x/y\r\n", "{}").status,
        415u);
    auto other = session_of("ben");
    const char* good = R"({"password":"another horse","current":"correct horse"})";
    auto done = post("/auth/password", ben_, good);
    EXPECT_EQ(done.status, 204u) << done.body;
    EXPECT_EQ(get("/auth/me", other).status, 401u) << "sessions elsewhere end";
    EXPECT_EQ(get("/auth/me", ben_).status, 401u) << "and the one that it was changed by";
    EXPECT_EQ(get("/auth/me", session_in(done)).status, 200u) << "for a new one";
    EXPECT_EQ(log_in("ben").status, 401u);
    EXPECT_EQ(log_in("ben", "another horse").status, 200u);
}

TEST_F(OwnAccountTest, WrongPasswordsCountAsFailedSignIns) {
    const char* wrong = R"({"password":"another horse","current":"wrong horse"})";
    unsigned status = 0;
    for (int i = 0; i < 20 && status != 429; ++i)
        status = post("/auth/password", ben_, wrong).status;
    EXPECT_EQ(status, 429u);
    EXPECT_NE(post("/auth/password", ben_, wrong).header("Retry-After"), "");
}

TEST_F(OwnAccountTest, AnApp) {
    const std::string app = "/auth/second-factor/app";
    EXPECT_EQ(post(app + "/confirm", ben_, code_body("123456")).status, 400u) << "none was begun";
    EXPECT_EQ(send("DELETE", app, ben_).status, 409u);
    EXPECT_EQ(post("/auth/second-factor/recovery-codes", ben_).status, 409u);
    auto begun = post(app, ben_);
    ASSERT_EQ(begun.status, 200u);
    EXPECT_EQ(begun.header("Cache-Control"), "no-store");
    EXPECT_THAT(text(read(begun).at("uri")), testing::StartsWith("otpauth://totp/"));
    EXPECT_THAT(text(read(begun).at("qr")), testing::StartsWith("<svg"));
    for (auto body : {"{}", R"({"code":""})", R"({"code":"000"})", R"({"code":123456})"})
        EXPECT_EQ(post(app + "/confirm", ben_, body).status, 400u) << body;
    std::vector<std::string> codes;
    set_up_app("ben", ben_, &codes);
    EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), 10u);
    auto state = [&] {
        return json::serialize(read(get("/auth/account", ben_)).at("second_factor"));
    };
    EXPECT_EQ(state(), R"({"app":true,"passkeys":false,"recovery_codes_left":10,"needed":false})");
    EXPECT_EQ(post(app, ben_).status, 409u) << "there is one";
    auto renewed = read(post("/auth/second-factor/recovery-codes", ben_)).at("recovery_codes");
    EXPECT_EQ(renewed.as_array().size(), 10u);
    EXPECT_NE(text(renewed.at(0)), codes[0]);
    EXPECT_EQ(send("DELETE", app, ben_).status, 204u);
    EXPECT_EQ(state(), R"({"app":false,"passkeys":false,"recovery_codes_left":0,"needed":false})");
}

TEST_F(OwnAccountTest, OnlySoonAfterSigningIn) {
    set_up_app("ben", ben_);
    clock_.advance(minutes(15));
    for (auto [method, path] : {std::pair{"PATCH", "/auth/second-factor"},
                                {"POST", "/auth/second-factor/app"},
                                {"DELETE", "/auth/second-factor/app"},
                                {"POST", "/auth/second-factor/recovery-codes"},
                                {"POST", "/auth/passkeys/begin"},
                                {"DELETE", "/auth/passkeys/x"}})
        EXPECT_EQ(send(method, path, ben_, R"({"passkeys":true})").status, 403u) << method << path;
}

TEST_F(OwnAccountTest, Passkeys) {
    EXPECT_EQ(send("PATCH", "/auth/second-factor", ben_, R"({"passkeys":true})").status, 409u)
        << "there is none";
    EXPECT_EQ(send("PATCH", "/auth/second-factor", ben_, R"({"passkeys":"yes"})").status, 400u);
    TestAuthenticator device;
    auto id = enrol(device, ben_, "ben");
    auto listed = read(get("/auth/account", ben_)).at("passkeys").at("keys");
    ASSERT_EQ(listed.as_array().size(), 1u);
    EXPECT_EQ(listed.at(0).at("name"), "phone");
    EXPECT_EQ(listed.at(0).at("last_used"), nullptr);

    const std::string place = "/auth/passkeys/" + id;
    EXPECT_EQ(send("PATCH", place, session_of("ann"), R"({"name":"x"})").status, 404u) << "ben's";
    EXPECT_EQ(send("DELETE", place, session_of("ann")).status, 404u);
    EXPECT_EQ(send("PATCH", place, ben_, R"({"name":""})").status, 400u);
    EXPECT_EQ(send("PATCH", place, ben_, R"({"name":"열쇠"})").status, 204u);
    EXPECT_EQ(read(get("/auth/account", ben_)).at("passkeys").at("keys").at(0).at("name"), "열쇠");

    auto codes = send("PATCH", "/auth/second-factor", ben_, R"({"passkeys":true})");
    EXPECT_EQ(read(codes).at("recovery_codes").as_array().size(), 10u);
    EXPECT_EQ(send("PATCH", "/auth/second-factor", ben_, R"({"passkeys":false})").status, 200u);
    EXPECT_EQ(send("DELETE", place, ben_).status, 204u);
    EXPECT_EQ(send("DELETE", place, ben_).status, 404u);
}

TEST_F(OwnAccountTest, BadRegistrations) {
    TestAuthenticator device;
    device.user = people_->identity.accounts.find("ben").value()->id;
    auto begun = post("/auth/passkeys/begin", ben_);
    const auto cookie = cookie_named(begun, "caredian_passkey");
    for (auto body : {"{}", R"({"clientDataJSON":"e30"})", R"({"attestationObject":"oA"})",
                      R"({"clientDataJSON":"*","attestationObject":"oA"})",
                      R"({"clientDataJSON":"e30","attestationObject":"oA"})"})
        EXPECT_EQ(post("/auth/passkeys", ben_ + cookie, body).status, 400u) << body;
    const auto good = registration(device, begun);
    EXPECT_EQ(post("/auth/passkeys", ben_, good).status, 400u) << "without the cookie";
    EXPECT_EQ(post("/auth/passkeys", session_of("ann") + cookie, good).status, 400u) << "another's";
    device.origin = "https://evil.example";
    EXPECT_EQ(post("/auth/passkeys", ben_ + cookie, registration(device, begun)).status, 400u);
    EXPECT_EQ(read(get("/auth/account", ben_)).at("passkeys").at("keys").as_array().size(), 0u);
}

} // namespace
} // namespace caredian::api
