#include "app/reload.h"
#include "app/reload_step.h"
#include "base/log.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstring>
#include <map>
#include <sys/inotify.h>

namespace caredian::app {

namespace asio = boost::asio;

struct ReloadWatch::Impl : std::enable_shared_from_this<Impl> {
    Impl(asio::io_context& context, const std::vector<std::string>& files,
         std::function<void()> callback, std::chrono::milliseconds wait)
        : step(files), on_change(std::move(callback)), gather(wait), signals(context, SIGHUP),
          events(context), timer(context) {}

    void start() {
        wait_for_signal();
        int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (fd < 0) return warn(errno);
        events.assign(fd);
        // Not IN_CREATE: a file that was just made is empty, and nothing means every default.
        constexpr std::uint32_t mask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR;
        for (const auto& folder : step.folders()) {
            int watch = ::inotify_add_watch(fd, folder.c_str(), mask);
            if (watch < 0)
                warn(errno);
            else
                folders[watch] = folder;
        }
        if (!folders.empty()) wait_for_events();
    }

    static void warn(int error) {
        log::warning("config", "changes of the settings are not watched; SIGHUP still works",
                     {{"reason", std::strerror(error)}});
    }

    void stop() {
        error_code ignored;
        signals.cancel(ignored);
        events.close(ignored);
        timer.cancel();
        on_change = [] {};
    }

    void wait_for_signal() {
        signals.async_wait([self = shared_from_this()](error_code ec, int) {
            if (ec) return;
            log::info("config", "SIGHUP: reading the settings again");
            if (self->step.signalled()) self->read_soon();
            self->wait_for_signal();
        });
    }

    void wait_for_events() {
        events.async_read_some(asio::buffer(buffer),
                               [self = shared_from_this()](error_code ec, std::size_t size) {
                                   if (ec) return;
                                   self->take(size);
                                   self->wait_for_events();
                               });
    }

    void take(std::size_t size) {
        for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
            inotify_event event{};
            std::memcpy(&event, buffer + at, sizeof event);
            const char* name = buffer + at + sizeof event;
            auto length = event.len > 0 ? ::strnlen(name, event.len) : 0;
            bool lost = (event.mask & IN_Q_OVERFLOW) != 0;
            if (lost ? step.signalled() : step.changed(folders[event.wd], {name, length}))
                read_soon();
            at += sizeof event + event.len;
        }
    }

    void read_soon() {
        timer.expires_after(gather);
        timer.async_wait([self = shared_from_this()](error_code ec) {
            if (ec) return;
            self->step.fired();
            self->on_change();
        });
    }

    ReloadStep step;
    std::function<void()> on_change;
    std::chrono::milliseconds gather;
    asio::signal_set signals;
    asio::posix::stream_descriptor events;
    asio::steady_timer timer;
    std::map<int, std::string> folders; // by watch
    char buffer[4096] = {};
};

ReloadWatch::ReloadWatch(asio::io_context& context, const std::vector<std::string>& files,
                         std::function<void()> on_change, std::chrono::milliseconds gather)
    : impl_(std::make_shared<Impl>(context, files, std::move(on_change), gather)) {
    impl_->start();
}

ReloadWatch::~ReloadWatch() {
    impl_->stop();
}

} // namespace caredian::app
