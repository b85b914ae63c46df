#include "store/sealed.h"

#include "store/sqlite.h" // Errc

#include <sodium.h>

namespace caredian::store {

namespace {

constexpr char version = 1;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

std::string hmac(std::string_view key, std::initializer_list<std::string_view> parts) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
    for (auto part : parts) crypto_auth_hmacsha256_update(&state, bytes(part), part.size());
    std::string out(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_final(&state, bytes(out));
    sodium_memzero(&state, sizeof state);
    return out;
}

// The lengths keep ("ab", "c") and ("a", "bc") apart.
std::string associated_data(std::string_view purpose, std::string_view context) {
    std::string out(1, version);
    out += std::to_string(purpose.size()) + ":";
    return out.append(purpose).append(context);
}

} // namespace

std::string hkdf_sha256(std::string_view input, std::string_view salt, std::string_view info,
                        std::size_t length) {
    const std::string zeros(crypto_auth_hmacsha256_BYTES, '\0');
    Secret extracted(hmac(salt.empty() ? std::string_view(zeros) : salt, {input}));
    std::string out;
    std::string block;
    for (unsigned n = 1; out.size() < length; ++n) {
        const char counter = static_cast<char>(n);
        block = hmac(extracted.reveal(), {block, info, std::string_view(&counter, 1)});
        out += block;
    }
    out.resize(length);
    return out;
}

Secret Sealer::key_for(std::string_view purpose) const {
    return Secret(hkdf_sha256(master_key_.reveal(), {}, "caredian sealed 1 " + std::string(purpose),
                              crypto_aead_xchacha20poly1305_ietf_KEYBYTES));
}

std::string Sealer::seal(std::string_view purpose, std::string_view context, const Secret& value,
                         Random& random) const {
    const Secret key = key_for(purpose);
    const std::string ad = associated_data(purpose, context);
    std::string nonce(nonce_bytes, '\0');
    random.fill(std::as_writable_bytes(std::span(nonce)));
    std::string box(value.size() + tag_bytes, '\0');
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(box), nullptr, bytes(value.reveal()),
                                               value.size(), bytes(ad), ad.size(), nullptr,
                                               bytes(nonce), bytes(key.reveal()));
    return std::string(1, version) + nonce + box;
}

result<Secret> Sealer::open(std::string_view purpose, std::string_view context,
                            std::string_view sealed) const {
    if (sealed.size() < 1 + nonce_bytes + tag_bytes || sealed[0] != version) return Errc::corrupt;
    const Secret key = key_for(purpose);
    const std::string ad = associated_data(purpose, context);
    std::string_view nonce = sealed.substr(1, nonce_bytes);
    std::string_view box = sealed.substr(1 + nonce_bytes);
    std::string plain(box.size() - tag_bytes, '\0');
    int code = crypto_aead_xchacha20poly1305_ietf_decrypt(
        bytes(plain), nullptr, nullptr, bytes(box), box.size(), bytes(ad), ad.size(), bytes(nonce),
        bytes(key.reveal()));
    if (code != 0) return Errc::corrupt;
    return Secret(std::move(plain));
}

} // namespace caredian::store
