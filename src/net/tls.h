// TLS settings for servers and clients: one place for versions, ciphers and checks.
#pragma once

#include "base/result.h"

#include <memory>
#include <string>
#include <vector>

struct ssl_st; // OpenSSL's SSL
namespace boost::asio::ssl {
class context;
}

namespace caredian::net {

enum class TlsErrc {
    ok,
    certificate_unreadable, // the file is missing, or holds no PEM certificate
    key_unreadable,         // the file is missing, or holds no unencrypted PEM key
    key_mismatch,           // the key is not the certificate's
    ca_unreadable,          // the file is missing, or holds no PEM certificate
    host_invalid,           // neither a host name nor an address
    refused,                // OpenSSL would not take a setting, or a certificate's key is too weak
};
const char* room_name(TlsErrc);
std::string_view describe(TlsErrc e);
inline error_code make_error_code(TlsErrc e) {
    return make_code(e);
}

// Never null. Made once, then shared by any number of threads and connections.
using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

struct TlsServerOptions {
    std::string certificate_file; // PEM: the certificate, then its chain
    std::string key_file;         // PEM, not encrypted
};
// TLS 1.2 and 1.3, forward secrecy only, no renegotiation, stateless session tickets, ALPN
// http/1.1 (a client that offers only others is refused: RFC 7301 §3.2). To take a changed
// certificate, make a new context; connections under way keep the old one.
result<TlsContext> make_server_tls(const TlsServerOptions& options);

struct TlsClientOptions {
    std::string ca_file{};          // PEM; empty = the system's
    std::string certificate_file{}; // for mutual TLS; both or none
    std::string key_file{};
    bool verify = true;              // the peer's chain
    std::vector<std::string> alpn{}; // such as "http/1.1"; empty = none
};
result<TlsContext> make_client_tls(const TlsClientOptions& options);

// For a client, before its handshake: sends `host` as server name (RFC 6066; not an address) and
// demands that the certificate is for it (RFC 6125; no partial wildcards).
result<void> expect_host(ssl_st* ssl, const std::string& host, bool verify_host = true);

// After a handshake that failed: what is wrong with the peer's certificate, in words that say what
// to look at (a date that does not fit may be this machine's clock); empty when that was not the
// cause.
std::string certificate_trouble(const ssl_st* ssl);

// What the peer said of our certificate by an alert (RFC 8446 §6.2), from OpenSSL's error code;
// empty for any other error.
std::string_view refusal_of_ours(unsigned long error);

} // namespace caredian::net

template <>
struct boost::system::is_error_code_enum<caredian::net::TlsErrc> : std::true_type {};
