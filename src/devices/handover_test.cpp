// What one gateway leaves for another of the home: through records, as a database would keep them.
#include "devices/registry_fixture.h"

#include <map>

namespace caredian::devices {
namespace {

using std::chrono::seconds;

class HandoverTest : public RegistryTest {
protected:
    HandoverTest() { keep(); }
    // Another gateway, with files of its own and far fewer rows.
    void another() {
        registry->save();
        latest->save();
        options.path = folder + "/registry-2.db";
        latest_options.path = folder + "/devices-2.db";
        open();
        keep();
        row = 0;
    }
    void take_over() {
        HomeRecords left;
        for (const auto& [name, value] : kept) left.push_back({name.first, name.second, value});
        registry->take_over(left);
        latest->take_over(std::move(left));
        latest->tick();
        registry->tick();
    }
    double value(std::string_view id) {
        auto device = at(id);
        return device.fields.empty() ? -1 : std::get<double>(device.fields[0].field.value);
    }

    void keep() {
        auto told = [this](HomeRecord r) {
            auto name = std::pair{r.kind, r.key};
            if (r.value.empty())
                kept.erase(name);
            else
                kept[name] = r.value;
        };
        registry->on_record(told);
        latest->on_record(told);
    }

    std::map<std::pair<char, std::string>, std::string> kept;
};

TEST_F(HandoverTest, TheNextOneBeginsWithDevicesValuesAndWhatPeopleDecided) {
    zigbee("0x1");
    say({thing("ha/a", "id1", "Climate", "zigbee2mqtt/0x1")});
    zigbee("0x2", 3);
    ASSERT_EQ(ids().size(), 2u);
    ASSERT_TRUE(registry->change("0x2", {"Bedroom lamp", "Bedroom"}));
    for (int i = 0; i < 50; ++i) zigbee("0x2", i);
    another();
    EXPECT_TRUE(ids().empty());
    take_over();
    EXPECT_EQ(ids().size(), 2u);
    EXPECT_EQ(at("0x1").name, "Climate");
    EXPECT_EQ(at("0x2").name, "Bedroom lamp");
    EXPECT_EQ(at("0x2").area, "Bedroom");
    EXPECT_EQ(value("0x2"), 49);
    clock.advance(seconds(1));
    zigbee("0x2", 7);
    EXPECT_EQ(value("0x2"), 7) << "its own first row is newer than any of the other's";
    restart();
    EXPECT_EQ(at("0x2").name, "Bedroom lamp") << "on its own disk by now";
}

TEST_F(HandoverTest, WhatWasDecidedElsewhereCountsAndWhatIsTakenBackIsGone) {
    zigbee("0x1");
    (void)ids();
    ASSERT_TRUE(registry->change("0x1", {"Old", {}}));
    another();
    take_over();
    ASSERT_TRUE(registry->change("0x1", {"New", {}}));
    EXPECT_EQ(at("0x1").name, "New");
    ASSERT_TRUE(registry->change("0x1", {"", {}}));
    // Back at the first one, whose file still says "Old".
    options.path = folder + "/registry.db";
    latest_options.path = folder + "/devices.db";
    registry->save();
    latest->save();
    open();
    EXPECT_EQ(at("0x1").name, "Old");
    take_over();
    EXPECT_EQ(at("0x1").name, "0x1");
}

TEST_F(HandoverTest, WhatADeviceWithdrewElsewhereDoesNotComeBack) {
    zigbee("0x1");
    say({thing("ha/a", "id1", "Climate", "zigbee2mqtt/0x1")});
    say({thing("ha/b", "id2", "Other")});
    (void)ids();
    another();
    take_over();
    EXPECT_EQ(at("0x1").name, "Climate");
    withdraw("ha/a");
    EXPECT_EQ(at("0x1").name, "0x1");
    registry->save();
    // Back at the first one, whose file still has it.
    options.path = folder + "/registry.db";
    latest_options.path = folder + "/devices.db";
    open();
    keep();
    EXPECT_EQ(at("0x1").name, "Climate");
    take_over();
    EXPECT_EQ(at("0x1").name, "0x1");
    registry->save();
    EXPECT_FALSE(kept.contains({'d', "ha/a"}));
    restart();
    EXPECT_EQ(at("0x1").name, "0x1") << "on its own disk as well";
}

TEST_F(HandoverTest, WhereNothingWasLeftWhatIsKnownHereIsTold) {
    zigbee("0x1");
    (void)ids();
    ASSERT_TRUE(registry->change("0x1", {"Lamp", {}}));
    kept.clear(); // one gateway until now: nobody was told
    take_over();
    EXPECT_EQ(at("0x1").name, "Lamp");
    another();
    take_over();
    EXPECT_EQ(at("0x1").name, "Lamp");
    EXPECT_EQ(value("0x1"), 21.5);
}

TEST_F(HandoverTest, DamagedPiecesAreLeftOut) {
    zigbee("0x1");
    (void)ids();
    another();
    for (auto& [name, value] : kept) value = "\x7fnonsense";
    kept[{'x', "unknown"}] = "y";
    take_over();
    EXPECT_TRUE(ids().empty());
}

} // namespace
} // namespace caredian::devices
