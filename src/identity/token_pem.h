// A PEM key as cjose has it. Only for token_keys.cpp.
#pragma once

#include <cjose/cjose.h>
#include <string>
#include <string_view>

namespace caredian::identity {

struct PemKey {
    cjose_jwk_t* key = nullptr; // the caller releases it
    const char* algorithm = ""; // "RS256", "ES256"
    std::string public_part; // PEM's key in DER (SubjectPublicKeyInfo): what its id is drawn from
};

// Throws std::invalid_argument: no private key, neither RSA of 2048 to 8192 bits nor EC on P-256.
PemKey read_pem_key(std::string_view pem);

} // namespace caredian::identity
