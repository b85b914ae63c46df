// POST /api/v1/import: history from elsewhere, straight from the body.
//
//   format      csv (as GET /api/v1/export writes it) or lp (line protocol)
//   precision   of line protocol's times: ns (default), us, ms, s
//   device_tag  line protocol: the tag that names the device; default `device`
//
// {"lines","values","rejected","dropped","errors":[{"line","reason"}]}: what was wrong with a line
// keeps nothing else out; the first 20 are named. When it answers, what was taken is on disk.
// 400: a parameter, or CSV without its header. 503: another import runs, or the disk refuses.
#pragma once

#include "base/clock.h"
#include "base/pool.h"
#include "history/local_history.h"
#include "net/http/router.h"

namespace caredian::api {

// Works on `pool`. All arguments outlive the router. Access: "admin".
void add_import_routes(net::http::Router& router, history::LocalHistory& history, Pool& pool,
                       const Clock& clock);

} // namespace caredian::api
