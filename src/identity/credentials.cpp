#include "identity/credentials.h"

#include "base/log.h"
#include "identity/used_once.h"

namespace caredian::identity {

Credentials::Credentials(Identity& identity, store::Database& database, store::Sealer sealer,
                         const Clock& clock, Random& random, std::string_view public_url)
    : database_(database), clock_(clock), sealer_(std::move(sealer)),
      reset_links(database, identity.accounts, clock, random),
      invitations(database, identity.accounts, clock, random),
      second_factors(database, identity.accounts, sealer_, clock, random),
      passkeys(database, identity.accounts, sealer_, clock, random, public_url),
      login(identity, second_factors, passkeys, sealer_, clock, random) {}

void Credentials::maintain() {
    auto warn = [](const result<void>& r) {
        if (!r) log::warning("identity", "old rows stay", {{"reason", r.error().message()}});
    };
    warn(reset_links.sweep());
    warn(invitations.sweep());
    warn(second_factors.sweep());
    warn(passkeys.sweep());
    warn(sweep_used_once(database_, clock_.wall()));
}

result<void> Credentials::remove_passkey(std::string_view id, const Account& owner,
                                         const guard::Actor& by) {
    auto keys = passkeys.list(owner.id);
    if (!keys) return keys.error();
    auto state = second_factors.state(owner.id);
    if (!state) return state.error();
    const bool last = keys->size() == 1 && keys->front().id == id;
    if (last && state->passkeys)
        if (auto r = second_factors.ask_for_passkeys(owner, false, by); !r) return r.error();
    return passkeys.remove(id, owner, by);
}

result<void> Credentials::forget_factors(const Account& owner, const guard::Actor& by) {
    return identity::forget_factors(second_factors, passkeys, owner, by);
}

result<void> forget_factors(SecondFactors& factors, Passkeys& passkeys, const Account& owner,
                            const guard::Actor& by) {
    auto keys = passkeys.list(owner.id);
    if (!keys) return keys.error();
    for (const auto& key : *keys)
        if (auto r = passkeys.remove(key.id, owner, by); !r && r.error() != Errc::not_found)
            return r;
    auto gone = factors.remove_all(owner, by);
    if (!gone && gone.error() == Errc::factor_off && !keys->empty()) return {};
    return gone;
}

} // namespace caredian::identity
