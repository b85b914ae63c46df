// The MQTT client protocol as a step machine: events in, actions out, no I/O and no clock of its
// own. The shell (client.cpp) calls the events, then does what the actions say:
//   - keeps a transport (TCP, TLS) open exactly while attempt() is not 0, a new one per number;
//   - sends output(), also what is left of it when the attempt ended (a DISCONNECT), then closes;
//   - calls timer() at deadline().
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "net/mqtt/backoff.h"
#include "net/mqtt/codec.h"
#include "net/mqtt/outbox.h"
#include "net/mqtt/subscriptions.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::net::mqtt {

// Topic aliases that a broker may set towards us.
inline constexpr std::uint16_t most_topic_aliases = 32;

class Session {
public:
    // `handler` and `random` outlive it.
    Session(ClientOptions options, ClientHandler& handler, Random& random);

    // --- events
    void start(MonoTime now);
    void stop();               // DISCONNECT when connected; no callback after it
    void opened(MonoTime now); // the transport stands
    void closed(MonoTime now, std::string_view reason); // it could not be opened, or it ended
    // Whole packets at the front of `bytes` are handled; returns how many bytes they were.
    std::size_t received(std::string_view bytes, MonoTime now);
    void timer(MonoTime now); // may also come early
    void reading(bool on, MonoTime now);
    // See Client.
    void acknowledge(std::uint16_t packet_id, std::uint8_t qos);
    void complete(std::uint16_t packet_id);
    bool publish(std::string_view topic, std::string_view payload, std::uint8_t qos, bool retain,
                 Done done, Hasty hasty = {});

    // --- actions
    std::uint64_t attempt() const { return transport_wanted() ? attempt_ : 0; }
    std::string& output() { return output_; } // the shell takes what it sends
    std::optional<MonoTime> deadline() const;

    bool connected() const { return phase_ == Phase::connected; }
    const ClientOptions& options() const { return options_; }
    const Subscriptions& subscriptions() const { return subscriptions_; }

private:
    enum class Phase : std::uint8_t { idle, waiting, opening, handshake, connected };
    // An open SUBSCRIBE or UNSUBSCRIBE.
    struct Request {
        std::uint16_t id = 0;
        std::vector<Subscription> subscribe;
        std::vector<std::string> unsubscribe;
        std::size_t size() const { return subscribe.size() + unsubscribe.size(); }
    };
    // What follows the end of an attempt.
    enum class Next {
        back_off,
        refused_back_off,
        taken_over_back_off,
        suspected_back_off,
        at_once
    };

    bool transport_wanted() const { return phase_ >= Phase::opening; }
    void open_attempt(MonoTime now);
    void end(const std::string& reason, Next next, MonoTime now);
    void schedule(Next next, MonoTime now);
    void refuse(error_code e, std::string_view packet, MonoTime now);
    void end_batch();

    void handle(const Frame& frame, MonoTime now);
    void handle_connack(const Frame& frame, MonoTime now);
    void enter_connected(const Connack& connack, MonoTime now);
    void handle_refusal(const Connack& connack, MonoTime now);
    void handle_publish(const Frame& frame, MonoTime now);
    void handle_release(const Frame& frame, MonoTime now);
    void handle_answer(const Frame& frame, MonoTime now);
    void handle_suback(const Frame& frame, MonoTime now);
    void handle_pingresp();
    void handle_disconnect(const Frame& frame, MonoTime now);

    Errc resolve_alias(IncomingPublish& packet);
    Errc count_open(const Publish& packet);
    void subscribe_wanted(const Connack& connack, MonoTime now);
    template <class T>
    void send_requests(const std::vector<T>& filters);

    void ping(MonoTime now);
    MonoTime ping_deadline() const;

    ClientOptions options_;
    ClientHandler& handler_;
    Random& random_;
    Backoff backoff_;
    Subscriptions subscriptions_;
    IdSet ids_; // ours: PUBLISH, SUBSCRIBE, UNSUBSCRIBE
    Outbox outbox_;
    OutboundLimits limits_;
    std::string output_;

    Phase phase_ = Phase::idle;
    Version version_;
    std::uint64_t attempt_ = 0;
    MonoTime retry_at_{}, connect_by_{}, connected_at_{};
    // Two clients with one id throw each other out as fast as they connect. Where no DISCONNECT
    // says so (3.1.1, Mosquitto 2.0.11), it is guessed: a connection was closed without a word, the
    // next one stood at once but our session was gone, and it was soon closed again.
    unsigned short_lives_ = 0;     // connections in a row that were soon closed without a word
    bool closed_silently_ = false; // the last one ended so
    bool session_lost_ = false;    // ... and this one began without our session
    std::vector<Request> requests_;
    MonoTime answer_by_{}; // of requests_

    // of one connection
    IdSet open_1_, open_2_, released_; // the broker's ids: QoS 1, QoS 2, and PUBREL seen
    std::vector<std::string> aliases_; // index = alias - 1
    bool handed_over_ = false;         // on_batch_end() is due
    bool reading_ = true;
    std::chrono::seconds keep_alive_{0}; // the one in force
    std::size_t pings_ = 0;              // open PINGREQs
    MonoTime next_ping_{}, oldest_ping_{}, heard_{};
};

} // namespace caredian::net::mqtt
