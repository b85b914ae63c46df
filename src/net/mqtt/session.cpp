// Life of a session: attempts, their ends, timers, and what the user asks.
#include "net/mqtt/session.h"

#include "net/mqtt/wire.h"

#include <algorithm>

namespace caredian::net::mqtt {
namespace {

// A connection that stood this long was a good one: the next failure starts from backoff_min.
constexpr std::chrono::seconds stable_after{10};
constexpr unsigned suspicious_lives = 4;

} // namespace

Session::Session(ClientOptions options, ClientHandler& handler, Random& random)
    : options_(std::move(options)), handler_(handler), random_(random),
      backoff_(options_.backoff_min, options_.backoff_max),
      subscriptions_(options_.subscriptions, options_.remembered),
      outbox_(options_.max_outbound_bytes, options_.resend, ids_), version_(options_.version) {}

void Session::start(MonoTime now) {
    if (phase_ == Phase::idle) open_attempt(now);
}

void Session::stop() {
    if (phase_ == Phase::connected) encode_disconnect(output_, 0, version_);
    phase_ = Phase::idle;
    handed_over_ = false;
}

void Session::open_attempt(MonoTime now) {
    ++attempt_;
    phase_ = Phase::opening;
    connect_by_ = now + options_.connect_timeout;
}

void Session::opened(MonoTime now) {
    if (phase_ != Phase::opening) return;
    phase_ = Phase::handshake;
    open_1_.clear();
    open_2_.clear();
    released_.clear();
    aliases_.clear();
    handed_over_ = false;
    pings_ = 0;
    heard_ = now;
    output_.clear();
    Connect packet;
    packet.version = version_;
    packet.clean_start = options_.session_expiry.count() == 0;
    packet.keep_alive = static_cast<std::uint16_t>(
        std::clamp<std::int64_t>(options_.keep_alive.count(), 0, 65'535));
    packet.client_id = options_.client_id;
    packet.username = options_.username;
    packet.password = options_.password.reveal();
    packet.will = options_.will ? &*options_.will : nullptr;
    packet.session_expiry = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(options_.session_expiry.count(), 0, 0xFFFFFFFF));
    packet.receive_maximum = options_.receive_maximum;
    packet.maximum_packet = options_.max_packet;
    packet.topic_alias_maximum = most_topic_aliases;
    encode_connect(output_, packet);
}

void Session::closed(MonoTime now, std::string_view reason) {
    if (!transport_wanted()) return;
    std::string text(reason);
    if (phase_ == Phase::handshake) text += " (before CONNACK)";
    bool silent = phase_ == Phase::connected;
    bool short_life = silent && now - connected_at_ < stable_after;
    short_lives_ = short_life ? short_lives_ + 1 : 0;
    bool robbed = short_life && session_lost_;
    if (robbed || short_lives_ >= suspicious_lives)
        text += "; does another client use the id \"" + options_.client_id + "\"?";
    closed_silently_ = silent;
    end(text, robbed ? Next::suspected_back_off : Next::back_off, now);
}

void Session::timer(MonoTime now) {
    switch (phase_) {
    case Phase::idle:
        break;
    case Phase::waiting:
        if (now >= retry_at_) open_attempt(now);
        break;
    case Phase::opening:
        if (now >= connect_by_) end("no connection in time", Next::back_off, now);
        break;
    case Phase::handshake:
        if (now >= connect_by_) end("no CONNACK in time", Next::back_off, now);
        break;
    case Phase::connected:
        if (reading_ && now >= ping_deadline()) {
            end("no answer to PINGREQ: the connection is dead", Next::back_off, now);
        } else if (reading_ && !requests_.empty() && now >= answer_by_) {
            end("no answer to SUBSCRIBE", Next::back_off, now);
        } else if (keep_alive_.count() > 0 && now >= next_ping_) {
            ping(now);
        }
        break;
    }
}

std::optional<MonoTime> Session::deadline() const {
    switch (phase_) {
    case Phase::idle:
        return std::nullopt;
    case Phase::waiting:
        return retry_at_;
    case Phase::opening:
    case Phase::handshake:
        return connect_by_;
    case Phase::connected:
        break;
    }
    MonoTime first = MonoTime::max();
    if (keep_alive_.count() > 0) first = next_ping_;
    if (reading_) first = std::min(first, ping_deadline());
    if (reading_ && !requests_.empty()) first = std::min(first, answer_by_);
    if (first == MonoTime::max()) return std::nullopt;
    return first;
}

// Pings go out at three quarters of the keep-alive whether or not there is traffic: the answer also
// tells that the broker has read what was sent before.
void Session::ping(MonoTime now) {
    if (pings_++ == 0) oldest_ping_ = now;
    next_ping_ = now + std::chrono::milliseconds(keep_alive_) * 3 / 4;
    encode_pingreq(output_);
    handler_.on_ping_request();
}

// A broker that still sends is alive even if its answer is far back in the stream; but not for
// ever.
MonoTime Session::ping_deadline() const {
    if (pings_ == 0) return MonoTime::max();
    MonoTime silent = std::max(oldest_ping_, heard_) + std::chrono::milliseconds(keep_alive_) / 2;
    return std::min(silent, oldest_ping_ + keep_alive_ * 4);
}

void Session::reading(bool on, MonoTime now) {
    if (on && !reading_) {
        heard_ = now; // silence meanwhile was our own doing
        if (pings_ > 0) oldest_ping_ = now;
        answer_by_ = std::max(answer_by_, now + options_.connect_timeout);
    }
    reading_ = on;
}

void Session::end(const std::string& reason, Next next, MonoTime now) {
    bool was_connected = phase_ == Phase::connected;
    if (!was_connected) closed_silently_ = false;
    end_batch();
    if (phase_ == Phase::idle) return; // stopped by the handler
    if (was_connected && now - connected_at_ >= stable_after) backoff_.reset();
    for (const auto& r : requests_) ids_.erase(r.id);
    requests_.clear();
    schedule(next, now);
    if (was_connected) outbox_.disconnected();
    if (phase_ != Phase::idle) handler_.on_disconnected(reason);
}

void Session::schedule(Next next, MonoTime now) {
    phase_ = Phase::waiting;
    switch (next) {
    case Next::back_off:
        retry_at_ = now + backoff_.next(random_);
        break;
    case Next::refused_back_off:
        retry_at_ = now + backoff_.next_refused(random_);
        break;
    case Next::taken_over_back_off:
        retry_at_ = now + options_.taken_over_backoff +
                    Backoff::part(options_.taken_over_backoff / 4, random_);
        break;
    case Next::suspected_back_off:
        retry_at_ = now + options_.taken_over_backoff / 2 +
                    Backoff::part(options_.taken_over_backoff / 8, random_);
        break;
    case Next::at_once:
        open_attempt(now);
        break;
    }
}

void Session::refuse(error_code e, std::string_view packet, MonoTime now) {
    auto code = reason_code(static_cast<Errc>(e.value()));
    if (phase_ == Phase::connected && version_ == Version::v5)
        encode_disconnect(output_, code, version_);
    end("the broker sent a bad " + std::string(packet) + ": " + e.message() + " (" +
            reason_code_text(code) + ")",
        Next::back_off, now);
}

void Session::end_batch() {
    if (!handed_over_) return;
    handed_over_ = false;
    handler_.on_batch_end();
}

void Session::acknowledge(std::uint16_t packet_id, std::uint8_t qos) {
    if (phase_ != Phase::connected) return;
    if (qos == 1 && open_1_.erase(packet_id))
        encode_ack(output_, PacketType::puback, packet_id, 0, version_);
    else if (qos == 2 && open_2_.contains(packet_id))
        encode_ack(output_, PacketType::pubrec, packet_id, 0, version_);
}

void Session::complete(std::uint16_t packet_id) {
    if (phase_ != Phase::connected || !released_.erase(packet_id)) return;
    open_2_.erase(packet_id);
    encode_ack(output_, PacketType::pubcomp, packet_id, 0, version_);
}

bool Session::publish(std::string_view topic, std::string_view payload, std::uint8_t qos,
                      bool retain, Done done, Hasty hasty) {
    if (topic.empty() || topic.size() > 65'535 || qos > 2 || check_topic(topic) != Errc::ok)
        return false;
    OutgoingPublish packet{topic, payload, 0, qos, retain, false, hasty.expiry};
    if (phase_ == Phase::connected || qos == 0 || hasty.now) {
        if (phase_ != Phase::connected) return false;
        if (auto code = limits_.forbids(packet); code != 0) {
            if (done) done(code);
            return true;
        }
    }
    if (qos > 0) {
        // It would wait for a place that frees some time.
        if (hasty.now && outbox_.in_flight() >= limits_.window) return false;
        if (!outbox_.add(packet, hasty.now, std::move(done))) return false;
        if (phase_ == Phase::connected) outbox_.send(output_);
        return true;
    }
    if (output_.size() + publish_size(packet, version_) > options_.max_outbound_bytes) return false;
    encode_publish(output_, packet, version_);
    if (done) done(0);
    return true;
}

} // namespace caredian::net::mqtt
