// Secrets at rest: sealed with a key of their own for each purpose, drawn from the master key.
// HKDF-SHA256 (RFC 5869) and XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha).
#pragma once

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

#include <string>
#include <string_view>

namespace caredian::store {

// HKDF with SHA-256: `length` bytes, at most 255 · 32.
std::string hkdf_sha256(std::string_view input, std::string_view salt, std::string_view info,
                        std::size_t length);

// Any thread.
class Sealer {
public:
    // `master_key`: 32 bytes or more of good randomness, in any encoding.
    explicit Sealer(Secret master_key) : master_key_(std::move(master_key)) {}

    // `purpose` is a constant of the code ("home_assistant.token"); `context` names the row that
    // holds the result, so that a sealed value cannot be moved to another row.
    // The result is binary: version (1 byte), nonce (24), ciphertext, tag (16).
    std::string seal(std::string_view purpose, std::string_view context, const Secret& value,
                     Random& random) const;
    // Errc::corrupt: another key, purpose or context, or changed bytes; the caller is not told
    // which.
    result<Secret> open(std::string_view purpose, std::string_view context,
                        std::string_view sealed) const;

private:
    Secret key_for(std::string_view purpose) const;
    Secret master_key_;
};

} // namespace caredian::store
