// Links that are good once: for a forgotten password, and for who is invited.
#include "api/account_fixture.h"

namespace caredian::api {
namespace {

class LinksTest : public AccountRoutesTest {
protected:
    void SetUp() override {
        AccountRoutesTest::SetUp();
        ann_ = session_of("ann");
        ben_ = session_of("ben");
    }
    // The token in an answer's link.
    std::string token_of(const Answer& made, std::string_view page) {
        EXPECT_EQ(made.status, 201u) << made.body;
        EXPECT_EQ(made.header("Cache-Control"), "no-store");
        auto link = text(read(made).at("link"));
        auto from = public_url_ + std::string(page) + "?token=";
        EXPECT_THAT(link, testing::StartsWith(from));
        return link.substr(std::min(from.size(), link.size()));
    }
    static std::string used(const std::string& token, const std::string& more) {
        return "{\"token\":\"" + token + "\"," + more + "}";
    }
    std::string ann_, ben_;
};

TEST_F(LinksTest, OnlyAdministratorsMakeThem) {
    for (auto [method, path] : {std::pair{"POST", "/api/v1/users/ben/reset-link"},
                                {"DELETE", "/api/v1/users/ben/second-factor"},
                                {"GET", "/api/v1/invitations"},
                                {"POST", "/api/v1/invitations"},
                                {"DELETE", "/api/v1/invitations/x"}}) {
        EXPECT_EQ(send(method, path, "").status, 401u) << method << path;
        EXPECT_EQ(send(method, path, ben_).status, 403u) << method << path;
    }
}

TEST_F(LinksTest, ANewPassword) {
    EXPECT_EQ(post("/api/v1/users/nobody/reset-link", ann_).status, 404u);
    auto first = token_of(post("/api/v1/users/ben/reset-link", ann_), "/auth/reset");
    auto token = token_of(post("/api/v1/users/ben/reset-link", ann_), "/auth/reset");
    EXPECT_EQ(get("/auth/reset?token=" + first).status, 404u) << "the newest one alone";
    auto page = get("/auth/reset?token=" + token);
    EXPECT_EQ(page.status, 200u);
    EXPECT_NE(page.body.find("ben"), std::string::npos);
    for (auto path : {"/auth/reset", "/auth/reset?token=", "/auth/reset?token=x"})
        EXPECT_EQ(get(path).status, 404u) << path;

    struct {
        std::string body;
        unsigned status;
    } bad[] = {
        {"{}", 400},
        {used(token, R"("password":7)"), 400},
        {used(token, R"("password":"short")"), 400},
        {used(first, R"("password":"another horse")"), 404},
        {used("x", R"("password":"another horse")"), 404},
    };
    for (const auto& c : bad) EXPECT_EQ(post("/auth/reset", "", c.body).status, c.status) << c.body;
    EXPECT_EQ(get("/auth/me", ben_).status, 200u);
    EXPECT_EQ(post("/auth/reset", "", used(token, R"("password":"another horse")")).status, 204u);
    EXPECT_EQ(get("/auth/me", ben_).status, 401u) << "sessions end";
    EXPECT_EQ(log_in("ben").status, 401u);
    EXPECT_EQ(log_in("ben", "another horse").status, 200u);
    EXPECT_EQ(post("/auth/reset", "", used(token, R"("password":"third horse")")).status, 404u)
        << "once";
    auto late = token_of(post("/api/v1/users/ben/reset-link", ann_), "/auth/reset");
    clock_.advance(std::chrono::hours(24 * 8));
    EXPECT_EQ(post("/auth/reset", "", used(late, R"("password":"third horse")")).status, 404u);
}

TEST_F(LinksTest, AFormIsAnsweredByPages) {
    auto token = token_of(post("/api/v1/users/ben/reset-link", ann_), "/auth/reset");
    auto form = [&](const std::string& body) {
        return ask("POST", "/auth/reset", std::string(form_type) + own_origin(), body);
    };
    auto again = form("lang=ko&token=" + token + "&password=short");
    EXPECT_EQ(again.status, 400u);
    EXPECT_THAT(again.header("Content-Type"), testing::StartsWith("text/html"));
    EXPECT_EQ(form("token=x&password=another+horse").status, 404u);
    auto done = form("token=" + token + "&password=another+horse");
    EXPECT_EQ(done.status, 303u);
    EXPECT_EQ(done.header("Location"), "/auth/login?done=password");
}

TEST_F(LinksTest, ALostSecondFactorIsTakenAway) {
    EXPECT_EQ(send("DELETE", "/api/v1/users/nobody/second-factor", ann_).status, 404u);
    EXPECT_EQ(send("DELETE", "/api/v1/users/ben/second-factor", ann_).status, 409u) << "none";
    set_up_app("ben", ben_);
    EXPECT_EQ(log_in("ben").status, 401u);
    EXPECT_EQ(send("DELETE", "/api/v1/users/ben/second-factor", ann_).status, 204u);
    EXPECT_EQ(log_in("ben").status, 200u);
}

TEST_F(LinksTest, AnInvitation) {
    for (auto body : {"", "[]", R"({"rol":"admin"})", R"({"role":7})", R"({"days":"3"})",
                      R"({"role":"king"})", R"({"days":0})"})
        EXPECT_EQ(post("/api/v1/invitations", ann_, body).status, 400u) << body;
    auto made = post("/api/v1/invitations", ann_, R"({"full_name":"이미나","role":"member"})");
    auto token = token_of(made, "/auth/invitation");
    EXPECT_EQ(made.header("Location"), "/api/v1/invitations/" + text(read(made).at("id")));
    auto listed = get("/api/v1/invitations", ann_);
    EXPECT_EQ(listed.body.find(token), std::string::npos) << "the link is shown once";
    EXPECT_EQ(read(listed).at("invitations").at(0).at("state"), "open");
    EXPECT_NE(get("/auth/invitation?token=" + token).body.find("이미나"), std::string::npos);
    EXPECT_EQ(get("/auth/invitation?token=x").status, 404u);

    const std::string mina = R"("username":"mina","password":"correct horse")";
    struct {
        std::string body;
        unsigned status;
    } bad[] = {
        {"{}", 400},
        {used(token, R"("username":"mina")"), 400},
        {used(token, R"("username":"mina","password":"short")"), 400},
        {used(token, R"("username":"ben","password":"correct horse")"), 409},
        {used("x", mina), 404},
    };
    for (const auto& c : bad)
        EXPECT_EQ(post("/auth/invitation", "", c.body).status, c.status) << c.body;
    auto accepted = post("/auth/invitation", "", used(token, mina + R"(,"role":"admin")"));
    EXPECT_EQ(accepted.status, 201u) << accepted.body;
    EXPECT_EQ(accepted.body, R"({"username":"mina","role":"member"})");
    EXPECT_EQ(log_in("mina").status, 200u);
    EXPECT_EQ(
        post("/auth/invitation", "", used(token, R"("username":"n","password":"correct horse")"))
            .status,
        404u)
        << "once";
    auto used_one = read(get("/api/v1/invitations", ann_)).at("invitations").at(0);
    EXPECT_EQ(used_one.at("state"), "used");
    EXPECT_EQ(used_one.at("user"), "mina");
}

TEST_F(LinksTest, AnInvitationIsTakenBackOrRunsOut) {
    auto made = post("/api/v1/invitations", ann_);
    auto token = token_of(made, "/auth/invitation");
    const auto place = made.header("Location");
    EXPECT_EQ(send("DELETE", place, ann_).status, 204u);
    EXPECT_EQ(send("DELETE", place, ann_).status, 404u);
    EXPECT_EQ(get("/auth/invitation?token=" + token).status, 404u);
    token = token_of(post("/api/v1/invitations", ann_, R"({"days":1})"), "/auth/invitation");
    clock_.advance(std::chrono::hours(24));
    EXPECT_EQ(get("/auth/invitation?token=" + token).status, 404u);
    ann_ = session_of("ann");
    EXPECT_EQ(read(get("/api/v1/invitations", ann_)).at("invitations").at(0).at("state"),
              "expired");
}

} // namespace
} // namespace caredian::api
