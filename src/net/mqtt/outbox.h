// Messages of QoS 1 and 2 on their way to the broker: kept until answered, in order, bounded.
#pragma once

#include "net/mqtt/id_set.h"
#include "net/mqtt/packet.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace caredian::net::mqtt {

using Done = std::function<void(std::uint8_t reason_code)>;

// What a connection allows (from its CONNACK).
struct OutboundLimits {
    Version version = Version::v5;
    std::uint16_t window = 65'535; // open PUBLISHes
    std::uint8_t maximum_qos = 2;
    bool retain_available = true;
    std::uint32_t maximum_packet = 0; // 0 = no limit
    // 0, or the reason code that forbids it.
    std::uint8_t forbids(const OutgoingPublish& p) const;
};

class Outbox {
public:
    // `ids` is shared with SUBSCRIBE and UNSUBSCRIBE.
    Outbox(std::size_t max_bytes, bool resend, IdSet& ids)
        : max_bytes_(max_bytes), resend_(resend), ids_(ids) {}

    // `now`: forgotten, and answered `unanswered`, when the connection ends.
    bool add(const OutgoingPublish& message, bool now, Done done);
    // A connection stands: what was sent before is sent again; with DUP when the session is the old
    // one.
    void connected(const OutboundLimits& limits, bool session_present);
    // Without resend, what was sent is answered `unanswered`.
    void disconnected();
    // Appends what the window allows to `out`.
    void send(std::string& out);

    // PUBACK, PUBREC, PUBCOMP. Unknown ids are ignored, but a PUBREC for one gets PUBREL 0x92.
    void answer(PacketType type, const Ack& ack, std::string& out);

    std::size_t size() const { return entries_.size(); }
    std::size_t in_flight() const { return in_flight_; }
    std::size_t bytes() const { return bytes_; }
    // A packet id that nobody uses, taken; 0 when there is none.
    std::uint16_t take_id();

private:
    enum class State : std::uint8_t { waiting, sent, released };
    struct Entry {
        std::string topic, payload;
        Done done;
        std::uint16_t id = 0;
        std::uint8_t qos = 1; // as asked
        std::uint32_t expiry = 0;
        bool retain = false;
        bool now = false;
        bool dup = false;
        State state = State::waiting;
        bool release_again = false; // PUBREL is to be sent on this connection
        bool counted = false;       // in in_flight_
    };
    using Place = std::list<Entry>::iterator;
    static std::size_t size_of(const Entry& e) { return e.topic.size() + e.payload.size() + 128; }
    void finish(Place at, std::uint8_t reason_code);
    bool send_one(Place at, std::string& out); // false: the window is full
    Place forget(Place at, Done& done);

    std::size_t max_bytes_;
    bool resend_;
    IdSet& ids_;
    OutboundLimits limits_;
    std::list<Entry> entries_;
    std::unordered_map<std::uint16_t, Place> by_id_;
    Place next_ = entries_.end(); // the first that is waiting
    std::size_t bytes_ = 0, in_flight_ = 0;
    std::uint16_t last_id_ = 0;
};

} // namespace caredian::net::mqtt
