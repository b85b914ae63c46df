// Certificates, revocation lists and signing requests (RFC 5280, RFC 2986), by OpenSSL. Pure but
// for the keys, whose randomness is OpenSSL's: texts in, texts out. All of them are PEM; keys are
// PKCS 8 without a password. Any thread.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "devices/enrol/errc.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::enrol {

struct Validity {
    WallTime from{};
    WallTime until{};
};

// 128 bits, the highest 0 and the lowest 1 (RFC 5280 §4.1.2.2), as 32 hex digits.
std::string make_serial(Random& random);

result<Secret> make_key(); // EC P-256

// A certificate with its key: who signs.
struct Signer {
    std::string certificate;
    Secret key;
};
// Self-signed, CA:TRUE and pathlen 0, for certificates and revocation lists alone. Errors: crypto.
result<Signer> make_root(std::string_view name, std::string_view serial, const Validity& validity);

enum class Usage : std::uint8_t { client, server }; // Extended Key Usage: this one alone

struct Leaf {
    std::string common_name;
    std::string serial;
    Validity validity;
    Usage usage = Usage::client;
    std::vector<std::string> hosts; // Subject Alternative Names: names and addresses
};

// RFC 1123: letters, digits and hyphens between dots. No wildcard.
bool is_host_name(std::string_view host);

// Whose key it is.
struct PublicKey {
    std::string der; // SubjectPublicKeyInfo
};
result<PublicKey> public_key(const Secret& key);

// The request's key, once it has signed it. What else it asks for (a CA bit, other names, uses) is
// not looked at: nothing of it comes into a certificate. `id`: its CN must be this, or absent.
// Errors: bad_request (larger than 16 kB, not exactly one PEM block, a signature that does not
// fit), weak_key, other_name.
constexpr std::size_t largest_request = 16 * 1024;
result<PublicKey> read_request(std::string_view pem, std::string_view id);

// CA:FALSE. Errors: crypto, bad_host.
result<std::string> issue(const Signer& signer, const Leaf& leaf, const PublicKey& key);

struct Revoked {
    std::string serial;
    WallTime since{};
};
// A version 2 list with its number. Errors: crypto.
result<std::string> make_revocation_list(const Signer& signer, std::uint64_t number,
                                         const Validity& validity,
                                         const std::vector<Revoked>& revoked);

// What a certificate says. Errors: crypto: it is none.
struct Read {
    std::string common_name;
    std::string serial;
    Validity validity;
    std::vector<std::string> hosts;
};
result<Read> read_certificate(std::string_view pem);
bool is_signed_by(std::string_view certificate, std::string_view root);
// nextUpdate of a list that `root` has signed; nullopt: it is none.
std::optional<WallTime> list_end(std::string_view list, std::string_view root);

} // namespace caredian::devices::enrol
