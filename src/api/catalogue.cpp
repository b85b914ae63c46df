#include "api/catalogue.h"

#include "api/route.h"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace caredian::api {

namespace {

using net::http::awaitable;
using net::http::Context;
using net::http::Method;
using net::http::Response;

constexpr std::size_t slice = 64; // devices, before others on the worker get their turn

Response answer(std::string text, CatalogueFormat format) {
    if (format == CatalogueFormat::json) return Response::json(200, std::move(text));
    const bool csv = format == CatalogueFormat::csv;
    Response response = Response::text(200, std::move(text),
                                       csv ? "text/csv; charset=utf-8; header=present"
                                           : "text/markdown; charset=utf-8");
    response.set("Content-Disposition", std::string("attachment; filename=\"caredian-catalogue.") +
                                            (csv ? "csv\"" : "md\""));
    return response;
}

awaitable<Response> handle(const devices::Registry& registry, const Clock& clock,
                           const Seeing& seeing, const Context& context) {
    auto format = parse_catalogue_format(context.request.query_value("format").value_or(""));
    if (!format) co_return Response::problem(400, "format is json, markdown or csv");
    const auto language = context.request.query_value("lang").value_or("en");
    if (language != "en" && language != "ko") co_return Response::problem(400, "lang is en or ko");
    const auto visible = Visible::of(seeing, context);
    devices::Catalogue catalogue;
    std::string after;
    for (;;) {
        auto some = registry.list(after, slice);
        for (const auto& device : some)
            if (visible.device(device)) catalogue.add(device);
        if (some.size() < slice) break;
        after = some.back().id;
        co_await boost::asio::post(boost::asio::use_awaitable);
    }
    auto response =
        answer(catalogue_text(catalogue, *format, clock.wall(), language == "ko"), *format);
    response.set("Cache-Control", "no-store");
    co_return response;
}

} // namespace

std::optional<CatalogueFormat> parse_catalogue_format(std::string_view text) {
    if (text.empty() || text == "json") return CatalogueFormat::json;
    if (text == "markdown") return CatalogueFormat::markdown;
    if (text == "csv") return CatalogueFormat::csv;
    return std::nullopt;
}

std::string catalogue_text(const devices::Catalogue& catalogue, CatalogueFormat format,
                           WallTime made, bool korean) {
    std::string out;
    if (format == CatalogueFormat::json) catalogue.append_json(out, made);
    if (format == CatalogueFormat::csv) catalogue.append_csv(out);
    if (format == CatalogueFormat::markdown) catalogue.append_markdown(out, made, korean);
    return out;
}

void add_catalogue_routes(net::http::Router& router, const devices::Registry& registry,
                          const Clock& clock, const Seeing& seeing) {
    auto route = make_route("/api/v1/catalogue", Method::get, "signed-in",
                            "The sensor catalogue: every field with its type and unit");
    route.handler = [&registry, &clock, seeing](Context& context) {
        return handle(registry, clock, seeing, context);
    };
    router.add(std::move(route));
}

} // namespace caredian::api
