#include "net/http/worker.h"

#include "base/log.h"
#include "net/http/connection.h"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace caredian::net::http {

namespace {

constexpr std::size_t scratch_size = 64 * 1024;

Address address_of(const sockaddr_storage& from) {
    Address made;
    if (from.ss_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, &from, sizeof(in));
        made.bytes[10] = made.bytes[11] = 0xFF;
        std::memcpy(made.bytes.data() + 12, &in.sin_addr, 4);
    } else if (from.ss_family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, &from, sizeof(in));
        std::memcpy(made.bytes.data(), &in.sin6_addr, 16);
    }
    return made;
}

} // namespace

bool Door::enter(const Address& a, bool counted) {
    std::lock_guard lock(mutex_);
    if (all_ >= total_) return false;
    if (counted) {
        auto& here = by_address_[a];
        if (here >= per_address_) return false;
        ++here;
    }
    ++all_;
    return true;
}

void Door::leave(const Address& a, bool counted) {
    std::lock_guard lock(mutex_);
    --all_;
    empty_.notify_all();
    if (!counted) return;
    auto at = by_address_.find(a);
    if (--at->second == 0) by_address_.erase(at);
}

bool Door::wait_until_empty(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return empty_.wait_for(lock, limit, [&] { return all_ == 0; });
}

Worker::Worker(const Shared& s, std::size_t i, std::string id_prefix, NetworkSet trusted_proxies,
               TlsContext tls_context)
    : shared(s), index(i), context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),
      poller(Poller::of(context)), counters(std::make_shared<WorkerCounters>()),
      trusted(std::move(trusted_proxies)), tls(std::move(tls_context)),
      composer(s.clock, s.options.security_headers), scratch(scratch_size), timer_(context),
      id_(std::move(id_prefix)) {
    id_ += "-00000000";
    for (auto t : {s.options.header_timeout, s.options.body_timeout, s.options.write_timeout,
                   s.options.idle_timeout})
        poller.serve_timeout(t);
}

Worker::~Worker() = default;

// The prefix tells workers and starts apart, the rest counts: as unique, and cheap.
std::string_view Worker::next_request_id() {
    for (auto digit = id_.end() - 1; *digit != '-'; --digit) {
        if (*digit == 'f') {
            *digit = '0';
            continue;
        }
        *digit = *digit == '9' ? 'a' : static_cast<char>(*digit + 1);
        break;
    }
    return id_;
}

void Worker::start_ticking() {
    timer_.expires_after(std::chrono::seconds(1));
    timer_.async_wait([this](boost::system::error_code error) {
        if (error) return;
        composer.refresh_date();
        for (auto& listener : listeners) listener->accept_all();
        start_ticking();
    });
}

void Worker::drain() {
    draining = true;
    listeners.clear();
    auto all = connections; // a copy: they leave while we look
    for (auto* c : all)
        if (connections.contains(c)) c->drain();
}

void Worker::close_all() {
    auto all = connections;
    for (auto* c : all) {
        if (!connections.contains(c)) continue;
        auto keep = c->shared_from_this();
        c->cancel();
        c->close();
    }
}

void Worker::close_live(const std::string& key) {
    auto [first, last] = live.equal_range(key);
    std::vector<std::shared_ptr<Connection>> found;
    for (auto at = first; at != last; ++at) found.push_back(at->second->shared_from_this());
    for (auto& c : found) c->cancel();
}

Listener::~Listener() {
    worker_.poller.remove(*this);
    ::close(fd_);
}

bool Listener::start() {
    return worker_.poller.add(fd_, *this);
}

void Listener::accept_all() {
    for (;;) {
        sockaddr_storage from{};
        socklen_t size = sizeof(from);
        int fd =
            ::accept4(fd_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            Connection::adopt(worker_, fd, address_of(from));
            continue;
        }
        if (errno == ECONNABORTED || errno == EINTR) continue;
        if (errno != EAGAIN) // out of descriptors or memory: the next tick tries again
            log::warning("http", "cannot accept a connection", {{"error", std::strerror(errno)}});
        return;
    }
}

} // namespace caredian::net::http
