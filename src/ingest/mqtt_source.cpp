#include "ingest/mqtt_source.h"

#include "base/log.h"
#include "ingest/wire.h"

#include <algorithm>
#include <charconv>

namespace caredian::ingest {

using net::mqtt::Subscription;

MqttSource::MqttSource(Writer& writer, IngestStats& stats, HealthRegister& health, TalkLine& line,
                       std::function<void()> changed, bool shared)
    : writer_(writer), stats_(stats), health_(health), line_(line), changed_(std::move(changed)),
      shared_(shared) {
    health_.declare("mqtt", "live values of devices");
}

void MqttSource::on_connected(const net::mqtt::Connected& connected) {
    log::info("mqtt", "connected",
              {{"session_present", connected.session_present},
               {"version", connected.version == net::mqtt::Version::v5 ? "5.0" : "3.1.1"}});
    // Without a session nothing comes before a filter is granted: on_subscribed().
    if (connected.session_present) health_.set("mqtt", HealthState::up);
    refused_.clear();
    if (!connected.session_present) held_.clear();
    // 3.1.1 has no receive maximum; Mosquitto's own limit is 20.
    constexpr std::size_t usual_311 = 20;
    bool v5 = connected.version == net::mqtt::Version::v5;
    writer_.connected(connected.session_present, v5 ? receive_maximum_ : usual_311);
    line_.connection(true);
    changed_();
}

void MqttSource::on_publish(const net::mqtt::Publish& p) {
    if (p.topic == dropped_topic) {
        stats_.received.add();
        stats_.ignored_by(Ignored::broker_status).add();
        broker_dropped(p.payload);
        return; // subscribed with QoS 0: nothing to acknowledge
    }
    line_.heard(p);
    if (shared_ && p.retain) return writer_.pass(p.packet_id, p.qos);
    writer_.add({p.topic, p.payload, p.packet_id, p.qos, p.retain, p.dup});
}

void MqttSource::broker_dropped(std::string_view payload) {
    std::uint64_t now = 0;
    auto [end, error] = std::from_chars(payload.data(), payload.data() + payload.size(), now);
    if (error != std::errc() || end != payload.data() + payload.size()) return;
    if (dropped_ && now > *dropped_) {
        stats_.broker_dropped.add(now - *dropped_);
        log::warning("mqtt",
                     "the broker drops messages: a subscriber's queue at the broker is full",
                     {{"dropped", now - *dropped_}, {"in_all", now}});
    }
    dropped_ = now; // a lower one: the broker was started again
}

void MqttSource::on_release(std::uint16_t packet_id) {
    writer_.release(packet_id);
}

void MqttSource::on_batch_end() {
    writer_.batch_end();
    line_.arm();
    changed_();
}

void MqttSource::on_ping_request() {
    writer_.ping_request();
}

void MqttSource::on_ping_response() {
    writer_.ping_response();
}

void MqttSource::on_disconnected(const std::string& reason) {
    health_.set("mqtt", HealthState::down, reason);
    writer_.disconnected();
    line_.connection(false);
    changed_();
}

void MqttSource::on_subscribed(std::string_view filter, std::uint8_t reason_code) {
    bool granted = reason_code < 0x80;
    if (!granted && filter == dropped_topic) {
        log::info("mqtt", "the broker does not show its dropped messages",
                  {{"reason", net::mqtt::reason_code_text(reason_code)}});
        return;
    }
    std::erase_if(held_, [&](const auto& s) { return s.filter == filter; });
    if (granted) {
        for (const auto& s : wanted_)
            if (s.filter == filter) held_.push_back(s);
        if (refused_.empty()) health_.set("mqtt", HealthState::up);
    } else {
        auto reason = net::mqtt::reason_code_text(reason_code);
        refused_ += (refused_.empty() ? "" : ", ") + std::string(filter) + " (" + reason + ")";
        log::warning("mqtt", "the broker refuses a subscription",
                     {{"filter", filter}, {"reason", reason}});
        health_.set("mqtt", HealthState::degraded, "the broker refuses to subscribe: " + refused_);
    }
    writer_.remember(encode(held_));
}

void MqttSource::on_unsubscribed(std::string_view filter, std::uint8_t) {
    std::erase_if(held_, [&](const auto& s) { return s.filter == filter; });
    writer_.remember(encode(held_));
}

std::string MqttSource::encode(const std::vector<Subscription>& subscriptions) {
    std::string out;
    for (const auto& s : subscriptions) {
        wire::put(out, s.qos);
        wire::put(out, static_cast<std::uint8_t>(s.no_local));
        wire::put(out, static_cast<std::uint8_t>(s.retain_as_published));
        wire::put(out, s.retain_handling);
        wire::put_varint(out, s.filter.size());
        out += s.filter;
    }
    return out;
}

std::vector<Subscription> MqttSource::decode(std::string_view saved) {
    std::vector<Subscription> out;
    wire::Reader in(saved);
    while (in.ok() && !in.done()) {
        Subscription s;
        s.qos = in.get<std::uint8_t>();
        s.no_local = in.get<std::uint8_t>() != 0;
        s.retain_as_published = in.get<std::uint8_t>() != 0;
        s.retain_handling = in.get<std::uint8_t>();
        s.filter = in.bytes(in.varint());
        if (in.ok()) out.push_back(std::move(s));
    }
    return in.ok() ? out : std::vector<Subscription>();
}

} // namespace caredian::ingest
