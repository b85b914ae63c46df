#include "net/poller.h"

#include "base/log.h"

#include <algorithm>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/epoll.h>
#include <system_error>
#include <vector>

namespace caredian::net {

namespace asio = boost::asio;
using std::chrono::milliseconds;

asio::execution_context::id Poller::id;

struct Poller::Impl {
    Poller& poller;
    asio::io_context& context;
    int epoll;
    asio::posix::stream_descriptor descriptor; // owns `epoll`
    asio::steady_timer timer;
    milliseconds tick{1'000};
    Watcher* first = nullptr;
    Watcher* sweep_next = nullptr;
    std::size_t watchers = 0;
    bool waiting = false;
    bool ticking = false;
    std::array<epoll_event, 256> events;
    int event_at = 0, event_count = 0; // of the round under way
    std::vector<std::shared_ptr<void>> released;
    bool release_posted = false;

    Impl(Poller& p, asio::io_context& c)
        : poller(p), context(c), epoll(epoll_create1(EPOLL_CLOEXEC)), descriptor(c, epoll),
          timer(c) {
        if (epoll < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    }

    void wait() {
        if (waiting) return;
        waiting = true;
        descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                              [this](boost::system::error_code error) {
                                  waiting = false;
                                  if (!error) round();
                                  // Cancelled when nobody was left; somebody may have come since.
                                  if (watchers > 0) wait();
                              });
    }

    void round() {
        event_count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 0);
        for (event_at = 0; event_at < event_count; ++event_at) {
            const auto& event = events[static_cast<std::size_t>(event_at)];
            auto* watcher = static_cast<Watcher*>(event.data.ptr);
            if (!watcher) continue; // removed by an earlier call of this round
            Readiness ready;
            ready.readable = event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR);
            ready.writable = event.events & (EPOLLOUT | EPOLLHUP | EPOLLERR);
            ready.hangup = event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
            guarded([&] { watcher->on_ready(ready); });
        }
        event_at = event_count = 0;
    }

    // An exception here is a mistake of ours; the other sockets go on.
    template <class Call>
    static void guarded(Call call) {
        try {
            call();
        } catch (const std::exception& e) {
            log::error("net", "an exception left a connection", {{"what", e.what()}});
        }
    }

    void start_ticking() {
        if (ticking) return;
        ticking = true;
        timer.expires_after(tick);
        timer.async_wait([this](boost::system::error_code error) {
            ticking = false;
            if (!error) {
                ++poller.ticks_;
                sweep();
            }
            // An error: nobody is left, or the ticks have become shorter.
            if (watchers > 0) start_ticking();
        });
    }

    void sweep() {
        for (auto* watcher = first; watcher; watcher = sweep_next) {
            sweep_next = watcher->next_;
            if (watcher->deadline_ == 0 || watcher->deadline_ > poller.ticks_) continue;
            watcher->deadline_ = 0;
            guarded([&] { watcher->on_deadline(); });
        }
        sweep_next = nullptr;
    }
};

Poller::Poller(asio::execution_context& context)
    : service(context),
      impl_(std::make_unique<Impl>(*this, static_cast<asio::io_context&>(context))) {}

Poller::~Poller() = default;

Poller& Poller::of(asio::execution_context& context) {
    return asio::use_service<Poller>(context);
}

void Poller::shutdown() {
    boost::system::error_code ignored;
    impl_->descriptor.close(ignored);
    impl_->timer.cancel();
    while (impl_->first) take_out(*impl_->first);
    impl_->released.clear();
}

bool Poller::add(int fd, Watcher& watcher) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &watcher;
    if (epoll_ctl(impl_->epoll, EPOLL_CTL_ADD, fd, &event) != 0) return false;
    watcher.fd_ = fd;
    watcher.poller_ = this;
    watcher.previous_ = nullptr;
    watcher.next_ = impl_->first;
    if (impl_->first) impl_->first->previous_ = &watcher;
    impl_->first = &watcher;
    ++impl_->watchers;
    impl_->wait();
    impl_->start_ticking();
    return true;
}

void Poller::remove(Watcher& watcher) {
    if (watcher.poller_) watcher.poller_->take_out(watcher);
}

void Poller::take_out(Watcher& watcher) {
    if (impl_->descriptor.is_open()) epoll_ctl(impl_->epoll, EPOLL_CTL_DEL, watcher.fd_, nullptr);
    watcher.fd_ = -1;
    watcher.poller_ = nullptr;
    watcher.deadline_ = 0;
    for (int i = impl_->event_at; i < impl_->event_count; ++i) {
        auto& event = impl_->events[static_cast<std::size_t>(i)];
        if (event.data.ptr == &watcher) event.data.ptr = nullptr;
    }
    if (impl_->sweep_next == &watcher) impl_->sweep_next = watcher.next_;
    (watcher.previous_ ? watcher.previous_->next_ : impl_->first) = watcher.next_;
    if (watcher.next_) watcher.next_->previous_ = watcher.previous_;
    watcher.previous_ = watcher.next_ = nullptr;
    if (--impl_->watchers > 0 || !impl_->descriptor.is_open()) return;
    // Nothing left to wait for: a run() of the context may end.
    boost::system::error_code ignored;
    impl_->descriptor.cancel(ignored);
    impl_->timer.cancel();
}

void Poller::release(std::shared_ptr<void> object) {
    impl_->released.push_back(std::move(object));
    if (impl_->release_posted) return;
    impl_->release_posted = true;
    asio::post(impl_->context, [impl = impl_.get()] {
        impl->release_posted = false;
        auto gone = std::move(impl->released); // destructors may release more
        impl->released.clear();
    });
}

void Poller::set_deadline(Watcher& watcher, milliseconds after) {
    auto ticks = (after.count() + impl_->tick.count() - 1) / impl_->tick.count();
    watcher.deadline_ = ticks_ + static_cast<std::uint32_t>(ticks) + 1;
}

void Poller::serve_timeout(milliseconds smallest) {
    auto wanted = std::clamp(smallest / 10, milliseconds(10), milliseconds(1'000));
    if (wanted >= impl_->tick) return;
    impl_->tick = wanted;
    impl_->timer.cancel(); // and on with the shorter one
}

milliseconds Poller::tick() const {
    return impl_->tick;
}

} // namespace caredian::net
