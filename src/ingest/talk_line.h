// Joins a Talker to the MQTT client of ingest, and wakes it. Ingest thread.
#pragma once

#include "ingest/talker.h"
#include "net/mqtt/client.h"

#include <boost/asio/steady_timer.hpp>

namespace caredian::ingest {

class TalkLine final : public Line {
public:
    TalkLine(boost::asio::io_context& context, const Clock& clock)
        : clock_(clock), timer_(context) {}

    void use(Talker* talker) { talker_ = talker; } // before begin()
    void use(net::mqtt::Client* client) { client_ = client; }
    void begin();
    void end(); // the talker is called no more
    void connection(bool stands);
    void heard(const net::mqtt::Publish& p) {
        if (talker_) talker_->heard(p.topic, p.payload, p.retain || p.dup);
    }
    void arm(); // after every event that may have moved the talker's deadline

    bool connected() const override { return client_ && client_->connected(); }
    bool publish(std::string_view topic, std::string_view payload, std::uint8_t qos, bool retain,
                 std::chrono::seconds expiry,
                 std::function<void(std::uint8_t reason_code)> done) override;

private:
    const Clock& clock_;
    boost::asio::steady_timer timer_;
    std::optional<MonoTime> armed_;
    Talker* talker_ = nullptr;
    net::mqtt::Client* client_ = nullptr;
};

} // namespace caredian::ingest
