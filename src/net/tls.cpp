#include "net/tls.h"

#include "net/address.h"

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace caredian::net {

namespace ssl = boost::asio::ssl;

const char* room_name(TlsErrc) {
    return "tls";
}

std::string_view describe(TlsErrc e) {
    switch (e) {
    case TlsErrc::ok:
        return "no error";
    case TlsErrc::certificate_unreadable:
        return "the certificate file is missing or holds no PEM certificate";
    case TlsErrc::key_unreadable:
        return "the key file is missing or holds no unencrypted PEM key";
    case TlsErrc::key_mismatch:
        return "the key does not belong to the certificate";
    case TlsErrc::ca_unreadable:
        return "the CA file is missing or holds no PEM certificate";
    case TlsErrc::host_invalid:
        return "neither a host name nor an address";
    case TlsErrc::refused:
        return "OpenSSL refused a setting or a weak key";
    }
    return "unknown";
}

namespace {

constexpr char ciphers_tls12[] = "ECDHE+AESGCM:ECDHE+CHACHA20:!SHA1:!PSK";
constexpr char groups[] = "X25519:P-256:P-384";
constexpr unsigned char http11[] = "\x08http/1.1";

// OpenSSL's queue is per thread: what is left in it would be blamed on the next call.
error_code fail(TlsErrc e) {
    ERR_clear_error();
    return e;
}

// Never asks on the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) {
    return 0;
}

int choose_http11(SSL*, const unsigned char** out, unsigned char* length, const unsigned char* in,
                  unsigned in_length, void*) {
    unsigned char* chosen = nullptr;
    auto found = SSL_select_next_proto(&chosen, length, http11, sizeof(http11) - 1, in, in_length);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

result<TlsContext> common(ssl::context::method method) {
    auto made = std::make_shared<ssl::context>(method);
    auto* c = made->native_handle();
    SSL_CTX_set_options(c, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    // A peer that closes without close_notify is seen as an end, as HTTP framing finds truncation.
    SSL_CTX_set_options(c, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_default_passwd_cb(c, no_password);
    if (SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(c, ciphers_tls12) != 1 || SSL_CTX_set1_groups_list(c, groups) != 1)
        return fail(TlsErrc::refused);
    return made;
}

result<void> use_pair(SSL_CTX* c, const std::string& certificate, const std::string& key) {
    if (SSL_CTX_use_certificate_chain_file(c, certificate.c_str()) != 1) {
        bool weak = ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_EE_KEY_TOO_SMALL;
        return fail(weak ? TlsErrc::refused : TlsErrc::certificate_unreadable);
    }
    if (SSL_CTX_use_PrivateKey_file(c, key.c_str(), SSL_FILETYPE_PEM) != 1) {
        bool other = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH ||
                     ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_TYPE_MISMATCH;
        return fail(other ? TlsErrc::key_mismatch : TlsErrc::key_unreadable);
    }
    if (SSL_CTX_check_private_key(c) != 1) return fail(TlsErrc::key_mismatch);
    return {};
}

std::string alpn_wire(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) {
        out += static_cast<char>(name.size());
        out += name;
    }
    return out;
}

} // namespace

result<TlsContext> make_server_tls(const TlsServerOptions& options) {
    auto made = common(ssl::context::tls_server);
    if (!made) return made;
    auto* c = (*made)->native_handle();
    SSL_CTX_set_options(c, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // Tickets resume on every worker and hold nothing here.
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_read_ahead(c, 1);
    constexpr unsigned char context_id[] = "caredian";
    SSL_CTX_set_session_id_context(c, context_id, sizeof(context_id) - 1);
    SSL_CTX_set_alpn_select_cb(c, choose_http11, nullptr);
    auto used = use_pair(c, options.certificate_file, options.key_file);
    if (!used) return used.error();
    return made;
}

result<TlsContext> make_client_tls(const TlsClientOptions& options) {
    auto made = common(ssl::context::tls_client);
    if (!made) return made;
    auto* c = (*made)->native_handle();
    SSL_CTX_set_verify(c, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (options.ca_file.empty()) {
        if (SSL_CTX_set_default_verify_paths(c) != 1) return fail(TlsErrc::ca_unreadable);
    } else if (SSL_CTX_load_verify_file(c, options.ca_file.c_str()) != 1) {
        return fail(TlsErrc::ca_unreadable);
    }
    if (!options.certificate_file.empty() || !options.key_file.empty()) {
        auto used = use_pair(c, options.certificate_file, options.key_file);
        if (!used) return used.error();
    }
    auto wire = alpn_wire(options.alpn);
    if (!wire.empty() && SSL_CTX_set_alpn_protos(c, reinterpret_cast<unsigned char*>(wire.data()),
                                                 static_cast<unsigned>(wire.size())) != 0)
        return fail(TlsErrc::refused);
    return made;
}

result<void> expect_host(ssl_st* ssl, const std::string& host, bool verify_host) {
    auto address = parse_address(host);
    // SSL_set_tlsext_host_name is a macro with an old-style cast; this is what it calls.
    if (!address && SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                             const_cast<char*>(host.c_str())) != 1)
        return fail(TlsErrc::host_invalid);
    if (!verify_host) return {};
    if (address) {
        if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) != 1)
            return fail(TlsErrc::host_invalid);
        return {};
    }
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (host.empty() || SSL_set1_host(ssl, host.c_str()) != 1) return fail(TlsErrc::host_invalid);
    return {};
}

std::string certificate_trouble(const ssl_st* ssl) {
    auto verdict = SSL_get_verify_result(ssl);
    switch (verdict) {
    case X509_V_OK:
        return "";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "certificate is not yet valid by this machine's clock: is the clock right?";
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "certificate has expired by this machine's clock";
    default:
        return X509_verify_cert_error_string(verdict);
    }
}

std::string_view refusal_of_ours(unsigned long error) {
    switch (ERR_GET_REASON(error)) {
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        return "our certificate is refused: expired, or not yet valid, by the other side's clock";
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        return "our certificate is refused: revoked";
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        return "our certificate is refused: its authority is not known there";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        return "a certificate of ours is demanded";
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        return "our certificate is refused";
    default:
        return "";
    }
}

} // namespace caredian::net
