// The console: what a browser gets at "/". Its files are part of the binary.
#pragma once

#include "net/http/router.h"

#include <string_view>

namespace caredian::api {

// Adds one row per file, by its exact name: a path that is not in the table cannot be reached, so
// there is nothing to traverse. "/" and the console's own pages ("/devices/…", "/system") answer
// index.html, which shows the page by its path; they are for "signed-in", so that a browser without
// a session is sent to the login page before anything else is loaded. The other files are public:
// they are the same for everybody and hold no data. Names with a hash ("/assets/…") are immutable.
// A binary that was built without the console answers a page that says how to build it.
void add_console_routes(net::http::Router& router);

// Whether the route of that pattern is one of the console's: not part of the API's document.
bool is_console_path(std::string_view pattern);

} // namespace caredian::api
