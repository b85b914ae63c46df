#include "ingest/talk_line.h"

#include <boost/asio/io_context.hpp>
#include <utility>

namespace caredian::ingest {

void TalkLine::begin() {
    if (talker_) talker_->begin(*this);
}

void TalkLine::end() {
    timer_.cancel();
    if (auto* talker = std::exchange(talker_, nullptr)) talker->end();
    client_ = nullptr;
}

void TalkLine::connection(bool stands) {
    if (talker_) talker_->connection(stands);
    arm();
}

void TalkLine::arm() {
    auto due = talker_ ? talker_->deadline() : std::nullopt;
    if (due == armed_) return;
    armed_ = due;
    if (!due) {
        timer_.cancel();
        return;
    }
    timer_.expires_after(std::max(*due - clock_.mono(), MonoTime::duration(0)));
    timer_.async_wait([this](const boost::system::error_code& e) {
        if (e) return;
        armed_.reset();
        if (talker_) talker_->timer();
        arm();
    });
}

bool TalkLine::publish(std::string_view topic, std::string_view payload, std::uint8_t qos,
                       bool retain, std::chrono::seconds expiry,
                       std::function<void(std::uint8_t)> done) {
    if (!connected()) return false;
    return client_->publish(topic, payload, qos, retain,
                            {true, static_cast<std::uint32_t>(expiry.count())}, std::move(done));
}

} // namespace caredian::ingest
