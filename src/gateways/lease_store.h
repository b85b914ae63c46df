// The lease's row in the database, and the writes that hang on it.
//
//   leases(home, holder, fence, beat, changed_ms)      one row for each home
//
// changed_ms is the database's own clock, for people who look: nothing is decided by it.
#pragma once

#include "base/result.h"
#include "gateways/lease.h"
#include "store/database.h"
#include "store/migrations.h"

#include <functional>
#include <span>
#include <string>

namespace caredian::gateways {

enum class Errc {
    ok,
    superseded, // a later holder has written: this gateway's term is over
    no_slot,    // as many gateways as there may be
    taken,      // another running gateway has that name, or that number
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

// All tables of this room.
std::span<const store::Migration> migrations();

// The database's clock as SQL, in ms since 1970.
std::string_view now_ms(store::Dialect dialect);

// Any thread; blocks.
class LeaseStore {
public:
    LeaseStore(store::Database& database, std::string home)
        : database_(database), home_(std::move(home)) {}

    // Does what the step wants, and reads the row.
    result<LeaseRow> run(const Lease::Ask& ask);
    // `work`, all or nothing, while the row has this fence: it cannot change before the end.
    // superseded: nothing was done.
    result<void> fenced(std::int64_t fence, const store::Database::Work& work);

private:
    result<LeaseRow> read(store::Connection& c);

    store::Database& database_;
    const std::string home_;
};

} // namespace caredian::gateways

template <>
struct boost::system::is_error_code_enum<caredian::gateways::Errc> : std::true_type {};
