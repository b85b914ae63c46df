// After a start: what the last run left in the journal, and what to do with a file that is damaged.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "ingest/journal.h"
#include "ingest/session.h"

#include <string>

namespace caredian::ingest {

// Makes `session` what it was: the tables that were saved, then the rows after them. Returns the
// subscriptions that were remembered. Errors: store::Errc; `session` is of no use then.
result<std::string> restore_session(Journal& journal, const std::string& path, Session& session);

// A file damaged beyond use gets another name, with `now` in it, for a person to look at.
void put_aside(const std::string& path, WallTime now);

} // namespace caredian::ingest
