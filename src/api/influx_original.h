// The original gateway's routes of InfluxDB, with its names and JSON: /influx/ping, /influx/query,
// /influx/write/point. It had them without rights and passed on any statement; both is mended.
#pragma once

#include "api/readings_in.h"
#include "history/influx/options.h"

#include <functional>
#include <memory>

namespace caredian::api {

struct OriginalInflux {
    const history::influx::Options* server = nullptr; // nullptr: none is set up
    std::function<bool()> is_up;                      // of that server
};

// Queries run on `pool`, which outlives the router as the server's options do.
void add_original_influx_routes(net::http::Router& router, OriginalInflux influx,
                                std::shared_ptr<ReadingsIn> readings, Pool& pool);

} // namespace caredian::api
