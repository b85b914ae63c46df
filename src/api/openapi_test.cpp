#include "api/openapi.h"
#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caredian::api {
namespace {

using namespace net::http;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

Route route(std::string path, std::vector<Method> methods, std::string access) {
    Route r;
    r.path = std::move(path);
    r.methods = std::move(methods);
    r.access = std::move(access);
    r.quick = [](Context&) { return Response::empty(204); };
    return r;
}

std::vector<std::string> differences(std::initializer_list<Route> routes) {
    Router router;
    for (const Route& r : routes) router.add(r);
    return openapi_differences(router, [](std::string_view path) { return path == "/ours"; });
}

TEST(OpenApi, DescribesItself) {
    Router router;
    add_openapi_routes(router);
    const auto found = openapi_differences(router, [](std::string_view) { return false; });
    for (const char* path : {"/openapi.json", "/docs", "/docs/style.css"})
        EXPECT_THAT(found, Not(Contains(HasSubstr(std::string(path) + " ")))) << path;
}

TEST(OpenApi, FindsWhatIsServedAndNotDescribed) {
    EXPECT_THAT(differences({route("/nowhere", {Method::get}, "public")}),
                Contains("/nowhere is served and not described"));
    EXPECT_THAT(differences({route("/healthz", {Method::get, Method::post}, "public")}),
                Contains("post /healthz is served and not described"));
    EXPECT_THAT(differences({route("/ours", {Method::get}, "public")}),
                Not(Contains(HasSubstr("/ours"))));
}

TEST(OpenApi, FindsWhatIsDescribedAndNotServed) {
    EXPECT_THAT(differences({}), Contains("get /api/v1/devices is described and not served"));
    EXPECT_THAT(differences({route("/api/v1/users", {Method::get}, "admin")}),
                Contains("post /api/v1/users is described and not served"));
}

TEST(OpenApi, FindsAnotherAccess) {
    EXPECT_THAT(differences({route("/api/v1/system", {Method::get}, "signed-in")}),
                Contains(HasSubstr("get /api/v1/system is served to \"signed-in\"")));
    EXPECT_THAT(differences({route("/ha/api/*", {}, "public")}),
                Contains(HasSubstr("/ha/api/* is served to \"public\"")));
}

TEST(OpenApi, AnEveryMethodRouteIsDescribedByAny) {
    EXPECT_THAT(differences({route("/ha/api/*", {}, "granted")}),
                Not(Contains(HasSubstr("/ha/api"))));
}

// Every "$ref" of the document leads somewhere.
void check_references(const json::value& value, const json::value& root) {
    if (value.is_array())
        for (const json::value& item : value.get_array()) check_references(item, root);
    if (!value.is_object()) return;
    for (const auto& [name, item] : value.get_object()) {
        if (name == "$ref") {
            error_code error;
            root.find_pointer(std::string(item.as_string()).substr(1), error);
            EXPECT_FALSE(error) << item.as_string();
        }
        check_references(item, root);
    }
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
    const auto document = parse_json(openapi_document());
    ASSERT_TRUE(document.has_value());
    EXPECT_EQ(document->at("openapi").as_string(), "3.1.0");
    check_references(*document, *document);
}

TEST(Docs, RendersEveryOperationWithoutScript) {
    const std::string page = render_docs(openapi_document());
    EXPECT_THAT(page, HasSubstr("id=\"get-api-v1-devices\""));
    EXPECT_THAT(page, HasSubstr("id=\"delete-api-v1-users--name-\""));
    EXPECT_THAT(page, HasSubstr("id=\"StreamReading\""));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("style=")));
}

TEST(Docs, EscapesWhatItShows) {
    const std::string page =
        render_docs(R"({"paths":{},"info":{"title":"a<b>&\"","description":"see `x<y`"}})");
    EXPECT_THAT(page, HasSubstr("a&lt;b&gt;&amp;&quot;"));
    EXPECT_THAT(page, HasSubstr("<code>x&lt;y</code>"));
}

TEST(Docs, RefusesWhatIsNoDocument) {
    EXPECT_THROW(render_docs("{"), std::runtime_error);
    EXPECT_THROW(render_docs("[]"), std::runtime_error);
    EXPECT_THROW(render_docs("{}"), std::runtime_error);
}

} // namespace
} // namespace caredian::api
