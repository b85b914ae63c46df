// The step after a password, and signing in with a passkey.
#include "api/account_fixture.h"
#include "api/people_helpers.h"

namespace caredian::api {
namespace {

using identity::webauthn::TestAuthenticator;

class SecondStepTest : public AccountRoutesTest {
protected:
    // After the password: the cookie and the token of the step to come.
    struct Asked {
        std::string cookie, token;
        json::value second;
    };
    Asked ask_ben() {
        auto answer = log_in("ben");
        EXPECT_EQ(answer.status, 401u);
        auto body = read(answer);
        return {cookie_named(answer, std::string(second_cookie)), text(body.at("mfa_token")),
                body.at("second")};
    }
    static std::string body_of(const Asked& asked, const std::string& more = {}) {
        return "{\"mfa_token\":\"" + asked.token + "\"" + more + "}";
    }
    Answer answer(const Asked& asked, std::string_view code) {
        return post("/auth/login/second", asked.cookie,
                    body_of(asked, ",\"code\":\"" + std::string(code) + "\""));
    }
};

TEST_F(SecondStepTest, ACodeOfTheAppAndEachOnce) {
    std::vector<std::string> codes;
    auto app = set_up_app("ben", session_of("ben"), &codes);
    auto asked = ask_ben();
    EXPECT_EQ(json::serialize(asked.second), R"(["app","recovery-code"])");
    EXPECT_EQ(answer(asked, "000000").status, 401u);
    EXPECT_EQ(answer({asked.cookie, "x", {}}, code_of(app)).status, 401u);
    EXPECT_EQ(answer({"", asked.token, {}}, code_of(app)).status, 401u) << "another browser";
    EXPECT_EQ(post("/auth/login/second", asked.cookie, body_of(asked)).status, 400u) << "no code";
    auto done = answer(asked, code_of(app));
    EXPECT_EQ(done.status, 200u) << done.body;
    EXPECT_EQ(get("/auth/me", session_in(done)).status, 200u);
    EXPECT_EQ(answer(ask_ben(), code_of(app)).status, 401u) << "the same code again";
    EXPECT_EQ(answer(ask_ben(), codes[0]).status, 200u);
    EXPECT_EQ(answer(ask_ben(), codes[0]).status, 401u) << "each once";
    clock_.advance(identity::Login::second_within);
    EXPECT_EQ(answer(asked, code_of(app)).status, 401u) << "too late";
}

TEST_F(SecondStepTest, WrongCodesCountAsFailedSignIns) {
    set_up_app("ben", session_of("ben"));
    auto asked = ask_ben();
    unsigned status = 0;
    for (int i = 0; i < 20 && status != 429; ++i) status = answer(asked, "000000").status;
    EXPECT_EQ(status, 429u);
}

TEST_F(SecondStepTest, ThePage) {
    set_up_app("ben", session_of("ben"));
    auto asked = ask_ben();
    const auto page = "/auth/login/second?t=" + asked.token;
    auto shown = get(page, asked.cookie + "Accept-Language: ko\r\n");
    EXPECT_EQ(shown.status, 200u);
    EXPECT_NE(shown.body.find("name=\"code\""), std::string::npos);
    for (const auto& over : {get(page), get("/auth/login/second", asked.cookie),
                             get("/auth/login/second?t=x", asked.cookie)}) {
        EXPECT_EQ(over.status, 303u);
        EXPECT_EQ(over.header("Location"), "/auth/login?over=1");
    }
}

TEST_F(SecondStepTest, WhoMustHaveOneSetsItUpFirst) {
    credentials_->second_factors.set_admins_need_one(true);
    auto first = log_in("ann");
    auto asked = read(first);
    EXPECT_EQ(json::serialize(asked.at("second")), R"(["set-up-app"])");
    const auto cookie = cookie_named(first, std::string(second_cookie));
    const auto body = "{\"mfa_token\":\"" + text(asked.at("mfa_token")) + "\"";
    EXPECT_EQ(post("/auth/login/second/app", "", body + "}").status, 401u);
    auto shown = post("/auth/login/second/app", cookie, body + "}");
    ASSERT_EQ(shown.status, 200u) << shown.body;
    auto ann = people_->identity.accounts.find("ann").value();
    auto app = credentials_->second_factors.begin_app(ann->id).value();
    EXPECT_EQ(text(read(shown).at("secret")), identity::base32_encode(app.reveal()));
    auto done = post("/auth/login/second", cookie, body + ",\"code\":\"" + code_of(app) + "\"}");
    ASSERT_EQ(done.status, 200u) << done.body;
    EXPECT_EQ(read(done).at("recovery_codes").as_array().size(), 10u);
    EXPECT_EQ(send("DELETE", "/auth/second-factor/app", session_in(done)).status, 409u);
}

TEST_F(SecondStepTest, APasskeyAfterThePassword) {
    TestAuthenticator device;
    auto session = session_of("ben");
    enrol(device, session, "ben");
    ASSERT_EQ(send("PATCH", "/auth/second-factor", session, R"({"passkeys":true})").status, 200u);
    auto asked = ask_ben();
    EXPECT_EQ(json::serialize(asked.second), R"(["passkey","recovery-code"])");
    EXPECT_EQ(post("/auth/login/second/passkey", "", body_of(asked)).status, 401u);
    auto begun = post("/auth/login/second/passkey", asked.cookie, body_of(asked));
    ASSERT_EQ(begun.status, 200u) << begun.body;
    const auto cookies = asked.cookie + cookie_named(begun, "caredian_passkey");
    const auto token = "\"mfa_token\":\"" + asked.token + "\",";
    TestAuthenticator stranger;
    stranger.user = device.user;
    EXPECT_EQ(post("/auth/login/second", cookies, assertion(stranger, begun, token)).status, 401u);
    begun = post("/auth/login/second/passkey", asked.cookie, body_of(asked));
    auto done = post("/auth/login/second", asked.cookie + cookie_named(begun, "caredian_passkey"),
                     assertion(device, begun, token));
    EXPECT_EQ(done.status, 200u) << done.body;
    EXPECT_EQ(get("/auth/me", session_in(done)).status, 200u);
}

TEST_F(SecondStepTest, APasskeyWithoutAName) {
    TestAuthenticator device;
    enrol(device, session_of("ben"), "ben");
    auto begun = post("/auth/login/passkey/begin", "");
    ASSERT_EQ(begun.status, 200u);
    EXPECT_EQ(begun.header("Cache-Control"), "no-store");
    const auto cookie = cookie_named(begun, "caredian_passkey");
    EXPECT_EQ(post("/auth/login/passkey", cookie, "{}").status, 400u);
    TestAuthenticator stranger;
    stranger.id = "unknown here";
    auto unknown = post("/auth/login/passkey", cookie, assertion(stranger, begun));
    EXPECT_EQ(unknown.status, 401u);
    begun = post("/auth/login/passkey/begin", "");
    EXPECT_EQ(post("/auth/login/passkey", "", assertion(device, begun)).status, 401u)
        << "no cookie";
    auto done = post("/auth/login/passkey", cookie_named(begun, "caredian_passkey"),
                     assertion(device, begun));
    ASSERT_EQ(done.status, 200u) << done.body;
    EXPECT_EQ(read(done).at("username"), "ben");
    EXPECT_EQ(get("/auth/me", session_in(done)).status, 200u);
    EXPECT_EQ(ask("POST", "/auth/login/passkey/begin",
                  std::string(json_type) + "Origin: https://evil.example\r\n", "{}")
                  .status,
              403u);
}

TEST_F(SecondStepTest, NoAddressNoPasskeys) {
    stop();
    database_.reopen();
    public_url_.clear();
    start();
    EXPECT_EQ(post("/auth/login/passkey/begin", "").status, 409u);
    EXPECT_EQ(post("/auth/passkeys/begin", session_of("ben")).status, 409u);
}

} // namespace
} // namespace caredian::api
