#include "devices/commands/commands_fixture.h"
#include "devices/commands/flight.h"
#include "net/mqtt/types.h"

#include <gtest/gtest.h>

namespace caredian::devices::commands {
namespace {

using std::chrono::milliseconds;
constexpr const char* topic = "a";

struct FlightTest : testing::Test {
    ManualClock clock;
    DeviceView device;
    std::optional<Flight> flight;

    FlightTest() { device.entities.push_back(entity("p", "a/set", on_off(topic))); }
    void begin(json::value value, FlightLimits limits = {}) {
        flight.emplace(std::get<Plan>(plan(device, wants("p", std::move(value)), {}, 7)), limits,
                       clock.mono());
    }
    // Sends what is due; "state attempts error"
    std::string now() {
        if (flight->due(clock.mono())) flight->sent();
        const auto& r = flight->result();
        return std::string(to_string(r.state)) + ' ' + std::to_string(r.attempts) +
               (r.error.empty() ? "" : ' ' + r.error);
    }
    std::string pass(milliseconds by) {
        clock.advance(by);
        flight->timer(clock.mono());
        return now();
    }
};

TEST_F(FlightTest, IsDoneWhenTheDeviceShowsIt) {
    begin(true);
    EXPECT_EQ(now(), "pending 1");
    flight->acknowledged(0);
    EXPECT_EQ(now(), "pending 1");
    flight->heard(topic, "ON");
    EXPECT_EQ(now(), "done 1");
    EXPECT_TRUE(flight->result().confirmed);
    EXPECT_EQ(flight->result().answer, R"("ON")");
    EXPECT_TRUE(flight->over());
    flight->heard(topic, "OFF"); // it answers twice, or somebody else switches
    EXPECT_EQ(now(), "done 1");
    EXPECT_FALSE(flight->deadline());
}

TEST_F(FlightTest, TriesAgainAndGivesUp) {
    begin(true, {milliseconds(4000), 1, milliseconds(10'000)});
    EXPECT_EQ(now(), "pending 1");
    EXPECT_EQ(flight->deadline(), clock.mono() + milliseconds(2000));
    EXPECT_EQ(flight->expiry(clock.mono()), std::chrono::seconds(4));
    flight->acknowledged(0);
    EXPECT_EQ(pass(milliseconds(1999)), "pending 1");
    EXPECT_EQ(pass(milliseconds(1)), "pending 2");
    EXPECT_EQ(flight->expiry(clock.mono()), std::chrono::seconds(2));
    EXPECT_EQ(pass(milliseconds(1999)), "pending 2");
    EXPECT_EQ(pass(milliseconds(1)), "no_answer 2 the device did not answer in time");
    EXPECT_FALSE(flight->over());
    flight->heard(topic, "OFF");
    EXPECT_EQ(now(), "no_answer 2 the device did not answer in time");
    flight->heard(topic, "ON");
    EXPECT_EQ(now(), "late 2");
    EXPECT_TRUE(flight->over());
}

TEST_F(FlightTest, IsForgottenAfterAWhile) {
    begin(true, {milliseconds(1000), 0, milliseconds(10'000)});
    (void)now();
    EXPECT_EQ(pass(milliseconds(1000)),
              "no_answer 1 the broker did not confirm the message: it may have gone or not");
    EXPECT_EQ(flight->deadline(), clock.mono() + milliseconds(10'000));
    (void)pass(milliseconds(10'000));
    EXPECT_TRUE(flight->over());
    flight->heard(topic, "ON");
    EXPECT_EQ(flight->result().state, State::no_answer);
}

TEST_F(FlightTest, ShowsAnotherValue) {
    begin(true, {milliseconds(1000), 0, milliseconds(10'000)});
    (void)now();
    flight->acknowledged(0);
    flight->heard(topic, "OFF");
    EXPECT_EQ(now(), "pending 1"); // it may be the state of before
    EXPECT_EQ(pass(milliseconds(1000)), "failed 1 the device shows something else: \"OFF\"");
    flight->heard(topic, "ON");
    EXPECT_EQ(now(), "late 1");
}

TEST_F(FlightTest, IsRefused) {
    begin(true);
    (void)now();
    flight->acknowledged(0x87);
    EXPECT_EQ(now(), "failed 1 the broker refuses: 0x87 not authorized");
    EXPECT_TRUE(flight->over());
    flight->heard(topic, "ON");
    EXPECT_EQ(flight->result().state, State::failed);
}

TEST_F(FlightTest, WithoutAStateTheBrokersWordIsAllThereIs) {
    begin("TOGGLE", {milliseconds(1000), 3, milliseconds(10'000)});
    EXPECT_EQ(now(), "pending 1");
    EXPECT_EQ(pass(milliseconds(500)), "pending 1"); // never twice
    flight->acknowledged(net::mqtt::unanswered);
    EXPECT_EQ(now(), "pending 1");
    flight->acknowledged(0);
    EXPECT_EQ(now(), "done 1");
    EXPECT_FALSE(flight->result().confirmed);
}

TEST_F(FlightTest, HearsNothingBeforeItIsSent) {
    begin(true);
    flight->heard(topic, "ON");
    EXPECT_EQ(flight->result().state, State::pending);
    flight->sent();
    flight->not_sent();
    flight->heard(topic, "ON");
    EXPECT_EQ(flight->result().state, State::pending);
}

TEST_F(FlightTest, StopsWithTheGateway) {
    begin(true);
    (void)now();
    flight->stop("the gateway ends");
    EXPECT_EQ(now(), "no_answer 1 the gateway ends");
    EXPECT_TRUE(flight->over());
}

TEST(FlightState, Words) {
    for (auto s : {State::pending, State::done, State::no_answer, State::late, State::failed})
        EXPECT_EQ(parse_state(to_string(s)), s);
    EXPECT_FALSE(parse_state("perhaps"));
}

} // namespace
} // namespace caredian::devices::commands
