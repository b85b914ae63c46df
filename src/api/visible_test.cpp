// What somebody whose role has one room sees of devices and readings.
#include "api/routes_fixture.h"

namespace caredian::api {
namespace {

class VisibleTest : public RoutesTest {
protected:
    void SetUp() override {
        take("bed/lamp", {{"on", true}}, 1);
        take("kitchen/lamp", {{"on", false}}, 2);
        registry->tick();
        devices::DeviceChange bedroom;
        bedroom.area = "침실";
        ASSERT_TRUE(registry->change("bed/lamp", bedroom));
        places->refresh();
        publish(carer());
        caller = person("eve");
    }
    static access::PolicyText carer() {
        access::RoleText role;
        role.name = "carer";
        role.members = {"person:eve"};
        role.grants.resize(1);
        role.grants[0].areas = {"침실"};
        role.grants[0].hours = {"08:00-20:00"};
        return {{role}, {}, {}};
    }
    void at(int hour) {
        auto day = std::chrono::floor<std::chrono::days>(clock.wall());
        clock.set_wall(day + std::chrono::hours(hour));
    }
    // Which of the two it names.
    std::string named(std::string_view path, std::string_view query = {}) {
        pool.wait_idle(); // two questions at a time: the one before may not have let go yet
        auto response = get(path, query);
        auto text = response.status == 200 ? body(response) : std::to_string(response.status);
        std::string out;
        for (std::string_view device : {"bed/lamp", "kitchen/lamp"})
            if (text.find(device) != std::string::npos) out += device.substr(0, 3);
        return response.status == 200 ? out : text;
    }
};

TEST_F(VisibleTest, OneRoomByDay) {
    at(12);
    for (const char* path : {"/api/v1/devices", "/api/v1/series"})
        EXPECT_EQ(named(path), "bed") << path;
    EXPECT_EQ(named("/api/v1/readings", "measurement=zigbee"), "bed");
    EXPECT_EQ(named("/api/v1/readings", "device=kitchen/lamp"), "");
    EXPECT_EQ(named("/api/v1/readings", "measurement=zigbee&every=1h&fn=count&format=csv"), "bed");
    EXPECT_EQ(named("/api/v1/export", "format=lp"), "bed");
    EXPECT_EQ(named("/api/v1/devices/bed%2Flamp"), "bed");
    EXPECT_EQ(named("/api/v1/devices/kitchen%2Flamp"), "404") << "as if it were not there";
    auto rooms = get("/api/v1/areas");
    EXPECT_EQ(body(rooms), R"({"areas":[{"name":"침실","devices":1}]})");
    at(21);
    EXPECT_EQ(named("/api/v1/devices"), "");
    EXPECT_EQ(named("/api/v1/readings", "measurement=zigbee"), "");
    EXPECT_EQ(named("/api/v1/devices/bed%2Flamp"), "404");
}

TEST_F(VisibleTest, OthersSeeEverything) {
    at(12);
    for (auto who : {person("ben"), person("ann", identity::Role::admin)}) {
        caller = who;
        EXPECT_EQ(named("/api/v1/devices"), "bedkit");
        EXPECT_EQ(named("/api/v1/readings", "measurement=zigbee"), "bedkit");
        EXPECT_EQ(named("/api/v1/series"), "bedkit");
    }
}

TEST_F(VisibleTest, TheStreamFollowsRoomsHoursAndRoles) {
    at(12);
    auto response = get("/api/v1/stream");
    auto& source = *std::get<std::unique_ptr<net::http::BodySource>>(response.body);
    auto next = [&] {
        auto piece = wait(source.next());
        std::string out;
        for (std::string_view device : {"\"bed/lamp\"", "\"kitchen/lamp\""})
            if (piece->find(device) != std::string::npos) out += device.substr(1, 3);
        return out;
    };
    (void)wait(source.next()); // the greeting
    auto both = [&] {
        clock.advance(std::chrono::seconds(1)); // past the pace
        take("bed/lamp", {{"on", true}}, 10);
        take("kitchen/lamp", {{"on", true}}, 11);
    };
    both();
    EXPECT_EQ(next(), "bed");
    devices::DeviceChange moved;
    moved.area = "부엌";
    ASSERT_TRUE(registry->change("bed/lamp", moved));
    ASSERT_TRUE(registry->change("kitchen/lamp", [] {
        devices::DeviceChange to;
        to.area = "침실";
        return to;
    }()));
    places->refresh();
    both();
    EXPECT_EQ(next(), "kit");
    publish({});
    both();
    EXPECT_EQ(next(), "bedkit") << "a member again";
    publish(carer());
    at(21);
    both();
    EXPECT_EQ(next(), "") << "a heartbeat";
}

TEST_F(VisibleTest, AnAdministratorAsksWhatSomebodyWouldSee) {
    at(12);
    EXPECT_EQ(named("/api/v1/devices", "as=eve"), "403") << "not for everybody";
    caller = person("ann", identity::Role::admin);
    EXPECT_EQ(named("/api/v1/devices"), "bedkit");
    EXPECT_EQ(named("/api/v1/devices", "as=eve"), "bed");
    EXPECT_EQ(named("/api/v1/devices", "as=ben"), "bedkit");
    EXPECT_EQ(named("/api/v1/devices", "as=eve&at=2026-01-05T21:00:00Z"), "");
    EXPECT_EQ(named("/api/v1/devices", "as=eve&at=noon"), "400");
    auto rooms = get("/api/v1/areas", "as=eve");
    EXPECT_NE(body(rooms).find("침실"), std::string::npos);
}

TEST_F(VisibleTest, BeforeRolesAreKnownMembersSeeNothing) {
    policies.publish(std::make_shared<access::Policy>());
    caller = person("ben");
    EXPECT_EQ(named("/api/v1/devices"), "");
    caller = person("ann", identity::Role::admin);
    EXPECT_EQ(named("/api/v1/devices"), "bedkit");
}

} // namespace
} // namespace caredian::api
