// What a browser's passkey answers, as named values of a body: bytes as base64url.
#pragma once

#include "api/fields.h"
#include "identity/passkeys.h"

#include <optional>

namespace caredian::api {

// id, clientDataJSON, authenticatorData, signature, userHandle (may be missing or empty).
std::optional<identity::Passkeys::Answer> passkey_answer(const Fields& fields);
// clientDataJSON, attestationObject.
std::optional<identity::webauthn::Registration> passkey_registration(const Fields& fields);

} // namespace caredian::api
