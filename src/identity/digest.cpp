#include "identity/digest.h"

#include "base/encoding.h"

#include <sodium.h>

namespace caredian::identity {

std::string sha256(std::string_view text) {
    std::string out(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(out.data()),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return out;
}

std::string sha256_hex(std::string_view text) {
    return hex_encode(sha256(text));
}

} // namespace caredian::identity
