#include "api/fields.h"
#include "api/html.h"
#include "api/pages.h"

#include <gtest/gtest.h>

namespace caredian::api {
namespace {

using net::http::HeaderView;
using net::http::Request;
using net::http::Response;

constexpr std::string_view attack = "\"><script>alert(1)</script>' &lt;";

std::string body(const Response& r) {
    return std::get<std::string>(r.body);
}

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
    return n;
}

TEST(EscapeHtml, MakesTextOfEverything) {
    EXPECT_EQ(escape_html("<a href=\"x\" b='y'>&amp;한글"),
              "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;한글");
    EXPECT_EQ(escape_html(""), "");
}

TEST(Pages, WhatPeopleTypeStaysText) {
    LoginPage login;
    login.username = attack;
    login.return_to = attack;
    login.error = Text::refused;
    FirstRunPage first;
    first.code = attack;
    first.username = attack;
    for (const auto& page : {body(login_page(401, login)), body(first_run_page(403, first))}) {
        EXPECT_EQ(page.find("<script"), std::string::npos);
        EXPECT_EQ(page.find("alert(1)</"), std::string::npos);
        EXPECT_NE(page.find("&quot;&gt;&lt;script&gt;"), std::string::npos);
    }
}

TEST(Pages, AreStrictAccessibleAndNeverKept) {
    for (auto language : {Language::ko, Language::en}) {
        LoginPage login;
        login.language = language;
        login.error = Text::refused;
        FirstRunPage first;
        first.language = language;
        first.error = Text::wrong_code;
        for (const auto& page :
             {login_page(200, login), first_run_page(200, first), not_set_up_page(language)}) {
            auto html = body(page);
            bool policy = false;
            bool fresh = false;
            for (auto& [name, value] : page.headers) {
                policy |= name == "Content-Security-Policy" &&
                          value.find("default-src 'none'") != std::string::npos;
                fresh |= name == "Cache-Control" && value == "no-store";
            }
            EXPECT_TRUE(policy && fresh);
            EXPECT_NE(html.find("<html lang=\"" + std::string(to_string(language)) + "\""),
                      std::string::npos);
            EXPECT_NE(html.find("name=\"viewport\""), std::string::npos);
            for (auto inline_thing : {"<script", "<style", " style=", " onclick=", "javascript:"})
                EXPECT_EQ(html.find(inline_thing), std::string::npos) << inline_thing;
            EXPECT_EQ(count(html, "<label for="), count(html, "<input id=")) << "each has a label";
            EXPECT_EQ(count(html, "<h1>"), 1u);
        }
        EXPECT_NE(body(login_page(200, login)).find("role=\"alert\""), std::string::npos);
    }
}

TEST(Pages, ProvidersAreLinksThatCarryWhereToGo) {
    LoginPage login;
    login.return_to = "/system";
    login.providers = {{"sso", std::string(attack)}, {"google", "Google"}};
    auto html = body(login_page(200, login));
    EXPECT_NE(html.find("href=\"/auth/login/sso?return_to=%2Fsystem\">&quot;&gt;&lt;script"),
              std::string::npos);
    EXPECT_EQ(count(html, "class=\"button other\""), 2u);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    login.providers.clear();
    EXPECT_EQ(body(login_page(200, login)).find("class=\"or\""), std::string::npos);
}

TEST(Pages, SignedOutGoesOnByItself) {
    auto page = signed_out_page(Language::en, "https://sso.example/end?a=1&b=\"x");
    bool goes = false;
    for (auto& [name, value] : page.headers)
        goes |= name == "Refresh" && value == "0; url=https://sso.example/end?a=1&b=\"x";
    EXPECT_TRUE(goes);
    EXPECT_NE(body(page).find("href=\"https://sso.example/end?a=1&amp;b=&quot;x\""),
              std::string::npos);
}

TEST(Pages, EveryTextIsThereInBothLanguages) {
    for (int i = 0; i <= static_cast<int>(Text::switch_language); ++i) {
        auto ko = text(static_cast<Text>(i), Language::ko);
        auto en = text(static_cast<Text>(i), Language::en);
        EXPECT_FALSE(ko.empty() || en.empty());
        EXPECT_NE(ko, en);
    }
}

TEST(PageLanguage, Table) {
    struct {
        std::string_view query, cookie, accept;
        Language expected;
    } cases[] = {
        {"", "", "", Language::en},
        {"", "", "ko", Language::ko},
        {"", "", "ko-KR,ko;q=0.9,en;q=0.8", Language::ko},
        {"", "", "de-DE, en-US;q=0.7, ko;q=0.3", Language::en},
        {"", "", "fr, KO", Language::ko},
        {"", "", ",,;;,korean", Language::en},
        {"", "caredian_lang=ko", "en", Language::ko},
        {"", "caredian_lang=xx", "ko", Language::ko},
        {"lang=en", "caredian_lang=ko", "ko", Language::en},
        {"lang=%3Cscript%3E", "", "ko", Language::ko},
        {"lang=", "", "en", Language::en},
    };
    for (auto& c : cases) {
        const HeaderView headers[] = {{"Cookie", c.cookie}, {"Accept-Language", c.accept}};
        Request request;
        request.headers = headers;
        request.query = c.query;
        EXPECT_EQ(page_language(request), c.expected) << c.accept << " " << c.query;
    }
}

TEST(Fields, Table) {
    struct {
        std::string_view type, body;
        unsigned status; // 0: good
    } cases[] = {
        {"application/json", R"({"a":"x","b":null,"c":1,"d":true})", 0},
        {"Application/JSON; charset=utf-8", R"({"a":"x"})", 0},
        {"application/x-www-form-urlencoded", "a=x&b=%ea%b0%80+&&c", 0},
        {"application/x-www-form-urlencoded", "", 0},
        {"application/json", "", 400},
        {"application/json", "[]", 400},
        {"application/json", "{", 400},
        {"application/json", R"({"a":"\ud800"})", 400},
        {"application/json", R"({"a":{"a":{"a":{"a":{"a":1}}}}})", 400},
        {"application/x-www-form-urlencoded", "a=%4", 400},
        {"application/x-www-form-urlencoded", "a=%ff", 400},
        {"application/x-www-form-urlencoded", "a=1&a=2", 400},
        {"text/plain", R"({"a":"x"})", 415},
        {"", R"({"a":"x"})", 415},
        {"multipart/form-data; boundary=x", "", 415},
    };
    for (auto& c : cases) {
        const HeaderView headers[] = {{"Content-Type", c.type}};
        Request request;
        request.headers = headers;
        request.body_text = c.body;
        auto read = Fields::read(request);
        auto* problem = std::get_if<Response>(&read);
        EXPECT_EQ(problem ? problem->status : 0, c.status) << c.type << " " << c.body;
    }
}

TEST(Fields, TextsAndFlags) {
    const HeaderView headers[] = {{"Content-Type", "application/json"}};
    Request request;
    request.headers = headers;
    request.body_text = R"({"a":"x","n":null,"i":1,"t":true,"s":"true"})";
    auto fields = std::get<Fields>(Fields::read(request));
    EXPECT_EQ(fields.text("a"), "x");
    EXPECT_EQ(fields.text("n"), std::nullopt);
    EXPECT_EQ(fields.text("i"), std::nullopt);
    EXPECT_EQ(fields.text("z"), std::nullopt);
    EXPECT_EQ(fields.flag("t"), true);
    EXPECT_EQ(fields.flag("s"), std::nullopt);
    EXPECT_TRUE(fields.has("n"));
    EXPECT_FALSE(fields.is_form());
}

} // namespace
} // namespace caredian::api
