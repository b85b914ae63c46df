// What a browser brings back from a passkey. The first byte chooses: 0 an attestation object, 1
// authenticator data, 2 clientDataJSON, 3 a COSE key, 4 both ceremonies with a real key, whose
// answers are bent by the input.
#include "identity/webauthn/test_authenticator.h"

#include <cstdint>

using namespace caredian;
using namespace caredian::identity::webauthn;

namespace {

void require(bool holds) {
    if (!holds) __builtin_trap();
}

// A view must lie within what was read.
void within(std::string_view part, std::string_view all) {
    require(part.empty() ||
            (part.data() >= all.data() && part.data() + part.size() <= all.data() + all.size()));
}

void read_data(std::string_view text) {
    auto data = read_authenticator_data(text);
    if (!data) return;
    require(data->rp_id_hash.size() == 32 && (!data->backed_up || data->may_backup));
    if (!data->credential) return;
    within(data->credential->id, text);
    within(data->credential->public_key, text);
    require(!data->credential->id.empty() && data->credential->id.size() <= max_credential_id);
    (void)read_public_key(data->credential->public_key);
}

void read_attestation(std::string_view text) {
    auto object = read_attestation_object(text);
    if (!object) return;
    within(object->statement, text);
    within(object->authenticator_data, text);
    (void)is_empty_statement(object->statement);
    (void)read_self_statement(object->statement);
    read_data(object->authenticator_data);
}

void read_key(std::string_view text) {
    auto key = read_public_key(text);
    if (!key) return;
    const std::size_t size = key->key.size();
    require(key->algorithm == Algorithm::es256   ? size == 64
            : key->algorithm == Algorithm::rs256 ? size == 259
                                                 : size == 32);
    // Nobody has signed anything with it.
    TestAuthenticator device;
    const RelyingParty us{device.rp_id, device.origin};
    require(!verify_assertion(us, "c", device.get("c"), {*key, 0}, true));
}

void bend(std::string_view text) {
    static TestAuthenticator device;
    const RelyingParty us{device.rp_id, device.origin};
    Registration registration = device.create("challenge");
    registration.attestation_object.replace(
        std::min(registration.attestation_object.size(), text.size()), std::string::npos, text);
    (void)verify_registration(us, "challenge", registration, true);
    Assertion assertion = device.get("challenge");
    if (text.empty()) return;
    const auto at = static_cast<unsigned char>(text[0]) % assertion.authenticator_data.size();
    const auto before = assertion.authenticator_data;
    assertion.authenticator_data.replace(at, text.size() - 1, text.substr(1));
    auto judged = verify_assertion(us, "challenge", assertion, {device.public_key(), 0}, true);
    require(judged.has_value() == (assertion.authenticator_data == before));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 5) {
    case 0:
        read_attestation(text);
        break;
    case 1:
        read_data(text);
        break;
    case 2:
        (void)read_client_data(text);
        break;
    case 3:
        read_key(text);
        break;
    default:
        bend(text);
    }
    return 0;
}
