#include "api/origin_rule.h"

#include <gtest/gtest.h>

namespace caredian::api {
namespace {

using net::http::HeaderView;
using net::http::Method;
using net::http::Request;

struct Case {
    std::vector<HeaderView> headers;
    Source expected;
    const char* host = "home.example";
    bool secure = true;
    const char* public_url = "";
};

TEST(SourceOf, Table) {
    const Case cases[] = {
        {{{"Origin", "https://home.example"}}, Source::same},
        {{{"origin", "HTTPS://Home.Example"}}, Source::same},
        {{{"Origin", "https://home.example:443"}}, Source::same},
        {{{"Origin", "https://home.example"}}, Source::same, "home.example:443"},
        {{{"Origin", "http://home.example"}}, Source::same, "home.example:80", false},
        {{{"Origin", "http://192.168.0.5:8080"}}, Source::same, "192.168.0.5:8080", false},
        {{{"Origin", "http://[fd00::1]:8080"}}, Source::same, "[fd00::1]:8080", false},
        {{{"Sec-Fetch-Site", "same-origin"}}, Source::same},
        {{{"Origin", "null"}, {"Sec-Fetch-Site", "same-origin"}}, Source::same},
        // TLS that a proxy ends without saying so
        {{{"Origin", "https://home.example"}},
         Source::same,
         "home.example",
         false,
         "https://home.example"},
        {{{"Origin", "https://home.example"}},
         Source::same,
         "home.example",
         false,
         "https://home.example/"},
        {{{"Origin", "https://home.example:8443"}},
         Source::same,
         "home.example:8443",
         false,
         "https://home.example:8443"},
        {{}, Source::unknown},
        {{{"Sec-Fetch-Site", "none"}}, Source::unknown},
        {{{"Origin", "http://home.example"}}, Source::other},
        {{{"Origin", "https://home.example"}}, Source::other, "home.example", false},
        {{{"Origin", "https://home.example:8443"}}, Source::other},
        {{{"Origin", "https://home.example:8443"}}, Source::other, "home.example:9443"},
        {{{"Origin", "https://evil.example"}}, Source::other},
        {{{"Origin", "https://home.example.evil"}}, Source::other},
        {{{"Origin", "https://evilhome.example"}}, Source::other},
        {{{"Origin", "https://sub.home.example"}}, Source::other},
        {{{"Origin", "https://home.example/"}}, Source::other},
        {{{"Origin", "null"}}, Source::other},
        {{{"Origin", ""}}, Source::other},
        {{{"Origin", "home.example"}}, Source::other},
        {{{"Sec-Fetch-Site", "cross-site"}}, Source::other},
        {{{"Sec-Fetch-Site", "same-site"}}, Source::other},
        {{{"Sec-Fetch-Site", "Same-Origin"}}, Source::other},
        {{{"Sec-Fetch-Site", ""}}, Source::other},
        {{{"Origin", "https://home.example"}, {"Sec-Fetch-Site", "cross-site"}}, Source::other},
        {{{"Origin", "https://home.example"}, {"Origin", "https://home.example"}}, Source::other},
        {{{"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "none"}}, Source::other},
        // another name than the one asked for, though it is public_url's
        {{{"Origin", "https://home.example"}},
         Source::other,
         "192.168.0.5:8080",
         false,
         "https://home.example"},
        {{{"Origin", "https://evil.example"}},
         Source::other,
         "evil.example",
         false,
         "https://home.example"},
    };
    for (const auto& c : cases) {
        Request request;
        request.headers = c.headers;
        request.host = c.host;
        request.secure = c.secure;
        EXPECT_EQ(source_of(request, c.public_url), c.expected)
            << "case " << &c - cases << (c.headers.empty() ? "" : c.headers[0].value);
    }
}

TEST(ChangesState, Table) {
    Request request;
    for (auto method : {Method::get, Method::head, Method::options}) {
        request.method = method;
        EXPECT_FALSE(changes_state(request));
    }
    for (auto method : {Method::post, Method::put, Method::patch, Method::delete_, Method::other}) {
        request.method = method;
        EXPECT_TRUE(changes_state(request));
    }
    request.method = Method::get;
    const HeaderView upgrade[] = {{"Upgrade", "websocket"}};
    request.headers = upgrade;
    EXPECT_TRUE(changes_state(request)) << "a WebSocket does what it likes afterwards";
}

} // namespace
} // namespace caredian::api
