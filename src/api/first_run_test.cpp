#include "api/people_fixture.h"

#include <gtest/gtest.h>

namespace caredian::api {
namespace {

class FirstRunRoutes : public PeopleTest {
protected:
    Answer post(std::string body, std::string headers = "") {
        return ask("POST", "/first-run", std::string(json_type) + headers, body);
    }
    std::string body(std::string_view code, std::string_view name = "ann",
                     std::string_view word = password) {
        return R"({"code":")" + std::string(code) + R"(","username":")" + std::string(name) +
               R"(","password":")" + std::string(word) + "\"}";
    }
};

TEST_F(FirstRunRoutes, FromTheCodeToAnAdministrator) {
    start();
    auto code = people_->identity.first_run.code();
    auto page = get("/first-run?code=" + code, "Accept-Language: ko-KR\r\n");
    EXPECT_EQ(page.status, 200u);
    EXPECT_NE(page.body.find("value=\"" + code + "\""), std::string::npos);
    EXPECT_EQ(get("/first-run").body.find(code), std::string::npos);
    EXPECT_EQ(post(body("AAAA-BBBB-CCCC")).status, 403u);
    EXPECT_EQ(post(body(code, "a b")).status, 400u);
    EXPECT_EQ(post(body(code, "ann", "short")).status, 400u);
    EXPECT_EQ(post(R"({"code":5,"username":"ann","password":"correct horse"})").status, 400u);
    EXPECT_EQ(post(body(code), "Origin: http://evil.example\r\n").status, 403u);
    auto made = post(body(code), own_origin() + "Accept-Language: en\r\n");
    ASSERT_EQ(made.status, 200u) << made.body;
    EXPECT_EQ(made.body, R"({"username":"ann","role":"admin"})");
    auto me = get("/auth/me", cookie_of(made));
    EXPECT_NE(me.body.find(R"("role":"admin","language":"en")"), std::string::npos) << me.body;
    EXPECT_EQ(post(body(code, "eve")).status, 409u) << "once only";
    EXPECT_EQ(get("/first-run").header("Location"), "/auth/login");
}

TEST_F(FirstRunRoutes, TheFormWorksWithoutScript) {
    start();
    auto code = people_->identity.first_run.code();
    auto send = [&](std::string body) {
        return ask("POST", "/first-run", std::string(form_type) + own_origin(), body);
    };
    auto page = send("lang=ko&code=wrong&username=ann&password=correct+horse");
    EXPECT_EQ(page.status, 403u);
    EXPECT_NE(page.body.find("코드가 맞지 않습니다"), std::string::npos);
    EXPECT_NE(page.body.find("value=\"ann\""), std::string::npos);
    EXPECT_EQ(page.body.find("correct horse"), std::string::npos);
    auto made = send("lang=ko&username=ann&password=correct+horse&code=" + code);
    EXPECT_EQ(made.status, 303u) << made.body;
    EXPECT_EQ(made.header("Location"), "/");
    EXPECT_NE(get("/auth/me", cookie_of(made)).body.find(R"("language":"ko")"), std::string::npos);
    EXPECT_EQ(send("username=eve&password=correct+horse&code=" + code).header("Location"),
              "/auth/login");
}

TEST_F(FirstRunRoutes, WrongCodesSlowAClientDown) {
    options_.trusted_proxies = net::NetworkSet({*net::parse_network("127.0.0.1/32")});
    start();
    auto code = people_->identity.first_run.code();
    const std::string attacker = "X-Forwarded-For: 192.0.2.1\r\n";
    for (int i = 0; i < 5; ++i) EXPECT_EQ(post(body("x"), attacker).status, 403u);
    EXPECT_EQ(post(body(code), attacker).status, 429u);
    EXPECT_EQ(post(body(code), "X-Forwarded-For: 192.0.2.2\r\n").status, 200u)
        << "nobody can hold up the owner";
}

TEST_F(FirstRunRoutes, CookiesAreSecureWhereBrowsersComeByHttps) {
    public_url_ = "https://home.example";
    start();
    add_ann_and_ben();
    EXPECT_TRUE(log_in("ann").header("Set-Cookie").ends_with("; Secure"));
    stop();
    public_url_.clear();
    options_.trusted_proxies = net::NetworkSet({*net::parse_network("127.0.0.1/32")});
    start();
    EXPECT_TRUE(log_in("ann", password, "X-Forwarded-Proto: https\r\n")
                    .header("Set-Cookie")
                    .ends_with("; Secure"));
    EXPECT_FALSE(log_in("ann").header("Set-Cookie").ends_with("; Secure"));
}

TEST_F(FirstRunRoutes, TheStyleIsServedAndTagged) {
    start();
    auto style = get("/static/pages.css");
    EXPECT_EQ(style.status, 200u);
    EXPECT_TRUE(style.header("Content-Type").starts_with("text/css"));
    EXPECT_EQ(get("/static/pages.css", "If-None-Match: " + style.header("ETag") + "\r\n").status,
              304u);
}

} // namespace
} // namespace caredian::api
