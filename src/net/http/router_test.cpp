#include "net/http/router.h"

#include <gtest/gtest.h>

namespace caredian::net::http {
namespace {

Route row(std::string path, std::vector<Method> methods) {
    Route r;
    r.path = std::move(path);
    r.methods = std::move(methods);
    r.quick = [](Context&) { return Response::empty(204); };
    return r;
}

struct Routes : testing::Test {
    Router router;
    Routes() {
        for (auto path :
             {"/a", "/a/{x}", "/a/{x}/c", "/a/b/c", "/ha/api/*", "/*", "/verify", "/verify/*"})
            router.add(row(path, {Method::get}));
        router.add(row("/a", {Method::post}));
        router.add(row("/any", {}));
    }
    std::string found(std::string_view path, Method m = Method::get) {
        auto match = router.match(m, path);
        if (!match.route) return match.allow.empty() ? "404" : "405 " + match.allow;
        std::string out = match.route->path;
        for (const auto& p : match.parameters) out += " [" + p + "]";
        return out;
    }
};

TEST_F(Routes, LiteralsWinOverNamesAndNamesOverTheRest) {
    EXPECT_EQ(found("/a"), "/a");
    EXPECT_EQ(found("/a/b"), "/a/{x} [b]");
    EXPECT_EQ(found("/a/b/c"), "/a/b/c");
    EXPECT_EQ(found("/a/z/c"), "/a/{x}/c [z]");
    EXPECT_EQ(found("/ha/api/states/x%20y"), "/ha/api/* [states/x%20y]");
    EXPECT_EQ(found("/ha/api/"), "/ha/api/* []");
    EXPECT_EQ(found("/ha/api"), "/* [ha/api]");
    EXPECT_EQ(found("/verify/x/y"), "/verify/* [x/y]");
    EXPECT_EQ(found("/"), "/* []");
}

TEST_F(Routes, DecodesNamesAfterTheSplit) {
    EXPECT_EQ(found("/a/b%2Fc"), "/a/{x} [b/c]");
    EXPECT_EQ(found("/a/%ED%95%9C"), "/a/{x} [한]");
    EXPECT_EQ(found("/a/%zz"), "404");
    EXPECT_EQ(found("/%61"), "/* [%61]"); // exact paths are compared raw
}

TEST_F(Routes, SaysWhichMethodsThereAre) {
    EXPECT_EQ(found("/a", Method::head), "/a");
    EXPECT_EQ(found("/a", Method::put), "405 GET, HEAD, POST");
    EXPECT_EQ(found("/any", Method::other), "/any");
    Router small;
    small.add(row("/x", {Method::post}));
    EXPECT_EQ(small.match(Method::get, "/x").allow, "POST");
    EXPECT_EQ(small.match(Method::get, "/y").route, nullptr);
    EXPECT_TRUE(small.match(Method::options, "*").allow.empty());
}

TEST_F(Routes, RefusesMistakesInTheTable) {
    EXPECT_THROW(router.add(row("/a", {Method::get})), std::logic_error);
    EXPECT_THROW(router.add(row("/a/{other}", {Method::get})), std::logic_error);
    EXPECT_THROW(router.add(row("a", {Method::get})), std::logic_error);
    Route none;
    none.path = "/none";
    EXPECT_THROW(router.add(none), std::logic_error);
}

} // namespace
} // namespace caredian::net::http
