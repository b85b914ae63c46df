#include "identity/webauthn/verify.h"

#include "base/secret.h"
#include "identity/digest.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <memory>
#include <openssl/evp.h>

namespace caredian::identity::webauthn {

namespace {

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// A key as libfido2 and OpenSSL have it.
template <class Key, Key* (*make)(), void (*drop)(Key**), int (*read)(Key*, const void*, size_t),
          EVP_PKEY* (*convert)(const Key*)>
class FidoKey {
public:
    explicit FidoKey(std::string_view text) : key_(make()) {
        good_ = key_ && read(key_, text.data(), text.size()) == FIDO_OK;
        // A point that is not on the curve is found when the key is taken over.
        std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> taken(good_ ? convert(key_) : nullptr,
                                                             &EVP_PKEY_free);
        good_ = taken != nullptr;
    }
    ~FidoKey() { drop(&key_); }
    FidoKey(const FidoKey&) = delete;
    FidoKey& operator=(const FidoKey&) = delete;
    const Key* get() const { return good_ ? key_ : nullptr; }

private:
    Key* key_;
    bool good_ = false;
};
using Es256 =
    FidoKey<es256_pk_t, es256_pk_new, es256_pk_free, es256_pk_from_ptr, es256_pk_to_EVP_PKEY>;
using Rs256 =
    FidoKey<rs256_pk_t, rs256_pk_new, rs256_pk_free, rs256_pk_from_ptr, rs256_pk_to_EVP_PKEY>;
using Eddsa =
    FidoKey<eddsa_pk_t, eddsa_pk_new, eddsa_pk_free, eddsa_pk_from_ptr, eddsa_pk_to_EVP_PKEY>;

// Calls `use` with libfido2's key, or with nullptr when it is none.
template <class Use>
auto with_key(const PublicKey& key, const Use& use) {
    switch (key.algorithm) {
    case Algorithm::rs256:
        return use(static_cast<const void*>(Rs256(key.key).get()));
    case Algorithm::eddsa:
        return use(static_cast<const void*>(Eddsa(key.key).get()));
    default:
        return use(static_cast<const void*>(Es256(key.key).get()));
    }
}

bool is_key(const PublicKey& key) {
    return with_key(key, [](const void* k) { return k != nullptr; });
}

int cose(Algorithm a) {
    return static_cast<int>(a);
}

result<void> check_client(const RelyingParty& us, std::string_view challenge, std::string_view json,
                          std::string_view type) {
    auto client = read_client_data(json);
    if (!client) return client.error();
    if (client->type != type) return Errc::wrong_type;
    if (challenge.empty() || !equal_constant_time(client->challenge, challenge))
        return Errc::challenge;
    if (client->origin != us.origin || client->cross_origin) return Errc::origin;
    return {};
}

result<AuthenticatorData> check_authenticator(const RelyingParty& us, std::string_view data,
                                              bool must_verify) {
    auto read = read_authenticator_data(data);
    if (!read) return read;
    if (read->rp_id_hash != sha256(us.id)) return Errc::rp_id;
    if (!read->present) return Errc::not_present;
    if (must_verify && !read->verified) return Errc::not_verified;
    return read;
}

// Packed, without certificates: signed with the new key (§8.2).
bool signed_by_itself(const RelyingParty& us, const Registration& answer,
                      const AttestationObject& object, const PublicKey& key) {
    auto statement = read_self_statement(object.statement);
    if (!statement || statement->algorithm != cose(key.algorithm)) return false;
    auto drop = [](fido_cred_t* c) { fido_cred_free(&c); };
    std::unique_ptr<fido_cred_t, decltype(drop)> cred(fido_cred_new(), drop);
    const auto hash = sha256(answer.client_data);
    const auto& data = object.authenticator_data;
    return cred && fido_cred_set_type(cred.get(), cose(key.algorithm)) == FIDO_OK &&
           fido_cred_set_clientdata_hash(cred.get(), bytes(hash), hash.size()) == FIDO_OK &&
           fido_cred_set_rp(cred.get(), us.id.c_str(), nullptr) == FIDO_OK &&
           fido_cred_set_authdata_raw(cred.get(), bytes(data), data.size()) == FIDO_OK &&
           fido_cred_set_fmt(cred.get(), "packed") == FIDO_OK &&
           fido_cred_set_attstmt(cred.get(), bytes(object.statement), object.statement.size()) ==
               FIDO_OK &&
           fido_cred_verify_self(cred.get()) == FIDO_OK;
}

} // namespace

result<NewCredential> verify_registration(const RelyingParty& us, std::string_view challenge,
                                          const Registration& answer, bool must_verify) {
    if (auto r = check_client(us, challenge, answer.client_data, "webauthn.create"); !r)
        return r.error();
    auto object = read_attestation_object(answer.attestation_object);
    if (!object) return object.error();
    auto data = check_authenticator(us, object->authenticator_data, must_verify);
    if (!data) return data.error();
    if (!data->credential) return Errc::malformed;
    auto key = read_public_key(data->credential->public_key);
    if (!key) return key.error();
    if (!is_key(*key)) return Errc::key;
    const bool none = object->format == "none" && is_empty_statement(object->statement);
    if (!none && !(object->format == "packed" && signed_by_itself(us, answer, *object, *key)))
        return Errc::attestation;
    return NewCredential{std::string(data->credential->id), std::move(*key), data->counter,
                         data->verified, data->backed_up};
}

result<Verified> verify_assertion(const RelyingParty& us, std::string_view challenge,
                                  const Assertion& answer, const KnownCredential& credential,
                                  bool must_verify) {
    if (auto r = check_client(us, challenge, answer.client_data, "webauthn.get"); !r)
        return r.error();
    auto data = check_authenticator(us, answer.authenticator_data, must_verify);
    if (!data) return data.error();
    if (answer.signature.empty() || answer.signature.size() > max_authenticator_data)
        return Errc::signature;
    auto drop = [](fido_assert_t* a) { fido_assert_free(&a); };
    std::unique_ptr<fido_assert_t, decltype(drop)> assertion(fido_assert_new(), drop);
    const auto hash = sha256(answer.client_data);
    const auto& raw = answer.authenticator_data;
    auto* a = assertion.get();
    if (!a || fido_assert_set_clientdata_hash(a, bytes(hash), hash.size()) != FIDO_OK ||
        fido_assert_set_rp(a, us.id.c_str()) != FIDO_OK ||
        fido_assert_set_up(a, FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_uv(a, must_verify ? FIDO_OPT_TRUE : FIDO_OPT_OMIT) != FIDO_OK ||
        fido_assert_set_count(a, 1) != FIDO_OK ||
        fido_assert_set_authdata_raw(a, 0, bytes(raw), raw.size()) != FIDO_OK ||
        fido_assert_set_sig(a, 0, bytes(answer.signature), answer.signature.size()) != FIDO_OK)
        return Errc::malformed;
    const bool good = with_key(credential.key, [&](const void* key) {
        return key && fido_assert_verify(a, 0, cose(credential.key.algorithm), key) == FIDO_OK;
    });
    if (!good) return Errc::signature;
    // §6.1.1: an authenticator that counts, counts up.
    if ((data->counter != 0 || credential.counter != 0) && data->counter <= credential.counter)
        return Errc::counter;
    return Verified{data->counter, data->verified, data->backed_up};
}

} // namespace caredian::identity::webauthn
