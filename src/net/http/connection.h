// One client's connection: what arrives is served in order, what can be without waiting at once.
#pragma once

#include "net/http/chunk.h"
#include "net/http/worker.h"
#include "net/signal.h"
#include "net/transport.h"

#include <any>
#include <boost/asio/cancellation_signal.hpp>
#include <memory>
#include <optional>
#include <string>

namespace caredian::net::http {

// A request that has to wait: for its body, the gate or its handler. It owns its bytes.
struct Slow;

// Owned by itself until close(); the coroutine of a slow request holds it too.
class Connection final : public Watcher, public std::enable_shared_from_this<Connection> {
public:
    static void adopt(Worker& worker, int fd, const Address& peer); // an accepted socket
    ~Connection();

    void drain();       // the server stops: finish what is under way, then close
    void close();       // now
    void cancel();      // ends the request under way, whatever it waits for
    void trust_again(); // the set of trusted proxies has changed

private:
    friend struct Slow;
    enum class Phase : std::uint8_t { handshake, reading, serving, flushing, lingering, closed };
    enum class Outcome : std::uint8_t { more, stop, slow };
    struct LiveEntry;

    Connection(Worker& worker, int fd, const Address& peer);
    void on_ready(Readiness ready) override;
    void on_deadline() override;

    // connection.cpp: reading and serving without waiting
    void advance();
    bool drive();                             // true: slow_ is filled and wants serve_slowly()
    Outcome consider(std::string_view bytes); // what was read into an empty in_
    Outcome consider_input();                 // in_, until it holds no whole request
    Outcome serve(std::string_view bytes, std::size_t& used);
    Outcome settle(Outcome outcome);
    void wait_for_input();
    void shake_hands();
    bool flush(); // worker_.out, and out_ before it. False: something is left, or it broke
    void finish_or_linger();
    void linger();

    // answer.cpp: one request
    Outcome answer(std::string_view head_bytes);
    Request make_request(const RequestHead& head) const;
    bool decide(const RequestHead& head, const Request& request, Router::Match& match,
                std::any& principal, Response& response, bool& wait);
    Wants wants(const RequestHead& head, const Request& request) const;
    // Composes and sends. What the socket does not take stays in out_. `piece`: all of a stream.
    void send_now(const RequestHead& head, const Request& request, Response& response,
                  MonoTime start, std::string_view piece = {});
    void refuse(unsigned status, std::string_view why); // no request could be read: answer, close
    void count(const Request& request, unsigned status, std::uint64_t bytes, MonoTime start);

    // exchange.cpp: with waiting
    void start_serving();
    awaitable<void> serve_slowly(std::shared_ptr<Connection> self);
    awaitable<void> serve_one();
    awaitable<bool> send_earlier(); // answers to earlier requests
    awaitable<std::optional<Response>> prepare();
    awaitable<std::optional<Response>> gather_body();
    awaitable<Response> respond();
    bool send_at_once(Response& response); // false: it has to wait, and nothing went
    awaitable<void> send_slowly(Response response);
    awaitable<bool> send_stream(Response& response, bool chunked, std::uint64_t& sent);
    bool send_some(std::span<std::string_view> pieces); // true: all went, or it broke
    awaitable<bool> send_all(std::span<std::string_view> pieces);
    // False: cancelled, closed or timed out.
    awaitable<bool> wait_for(Signal& signal, std::chrono::milliseconds limit);

    Worker& worker_;
    Transport transport_;
    Phase phase_ = Phase::reading;
    Address peer_;
    bool peer_trusted_ = false;
    bool counted_ = false;  // at the door
    bool readable_ = false; // the socket may hold more
    bool hangup_ = false;
    bool timed_out_ = false;
    bool close_after_ = false;  // the present response is the last one
    bool input_unread_ = false; // … though not all that the client sends was read
    bool cancellable_ = false;  // the request under way ends when the client leaves
    bool head_timed_ = false;   // the deadline is that of a header
    bool endless_ = false;      // a stream of events: ends at once when the server stops
    std::uint32_t lingered_ = 0;
    std::string in_;         // bytes that wait: part of a head, or what follows a slow request
    std::size_t looked_ = 0; // of in_, by scan_head
    std::string out_;        // what the socket did not take yet
    std::size_t out_at_ = 0;
    Signal readable_signal_, writable_signal_;
    boost::asio::cancellation_signal cancel_;
    std::unique_ptr<Slow> slow_;
    std::shared_ptr<Connection> self_;
};

} // namespace caredian::net::http
