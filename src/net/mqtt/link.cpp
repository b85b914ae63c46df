#include "net/mqtt/link.h"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <openssl/err.h>
#include <utility>

namespace caredian::net::mqtt {
namespace {

namespace asio = boost::asio;

constexpr std::size_t usual_read = 256 * 1024;
constexpr std::chrono::seconds goodbye_time{1};

std::string tls_text(error_code ec) {
    auto refused = ec.category() == asio::error::get_ssl_category()
                       ? refusal_of_ours(static_cast<unsigned long>(ec.value()))
                       : std::string_view();
    return refused.empty() ? ec.message() : std::string(refused);
}

std::string end_text(error_code ec) {
    if (ec == asio::error::eof || ec == asio::ssl::error::stream_truncated)
        return "the broker closed the connection";
    return "the connection broke: " + tls_text(ec);
}

} // namespace

Link::Link(asio::io_context& context, const ClientOptions& options, Owner& owner)
    : options_(options), owner_(&owner), socket_(context), resolver_(context), timer_(context),
      buffer_(usual_read, std::size_t{options.max_packet} + 5) {}

void Link::open() {
    auto self = shared_from_this();
    error_code ec;
    auto address = asio::ip::make_address(options_.host, ec);
    if (!ec) { // no need to ask anybody
        tcp::endpoint endpoint(address, options_.port);
        auto one = tcp::resolver::results_type::create(endpoint, options_.host, "");
        asio::post(socket_.get_executor(), [self, one] { self->resolved(one); });
        return;
    }
    resolver_.async_resolve(options_.host, std::to_string(options_.port),
                            [self](error_code e, const tcp::resolver::results_type& found) {
                                if (e)
                                    return self->failed("name " + self->options_.host + ": " +
                                                        e.message());
                                self->resolved(found);
                            });
}

void Link::resolved(const tcp::resolver::results_type& endpoints) {
    if (!owner_) return;
    asio::async_connect(
        socket_, endpoints, [self = shared_from_this()](error_code ec, const tcp::endpoint&) {
            if (ec)
                return self->failed("connect to " + self->options_.host + ":" +
                                    std::to_string(self->options_.port) + ": " + ec.message());
            self->connected();
        });
}

void Link::connected() {
    if (!owner_) return;
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    if (!options_.tls) return opened();
    // Files are read anew for each connection: a renewed certificate is taken.
    TlsClientOptions files;
    files.ca_file = options_.ca_file;
    files.certificate_file = options_.certificate_file;
    files.key_file = options_.key_file;
    auto context = make_client_tls(files);
    if (!context) return failed("TLS: " + context.error().message());
    tls_context_ = *context;
    tls_.emplace(socket_, *tls_context_);
    auto expected = expect_host(tls_->native_handle(), options_.host, options_.verify_host);
    if (!expected) return failed("TLS: " + expected.error().message());
    tls_->async_handshake(asio::ssl::stream_base::client,
                          [self = shared_from_this()](error_code ec) {
                              if (!ec) return self->opened();
                              auto why = certificate_trouble(self->tls_->native_handle());
                              self->failed("TLS: " + (why.empty() ? tls_text(ec) : why));
                          });
}

void Link::opened() {
    if (!owner_) return;
    open_ = true;
    owner_->link_opened();
    read();
}

void Link::failed(const std::string& reason) {
    auto* owner = std::exchange(owner_, nullptr);
    close();
    if (owner) owner->link_closed(reason);
}

void Link::close() {
    owner_ = nullptr;
    open_ = false;
    error_code ignored;
    resolver_.cancel();
    timer_.cancel();
    socket_.close(ignored);
}

// --- in

void Link::read() {
    if (!open_ || reading_ || paused_) return;
    reading_ = true;
    char* at = buffer_.prepare();
    if (buffer_.room() == 0) return failed("a packet is larger than the buffer");
    auto room = asio::buffer(at, buffer_.room());
    auto done = [self = shared_from_this()](error_code ec, std::size_t n) { self->on_read(ec, n); };
    if (tls_)
        tls_->async_read_some(room, std::move(done));
    else
        socket_.async_read_some(room, std::move(done));
}

void Link::on_read(error_code ec, std::size_t n) {
    reading_ = false;
    buffer_.commit(n);
    if (finishing_) {
        if (ec) return close();
        buffer_.consume(buffer_.unused().size());
        return read();
    }
    if (!owner_) return;
    if (tls_ && n > 0) take_decrypted();
    if (!paused_) deliver();
    if (!owner_) return;
    if (ec) return failed(end_text(ec));
    read();
}

// A broker writes a TLS record per message, and a read gives one record: without this, a batch
// would be one message. What lies decrypted or whole in OpenSSL's buffers is taken along, without
// I/O.
void Link::take_decrypted() {
    while (buffer_.room() > 0) {
        int most = static_cast<int>(std::min<std::size_t>(buffer_.room(), 1 << 20));
        int n = SSL_read(tls_->native_handle(), buffer_.prepare(), most);
        if (n <= 0) break; // nothing more, or an error that the next read meets again
        buffer_.commit(static_cast<std::size_t>(n));
    }
    ERR_clear_error();
}

void Link::deliver() {
    if (buffer_.unused().empty()) return;
    delivering_ = true;
    auto used = owner_->link_data(buffer_.unused());
    delivering_ = false;
    buffer_.consume(used);
    if (finishing_ && !writes_) drain();
}

void Link::pause() {
    paused_ = true;
}

void Link::resume() {
    if (!std::exchange(paused_, false) || !open_) return;
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        if (!self->owner_ || self->paused_) return;
        self->deliver(); // what a read brought that was under way when we paused
        if (self->owner_) self->read();
    });
}

// --- out

void Link::send(std::string& bytes) {
    if (waiting_.empty())
        waiting_.swap(bytes);
    else
        waiting_ += bytes;
    bytes.clear();
    write();
}

void Link::write() {
    if (!open_ || writes_ || waiting_.empty()) return;
    writes_ = true;
    writing_.clear();
    writing_.swap(waiting_);
    auto done = [self = shared_from_this()](error_code ec, std::size_t) { self->on_written(ec); };
    if (tls_)
        asio::async_write(*tls_, asio::buffer(writing_), std::move(done));
    else
        asio::async_write(socket_, asio::buffer(writing_), std::move(done));
}

void Link::on_written(error_code ec) {
    writes_ = false;
    if (!open_) return;
    if (ec) return finishing_ ? close() : failed(end_text(ec));
    if (!waiting_.empty()) return write();
    if (finishing_) drain();
}

// --- the end

void Link::finish(std::string& bytes) {
    owner_ = nullptr;
    if (!open_) {
        bytes.clear();
        return close();
    }
    finishing_ = true;
    paused_ = false;
    timer_.expires_after(goodbye_time);
    timer_.async_wait([self = shared_from_this()](error_code ec) {
        if (!ec) self->close();
    });
    send(bytes);
    if (!writes_) drain();
}

// Closing with unread bytes would send a reset that may overtake our last packets: so end our half,
// and read until the broker ends its own.
void Link::drain() {
    if (delivering_) return;
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    buffer_.consume(buffer_.unused().size());
    read();
}

} // namespace caredian::net::mqtt
