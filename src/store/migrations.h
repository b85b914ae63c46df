// Tables grow by numbered steps. Each room brings its own list and may use only its own tables.
#pragma once

#include "store/database.h"

#include <span>
#include <string_view>

namespace caredian::store {

// One step of a room's schema. DDL in the words of expand_ddl; several statements end with ';'
// each (no ';' inside a literal). Must be repeatable: CREATE … IF NOT EXISTS, or a function that
// looks first. Never change a step that was released: add one.
struct Migration {
    std::string_view sql;
    result<void> (*code)(Connection&, Dialect) = nullptr; // runs after `sql`; may be null
};

// Brings the tables of `room` to the last of `steps`; the table schema_versions says how far they
// are. Any process may call it at any time: the steps run in `exclusive`.
// A database that is newer than `steps` (the program was put back) is Errc::other, logged.
result<void> migrate(Database& database, std::string_view room, std::span<const Migration> steps);

} // namespace caredian::store
