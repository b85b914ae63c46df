#include "ingest/session.h"

#include "ingest/direct.h"

namespace caredian::ingest {

std::optional<Ignored> Session::decide(const Incoming& in, WallTime now, readings::Row row,
                                       readings::Row committed, Entry& entry) {
    if (in.direct) {
        take_direct(in, now, row, entry);
        return std::nullopt;
    }
    if (is_direct(in.topic)) { // no broker speaks for us
        if (in.qos == 1) redelivery_.erase(in.packet_id);
        return Ignored::broker_status;
    }
    std::uint64_t topic = hash_(in.topic);
    std::uint64_t payload = hash_(in.payload);
    std::uint64_t hash = ContentHash::of_message(topic, payload);
    if (in.qos == 2 && qos2_.test(in.packet_id)) return Ignored::qos2_repeated;

    std::optional<RedeliveryTable::First> first;
    if (in.qos == 1 && in.dup) {
        redelivery_.expire(now);
        first = redelivery_.match(in.packet_id, hash);
    }
    // Its first copy still waits for the disk (the connection broke meanwhile): one is enough.
    if (first && first->row > committed) return Ignored::repeated_pending;
    bool known = in.retain && !retained_.is_news(topic, payload) && !(again_ && again_(in.topic));
    if (!first && known) {
        if (in.qos == 1) redelivery_.erase(in.packet_id); // the id now means a message not kept
        return Ignored::retained_unchanged;
    }

    auto& m = entry.message;
    m.row = row;
    m.redelivered = first.has_value();
    m.first_row = first ? first->row : row;
    m.time = first ? first->time : clock_.next(now, row);
    m.topic = in.topic;
    m.payload = in.payload;
    m.initial = in.retain;
    entry.direct = false;
    entry.key = 0;
    entry.hash = hash;
    entry.packet_id = in.packet_id;
    entry.qos = in.qos;

    if (in.qos == 1) redelivery_.set(in.packet_id, hash, row, {m.first_row, m.time});
    if (in.qos == 2) qos2_.set(in.packet_id);
    retained_.learn(topic, payload, row);
    return std::nullopt;
}

void Session::take_direct(const Incoming& in, WallTime now, readings::Row row, Entry& entry) {
    entry = {};
    auto& m = entry.message;
    m.row = m.first_row = row;
    m.time = clock_.next(now, row);
    m.topic = in.topic;
    m.payload = in.payload;
    entry.direct = true;
    entry.hash = in.content;
    entry.key = in.key;
    if (in.key) sent_keys_.set(in.key, {in.content, row, to_ns(m.time)});
}

bool Session::release(std::uint16_t packet_id) {
    bool known = qos2_.test(packet_id);
    qos2_.reset(packet_id);
    return known;
}

void Session::connected(bool session_present, readings::Row next_row) {
    if (!session_present) {
        redelivery_.clear();
        qos2_.reset();
    }
    redelivery_.connected(next_row);
}

void Session::replay(const Entry& entry, bool same_session) {
    const auto& m = entry.message;
    if (entry.direct) {
        if (entry.key) sent_keys_.set(entry.key, {entry.hash, m.row, to_ns(m.time)});
        return;
    }
    if (entry.qos == 1 && same_session)
        redelivery_.set(entry.packet_id, entry.hash, m.row, {m.first_row, m.time});
    retained_.learn(hash_(m.topic), hash_(m.payload), m.row);
}

} // namespace caredian::ingest
