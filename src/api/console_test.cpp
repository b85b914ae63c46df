#include "api/console.h"
#include "api/embedded.h"

#include <gtest/gtest.h>
#include <set>

namespace caredian::api {
namespace {

using namespace net::http;

Router console() {
    Router router;
    add_console_routes(router);
    return router;
}

TEST(Console, ServesItsPagesToPeopleWhoSignedIn) {
    const Router router = console();
    for (const char* path : {"/", "/devices", "/devices/kitchen%2Fclimate", "/history", "/mapping",
                             "/system", "/people", "/roles", "/access", "/audit", "/catalogue"}) {
        const auto match = router.match(Method::get, path);
        ASSERT_NE(match.route, nullptr) << path;
        EXPECT_EQ(match.route->access, "signed-in") << path;
        const Request request;
        Context context{request, match.parameters};
        const Response response = match.route->quick(context);
        EXPECT_EQ(response.status, 200u);
    }
}

TEST(Console, KnowsNoPathOutsideItsTable) {
    const Router router = console();
    for (const char* path :
         {"/index.html", "/assets/", "/assets/..", "/assets/../index.html",
          "/assets/%2e%2e/index.html", "/..", "//", "/nothing", "/system/x", "/devicesx",
          "/history/x", "/mapping/x", "/people/x", "/assets/index.js/"})
        EXPECT_EQ(router.match(Method::get, path).route, nullptr) << path;
}

TEST(Console, FilesHaveTypesTagsAndAreImmutableOnlyUnderAHash) {
    std::set<std::string_view> paths;
    for (const EmbeddedFile& file : console_files()) {
        EXPECT_TRUE(paths.insert(file.path).second) << file.path;
        EXPECT_NE(content_type_of(file.path), "application/octet-stream") << file.path;
        EXPECT_EQ(file.etag.size(), 18u);
        EXPECT_FALSE(file.identity.empty());
        EXPECT_TRUE(is_console_path(file.path));
    }
    EXPECT_FALSE(is_console_path("/api/v1/devices"));
}

TEST(Console, ContentTypes) {
    EXPECT_EQ(content_type_of("/a.js"), "text/javascript; charset=utf-8");
    EXPECT_EQ(content_type_of("/a.b.css"), "text/css; charset=utf-8");
    EXPECT_EQ(content_type_of("/favicon.svg"), "image/svg+xml");
    EXPECT_EQ(content_type_of("/js"), "application/octet-stream");
}

TEST(Console, GzipIsLeftOutWhereItGainsNothing) {
    const EmbeddedFile small{"/a.txt", "abc", "longer than that", "\"x\""};
    EXPECT_TRUE(asset_of(small, false).gzip.empty());
    const EmbeddedFile large{"/a.txt", "abcabcabcabc", "short", "\"x\""};
    EXPECT_EQ(asset_of(large, true).gzip, "short");
    EXPECT_TRUE(asset_of(large, true).immutable);
}

} // namespace
} // namespace caredian::api
