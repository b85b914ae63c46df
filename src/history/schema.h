// The tables of history.db, and how older files become it. docs/history-format.md is the truth.
#pragma once

#include "base/result.h"
#include "store/sqlite.h"

namespace caredian::history {

// Makes what is missing; brings a file of an older format up to date, in one transaction.
// Errors: store's; Errc::format for a file of a newer version.
result<void> prepare_schema(store::Sqlite& db);

} // namespace caredian::history
