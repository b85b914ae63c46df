#include "devices/places.h"
#include "devices/registry_fixture.h"

#include <gtest/gtest.h>

namespace caredian::devices {
namespace {

TEST(Places, BySourceDeviceAndEntity) {
    Places places;
    places.add({"lamp", "침실", {{"zigbee", "bed/lamp", ""}, {"ha", "light.bed", ""}}});
    places.add({"meter", "", {{"raw", "meter", "a/b"}, {"raw", "meter", "a/c"}}});
    EXPECT_EQ(places.find("zigbee", "bed/lamp", "")->area, "침실");
    EXPECT_EQ(places.find("zigbee", "bed/lamp", "x"), nullptr);
    EXPECT_EQ(places.find("ha", "bed/lamp", ""), nullptr);
    EXPECT_EQ(places.find("raw", "meter", "a/c")->device, "meter");
    EXPECT_EQ(places.find("raw", "none", ""), nullptr);
    EXPECT_EQ(places.find_device("lamp")->area, "침실");
    EXPECT_EQ(places.find_device("bed/lamp"), nullptr);
    EXPECT_EQ(places.find_entity("light.bed")->device, "lamp");
    EXPECT_EQ(places.find_entity("light.hall"), nullptr);

    access::What what;
    what.entity = "light.bed";
    places.locate(what);
    EXPECT_EQ(what.area, "침실");
    EXPECT_EQ(what.device, "lamp");
    access::What theirs; // a device by Home Assistant's own id
    theirs.device = "lamp";
    places.locate(theirs);
    EXPECT_EQ(theirs.area, "");
}

TEST(Places, WhatAReadingIs) {
    access::Place place{"lamp", "침실"};
    auto entity = resource_of(&place, "ha", "light.bed");
    EXPECT_TRUE(entity.ours);
    EXPECT_EQ(entity.entity, "light.bed");
    EXPECT_EQ(entity.domain, "light");
    EXPECT_EQ(entity.area, "침실");
    auto other = resource_of(nullptr, "zigbee", "bed/lamp");
    EXPECT_TRUE(other.ours && other.entity.empty() && other.device.empty() && other.area.empty());
}

using PlaceBookTest = RegistryTest;

TEST_F(PlaceBookTest, FollowsTheRegistry) {
    PlaceBook book(*registry);
    book.refresh();
    EXPECT_EQ(book.now()->find("zigbee", "lamp", ""), nullptr);
    zigbee("lamp");
    registry->tick();
    book.refresh();
    ASSERT_TRUE(book.now()->find("zigbee", "lamp", ""));
    EXPECT_EQ(book.now()->find("zigbee", "lamp", "")->area, "");
    auto before = book.now();
    zigbee("lamp", 22);
    registry->tick();
    book.refresh();
    EXPECT_EQ(book.now(), before) << "a value changes nothing";
    DeviceChange to;
    to.area = "침실";
    ASSERT_TRUE(registry->change("lamp", to));
    book.refresh();
    EXPECT_EQ(book.now()->find("zigbee", "lamp", "")->area, "침실");
    EXPECT_EQ(book.now()->find_device("lamp")->device, "lamp");
    for (int i = 0; i < 600; ++i) zigbee("other" + std::to_string(i));
    registry->tick();
    book.refresh();
    EXPECT_TRUE(book.now()->find_device("other0") && book.now()->find_device("other599"));
}

} // namespace
} // namespace caredian::devices
