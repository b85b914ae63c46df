#include "identity/password.h"

#include "identity/errc.h"

#include <new>
#include <sodium.h>
#include <stdexcept>

namespace caredian::identity {

Passwords::Passwords(PasswordCost cost) : cost_(cost) {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    // Nobody knows what this is the hash of.
    std::string unknown(32, '\0');
    randombytes_buf(unknown.data(), unknown.size());
    dummy_ = hash(unknown);
}

std::string Passwords::hash(std::string_view password) const {
    std::string out(crypto_pwhash_STRBYTES, '\0');
    int code = crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost_.passes,
                                     cost_.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
    if (code != 0) throw std::bad_alloc();
    out.resize(out.find('\0'));
    return out;
}

bool Passwords::verify(std::string_view stored, std::string_view password) const {
    verifications_.add();
    bool known = !stored.empty() && stored.size() < crypto_pwhash_STRBYTES;
    // libsodium wants the text ended by a zero; it compares in constant time.
    std::string text(known ? stored : std::string_view(dummy_));
    bool equal = crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
    return equal && known;
}

bool Passwords::needs_rehash(std::string_view stored) const {
    return crypto_pwhash_str_needs_rehash(std::string(stored).c_str(), cost_.passes,
                                          cost_.memory_bytes) != 0;
}

result<void> check_password(std::string_view password) {
    if (password.size() < min_password_bytes || password.size() > max_password_bytes)
        return Errc::bad_password;
    return {};
}

} // namespace caredian::identity
