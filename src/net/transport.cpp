#include "net/transport.h"

#include <algorithm>
#include <array>
#include <boost/asio/ssl/context.hpp>
#include <cerrno>
#include <cstring>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace caredian::net {

namespace {

IoResult from_errno() {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {Io::again, 0, true};
    return {Io::failed, 0, true};
}

constexpr std::size_t record = 16 * 1024; // the largest TLS record

} // namespace

// A socket BIO that remembers whether recv came back short: saves the recv that finds nothing.
struct TransportBio {
    static Transport& of(BIO* bio) { return *static_cast<Transport*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* out, int size) {
        auto& t = of(bio);
        BIO_clear_retry_flags(bio);
        auto n = ::recv(t.fd_, out, static_cast<std::size_t>(size), 0);
        t.drained_ = n < size;
        t.ended_ = n == 0;
        if (n < 0 && from_errno().state == Io::again) BIO_set_retry_read(bio);
        return static_cast<int>(n);
    }
    static int write(BIO* bio, const char* data, int size) {
        auto& t = of(bio);
        BIO_clear_retry_flags(bio);
        auto n = ::send(t.fd_, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
        if (n < 0 && from_errno().state == Io::again) BIO_set_retry_write(bio);
        return static_cast<int>(n);
    }
    static long control(BIO* bio, int command, long, void*) {
        if (command == BIO_CTRL_EOF) return of(bio).ended_;
        return command == BIO_CTRL_FLUSH;
    }
    static BIO_METHOD* methods() {
        static BIO_METHOD* const made = [] {
            auto* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "caredian socket");
            BIO_meth_set_read(m, read);
            BIO_meth_set_write(m, write);
            BIO_meth_set_ctrl(m, control);
            return m;
        }();
        return made;
    }
};

void Transport::FreeSsl::operator()(ssl_st* ssl) const {
    SSL_free(ssl);
}

bool Transport::start_tls(TlsContext context, bool server, const std::string& host) {
    ssl_.reset(SSL_new(context->native_handle()));
    auto* bio = BIO_new(TransportBio::methods());
    if (!ssl_ || !bio) {
        BIO_free(bio);
        return false;
    }
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    context_ = std::move(context);
    if (server) {
        SSL_set_accept_state(ssl_.get());
        return true;
    }
    SSL_set_connect_state(ssl_.get());
    SSL_set_read_ahead(ssl_.get(), 1);
    return expect_host(ssl_.get(), host).has_value();
}

IoResult Transport::tls_result(int code) {
    int saved = errno;
    switch (SSL_get_error(ssl_.get(), code)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return {Io::again, 0, true};
    case SSL_ERROR_ZERO_RETURN:
        return {Io::closed, 0, true};
    case SSL_ERROR_SYSCALL:
        errno = saved;
        break;
    default:
        break;
    }
    broken_ = true;
    return {Io::failed, 0, true};
}

IoResult Transport::handshake() {
    ERR_clear_error();
    auto code = SSL_do_handshake(ssl_.get());
    if (code == 1) {
        shaken_ = true;
        return {Io::done, 0, false};
    }
    auto result = tls_result(code);
    if (result.state == Io::failed) {
        auto error = ERR_peek_last_error();
        tls_error_ = certificate_trouble(ssl_.get());
        if (tls_error_.empty()) tls_error_ = refusal_of_ours(error);
        if (tls_error_.empty())
            if (auto* reason = ERR_reason_error_string(error)) tls_error_ = reason;
        ERR_clear_error();
    }
    return result;
}

IoResult Transport::read(char* out, std::size_t size) {
    if (!ssl_) {
        auto n = ::recv(fd_, out, size, 0);
        if (n > 0) {
            auto got = static_cast<std::size_t>(n);
            return {Io::done, got, got < size};
        }
        return n == 0 ? IoResult{Io::closed, 0, true} : from_errno();
    }
    ERR_clear_error();
    drained_ = false;
    std::size_t got = 0;
    auto code = SSL_read_ex(ssl_.get(), out, size, &got);
    if (code != 1) return tls_result(code);
    // A record that was read ahead in part is finished by an edge of its own.
    return {Io::done, got,
            drained_ && SSL_pending(ssl_.get()) == 0 && !SSL_has_pending(ssl_.get())};
}

IoResult Transport::write(std::string_view bytes) {
    if (!ssl_) {
        auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        return n >= 0 ? IoResult{Io::done, static_cast<std::size_t>(n), false} : from_errno();
    }
    ERR_clear_error();
    std::size_t sent = 0;
    auto code = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    return code == 1 ? IoResult{Io::done, sent, false} : tls_result(code);
}

IoResult Transport::write(std::span<const std::string_view> pieces) {
    if (pieces.size() == 1) return write(pieces[0]);
    if (!ssl_) {
        std::array<iovec, 8> parts;
        auto count = std::min(pieces.size(), parts.size());
        for (std::size_t i = 0; i < count; ++i)
            parts[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = count;
        auto n = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
        return n >= 0 ? IoResult{Io::done, static_cast<std::size_t>(n), false} : from_errno();
    }
    // One record for small pieces. The same bytes are joined again when the socket was full, as
    // OpenSSL demands of a repeated write.
    std::array<char, record> joined;
    std::size_t size = 0;
    for (auto piece : pieces) {
        auto part = std::min(piece.size(), joined.size() - size);
        std::memcpy(joined.data() + size, piece.data(), part);
        size += part;
    }
    return write(std::string_view(joined.data(), size));
}

void Transport::shut_down_write() {
    if (ssl_ && shaken_ && !broken_) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        ERR_clear_error();
    }
    ::shutdown(fd_, SHUT_WR);
}

void Transport::close() {
    if (fd_ < 0) return;
    if (ssl_ && shaken_ && !broken_) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        ERR_clear_error();
    }
    ssl_.reset();
    ::close(fd_);
    fd_ = -1;
}

} // namespace caredian::net
