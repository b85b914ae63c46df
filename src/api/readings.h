// GET /api/v1/readings: what was kept, as JSON or CSV, streamed.
//
//   measurement, device, field   at least one
//   from, to                     RFC 3339, a date, "now", or back from now: "-24h"; from <= t < to
//   every, fn                    windows: "15m", and mean|min|max|first|last|sum|count.
//                                `fn` alone: one value over the whole range
//   width                        a chart's pixels: points when they are few, else windows with
//                                mean, min and max; JSON says `every_s`, 0 = points
//   source                       where from: local, or the name of a server of the settings; else
//   as
//                                history.source says
//   format                       json (default) or csv (RFC 4180; texts are given as they were
//                                stored: a spreadsheet may take one that starts with = for a
//                                formula)
//
// GET /api/v1/export: the same filters (or none: everything), points only, format csv or lp
// (history/exchange/point_writer.h): what POST /api/v1/import takes.
//
// A parameter that is unknown, given twice or not readable is answered 400, and named. 503 with
// Retry-After when too many queries run. A client that leaves ends its query.
#pragma once

#include "api/visible.h"
#include "base/clock.h"
#include "base/pool.h"
#include "history/query.h"
#include "net/http/router.h"

#include <cstddef>
#include <map>
#include <string>

namespace caredian::api {

// Who can be asked, by name; `chosen` when a request names none.
struct ReadingsSources {
    std::map<std::string, history::QuerySource*, std::less<>> all;
    std::string chosen = "local";
};

struct ReadingsOptions {
    std::size_t concurrent = 4; // queries under way; 503 with Retry-After beyond
    std::size_t chunk_bytes = std::size_t{64} * 1024; // of the body, made at once
};

// Queries run on `pool`. "local" is always there, and exports come from it. What is handed in
// outlives the router. Access: "signed-in".
void add_readings_routes(net::http::Router& router, ReadingsSources sources, Pool& pool,
                         const Clock& clock, const Seeing& seeing = {},
                         ReadingsOptions options = {});

} // namespace caredian::api
