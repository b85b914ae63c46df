#include "api/openapi.h"

#include "api/embedded.h"
#include "base/encoding.h"
#include "base/json.h"

#include <memory>
#include <stdexcept>

namespace caredian::api {
namespace {

using net::http::Asset;
using net::http::Context;
using net::http::Method;
using net::http::Response;
using net::http::Route;
using net::http::Router;

const EmbeddedFile& document_file(std::string_view path) {
    const EmbeddedFile* file = find_file(document_files(), path);
    if (!file) throw std::logic_error("not embedded: " + std::string(path));
    return *file;
}

void add_asset(Router& router, std::string path, std::string_view source, std::string summary) {
    Route route;
    route.path = std::move(path);
    route.methods = {Method::get};
    route.access = "public";
    route.body_limit = 0;
    route.summary = std::move(summary);
    const auto asset = std::make_shared<const Asset>(asset_of(document_file(source), false));
    route.quick = [asset](Context&) {
        Response response;
        response.body = asset.get();
        return response;
    };
    router.add(std::move(route));
}

// "/ha/api/*" is written "/ha/api/{path}" in the document.
std::string described_path(std::string_view pattern) {
    std::string path(pattern);
    if (path.ends_with("/*")) path.replace(path.size() - 1, 1, "{path}");
    return path;
}

const json::object* member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value ? value->if_object() : nullptr;
}

std::string quoted(const Route& route, std::string_view method) {
    return std::string(method) + " " + route.path;
}

void compare_access(const Route& route, std::string_view method, const json::object& operation,
                    std::vector<std::string>& out) {
    const json::value* access = operation.if_contains("x-access");
    if (!access || !access->is_string() || std::string_view(access->get_string()) != route.access)
        out.push_back(quoted(route, method) + " is served to \"" + route.access +
                      "\": x-access of the document says otherwise");
}

// Every served route is described.
void compare_route(const Route& route, const json::object& paths, std::vector<std::string>& out) {
    const json::object* item = member(paths, described_path(route.path));
    if (!item) {
        out.push_back(route.path + " is served and not described");
        return;
    }
    if (route.methods.empty()) {
        for (const auto& [name, operation] : *item)
            if (operation.is_object()) compare_access(route, name, operation.get_object(), out);
        return;
    }
    for (Method method : route.methods) {
        const std::string name = lower_ascii(to_string(method));
        if (name == "head" && !item->contains(name)) continue; // GET's
        if (const json::object* operation = member(*item, name))
            compare_access(route, name, *operation, out);
        else
            out.push_back(quoted(route, name) + " is served and not described");
    }
}

bool serves(const Router& router, std::string_view path, std::string_view method) {
    for (const Route& route : router.routes()) {
        if (described_path(route.path) != path) continue;
        if (route.methods.empty()) return true;
        for (Method m : route.methods)
            if (lower_ascii(to_string(m)) == method) return true;
    }
    return false;
}

} // namespace

std::string_view openapi_document() {
    return document_file("/docs/openapi.json").identity;
}

void add_openapi_routes(Router& router) {
    add_asset(router, "/openapi.json", "/docs/openapi.json", "The API's description");
    add_asset(router, "/docs/style.css", "/src/api/docs.css", "Style of /docs");
    Route route;
    route.path = "/docs";
    route.methods = {Method::get};
    route.access = "public";
    route.body_limit = 0;
    route.summary = "The API's description, for people";
    route.quick = [page = std::make_shared<const std::string>(render_docs(openapi_document()))](
                      Context&) { return Response::html(200, *page); };
    router.add(std::move(route));
}

std::vector<std::string> openapi_differences(const Router& router, const RouteFilter& ignored) {
    std::vector<std::string> out;
    const auto document = parse_json(openapi_document());
    const json::object* root = document ? document->if_object() : nullptr;
    const json::object* paths = root ? member(*root, "paths") : nullptr;
    if (!paths) return {"docs/openapi.json has no paths"};
    for (const Route& route : router.routes())
        if (!ignored(route.path)) compare_route(route, *paths, out);
    for (const auto& [path, item] : *paths)
        for (const auto& [method, operation] : item.as_object())
            if (operation.is_object() && !serves(router, path, method))
                out.push_back(std::string(method) + " " + std::string(path) +
                              " is described and not served");
    return out;
}

} // namespace caredian::api
