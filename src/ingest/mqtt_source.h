// Messages from an MQTT broker: hands what the client read to the writer, and acknowledges what the
// writer committed. Also watches the broker's own counter of dropped messages ($SYS), which is the
// only sign of a full queue at the broker. Ingest thread.
#pragma once

#include "base/health.h"
#include "ingest/talk_line.h"
#include "ingest/writer.h"
#include "net/mqtt/client.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace caredian::ingest {

class MqttSource final : public net::mqtt::ClientHandler {
public:
    static constexpr std::string_view dropped_topic = "$SYS/broker/publish/messages/dropped";

    // `changed` is called after each event: the writer's deadline may be another.
    // `shared`: see Several.
    MqttSource(Writer& writer, IngestStats& stats, HealthRegister& health, TalkLine& line,
               std::function<void()> changed, bool shared = false);

    // What `acknowledge` and its like go to; null while there is none.
    void use(net::mqtt::Client* client) { client_ = client; }

    void on_connected(const net::mqtt::Connected& connected) override;
    void on_publish(const net::mqtt::Publish& publish) override;
    void on_release(std::uint16_t packet_id) override;
    void on_batch_end() override;
    void on_ping_request() override;
    void on_ping_response() override;
    void on_disconnected(const std::string& reason) override;
    void on_subscribed(std::string_view filter, std::uint8_t reason_code) override;
    void on_unsubscribed(std::string_view filter, std::uint8_t reason_code) override;

    // Subscriptions that the broker's session holds, as the writer remembers them.
    static std::string encode(const std::vector<net::mqtt::Subscription>& subscriptions);
    static std::vector<net::mqtt::Subscription> decode(std::string_view saved);
    void wanted(std::vector<net::mqtt::Subscription> wanted, std::size_t receive_maximum) {
        wanted_ = std::move(wanted);
        receive_maximum_ = receive_maximum;
    }

private:
    void broker_dropped(std::string_view payload);

    Writer& writer_;
    IngestStats& stats_;
    HealthRegister& health_;
    TalkLine& line_;
    std::function<void()> changed_;
    const bool shared_;
    net::mqtt::Client* client_ = nullptr;
    std::vector<net::mqtt::Subscription> wanted_, held_;
    std::size_t receive_maximum_ = 1000;
    std::optional<std::uint64_t> dropped_; // last value of the broker's counter
    std::string refused_;                  // filters that the broker does not grant
};

} // namespace caredian::ingest
