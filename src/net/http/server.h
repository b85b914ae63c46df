// The HTTP/1.1 server: workers, listeners, the strict step, limits at the door.
#pragma once

#include "base/clock.h"
#include "base/metrics.h"
#include "base/random.h"
#include "net/http/router.h"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace caredian::net::http {

struct ServerOptions {
    std::vector<std::string> listen{
        "0.0.0.0:8080"};     // "address:port", "[::]:port"; port 0 = any free
    std::size_t workers = 0; // 0 = one per core
    NetworkSet trusted_proxies;
    std::string tls_certificate; // PEM files; both or none. Read again when they change
    std::string tls_key;
    std::size_t header_limit = 16 * 1024;
    std::chrono::milliseconds header_timeout{
        10'000}; // first byte of a request to its last header line
    std::chrono::milliseconds body_timeout{30'000};  // between two pieces of a body
    std::chrono::milliseconds write_timeout{60'000}; // without a byte taken by the client
    std::chrono::milliseconds idle_timeout{75'000};
    std::chrono::milliseconds drain_timeout{10'000}; // at stop, for requests under way
    std::size_t connections_per_address = 256;       // trusted proxies and loopback exempt
    std::size_t connections = 20'000;                // per server
    bool access_log = true;
    std::vector<std::pair<std::string, std::string>>
        security_headers; // sent with every own response
};

// Said about every finished request: for the access log and metrics.
struct Exchange {
    const Request& request;
    unsigned status;
    std::uint64_t bytes_sent;
    std::chrono::nanoseconds duration;
};

class Server {
public:
    // `host_allowed` answers whether this Host may be served (else 421). `gate` and `router` must
    // outlive the server. Throws boost::system::system_error when an address cannot be bound.
    Server(ServerOptions options, const Router& router, Gate& gate,
           std::function<bool(std::string_view host)> host_allowed, Metrics& metrics,
           const Clock& clock, Random& random);
    ~Server(); // stops
    Server(const Server&) = delete;

    void start();                             // binds, starts the worker threads
    std::vector<std::uint16_t> ports() const; // in the order of `listen`, after start
    std::size_t worker_count() const;
    boost::asio::io_context& worker(std::size_t index);
    void reload_tls(); // a bad pair is refused and the old one stays; logged
    void set_trusted_proxies(NetworkSet networks);
    // Ends every stream whose response carries this live_key, on all workers. Any thread.
    void close_live(const std::string& key);
    // No new connections; requests under way get drain_timeout; then everything is closed. Blocks.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace caredian::net::http
