#include "identity/identity.h"

#include "base/log.h"

namespace caredian::identity {

namespace {

TokenKeyOptions token_options(const IdentityOptions& options) {
    TokenKeyOptions out = options.tokens;
    if (out.secret.empty()) out.secret = options.secret;
    return out;
}

} // namespace

Identity::Identity(const IdentityOptions& options, store::Database& database, const Clock& clock,
                   Random& random)
    : database_(database), accounts(database, clock, random, options.password_cost),
      session_store(database),
      sessions(options.session_store ? *options.session_store : session_store, accounts,
               options.secret, clock, random, options.sessions),
      api_keys(database, accounts, clock, random),
      tokens(database, api_keys, token_options(options), clock, random, options.token_limits),
      first_run(options.first_run_file, accounts, random), lockout(clock, options.lockout) {}

result<void> Identity::start() {
    if (auto r = prepare(database_); !r) return r;
    if (auto r = first_run.start(); !r) return r;
    ready_.store(true, std::memory_order_relaxed);
    return {};
}

void Identity::maintain() {
    if (auto r = sessions.sweep(); !r)
        log::warning("identity", "old sessions stay", {{"reason", r.error().message()}});
    if (auto r = tokens.sweep(); !r)
        log::warning("identity", "old grants stay", {{"reason", r.error().message()}});
    if (auto r = api_keys.sweep(); !r)
        log::warning("identity", "old keys stay", {{"reason", r.error().message()}});
    if (auto r = accounts.audit().trim(); !r)
        log::warning("identity", "old audit rows stay", {{"reason", r.error().message()}});
}

} // namespace caredian::identity
