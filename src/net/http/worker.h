// What one worker thread owns: its io_context, buffers, counters and connections.
#pragma once

#include "net/http/compose.h"
#include "net/http/head.h"
#include "net/http/server.h"
#include "net/poller.h"
#include "net/tls.h"

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace caredian::net::http {

class Connection;
class Listener;

// Connections per address and in all: asked when one comes and goes, by any worker.
class Door {
public:
    Door(std::size_t per_address, std::size_t total) : per_address_(per_address), total_(total) {}
    // `counted`: the address is not exempt.
    bool enter(const Address& a, bool counted);
    void leave(const Address& a, bool counted);
    bool wait_until_empty(std::chrono::milliseconds limit);

private:
    std::size_t per_address_, total_;
    std::mutex mutex_;
    std::condition_variable empty_;
    std::size_t all_ = 0;
    std::map<Address, std::size_t> by_address_;
};

struct WorkerCounters {
    std::array<Counter, 6> answered; // by the first digit of the status
    Counter accepted, closed, turned_away, malformed, timed_out, bytes_sent;
};

// What all workers share and none changes.
struct Shared {
    const ServerOptions& options;
    const Router& router;
    Gate& gate;
    const std::function<bool(std::string_view)>& host_allowed;
    const Clock& clock;
    Door& door;
};

struct Worker {
    Worker(const Shared& s, std::size_t i, std::string id_prefix, NetworkSet trusted_proxies,
           TlsContext context);
    ~Worker();

    const Shared& shared;
    const std::size_t index;
    boost::asio::io_context context;
    Poller& poller;
    const std::shared_ptr<WorkerCounters> counters; // metrics may outlive us

    // The rest belongs to the worker's thread.
    NetworkSet trusted;
    TlsContext tls;
    bool draining = false;
    Composer composer;
    std::vector<char> scratch; // one read: requests that need not wait are served out of it
    std::string out;           // responses of one read, sent in one write
    RequestHead head;
    std::set<Connection*> connections;
    std::unordered_multimap<std::string, Connection*> live;
    std::vector<std::unique_ptr<Listener>> listeners;

    std::string_view next_request_id();
    void start_ticking(); // keeps the Date header and retries full listeners, once a second
    void drain();         // no new connections; idle ones and endless streams end now
    void close_all();
    void close_live(const std::string& key);

private:
    boost::asio::steady_timer timer_;
    std::string id_;
};

// Accepts on one socket of its own (SO_REUSEPORT) for one worker.
class Listener final : public Watcher {
public:
    Listener(Worker& worker, int fd) : worker_(worker), fd_(fd) {}
    ~Listener();
    bool start();
    void accept_all(); // also on a tick: after the process ran out of descriptors

private:
    void on_ready(Readiness) override { accept_all(); }
    void on_deadline() override {}
    Worker& worker_;
    int fd_;
};

} // namespace caredian::net::http
