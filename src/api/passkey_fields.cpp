#include "api/passkey_fields.h"

#include "base/encoding.h"

namespace caredian::api {

namespace {

std::optional<std::string> bytes_of(const Fields& fields, std::string_view name) {
    auto text = fields.text(name);
    if (!text) return std::nullopt;
    auto bytes = base64url_decode(*text);
    if (!bytes) return std::nullopt;
    return std::move(*bytes);
}

} // namespace

std::optional<identity::Passkeys::Answer> passkey_answer(const Fields& fields) {
    auto id = bytes_of(fields, "id");
    auto client = bytes_of(fields, "clientDataJSON");
    auto data = bytes_of(fields, "authenticatorData");
    auto signature = bytes_of(fields, "signature");
    auto user = fields.has("userHandle") ? bytes_of(fields, "userHandle") : std::string();
    if (!id || id->empty() || !client || !data || !signature || !user) return std::nullopt;
    return identity::Passkeys::Answer{std::move(*id),
                                      {std::move(*client), std::move(*data), std::move(*signature)},
                                      std::move(*user)};
}

std::optional<identity::webauthn::Registration> passkey_registration(const Fields& fields) {
    auto client = bytes_of(fields, "clientDataJSON");
    auto object = bytes_of(fields, "attestationObject");
    if (!client || !object) return std::nullopt;
    return identity::webauthn::Registration{std::move(*client), std::move(*object)};
}

} // namespace caredian::api
