#include "app/control.h"
#include "app/control_path.h"
#include "base/log.h"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace caredian::app {

namespace asio = boost::asio;
using asio::local::stream_protocol;

namespace {

constexpr std::size_t max_request = 64 * 1024;
constexpr std::size_t max_connections = 8;
constexpr std::chrono::seconds connection_time{10};

// Our own user and root.
bool may_speak(int fd) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return peer.uid == 0 || peer.uid == ::geteuid();
}

} // namespace

struct ControlServer::Impl : std::enable_shared_from_this<Impl> {
    Impl(asio::io_context& c, std::string p, ControlHandlers h, Pool& pool_)
        : context(c), acceptor(c), rest(c), path(std::move(p)), handlers(std::move(h)),
          pool(pool_) {}

    asio::io_context& context;
    stream_protocol::acceptor acceptor;
    asio::steady_timer rest;
    std::string path;
    ino_t inode = 0; // of the socket we made: never remove another's
    ControlHandlers handlers;
    Pool& pool;
    std::size_t connections = 0;

    result<void> open();
    void accept();
    void accept_later(); // out of descriptors: a second's rest
    void close();
};

namespace {

// One request, one answer. Kept alive by its own operations; the timer ends all of them.
struct Conversation : std::enable_shared_from_this<Conversation> {
    using Answer = std::function<void(std::string line, std::function<void(std::string)> done)>;

    Conversation(stream_protocol::socket s, Answer a, std::function<void()> f)
        : socket(std::move(s)), timer(socket.get_executor()), answer(std::move(a)),
          finished(std::move(f)) {}
    ~Conversation() {
        std::fill(line.begin(), line.end(), '\0');
        finished();
    }

    void start() {
        timer.expires_after(connection_time);
        timer.async_wait([weak = weak_from_this()](error_code ec) {
            auto self = weak.lock();
            if (self && !ec) self->end();
        });
        asio::async_read_until(socket, asio::dynamic_buffer(line, max_request), '\n',
                               [self = shared_from_this()](error_code ec, std::size_t length) {
                                   if (!ec) self->ask(length);
                               });
    }

    void ask(std::size_t length) {
        answer(line.substr(0, length), [weak = weak_from_this()](std::string text) {
            if (auto self = weak.lock()) self->tell(std::move(text));
        });
        // Nothing else holds this now: wait for the peer to leave, or for the answer.
        socket.async_wait(stream_protocol::socket::wait_error,
                          [self = shared_from_this()](error_code) {});
    }

    void tell(std::string text) {
        reply = std::move(text);
        asio::async_write(socket, asio::buffer(reply),
                          [self = shared_from_this()](error_code, std::size_t) { self->end(); });
    }

    void end() {
        error_code ignored;
        socket.close(ignored);
        timer.cancel();
    }

    stream_protocol::socket socket;
    asio::steady_timer timer;
    Answer answer;
    std::function<void()> finished;
    std::string line;
    std::string reply;
};

} // namespace

// Bound with its mode, so that there is no moment in which others can connect.
result<void> ControlServer::Impl::open() {
    auto address = ControlPath::of(path);
    if (!address) return address.error();
    int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return ControlErrc::io;
    if (::connect(fd, address->address(), address->size()) == 0) {
        ::close(fd);
        return ControlErrc::in_use;
    }
    struct stat info{};
    bool refused = errno == ECONNREFUSED; // also by a file that is no socket: leave that alone
    if (refused && ::lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode))
        ::unlink(path.c_str()); // of a gateway that died
    ::close(fd);
    fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool bound = fd >= 0 && ::fchmod(fd, 0600) == 0 &&
                 ::bind(fd, address->address(), address->size()) == 0 &&
                 ::chmod(path.c_str(), 0600) == 0 && ::listen(fd, 16) == 0 &&
                 ::stat(path.c_str(), &info) == 0;
    if (!bound) {
        auto failed = errno == EACCES ? ControlErrc::forbidden : ControlErrc::io;
        if (fd >= 0) ::close(fd);
        return failed;
    }
    inode = info.st_ino;
    error_code ec;
    acceptor.assign(stream_protocol(), fd, ec);
    if (ec) ::close(fd);
    return ec ? result<void>(ControlErrc::io) : result<void>();
}

void ControlServer::Impl::accept() {
    acceptor.async_accept(
        [self = shared_from_this()](error_code ec, stream_protocol::socket socket) {
            if (ec == asio::error::operation_aborted || !self->acceptor.is_open()) return;
            if (ec) return self->accept_later();
            if (self->connections < max_connections && may_speak(socket.native_handle())) {
                ++self->connections;
                auto answer = [self](const std::string& line,
                                     const std::function<void(std::string)>& done) {
                    auto job = [self, line, done, work = asio::make_work_guard(self->context)] {
                        auto text = answer_control_line(self->handlers, line);
                        asio::post(self->context, [done, text] { done(text); });
                    };
                    if (!self->pool.submit(std::move(job)))
                        done("{\"ok\":false,\"error\":\"the gateway is busy; try again\"}\n");
                };
                std::make_shared<Conversation>(std::move(socket), std::move(answer), [self] {
                    --self->connections;
                })->start();
            }
            self->accept();
        });
}

void ControlServer::Impl::accept_later() {
    rest.expires_after(std::chrono::seconds(1));
    rest.async_wait([self = shared_from_this()](error_code ec) {
        if (!ec && self->acceptor.is_open()) self->accept();
    });
}

void ControlServer::Impl::close() {
    error_code ignored;
    rest.cancel();
    acceptor.close(ignored);
    struct stat info{};
    if (inode != 0 && ::stat(path.c_str(), &info) == 0 && info.st_ino == inode)
        ::unlink(path.c_str());
    inode = 0;
}

result<std::unique_ptr<ControlServer>> ControlServer::listen(asio::io_context& context,
                                                             std::string path,
                                                             ControlHandlers handlers, Pool& pool) {
    auto impl = std::make_shared<Impl>(context, std::move(path), std::move(handlers), pool);
    if (auto opened = impl->open(); !opened) return opened.error();
    impl->accept();
    return std::unique_ptr<ControlServer>(new ControlServer(impl));
}

ControlServer::~ControlServer() {
    impl_->close();
}

} // namespace caredian::app
