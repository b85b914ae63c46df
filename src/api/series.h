// GET /api/v1/series: what series are kept, each field with its type and number of points.
//
//   measurement, device   filters; none: every series
//
// {"series":[{"measurement","tags","field","type","unit"?,"first","last","points"}]}, streamed.
// `first` and `last` are of the series, not of the field.
#pragma once

#include "api/visible.h"
#include "base/pool.h"
#include "history/local_history.h"
#include "net/http/router.h"

namespace caredian::api {

// Asks on `pool`. All arguments outlive the router. Access: "signed-in".
void add_series_routes(net::http::Router& router, history::LocalHistory& history, Pool& pool,
                       const Seeing& seeing = {});

} // namespace caredian::api
