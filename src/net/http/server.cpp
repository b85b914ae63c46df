#include "net/http/server.h"

#include "base/log.h"
#include "net/http/connection.h"
#include "net/http/listen.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <pthread.h>
#include <sys/stat.h>
#include <thread>

namespace caredian::net::http {

namespace asio = boost::asio;

namespace {

// What tells one content of a file from the next without reading it.
using Fingerprint = std::array<std::int64_t, 4>;
Fingerprint fingerprint(const std::string& file) {
    struct stat info{};
    if (::stat(file.c_str(), &info) != 0) return {};
    return {info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_size,
            static_cast<std::int64_t>(info.st_ino)};
}

} // namespace

struct Server::Impl {
    ServerOptions options;
    std::function<bool(std::string_view)> host_allowed;
    Door door;
    Shared shared;
    std::vector<std::unique_ptr<Worker>> workers;
    std::vector<std::thread> threads;
    std::vector<std::uint16_t> ports;
    std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards;
    std::unique_ptr<asio::steady_timer> tls_timer;
    std::pair<Fingerprint, Fingerprint> tls_files;

    Impl(ServerOptions o, const Router& router, Gate& gate,
         std::function<bool(std::string_view)> allowed, const Clock& clock, Random& random)
        : options(std::move(o)), host_allowed(std::move(allowed)),
          door(options.connections_per_address, options.connections),
          shared{options, router, gate, host_allowed, clock, door} {
        TlsContext tls;
        if (uses_tls()) {
            remember_tls_files();
            auto made = make_server_tls({options.tls_certificate, options.tls_key});
            if (!made) throw boost::system::system_error(made.error(), options.tls_certificate);
            tls = *made;
        }
        auto count = options.workers ? options.workers : std::thread::hardware_concurrency();
        for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i)
            workers.push_back(
                std::make_unique<Worker>(shared, i, random.hex(4), options.trusted_proxies, tls));
    }

    bool uses_tls() const { return !options.tls_certificate.empty(); }
    void remember_tls_files() {
        tls_files = {fingerprint(options.tls_certificate), fingerprint(options.tls_key)};
    }

    // Runs `work` on every worker's thread.
    void on_workers(const std::function<void(Worker&)>& work) {
        for (auto& worker : workers)
            asio::post(worker->context, [w = worker.get(), work] { work(*w); });
    }

    void reload_tls() {
        if (!uses_tls()) return;
        auto made = make_server_tls({options.tls_certificate, options.tls_key});
        if (!made) {
            log::error("http", "the new certificate is refused, the old one stays",
                       {{"file", options.tls_certificate}, {"reason", made.error().message()}});
            return;
        }
        log::info("http", "certificate read", {{"file", options.tls_certificate}});
        on_workers([tls = *made](Worker& w) { w.tls = tls; });
    }

    void watch_tls_files() {
        tls_timer->expires_after(std::chrono::seconds(1));
        tls_timer->async_wait([this](error_code error) {
            if (error) return;
            auto before = tls_files;
            remember_tls_files();
            if (tls_files != before) reload_tls();
            watch_tls_files();
        });
    }

    void start();
    void stop();
    void run(Worker& worker);
    void register_metrics(Metrics& metrics);
};

void Server::Impl::start() {
    auto groups = listen_on(options.listen, workers.size());
    if (!groups) {
        std::string all;
        for (const auto& address : options.listen) all += (all.empty() ? "" : ", ") + address;
        throw boost::system::system_error(groups.error(), "listen on " + all);
    }
    for (auto& group : *groups) {
        ports.push_back(group.port);
        for (std::size_t i = 0; i < workers.size(); ++i) {
            auto& worker = *workers[i];
            worker.listeners.push_back(std::make_unique<Listener>(worker, group.sockets[i]));
            worker.listeners.back()->start();
        }
    }
    if (uses_tls()) {
        tls_timer = std::make_unique<asio::steady_timer>(workers[0]->context);
        watch_tls_files();
    }
    for (auto& worker : workers) {
        guards.push_back(asio::make_work_guard(worker->context));
        worker->start_ticking();
        threads.emplace_back([this, w = worker.get()] { run(*w); });
        pthread_setname_np(threads.back().native_handle(),
                           ("http-" + std::to_string(worker->index)).c_str());
    }
}

void Server::Impl::run(Worker& worker) {
    while (!worker.context.stopped()) {
        try {
            worker.context.run();
        } catch (const std::exception& e) { // a mistake of ours: one event is lost, not the home
            log::error("http", "an exception reached the worker", {{"what", e.what()}});
        }
    }
}

void Server::Impl::stop() {
    if (threads.empty()) return;
    on_workers([](Worker& w) { w.drain(); });
    door.wait_until_empty(options.drain_timeout);
    on_workers([this](Worker& w) {
        w.close_all();
        if (w.index == 0 && tls_timer) tls_timer->cancel();
        asio::post(w.context, [&w] { w.context.stop(); });
    });
    for (auto& thread : threads) thread.join();
    threads.clear();
    guards.clear();
}

void Server::Impl::register_metrics(Metrics& metrics) {
    auto add = [&](const char* name, const char* help, MetricLabels labels, Worker& w,
                   Counter WorkerCounters::* counter) {
        metrics.add(MetricKind::counter, name, help, std::move(labels), [c = w.counters, counter] {
            return static_cast<double>(((*c).*counter).value());
        });
    };
    for (auto& worker : workers) {
        for (std::size_t i = 2; i < 6; ++i)
            metrics.add(MetricKind::counter, "http_requests_total", "Requests answered",
                        {{"status", std::to_string(i) + "xx"}}, [c = worker->counters, i] {
                            return static_cast<double>(c->answered[i].value());
                        });
        using C = WorkerCounters;
        add("http_connections_total", "Connections accepted", {}, *worker, &C::accepted);
        add("http_sent_bytes_total", "Bytes of answers", {}, *worker, &C::bytes_sent);
        add("http_refused_total", "Refused at the door", {{"reason", "connections"}}, *worker,
            &C::turned_away);
        add("http_refused_total", "Refused at the door", {{"reason", "malformed"}}, *worker,
            &C::malformed);
        add("http_refused_total", "Refused at the door", {{"reason", "timeout"}}, *worker,
            &C::timed_out);
        metrics.add(MetricKind::gauge, "http_connections", "Connections open", {},
                    [c = worker->counters] {
                        return static_cast<double>(c->accepted.value() - c->closed.value());
                    });
    }
}

Server::Server(ServerOptions options, const Router& router, Gate& gate,
               std::function<bool(std::string_view host)> host_allowed, Metrics& metrics,
               const Clock& clock, Random& random)
    : impl_(std::make_unique<Impl>(std::move(options), router, gate, std::move(host_allowed), clock,
                                   random)) {
    impl_->register_metrics(metrics);
}

Server::~Server() {
    stop();
}

void Server::start() {
    impl_->start();
}

std::vector<std::uint16_t> Server::ports() const {
    return impl_->ports;
}

std::size_t Server::worker_count() const {
    return impl_->workers.size();
}

asio::io_context& Server::worker(std::size_t index) {
    return impl_->workers.at(index)->context;
}

void Server::reload_tls() {
    asio::post(impl_->workers[0]->context, [impl = impl_.get()] { impl->reload_tls(); });
}

void Server::set_trusted_proxies(NetworkSet networks) {
    impl_->on_workers([networks = std::move(networks)](Worker& w) {
        w.trusted = networks;
        for (auto* c : w.connections) c->trust_again();
    });
}

void Server::close_live(const std::string& key) {
    impl_->on_workers([key](Worker& w) { w.close_live(key); });
}

void Server::stop() {
    impl_->stop();
}

} // namespace caredian::net::http
