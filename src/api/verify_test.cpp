#include "api/people_fixture.h"

#include <gtest/gtest.h>

namespace caredian::api {
namespace {

class VerifyTest : public PeopleTest {
protected:
    void begin(bool trusted = true, std::vector<std::string> admin_paths = {}) {
        if (trusted) options_.trusted_proxies = net::NetworkSet({*net::parse_network("127.0.0.1")});
        admin_paths_ = access::PathRules::parse(admin_paths).value();
        gate_options_.host_known = [](std::string_view name) {
            return name.starts_with("wiki.example.org") || name.starts_with("home.example.org");
        };
        start();
        add_ann_and_ben();
    }
    static std::string header(std::string_view name, std::string_view value) {
        return std::string(name).append(": ").append(value).append("\r\n");
    }
    static std::string original(std::string_view uri) { return header("X-Original-URI", uri); }
    static std::string forwarded(std::string_view uri) { return header("X-Forwarded-Uri", uri); }
    static constexpr const char* html = "Accept: text/html,*/*\r\n";
};

TEST_F(VerifyTest, EveryMethodAndEveryHeader) {
    begin();
    auto ben = session_of("ben");
    for (auto method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"}) {
        EXPECT_EQ(ask(method, "/auth/verify", header("X-Remote-User", "root")).status, 401u);
        auto answer = ask(method, "/auth/verify/any",
                          ben + header("X-Remote-User", "root") +
                              header("x_remote_email", "root@example.org"));
        EXPECT_EQ(answer.status, 200u) << method;
        EXPECT_EQ(answer.header("X-Remote-User"), "ben");
        EXPECT_EQ(answer.header("X-Remote-Groups"), "member");
        for (auto empty : {"\r\nX-Remote-Name: \r\n", "\r\nX-Remote-Email: \r\n"})
            EXPECT_NE(answer.head.find(empty), std::string::npos) << answer.head;
    }
}

TEST_F(VerifyTest, TheAddressThatAnAdministratorWrote) {
    begin();
    auto ann = session_of("ann");
    const std::string how = ann + own_origin() + std::string(json_type);
    EXPECT_EQ(ask("PATCH", "/api/v1/users/ben", how, R"({"email":"ben"})").status, 400u);
    EXPECT_EQ(ask("PATCH", "/api/v1/users/ben", how, R"({"email":5})").status, 400u);
    EXPECT_EQ(ask("PATCH", "/api/v1/users/ben", how, R"({"email":"ben@home.example"})").status,
              200u);
    EXPECT_EQ(get("/auth/verify", session_of("ben")).header("X-Remote-Email"), "ben@home.example");
}

TEST_F(VerifyTest, NginxIsToldWhereToSignIn) {
    begin();
    auto answer = get("/auth/verify", original("/grafana/d/1?x=2"));
    EXPECT_EQ(answer.status, 401u);
    EXPECT_EQ(answer.header("X-Auth-Redirect"),
              "http://" + host() + "/auth/login?return_to=%2Fgrafana%2Fd%2F1%3Fx%3D2");
    EXPECT_EQ(get("/auth/verify", original("/a") + forwarded("/a") + html).status, 401u)
        << "nginx would take a redirect for an error";
    auto secure = get("/auth/verify", original("/a") + header("X-Forwarded-Proto", "https") +
                                          header("X-Forwarded-Host", "wiki.example.org"));
    EXPECT_EQ(secure.header("X-Auth-Redirect"),
              "https://wiki.example.org/auth/login?return_to=%2Fa");
}

TEST_F(VerifyTest, BrowsersBehindTraefikAndCaddyAreSentToSignIn) {
    begin();
    auto page = get("/auth/verify", forwarded("/a") + html);
    EXPECT_EQ(page.status, 302u);
    EXPECT_EQ(page.header("Location"), "http://" + host() + "/auth/login?return_to=%2Fa");
    for (const auto& other :
         {std::string(), header("Accept", "application/json"),
          html + header("X-Forwarded-Method", "POST"), html + header("Sec-Fetch-Mode", "cors")})
        EXPECT_EQ(get("/auth/verify", forwarded("/a") + other).status, 401u) << other;
    EXPECT_EQ(get("/auth/verify", html).status, 401u);
    EXPECT_EQ(get("/auth/verify/a", html).status, 401u) << "Envoy";
}

TEST_F(VerifyTest, WhoIsNoProxySaysNothing) {
    begin(false);
    auto answer = get("/auth/verify", original("/a"));
    EXPECT_EQ(answer.status, 401u);
    EXPECT_EQ(answer.header("X-Auth-Redirect"), "");
    EXPECT_EQ(get("/auth/verify", forwarded("/a") + html).status, 401u);
}

TEST_F(VerifyTest, LeadsOnlyToHostsOfOurs) {
    public_url_ = "https://home.example.org";
    begin();
    struct {
        std::string headers;
        const char* to;
    } cases[] = {
        {header("X-Forwarded-Host", "home.example.org"),
         "https://home.example.org/auth/login?return_to=%2Fa"},
        {header("X-Forwarded-Host", "wiki.example.org") + header("X-Forwarded-Proto", "https"),
         "https://home.example.org/auth/login?return_to=https%3A%2F%2Fwiki.example.org%2Fa"},
        {header("X-Forwarded-Host", "evil.example"), "https://home.example.org/auth/login"},
        {header("X-Forwarded-Host", "wiki.example.org") +
             header("X-Forwarded-Host", "evil.example"),
         "https://home.example.org/auth/login"},
    };
    for (auto& c : cases)
        EXPECT_EQ(get("/auth/verify", original("/a") + c.headers).header("X-Auth-Redirect"), c.to)
            << c.headers;
    for (auto uri : {"//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x"})
        EXPECT_EQ(
            get("/auth/verify", original(uri) + header("X-Forwarded-Host", "home.example.org"))
                .header("X-Auth-Redirect"),
            "https://home.example.org/auth/login")
            << uri;
}

TEST_F(VerifyTest, AdministratorsAlone) {
    begin(true, {"/admin", "wiki.example.org/secret"});
    auto ann = session_of("ann");
    auto ben = session_of("ben");
    struct {
        std::string target, headers;
        unsigned member, admin;
    } cases[] = {
        {"", original("/"), 200, 200},
        {"", original("/admin"), 403, 200},
        {"", original("/%61dmin/x?y"), 403, 200},
        {"", forwarded("/Admin/x"), 403, 200},
        {"/admin/x", "", 403, 200},
        {"/x", "", 200, 200},
        {"", original("/secret"), 200, 200},
        {"", original("/secret") + header("X-Forwarded-Host", "wiki.example.org"), 403, 200},
        {"/secret", header("X-Forwarded-Host", "WIKI.example.org:443"), 403, 200},
        // What two parsers may read in two ways, or what is not said, is nobody's.
        {"", original("/x/../admin"), 403, 403},
        {"", original("//admin"), 403, 403},
        {"", original("/admin%2fx"), 403, 403},
        {"", original("/%2561dmin"), 403, 403},
        {"", original("admin"), 403, 403},
        {"", "", 403, 403},
        // A client who adds what another proxy would say makes it harder alone.
        {"", original("/admin") + forwarded("/x"), 403, 200},
        {"", original("/x") + forwarded("/admin"), 403, 200},
        {"", original("/admin") + original("/x"), 403, 200},
        {"/admin", original("/x"), 403, 200},
        {"", original("/x") + forwarded("//"), 403, 403},
    };
    for (auto& c : cases) {
        EXPECT_EQ(get("/auth/verify" + c.target, ben + c.headers).status, c.member)
            << c.target << " " << c.headers;
        EXPECT_EQ(get("/auth/verify" + c.target, ann + c.headers).status, c.admin)
            << c.target << " " << c.headers;
    }
    EXPECT_EQ(get("/auth/verify", original("//")).status, 401u) << "nobody is asked to sign in";
}

TEST_F(VerifyTest, ARuleAndAProxyThatIsNotTrusted) {
    begin(false, {"/admin"});
    auto ann = session_of("ann");
    EXPECT_EQ(get("/auth/verify", ann + original("/x")).status, 403u) << "its word does not count";
    EXPECT_EQ(get("/auth/verify/x", ann).status, 200u);
}

access::RoleText role_for_ben(std::vector<std::string> paths) {
    access::RoleText role;
    role.name = "carer";
    role.members = {"person:ben"};
    role.grants.resize(1);
    role.grants[0].paths = std::move(paths);
    return role;
}

TEST_F(VerifyTest, WhoHasARoleOfTheirOwnOpensWhatItGrants) {
    from_settings_.roles = {role_for_ben({"wiki.example.org/care", "/static", "/admin/help"})};
    begin(true, {"/admin"});
    auto ben = session_of("ben"), ann = session_of("ann");
    auto at = [](std::string_view name) { return header("X-Forwarded-Host", name); };
    const std::string wiki = at("wiki.example.org");
    struct {
        std::string headers;
        unsigned status;
    } cases[] = {
        {original("/care/plan?x=1") + "", 403}, // on the gateway's own address
        {original("/static/a.css"), 200},
        {original("/"), 403},
        {"", 403}, // nothing is said of what is asked
        {forwarded("/care/plan") + wiki, 200},
        {forwarded("/care") + at("WIKI.example.org:8443"), 200},
        {forwarded("/careless") + wiki, 403},
        {forwarded("/care") + at("home.example.org"), 403},
        {forwarded("/care") + wiki + at("home.example.org"), 403},
        {forwarded("/care/../secret") + wiki, 403},
        {forwarded("/care//x") + wiki, 403},
        {forwarded("/care") + forwarded("/secret") + wiki, 403},
        // nginx asks at the page's own host, so what a client adds beside it opens nothing.
        {original("/care") + wiki, 403},
        {original("/care") + forwarded("/care") + wiki, 403},
        {original("/static") + wiki, 200},
        // For administrators, but for what is granted by its own name.
        {original("/admin"), 403},
        {original("/admin/help/1"), 200},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(get("/auth/verify", ben + c.headers).status, c.status) << c.headers;
        EXPECT_EQ(get("/auth/verify", ann + c.headers).status,
                  c.headers.find("..") == std::string::npos &&
                          c.headers.find("//") == std::string::npos && !c.headers.empty()
                      ? 200u
                      : 403u)
            << c.headers;
    }
    EXPECT_EQ(get("/auth/verify", ben + original("/static")).header("X-Remote-Groups"), "carer");
    EXPECT_EQ(get("/auth/verify", ann + original("/static")).header("X-Remote-Groups"), "admin");
    sql_.wait_idle();
    auto audit = get("/api/v1/audit?event=access_denied&who=ben", ann).body;
    EXPECT_NE(audit.find("wiki.example.org/careless"), std::string::npos) << audit;
    EXPECT_EQ(audit.find("x=1"), std::string::npos) << "no query";
}

TEST_F(VerifyTest, AMemberOpensWhatIsForAdministratorsByAGrant) {
    access::GrantText grant;
    grant.who = {"person:ben"};
    grant.paths = {"/admin/help"};
    from_settings_.grants = {grant};
    begin(true, {"/admin"});
    auto ben = session_of("ben");
    for (auto [path, status] : {std::pair{"/", 200u}, {"/admin", 403u}, {"/admin/help", 200u}})
        EXPECT_EQ(get("/auth/verify", ben + original(path)).status, status) << path;
    EXPECT_EQ(get("/auth/verify", ben + original("/")).header("X-Remote-Groups"), "member");
}

TEST_F(VerifyTest, WithoutATrustedProxyNothingIsSaidOfTheHost) {
    from_settings_.roles = {role_for_ben({"wiki.example.org/care", "/open"})};
    begin(false);
    auto ben = session_of("ben");
    EXPECT_EQ(get("/auth/verify",
                  ben + forwarded("/care") + header("X-Forwarded-Host", "wiki.example.org"))
                  .status,
              403u);
    EXPECT_EQ(get("/auth/verify/open", ben).status, 200u) << "the path itself is no header";
}

} // namespace
} // namespace caredian::api
