// What the MQTT client and its user exchange: options, messages, callbacks.
// Sources: MQTT 3.1.1 and 5.0 (OASIS). "§" below are sections of 5.0.
#pragma once

#include "base/secret.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
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
    bool operator==(const Subscription&) const = default;
};

// What the broker publishes for us when it loses us (§3.1.2.5).
struct Will {
    std::string topic;
    std::string payload;
    std::uint8_t qos = 0;
    bool retain = false;
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
    bool version_fallback = true; // the broker answers 0x84 (CONNACK 1): go on with 3.1.1
    std::string client_id;        // stable: the session hangs on it
    std::string username;
    Secret password;
    std::chrono::seconds keep_alive{30}; // 0 = no pings
    std::chrono::seconds session_expiry{14 * 24 *
                                        3600}; // 0 = ends with the connection (clean start)
    // Asked for, not enforced: see Session::count_open(). What must be bounded is, by
    // pause_reading().
    std::uint16_t receive_maximum = 1000;
    std::uint32_t max_packet = 4 * 1024 * 1024; // bytes; a larger one is refused by its header
    std::chrono::milliseconds connect_timeout{10'000}; // name, TCP, TLS and CONNACK; SUBACK again
    std::chrono::milliseconds backoff_min{500}, backoff_max{30'000}; // doubled, with full jitter
    // After 0x8E: another one uses our id. Half of it when that is only guessed (see session.h).
    std::chrono::milliseconds taken_over_backoff{60'000};
    std::vector<Subscription> subscriptions;
    // What the broker's session holds as far as the user knows: what on_subscribed() granted last
    // time, kept over a restart. With Session Present = 1, filters that are no longer wanted are
    // unsubscribed; equal ones are left alone where subscribing again would bring their retained
    // messages again (3.1.1, Retain Handling 0). On 5.0 with Retain Handling 1 or 2 it brings
    // nothing, so they are confirmed: a broker that fell back to an older save may have lost them.
    std::vector<Subscription> remembered;
    std::size_t max_outbound_bytes = 8 * 1024 * 1024;
    std::optional<Will> will;
    // False: a QoS 1 or 2 publish that has no answer when the connection ends is not sent again;
    // its `done` gets `unanswered`.
    bool resend = true;
};

// Not a reason code of MQTT: the connection ended before an answer came (ClientOptions::resend).
inline constexpr std::uint8_t unanswered = 0xFF;

// A message that is of no use later: it goes over this connection or not at all.
struct Hasty {
    bool now = false;         // its `done` gets `unanswered` when the connection ends before
    std::uint32_t expiry = 0; // seconds after which the broker forgets it (v5); 0: never
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
    std::chrono::seconds keep_alive{0};     // the one in force
    std::chrono::seconds session_expiry{0}; // the one in force; less than asked: the broker's limit
    std::string client_id;                  // ours, or the one that the broker assigned
};

// Called on the client's io_context thread, from inside the client: acknowledge(), flush(),
// publish(), pause_reading() and stop() may be called back, the client must not be destroyed.
// Must not throw.
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
    // A PINGREQ was put behind all that was acknowledged so far. One on_ping_response() follows for
    // each, in order (or none, when the connection ends first).
    virtual void on_ping_request() {}
    // The broker answered our oldest open PINGREQ: it has read all that we sent before it.
    virtual void on_ping_response() = 0;
    // For the log and /readyz: "broker refused: 0x86 bad user name or password". After every failed
    // attempt and every end, except by stop(). Packet ids handed out before are void: forget what
    // waits for acknowledge(); the broker sends it again, perhaps something else under the same id.
    virtual void on_disconnected(const std::string& reason) = 0;
    // Per filter: reason code of SUBACK; >= 0x80 is a refusal (the connection stays up).
    virtual void on_subscribed(std::string_view filter, std::uint8_t reason_code) = 0;
    // A remembered filter that is not wanted any more. 3.1.1 has no codes: 0.
    virtual void on_unsubscribed(std::string_view /*filter*/, std::uint8_t /*reason_code*/) {}
};

// The name of a v5 reason code ("not authorized"); "unknown" for others. 0x00 is "success".
std::string_view reason_text(std::uint8_t code);
// "0x86 bad user name or password"
std::string reason_code_text(std::uint8_t code);

} // namespace caredian::net::mqtt
