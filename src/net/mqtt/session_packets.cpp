// What a session does with each packet of the broker.
#include "base/encoding.h"
#include "net/mqtt/session.h"

#include <algorithm>

namespace caredian::net::mqtt {
namespace {

constexpr std::uint16_t usual_window = 1000; // open PUBLISHes of ours on 3.1.1, which has no limit

// A text of the broker for our log: short, and valid UTF-8.
std::string quoted(std::string_view before, std::string_view text) {
    if (text.empty()) return {};
    return std::string(before) + "\"" + sanitize_utf8(text, 200) + "\"";
}

bool will_not_change(std::uint8_t code) {
    return code == 0x85 || code == 0x86 || code == 0x87 || code == 0x8A || code == 0x8C ||
           code == 0x9C || code == 0x9D || code == 0x84;
}

} // namespace

std::size_t Session::received(std::string_view bytes, MonoTime now) {
    std::size_t used = 0;
    heard_ = now;
    auto attempt = attempt_;
    auto alive = [&] {
        return attempt == attempt_ && (phase_ == Phase::handshake || phase_ == Phase::connected);
    };
    while (alive()) {
        auto next = next_frame(bytes.substr(used), options_.max_packet);
        if (!next) {
            auto type = static_cast<PacketType>(static_cast<std::uint8_t>(bytes[used]) >> 4);
            refuse(next.error(), to_string(type), now);
            break;
        }
        if (!*next) break;
        used += (*next)->size;
        handle(**next, now);
    }
    if (alive()) end_batch();
    return used;
}

void Session::handle(const Frame& frame, MonoTime now) {
    using enum PacketType;
    bool first = phase_ == Phase::handshake;
    if (first != (frame.type == connack) && !(first && frame.type == disconnect))
        return refuse(Errc::unexpected_packet, to_string(frame.type), now);
    switch (frame.type) {
    case publish:
        return handle_publish(frame, now);
    case connack:
        return handle_connack(frame, now);
    case pubrel:
        return handle_release(frame, now);
    case puback:
    case pubrec:
    case pubcomp:
        return handle_answer(frame, now);
    case suback:
    case unsuback:
        return handle_suback(frame, now);
    case pingresp:
        if (!frame.body.empty()) return refuse(Errc::trailing_bytes, "PINGRESP", now);
        return handle_pingresp();
    case disconnect:
        if (version_ == Version::v5) return handle_disconnect(frame, now);
        [[fallthrough]];
    default:
        refuse(Errc::unexpected_packet, to_string(frame.type), now);
    }
}

void Session::handle_publish(const Frame& frame, MonoTime now) {
    auto packet = decode_publish(frame, version_);
    if (!packet) return refuse(packet.error(), "PUBLISH", now);
    if (auto e = resolve_alias(*packet); e != Errc::ok) return refuse(e, "PUBLISH", now);
    if (auto e = count_open(*packet); e != Errc::ok) return refuse(e, "PUBLISH", now);
    handed_over_ = true;
    handler_.on_publish(*packet);
}

Errc Session::resolve_alias(IncomingPublish& packet) {
    if (!packet.topic_alias) return Errc::ok;
    auto alias = *packet.topic_alias;
    if (alias == 0 || alias > most_topic_aliases) return Errc::alias_range;
    if (aliases_.size() < alias) {
        if (packet.topic.empty()) return Errc::unknown_alias;
        aliases_.resize(alias);
    }
    auto& known = aliases_[alias - 1u];
    if (!packet.topic.empty())
        known = packet.topic;
    else if (known.empty())
        return Errc::unknown_alias;
    packet.topic = known;
    return Errc::ok;
}

// Notes the id of a message that waits for its acknowledgement. That a broker keeps our receive
// maximum is not demanded: Mosquitto 2.0.11 was seen to send 200 open messages where 100 were
// allowed, and 900 where 10 were. A user that must bound what it holds pauses reading.
Errc Session::count_open(const Publish& packet) {
    if (packet.qos == 0) return Errc::ok;
    auto& mine = packet.qos == 1 ? open_1_ : open_2_;
    auto& other = packet.qos == 1 ? open_2_ : open_1_;
    if (other.contains(packet.packet_id)) return Errc::id_in_use;
    if (!mine.insert(packet.packet_id)) return packet.dup ? Errc::ok : Errc::id_in_use;
    return Errc::ok;
}

void Session::handle_release(const Frame& frame, MonoTime now) {
    auto packet = decode_ack(frame, version_);
    if (!packet) return refuse(packet.error(), "PUBREL", now);
    released_.insert(packet->packet_id);
    handed_over_ = true;
    handler_.on_release(packet->packet_id);
}

void Session::handle_answer(const Frame& frame, MonoTime now) {
    auto packet = decode_ack(frame, version_);
    if (!packet) return refuse(packet.error(), to_string(frame.type), now);
    outbox_.answer(frame.type, *packet, output_);
}

void Session::handle_connack(const Frame& frame, MonoTime now) {
    auto packet = decode_connack(frame, version_);
    if (!packet) return refuse(packet.error(), "CONNACK", now);
    if (packet->reason_code != 0) return handle_refusal(*packet, now);
    enter_connected(*packet, now);
}

void Session::handle_refusal(const Connack& connack, MonoTime now) {
    auto code = connack.reason_code;
    std::string reason = "broker refused: " + reason_code_text(code) +
                         quoted(", says ", connack.reason_string) +
                         quoted(", other server: ", connack.server_reference);
    if (code == 0x84 && version_ == Version::v5 && options_.version_fallback) {
        version_ = Version::v311;
        return end(reason + "; trying 3.1.1", Next::at_once, now);
    }
    end(reason, will_not_change(code) ? Next::refused_back_off : Next::back_off, now);
}

void Session::enter_connected(const Connack& connack, MonoTime now) {
    phase_ = Phase::connected;
    connected_at_ = heard_ = now;
    session_lost_ =
        closed_silently_ && !connack.session_present && options_.session_expiry.count() > 0;
    closed_silently_ = false;
    auto asked =
        std::chrono::seconds(std::clamp<std::int64_t>(options_.keep_alive.count(), 0, 65'535));
    keep_alive_ =
        connack.server_keep_alive ? std::chrono::seconds(*connack.server_keep_alive) : asked;
    next_ping_ = now + std::chrono::milliseconds(keep_alive_) * 3 / 4;
    if (!connack.assigned_client_id.empty()) options_.client_id = connack.assigned_client_id;
    limits_ = {version_, connack.receive_maximum, connack.maximum_qos, connack.retain_available,
               connack.maximum_packet};
    if (version_ == Version::v311) limits_.window = usual_window;
    Connected about;
    about.session_present = connack.session_present;
    about.version = version_;
    about.keep_alive = keep_alive_;
    about.session_expiry = connack.session_expiry ? std::chrono::seconds(*connack.session_expiry)
                                                  : options_.session_expiry;
    about.client_id = options_.client_id;
    auto attempt = attempt_;
    auto stopped = [&] { return phase_ != Phase::connected || attempt != attempt_; };
    // First of all: what the handler publishes from now on belongs to this connection alone.
    outbox_.connected(limits_, connack.session_present);
    if (stopped()) return;
    handler_.on_connected(about);
    if (stopped()) return;
    subscribe_wanted(connack, now);
    if (!stopped()) outbox_.send(output_);
}

void Session::subscribe_wanted(const Connack& connack, MonoTime now) {
    auto plan = subscriptions_.plan(connack, version_);
    send_requests(plan.unsubscribe);
    send_requests(plan.subscribe);
    answer_by_ = now + options_.connect_timeout;
    for (const auto& r : plan.refused) handler_.on_subscribed(r.filter, r.reason_code);
}

template <class T>
void Session::send_requests(const std::vector<T>& filters) {
    for (std::size_t at = 0; at < filters.size();) {
        auto rest = std::span<const T>(filters).subspan(at);
        auto n = fitting(rest, limits_.maximum_packet);
        constexpr bool subscribing = std::is_same_v<T, Subscription>;
        if (n == 0) {
            if constexpr (subscribing) handler_.on_subscribed(filters[at].filter, 0x95);
            ++at;
            continue;
        }
        Request request;
        request.id = outbox_.take_id();
        if (request.id == 0) return;
        rest = rest.first(n);
        if constexpr (subscribing) {
            encode_subscribe(output_, request.id, rest, version_);
            request.subscribe.assign(rest.begin(), rest.end());
        } else {
            encode_unsubscribe(output_, request.id, rest, version_);
            request.unsubscribe.assign(rest.begin(), rest.end());
        }
        requests_.push_back(std::move(request));
        at += n;
    }
}

void Session::handle_suback(const Frame& frame, MonoTime now) {
    auto packet = decode_suback(frame, version_);
    if (!packet) return refuse(packet.error(), to_string(frame.type), now);
    bool subscribing = frame.type == PacketType::suback;
    auto at = std::find_if(requests_.begin(), requests_.end(), [&](const Request& r) {
        return r.id == packet->packet_id && r.subscribe.empty() != subscribing;
    });
    if (at == requests_.end()) return refuse(Errc::unexpected_packet, to_string(frame.type), now);
    bool counted = subscribing || version_ == Version::v5;
    if (counted && packet->codes.size() != at->size())
        return refuse(Errc::code_count, to_string(frame.type), now);
    Request request = std::move(*at);
    requests_.erase(at);
    ids_.erase(request.id);
    std::string codes(packet->codes);
    for (std::size_t i = 0; i < request.subscribe.size(); ++i) {
        auto code = static_cast<std::uint8_t>(codes[i]);
        subscriptions_.answered(request.subscribe[i], code);
        handler_.on_subscribed(request.subscribe[i].filter, code);
    }
    for (std::size_t i = 0; i < request.unsubscribe.size(); ++i) {
        auto code = counted ? static_cast<std::uint8_t>(codes[i]) : std::uint8_t{0};
        if (code < 0x80) subscriptions_.removed(request.unsubscribe[i]);
        handler_.on_unsubscribed(request.unsubscribe[i], code);
    }
}

void Session::handle_pingresp() {
    if (pings_ == 0) return; // an answer to nothing harms nobody
    --pings_;
    if (pings_ > 0) oldest_ping_ = heard_;
    handler_.on_ping_response();
}

void Session::handle_disconnect(const Frame& frame, MonoTime now) {
    auto packet = decode_disconnect(frame);
    if (!packet) return refuse(packet.error(), "DISCONNECT", now);
    std::string reason = "broker disconnected: " + reason_code_text(packet->reason_code) +
                         quoted(", says ", packet->reason_string) +
                         quoted(", other server: ", packet->server_reference);
    if (packet->reason_code == 0x8E) {
        reason += "; another client uses the id \"" + sanitize_utf8(options_.client_id, 100) + "\"";
        return end(reason, Next::taken_over_back_off, now);
    }
    end(reason, will_not_change(packet->reason_code) ? Next::refused_back_off : Next::back_off,
        now);
}

} // namespace caredian::net::mqtt
