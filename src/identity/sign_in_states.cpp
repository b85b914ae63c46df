#include "identity/sign_in_states.h"

#include "guard/audit.h"
#include "store/database.h"

namespace caredian::identity {

namespace {

constexpr std::int64_t most_events = 100'000;

} // namespace

result<SignInStates> sign_in_states(store::Database& database) {
    SignInStates out;
    auto factors = database.query("SELECT a.username FROM accounts a JOIN second_factors s "
                                  "ON s.account = a.id WHERE s.passkeys <> 0 OR LENGTH(s.app) > 0",
                                  {});
    if (!factors) return factors.error();
    for (const auto& row : *factors) out[row.text(0)].second_factor = true;
    auto newest = database.query("SELECT MAX(id) FROM audit", {});
    if (!newest) return newest.error();
    // An account of the same name that was there before is another one.
    auto logins = database.query(
        "SELECT a.username, MAX(e.time_ns) FROM audit e JOIN accounts a ON a.username = e.subject "
        "WHERE e.id > ? AND e.event = ? AND e.time_ns >= a.created_ns GROUP BY a.username",
        {(*newest)[0].integer(0) - most_events, to_string(guard::AuditEvent::login)});
    if (!logins) return logins.error();
    for (const auto& row : *logins) out[row.text(0)].last_login = from_ns(row.integer(1));
    return out;
}

} // namespace caredian::identity
