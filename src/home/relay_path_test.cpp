#include "home/relay_path.h"

#include <gtest/gtest.h>

namespace caredian::home {
namespace {

TEST(RelayTarget, StaysBelowApi) {
    struct Case {
        const char *rest, *query, *target;
    };
    for (const auto& c : {
             Case{"", "", "/api/"},
             {"states", "", "/api/states"},
             {"states/sensor.kitchen", "", "/api/states/sensor.kitchen"},
             {"history/period/2026-01-10T00:00:00+00:00",
              "filter_entity_id=a.b,c.d&minimal_response",
              "/api/history/period/"
              "2026-01-10T00:00:00+00:00?filter_entity_id=a.b,c.d&minimal_response"},
             {"hassio_ingress/token/", "", "/api/hassio_ingress/token/"},
             {"x/%ED%95%9C%20y", "", "/api/x/%ED%95%9C%20y"},
             {"...", "", "/api/..."},
             {"a..b", "", "/api/a..b"},
             {"x/100%25", "", "/api/x/100%25"},
             {"states", "x=../..%2f", "/api/states?x=../..%2f"}, // a query is no path
         })
        EXPECT_EQ(relay_target(c.rest, c.query).value(), c.target);
}

TEST(RelayTarget, RefusesEveryTrick) {
    for (auto rest : {
             "..",
             "../",
             "../auth/token",
             "states/..",
             "states/../../auth",
             ".",
             "./states",
             "states/.",
             "/states",
             "states//x",
             "//",
             "/",
             "%2e%2e/auth",
             "%2E%2E/auth",
             ".%2e/auth",
             "..%2fauth",
             "..%2Fauth",
             "states%2f..%2f..%2fauth",
             "%2f",
             "x%5c..%5cy",
             "x\\..\\y",
             "..\\",
             "%252e%252e/auth",
             "%252e%252e%252fauth",
             "%25252e%25252e/x",
             "%25%32%65",
             "a%00b",
             "a%0d%0aHost:%20x",
             "a%7f",
             "..;/auth",
             "..;x=1/auth",
             ".;/x",
             "%",
             "%2",
             "%zz",
             "a%2eb",
             "%2525252525252525252e",
         })
        EXPECT_FALSE(relay_target(rest, "")) << rest;
}

} // namespace
} // namespace caredian::home
