#include "api/console.h"

#include "api/embedded.h"

#include <algorithm>
#include <memory>
#include <string>

namespace caredian::api {
namespace {

using net::http::Asset;
using net::http::Context;
using net::http::Method;
using net::http::Response;
using net::http::Router;

constexpr std::string_view page_paths[] = {
    "/",       "/devices", "/devices/*", "/history", "/account", "/keys",      "/mapping",
    "/system", "/people",  "/roles",     "/access",  "/audit",   "/enrolment", "/catalogue"};
constexpr std::string_view index_path = "/index.html";

constexpr std::string_view not_built =
    R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>CareDian</title>
<link rel="stylesheet" href="/docs/style.css">
<main>
<h1>CareDian is running</h1>
<p>This program was built without its console. To build both:</p>
<pre>./run --setup</pre>
<p>or, by hand, <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code> and then CMake again.</p>
<p lang="ko">이 프로그램에는 화면(콘솔)이 들어 있지 않습니다. <code>./run --setup</code>으로 함께 빌드하세요.</p>
<p>The API works: see <a href="/docs">/docs</a>.</p>
</main>
</html>
)";

void add(Router& router, std::string_view path, std::string_view access,
         net::http::QuickHandler handler) {
    net::http::Route route;
    route.path = path;
    route.methods = {Method::get};
    route.access = access;
    route.quick = std::move(handler);
    route.body_limit = 0;
    route.summary = "Console";
    router.add(std::move(route));
}

// Responses point at the asset; the router, which holds the handler, outlives them.
net::http::QuickHandler serve(const EmbeddedFile& file) {
    const bool immutable = file.path.starts_with("/assets/");
    return [asset = std::make_shared<const Asset>(asset_of(file, immutable))](Context&) {
        Response response;
        response.body = asset.get();
        return response;
    };
}

} // namespace

void add_console_routes(Router& router) {
    const auto files = console_files();
    const EmbeddedFile* index = find_file(files, index_path);
    const net::http::QuickHandler page = index ? serve(*index) : [](Context&) {
        return Response::html(200, std::string(not_built));
    };
    for (std::string_view path : page_paths) add(router, path, "signed-in", page);
    for (const EmbeddedFile& file : files)
        if (file.path != index_path) add(router, file.path, "public", serve(file));
}

bool is_console_path(std::string_view pattern) {
    return std::ranges::find(page_paths, pattern) != std::end(page_paths) ||
           find_file(console_files(), pattern) != nullptr;
}

} // namespace caredian::api
