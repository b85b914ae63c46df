// What may be used once, by whichever gateway on this database: states, challenges, tokens.
#pragma once

#include "base/clock.h"
#include "store/database.h"

#include <string>

namespace caredian::identity {

// The first one says true; whoever comes later until `expires`, false. Blocks (SQL). `id` begins
// with what it is ("login …"); the table is oidc/directory.cpp's. Errors: the store's.
result<bool> use_once(store::Database& database, const std::string& id, WallTime expires);
result<void> sweep_used_once(store::Database& database, WallTime now); // once an hour

} // namespace caredian::identity
