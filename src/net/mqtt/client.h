// An MQTT 3.1.1 / 5.0 client that lets its user decide when a message is acknowledged.
// The protocol itself is in session.h, without I/O; this is its shell on Asio.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "net/mqtt/types.h"

#include <functional>
#include <memory>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace caredian::net::mqtt {

// All members are called on the io_context's thread (or before it runs).
class Client {
public:
    Client(boost::asio::io_context& context, ClientOptions options, ClientHandler& handler,
           const Clock& clock, Random& random);
    ~Client(); // closes at once; no callback after it
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void start(); // connects, and again for ever until stop()
    // What was flushed, DISCONNECT (session kept), then closed, within a second. No callback after
    // it.
    void stop();

    // PUBACK for QoS 1, PUBREC for QoS 2. Gathered; sent by flush() in one write, in order. The
    // protocol wants them in the order of the PUBLISHes. Ids that are not open are ignored.
    void acknowledge(std::uint16_t packet_id, std::uint8_t qos);
    void complete(std::uint16_t packet_id); // PUBCOMP
    void flush();

    // What was read stays with the handler; the socket is read no further, pings go on (their
    // answer cannot be seen meanwhile, so none is missed). The rest of the present read is still
    // handed over.
    void pause_reading();
    void resume_reading();

    // False: not connected (QoS 0), or the bounded outbound queue is full, or the topic is none.
    // QoS 1 and 2 are kept over a reconnect and sent again with DUP; `done` gets the reason code of
    // PUBACK, PUBCOMP or a refusing PUBREC (QoS 0: 0 once it is in the output). A message that the
    // broker's limits forbid is answered here: 0x95 too large, 0x9A no retained messages.
    bool publish(std::string_view topic, std::string_view payload, std::uint8_t qos, bool retain,
                 std::function<void(std::uint8_t reason_code)> done = {});

    // The same, for what must not come late. False, and nothing is kept: not connected.
    bool publish(std::string_view topic, std::string_view payload, std::uint8_t qos, bool retain,
                 Hasty hasty, std::function<void(std::uint8_t reason_code)> done);

    bool connected() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace caredian::net::mqtt
