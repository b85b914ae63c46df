// For this room's unit tests only: a registry with files of its own, and words for what it is told.
#pragma once

#include "base/json.h"
#include "devices/registry.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

namespace caredian::devices {

using readings::Description;
using readings::EntityDescription;
using readings::Reading;

struct RegistryTest : testing::Test {
    RegistryTest() {
        std::string name = (std::filesystem::temp_directory_path() / "registry-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        latest_options.path = folder + "/devices.db";
        options.path = folder + "/registry.db";
        open();
    }
    ~RegistryTest() override {
        registry.reset();
        latest.reset();
        std::filesystem::remove_all(folder);
    }
    void open() {
        registry.reset();
        latest.reset();
        latest = *Latest::open(latest_options, clock);
        registry = *Registry::open(options, clock, *latest, health);
    }
    void restart() {
        registry->save();
        latest->save();
        open();
    }

    void hear(std::string topic, readings::SeriesKey series, std::vector<readings::Field> fields,
              bool initial = false) {
        Reading r;
        r.series = std::move(series);
        r.fields = std::move(fields);
        r.time = says.value_or(clock.wall());
        r.received = clock.wall();
        r.row = r.first_row = ++row;
        r.initial = initial;
        r.topic = std::move(topic);
        latest->take({&r, 1}, row);
        registry->take({&r, 1}, row);
    }
    void zigbee(const std::string& device, double value = 21.5) {
        hear("zigbee2mqtt/" + device, {"zigbee", {{"device", device}}}, {{"temperature", value}});
    }
    void say(std::vector<Description> said) {
        ++row;
        for (auto& d : said) d.row = row;
        registry->describe(said, row);
        registry->take({}, row);
    }
    static Description thing(std::string topic, std::string id, std::string name,
                             std::string state_topic = {}, std::string field = "temperature") {
        Description d;
        d.origin = "homeassistant";
        d.topic = std::move(topic);
        d.identifiers = {std::move(id)};
        d.name = std::move(name);
        if (state_topic.empty()) return d;
        EntityDescription e;
        e.id = d.topic;
        e.name = "Temperature";
        e.component = "sensor";
        e.unit = "°F";
        e.device_class = "temperature";
        e.state_topic = std::move(state_topic);
        e.field = std::move(field);
        d.entities.push_back(e);
        return d;
    }
    void withdraw(std::string topic) {
        Description d;
        d.topic = std::move(topic);
        d.withdrawn = true;
        say({d});
    }

    std::vector<std::string> ids() {
        registry->tick();
        std::vector<std::string> out;
        for (const auto& device : registry->list({}, 1000)) out.push_back(device.id);
        return out;
    }
    DeviceView at(std::string_view id) {
        registry->tick();
        auto found = registry->find(id);
        EXPECT_TRUE(found) << id;
        return found ? *found : DeviceView{};
    }
    using Ids = std::vector<std::string>;

    std::string folder;
    ManualClock clock;
    HealthRegister health{clock};
    LatestOptions latest_options;
    RegistryOptions options;
    std::unique_ptr<Latest> latest;
    std::unique_ptr<Registry> registry;
    readings::Row row = 0;
    std::optional<WallTime> says; // a time of the readings' own
};

} // namespace caredian::devices
