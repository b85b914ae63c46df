// login.providers: a list of records, and what can be wrong with one.
#include "app/config_fixture.h"
#include "app/login_providers.h"

#include <gmock/gmock.h>

namespace caredian::app {
namespace {

using testing::Contains;
using testing::HasSubstr;

std::string of(const std::string& entries) {
    return "login:\n  providers: [" + entries + "]\n";
}

const std::string good = R"({id: sso, preset: authentik, client_id: caredian,
    issuer: "https://sso.example/application/o/caredian/", roles: {admins: admin},
    allowed_groups: family})";

TEST(ConfigProviders, AGoodOne) {
    auto loaded = load(of(good + ", {id: google, preset: google, client_id: x}"));
    for (const auto& p : loaded.problems) ADD_FAILURE() << p.text();
    ASSERT_EQ(loaded.settings.login.providers.size(), 2u);
    auto sso = provider_options(loaded.settings.login.providers[0]);
    EXPECT_EQ(sso.roles.at("admins"), identity::Role::admin);
    EXPECT_EQ(sso.allowed_groups, std::vector<std::string>{"family"});
    EXPECT_TRUE(sso.creates_accounts && sso.openid);
    auto google = provider_options(loaded.settings.login.providers[1]);
    EXPECT_EQ(google.issuer, "https://accounts.google.com");
    EXPECT_FALSE(google.creates_accounts);
}

TEST(ConfigProviders, FromTheEnvironment) {
    auto loaded =
        load_config_text("f", "",
                         {{"CAREDIAN_LOGIN_PROVIDERS",
                           R"([{"id":"n","preset":"naver","client_id":"x","client_secret":"y",)"
                           R"("create_accounts":true}])"}});
    for (const auto& p : loaded.problems) ADD_FAILURE() << p.text();
    ASSERT_EQ(loaded.settings.login.providers.size(), 1u);
    auto naver = provider_options(loaded.settings.login.providers[0]);
    EXPECT_FALSE(naver.openid);
    EXPECT_TRUE(naver.creates_accounts);
    EXPECT_EQ(naver.claims.subject, "response.id");
    auto bad = load_config_text("f", "", {{"CAREDIAN_LOGIN_PROVIDERS", "google"}});
    EXPECT_FALSE(bad.ok());
}

TEST(ConfigProviders, TableOfMistakes) {
    const struct {
        std::string entries;
        const char* said;
    } rows[] = {
        {"google", "must be a map"},
        {"{}", "id: 1 to 32"},
        {"{id: A b, preset: google, client_id: x}", "id: 1 to 32"},
        {"{id: a, preset: facebook, client_id: x}", "preset: authentik, google"},
        {"{id: a, preset: google}", "client_id is missing"},
        {"{id: a, preset: oidc, client_id: x}", "issuer is missing"},
        {"{id: a, preset: oidc, client_id: x, issuer: sso.example}", "issuer is not"},
        {"{id: a, preset: oidc, client_id: x, issuer: \"https://u:p@x/\"}", "issuer is not"},
        {"{id: a, preset: oauth2, client_id: x, issuer: \"https://x/\"}", "authorization_url is"},
        {"{id: a, preset: google, client_id: x, algorithms: [none]}", "algorithms: RS256"},
        {"{id: a, preset: google, client_id: x, algorithms: [HS256, RS256]}", "HS256 stands alone"},
        {"{id: a, preset: google, client_id: x, algorithms: HS256}", "32 bytes or more"},
        {"{id: a, preset: google, client_id: x, roles: {g: \"no name\"}}", "roles: a role is"},
        {"{id: a, preset: google, client_id: x, roles: admin}", "must be a map"},
        {"{id: a, preset: google, client_id: x, claims: {phone: x}}", "claims: subject"},
        {"{id: a, preset: google, client_id: x, create_accounts: maybe}", "is not one of"},
        {"{id: a, preset: google, client_id: x, scope: openid}",
         "there is no \"scope\" here (do you mean scopes?)"},
        {"{id: a, preset: google, client_id: x, client_secret_file: /nonexistent}", "the file"},
        {"{id: a, preset: google, client_id: x}, {id: a, preset: kakao, client_id: y}",
         "given twice"},
    };
    for (const auto& row : rows) {
        auto loaded = load(of(row.entries));
        std::vector<std::string> said;
        for (const auto& p : loaded.problems) said.push_back(p.text());
        EXPECT_THAT(said, Contains(HasSubstr(row.said))) << row.entries;
        EXPECT_TRUE(loaded.settings.login.providers.empty()) << row.entries;
    }
}

TEST(ConfigProviders, ASecretIsNeverSaid) {
    auto loaded = load(of("{id: a, preset: google, client_id: x, algorithms: HS256, "
                          "client_secret: hush-hush}"));
    ASSERT_FALSE(loaded.ok());
    for (const auto& p : loaded.problems) EXPECT_EQ(p.text().find("hush"), std::string::npos);
}

TEST(ConfigProviders, AuthentiksWebhookNeedsItsProvider) {
    const std::string hook = "authentik: {webhook_secret: 0123456789abcdef}\n";
    EXPECT_FALSE(load(hook).ok());
    EXPECT_TRUE(load(hook + of(good)).ok());
    EXPECT_FALSE(load("authentik: {token: x}\n" + of(good)).ok());
    EXPECT_EQ(load("authentik: {url: \"https://sso.example\"}\n" + of(good)).warnings.size(), 1u);
}

} // namespace
} // namespace caredian::app
