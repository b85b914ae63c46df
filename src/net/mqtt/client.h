// An MQTT 3.1.1 / 5.0 client that lets its user decide when a message is acknowledged.
// Sources: MQTT 3.1.1 and 5.0 (OASIS). The protocol itself is in session.h, without I/O.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::net::mqtt {

enum class Version : std::uint8_t { v311 = 4, v5 = 5 };

struct Subscription {
    std::string filter;
    std::uint8_t qos = 1;
    bool no_local = false;
    bool retain_as_published = false;
    std::uint8_t retain_handling = 1; // 0 always, 1 only when the subscription is new, 2 never (v5)
};

struct ClientOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 1883;
    bool tls = false;
    std::string ca_file;          // empty = the system's
    std::string certificate_file; // mTLS; both or none
    std::string key_file;
    bool verify_host = true;
    Version version = Version::v5;
    bool version_fallback = true; // 0x84 / CONNACK 1: try 3.1.1
    std::string client_id;        // stable: the session hangs on it
    std::string username;
    Secret password;
    std::chrono::seconds keep_alive{30};
    std::chrono::seconds session_expiry{14 * 24 *
                                        3600}; // 0 = ends with the connection (clean start)
    std::uint16_t receive_maximum = 1000;
    std::uint32_t max_packet = 4 * 1024 * 1024; // bytes; a larger one is refused by its header
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds backoff_min{500}, backoff_max{30'000}; // doubled, with full jitter
    std::chrono::milliseconds taken_over_backoff{60'000}; // after 0x8E: another one uses our id
    std::vector<Subscription> subscriptions;
    std::size_t max_outbound_bytes = 8 * 1024 * 1024;
};

// A PUBLISH as it came. Views live during the call.
struct Publish {
    std::string_view topic; // aliases are resolved
    std::string_view payload;
    std::uint16_t packet_id = 0; // 0 for QoS 0
    std::uint8_t qos = 0;
    bool retain = false;
    bool dup = false;
};

struct Connected {
    bool session_present = false;
    Version version = Version::v5;
    std::chrono::seconds keep_alive{0}; // the one in force
};

// Called on the client's io_context thread. Must not throw.
class ClientHandler {
public:
    virtual ~ClientHandler() = default;
    virtual void on_connected(const Connected&) = 0;
    // Nothing is acknowledged by the client itself: QoS 1 and 2 wait for acknowledge().
    virtual void on_publish(const Publish&) = 0;
    // PUBREL: forget the id, then complete(). Only for QoS 2.
    virtual void on_release(std::uint16_t packet_id) = 0;
    // All that one read of the socket brought was handed over: the moment to commit.
    virtual void on_batch_end() = 0;
    // The broker answered our PINGREQ: it has read all that we sent before it.
    virtual void on_ping_response() = 0;
    // For the log and /readyz: "broker refused: 0x86 bad user name or password".
    virtual void on_disconnected(const std::string& reason) = 0;
    // Per filter: reason code of SUBACK; >= 0x80 is a refusal (the connection stays up).
    virtual void on_subscribed(std::string_view filter, std::uint8_t reason_code) = 0;
};

// The name of a v5 reason code ("not authorized"); "unknown" for others.
std::string_view reason_text(std::uint8_t code);

// All members are called on the io_context's thread (or before it runs).
class Client {
public:
    Client(boost::asio::io_context& context, ClientOptions options, ClientHandler& handler,
           const Clock& clock, Random& random);
    ~Client();
    Client(const Client&) = delete;

    void start(); // connects, and again for ever until stop()
    void stop();  // DISCONNECT (session kept), then closed

    // PUBACK for QoS 1, PUBREC for QoS 2. Gathered; sent by flush() in one write, in order.
    // Ids of an earlier connection are ignored (the broker sends the message again).
    void acknowledge(std::uint16_t packet_id, std::uint8_t qos);
    void complete(std::uint16_t packet_id); // PUBCOMP
    void flush();

    // What was read stays with the handler; the socket is read no further, pings go on (their
    // answer cannot be seen meanwhile, so none is missed).
    void pause_reading();
    void resume_reading();

    // False: not connected (QoS 0), or the bounded outbound queue is full. QoS 1 is kept over a
    // reconnect and sent again with DUP; `done` gets the reason code of its PUBACK.
    bool publish(std::string_view topic, std::string_view payload, std::uint8_t qos, bool retain,
                 std::function<void(std::uint8_t reason_code)> done = {});

    bool connected() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace caredian::net::mqtt
