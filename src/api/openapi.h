// The API's own description: /openapi.json, and /docs, the same for people.
#pragma once

#include "net/http/router.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::api {

// docs/openapi.json (OpenAPI 3.1), as it was at build time.
std::string_view openapi_document();

// GET /openapi.json, /docs and /docs/style.css. Public: it is what the source says anyway.
void add_openapi_routes(net::http::Router& router);

// What the document and the served routes disagree about, one sentence each; empty when they agree.
// Both directions: a route that is not described, a described operation that is not served, another
// access word than "x-access". A route for every method may be described by any of them. Paths that
// `ignored` answers true for are no part of the API: the console's files (is_console_path).
using RouteFilter = std::function<bool(std::string_view pattern)>;
std::vector<std::string> openapi_differences(const net::http::Router& router,
                                             const RouteFilter& ignored);

// The page at /docs: plain HTML without script. Throws std::runtime_error when `document` is not an
// OpenAPI document as ours is written (the test renders the real one).
std::string render_docs(std::string_view document);

} // namespace caredian::api
