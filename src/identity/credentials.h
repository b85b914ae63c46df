// All by which people come to an account of ours and prove that it is theirs, as one: what app
// makes and the routes are handed.
#pragma once

#include "identity/invitations.h"
#include "identity/login.h"
#include "identity/passkeys.h"
#include "identity/reset_links.h"
#include "identity/second_factors.h"

#include <string_view>

namespace caredian::identity {

// For somebody who lost a phone: the second factor, recovery codes and passkeys; the password
// stays. Errors: factor_off: there was nothing; store's. Audited. Blocks (SQL).
result<void> forget_factors(SecondFactors& factors, Passkeys& passkeys, const Account& owner,
                            const guard::Actor& by);

// Construct before threads start (it registers with the accounts). Members are used directly.
class Credentials {
public:
    // `public_url`: see Passkeys. All must outlive it.
    Credentials(Identity& identity, store::Database& database, store::Sealer sealer,
                const Clock& clock, Random& random, std::string_view public_url);
    void maintain(); // forgets what has run out. Blocks; once an hour

    // The last one also ends that it is asked for after the password. Errors: not_found;
    // factor_needed; store's. Audited.
    result<void> remove_passkey(std::string_view id, const Account& owner, const guard::Actor& by);
    result<void> forget_factors(const Account& owner, const guard::Actor& by);

private:
    store::Database& database_;
    const Clock& clock_;
    store::Sealer sealer_;

public:
    ResetLinks reset_links;
    Invitations invitations;
    SecondFactors second_factors;
    Passkeys passkeys;
    Login login;
};

} // namespace caredian::identity
