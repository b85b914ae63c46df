// One command on its way: when it is sent, sent again, given up, and what came of it. Without I/O:
// the caller gives the time, publishes when it is told to, and says what it heard.
#pragma once

#include "base/clock.h"
#include "devices/commands/answer.h"
#include "devices/commands/plan.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::devices::commands {

enum class State : std::uint8_t {
    pending,   // no answer yet, and time is left
    done,      // the device shows it, or says that it did it
    no_answer, // time is over: it may have been done or not
    late,      // it was done after the time was over
    failed,    // the device or the broker refused, or it shows something else
};
std::string_view to_string(State s); // "pending", "no_answer"
std::optional<State> parse_state(std::string_view word);

struct FlightLimits {
    std::chrono::milliseconds timeout{5000}; // in all
    unsigned retries = 1;                    // evenly within it
    // An answer that comes so long after the time was over is still noted.
    std::chrono::milliseconds late{60'000};
};

struct FlightResult {
    State state = State::pending;
    unsigned attempts = 0;
    bool confirmed = false;    // the device itself showed it
    std::string answer, error; // answer: JSON
};

class Flight {
public:
    Flight(Plan plan, FlightLimits limits, MonoTime now);
    Flight(const Flight&) = delete;

    const Plan& plan() const { return *plan_; }
    const Answer& answer() const { return answer_; }
    const FlightResult& result() const { return result_; }

    // Is it to be published now? Say sent() before, since the answer may come from inside, and
    // not_sent() when the broker is away: this attempt is given up.
    bool due(MonoTime now) const;
    void sent();
    void not_sent();
    void acknowledged(std::uint8_t reason_code);
    void heard(std::string_view topic, std::string_view payload);
    void timer(MonoTime now);
    void stop(std::string_view why); // the gateway ends

    bool ended() const { return result_.state != State::pending; }
    // Nothing can change any more: it may be forgotten.
    bool over() const { return over_; }
    std::optional<MonoTime> deadline() const;
    std::chrono::seconds expiry(MonoTime now) const; // of a message sent now

private:
    void end(State state, std::string error = {});

    std::unique_ptr<const Plan> plan_; // where `answer_` finds it
    Answer answer_;
    FlightLimits limits_;
    FlightResult result_;
    MonoTime begun_, end_;
    unsigned attempts_allowed_, attempts_made_ = 0; // made: also those that were given up
    bool reached_broker_ = false, other_ = false, over_ = false;
};

} // namespace caredian::devices::commands
