// Roles and grants, and why somebody may do something: for administrators.
#pragma once

#include "api/access_explain.h"
#include "base/pool.h"
#include "net/http/router.h"

namespace caredian::api {

// /api/v1/roles, /api/v1/roles/{name}, /api/v1/grants, /api/v1/grants/{id},
// POST /api/v1/access/explain. `pool` runs SQL. A change holds for every request that comes after
// its answer.
void add_access_routes(net::http::Router& router, const ExplainWith& with, Pool& pool);

} // namespace caredian::api
