#include "net/mqtt/outbox.h"

#include "net/mqtt/codec.h"

#include <algorithm>
#include <vector>

namespace caredian::net::mqtt {

std::uint8_t OutboundLimits::forbids(const OutgoingPublish& p) const {
    if (p.retain && !retain_available) return 0x9A;
    std::size_t size = publish_size(p, version);
    if (size > 268'435'460 || (maximum_packet > 0 && size > maximum_packet)) return 0x95;
    return 0;
}

bool Outbox::add(const OutgoingPublish& message, bool now, Done done) {
    Entry entry;
    entry.topic = message.topic;
    entry.payload = message.payload;
    entry.done = std::move(done);
    entry.qos = message.qos;
    entry.retain = message.retain;
    entry.expiry = message.expiry;
    entry.now = now;
    if (bytes_ + size_of(entry) > max_bytes_) return false;
    bytes_ += size_of(entry);
    auto at = entries_.insert(entries_.end(), std::move(entry));
    if (next_ == entries_.end()) next_ = at;
    return true;
}

void Outbox::connected(const OutboundLimits& limits, bool session_present) {
    limits_ = limits;
    in_flight_ = 0;
    std::vector<Place> lost;
    for (auto at = entries_.begin(); at != entries_.end(); ++at) {
        at->counted = false;
        if (at->state == State::sent) {
            at->state = State::waiting;
            at->dup = session_present;
        } else if (at->state == State::released) {
            at->release_again = true;
            // Neither loss nor doubling can be told: the message may have gone on already.
            if (!session_present) lost.push_back(at);
        }
    }
    next_ = entries_.begin();
    for (auto at : lost) finish(at, unanswered);
}

void Outbox::disconnected() {
    std::vector<Done> calls;
    for (auto at = entries_.begin(); at != entries_.end();) {
        if (at->now || (!resend_ && at->state != State::waiting))
            at = forget(at, calls.emplace_back());
        else
            ++at;
    }
    for (auto& done : calls)
        if (done) done(unanswered);
}

void Outbox::send(std::string& out) {
    while (next_ != entries_.end()) {
        auto at = next_++;
        if (at->state == State::released) {
            if (at->release_again) encode_ack(out, PacketType::pubrel, at->id, 0, limits_.version);
            at->release_again = false;
        } else if (at->state == State::waiting && !send_one(at, out)) {
            next_ = at;
            return;
        }
    }
}

bool Outbox::send_one(Place at, std::string& out) {
    if (in_flight_ >= limits_.window) return false;
    std::uint8_t qos = std::min(at->qos, limits_.maximum_qos);
    OutgoingPublish packet{at->topic,  at->payload,        at->id,    qos,
                           at->retain, at->dup && qos > 0, at->expiry};
    if (auto code = limits_.forbids(packet); code != 0) {
        finish(at, code);
        return true;
    }
    if (qos == 0) {
        encode_publish(out, packet, limits_.version);
        finish(at, 0);
        return true;
    }
    if (at->id == 0) {
        at->id = take_id();
        if (at->id == 0) return false;
        by_id_[at->id] = at;
        packet.packet_id = at->id;
    }
    encode_publish(out, packet, limits_.version);
    at->state = State::sent;
    at->counted = true;
    ++in_flight_;
    return true;
}

void Outbox::answer(PacketType type, const Ack& ack, std::string& out) {
    auto found = by_id_.find(ack.packet_id);
    bool open = found != by_id_.end() && found->second->state != State::waiting;
    bool received = type == PacketType::pubrec && ack.reason_code < 0x80;
    if (!open) {
        if (received) encode_ack(out, PacketType::pubrel, ack.packet_id, 0x92, limits_.version);
        return;
    }
    auto at = found->second;
    // PUBACK ends QoS 1, PUBCOMP or a refusing PUBREC ends QoS 2; anything else is not for it.
    bool two = std::min(at->qos, limits_.maximum_qos) == 2;
    if ((type == PacketType::puback) == two) return;
    if (received) {
        encode_ack(out, PacketType::pubrel, ack.packet_id, 0, limits_.version);
        at->state = State::released;
        return;
    }
    if (type == PacketType::pubcomp && at->state != State::released) return;
    finish(at, ack.reason_code);
    send(out);
}

Outbox::Place Outbox::forget(Place at, Done& done) {
    done = std::move(at->done);
    bytes_ -= size_of(*at);
    if (at->counted) --in_flight_;
    if (at->id != 0) {
        by_id_.erase(at->id);
        ids_.erase(at->id);
    }
    if (next_ == at) ++next_;
    return entries_.erase(at);
}

void Outbox::finish(Place at, std::uint8_t reason_code) {
    Done done;
    forget(at, done);
    if (done) done(reason_code);
}

std::uint16_t Outbox::take_id() {
    if (ids_.size() >= 65'535) return 0;
    do {
        ++last_id_;
    } while (last_id_ == 0 || !ids_.insert(last_id_));
    return last_id_;
}

} // namespace caredian::net::mqtt
