// API keys as JSON: for the routes (add_api_keys_routes, in auth.h) and the command line.
#pragma once

#include "identity/api_keys.h"

#include <span>
#include <string>

namespace caredian::api {

// [{"id","user","name","role","scopes":[…],"addresses":[…],"created","expires","last_used"}];
// last_used is null for a key that was never used.
std::string keys_json(std::span<const identity::ApiKey> keys);
// One of them with "key": the only time that it is shown.
std::string made_key_json(const identity::ApiKeys::Made& made);

} // namespace caredian::api
