// A connected, non-blocking socket, plain or under TLS: reads and writes what goes without waiting.
#pragma once

#include "net/tls.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

struct ssl_st;
struct bio_method_st;

namespace caredian::net {

enum class Io : unsigned char {
    done,   // `size` bytes moved, at least one
    again,  // wait until the socket is ready
    closed, // the peer ended its side in order
    failed, // the connection is broken
};
struct IoResult {
    Io state = Io::again;
    std::size_t size = 0;
    bool drained = false; // reading: the socket had no more; the next edge will tell
};

class Transport {
public:
    Transport() = default;
    explicit Transport(int fd) : fd_(fd) {}
    ~Transport() { close(); }
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    void open(int fd) { fd_ = fd; }
    int fd() const { return fd_; }
    bool is_open() const { return fd_ >= 0; }
    bool is_tls() const { return ssl_ != nullptr; }

    // False: OpenSSL is out of memory, or `host` is none. `host`: for a client (see expect_host).
    bool start_tls(TlsContext context, bool server, const std::string& host = {});
    // done: shaken hands; again: call when ready.
    IoResult handshake();
    std::string_view tls_error() const { return tls_error_; } // why a handshake failed

    IoResult read(char* out, std::size_t size);
    IoResult write(std::string_view bytes);
    // In order, as if joined. Under TLS they are joined into records.
    IoResult write(std::span<const std::string_view> pieces);
    void shut_down_write(); // close_notify and FIN
    void close();           // orderly when nothing is underway

private:
    friend struct TransportBio;
    struct FreeSsl {
        void operator()(ssl_st* ssl) const;
    };
    IoResult tls_result(int code);

    int fd_ = -1;
    bool shaken_ = false;
    bool drained_ = false; // the last recv of the TLS layer came back short
    bool ended_ = false;   // recv saw the end
    bool broken_ = false;
    std::unique_ptr<ssl_st, FreeSsl> ssl_;
    TlsContext context_;
    std::string tls_error_;
};

} // namespace caredian::net
