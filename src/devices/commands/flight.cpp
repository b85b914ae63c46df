#include "devices/commands/flight.h"

#include "net/mqtt/types.h"

#include <algorithm>

namespace caredian::devices::commands {

namespace {

constexpr std::string_view names[] = {"pending", "done", "no_answer", "late", "failed"};
constexpr std::uint8_t refusals_from = 0x80;

} // namespace

std::string_view to_string(State s) {
    return names[static_cast<std::size_t>(s)];
}

std::optional<State> parse_state(std::string_view word) {
    for (std::size_t i = 0; i < std::size(names); ++i)
        if (names[i] == word) return static_cast<State>(i);
    return std::nullopt;
}

Flight::Flight(Plan plan, FlightLimits limits, MonoTime now)
    : plan_(std::make_unique<const Plan>(std::move(plan))), answer_(*plan_), limits_(limits),
      begun_(now), end_(now + limits.timeout),
      attempts_allowed_(plan_->repeatable && plan_->confirmable() ? 1 + limits.retries : 1) {}

bool Flight::due(MonoTime now) const {
    if (ended() || attempts_made_ >= attempts_allowed_ || now >= end_) return false;
    return now >= begun_ + (end_ - begun_) * attempts_made_ / attempts_allowed_;
}

void Flight::sent() {
    ++attempts_made_;
    ++result_.attempts;
}

void Flight::not_sent() {
    --result_.attempts;
}

void Flight::acknowledged(std::uint8_t reason_code) {
    if (reason_code == net::mqtt::unanswered || ended()) return;
    if (reason_code >= refusals_from)
        return end(State::failed,
                   "the broker refuses: " + net::mqtt::reason_code_text(reason_code));
    reached_broker_ = true;
    if (!plan_->confirmable()) end(State::done);
}

void Flight::heard(std::string_view topic, std::string_view payload) {
    if (over_ || result_.attempts == 0) return;
    const auto heard = answer_.hear(topic, payload);
    if (heard == Heard::nothing) return;
    if (ended()) { // late
        if (heard != Heard::done) return;
        result_.answer = answer_.text();
        result_.confirmed = true;
        result_.error.clear();
        result_.state = State::late;
        over_ = true;
        return;
    }
    if (heard == Heard::refused) return end(State::failed, answer_.text());
    result_.answer = answer_.text();
    other_ = heard == Heard::other;
    if (heard != Heard::done) return;
    result_.confirmed = true;
    end(State::done);
}

void Flight::timer(MonoTime now) {
    if (!ended() && now >= end_) {
        if (other_)
            end(State::failed, "the device shows something else: " + result_.answer);
        else if (!reached_broker_)
            end(State::no_answer,
                "the broker did not confirm the message: it may have gone or not");
        else
            end(State::no_answer, "the device did not answer in time");
    }
    if (ended() && now >= end_ + limits_.late) over_ = true;
}

void Flight::stop(std::string_view why) {
    if (!ended()) end(State::no_answer, std::string(why));
    over_ = true;
}

void Flight::end(State state, std::string error) {
    result_.state = state;
    result_.error = std::move(error);
    // A word of the device or the broker is the last one; silence and another value may change.
    const bool may_change = state == State::no_answer || (state == State::failed && other_);
    over_ = !may_change;
}

std::optional<MonoTime> Flight::deadline() const {
    if (over_) return std::nullopt;
    if (ended()) return end_ + limits_.late;
    if (attempts_made_ >= attempts_allowed_) return end_;
    return begun_ + (end_ - begun_) * attempts_made_ / attempts_allowed_;
}

std::chrono::seconds Flight::expiry(MonoTime now) const {
    const auto left = std::chrono::ceil<std::chrono::seconds>(end_ - now);
    return std::max(left, std::chrono::seconds(1));
}

} // namespace caredian::devices::commands
