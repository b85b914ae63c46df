// How the rows of the audit hang together. Only for audit*.cpp and its tests.
#pragma once

#include "guard/audit.h"

namespace caredian::guard {

// The hash of `row`, after a row whose hash was `previous`: SHA-256 over both, each text with its
// length before it. As hex.
std::string chain_hash(std::string_view previous, const AuditRow& row);
std::string chain_begin(); // what the first row follows

AuditRow audit_row(const store::Row& row); // of audit_columns
inline constexpr std::string_view audit_columns =
    "id,time_ns,event,actor,client,subject,detail,hash";

// "head" and "anchor" of the table audit_heads.
result<AuditHead> read_head(store::Connection& c, std::string_view name);
result<void> write_head(store::Connection& c, std::string_view name, const AuditHead& head);
// From here to the end of the transaction nobody else appends or cuts.
result<void> hold_chain(store::Connection& c);

// A step of the schema: gives the rows of an older version their hashes.
result<void> chain_old_rows(store::Connection& c, store::Dialect dialect);

} // namespace caredian::guard
