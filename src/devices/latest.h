// The latest value of every field of every device.
//
// Order is the row, not the clock: a value is replaced only by one of a later row. A redelivered
// message counts as its first row, so it changes nothing that its first arrival has changed.
// A device is a value of the tag `device`; a device that speaks in several series (other tags,
// other measurement) keeps the fields of each.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "devices/device_state.h"
#include "devices/home_record.h"
#include "readings/consumer.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices {

struct LatestOptions {
    std::string path; // data_dir/devices.db; made when absent. A file of its own: it and the
                      // history keep their cursors without waiting for each other
    std::chrono::seconds save_interval{600};
    std::size_t max_devices = 20'000; // a reading of one more is counted and warned of once
    std::size_t max_fields = 512;     // of one device; one more is left out and counted
    std::size_t max_text = 4'096;     // bytes kept of a text value (the history keeps all)
};

struct LatestStats {
    std::uint64_t devices = 0;
    std::uint64_t dropped = 0; // readings and fields beyond the limits
    readings::Row cursor = 0;
};

// take(), save(), tick(): one thread. The rest: any thread.
class Latest final : public readings::Consumer {
public:
    static result<std::unique_ptr<Latest>> open(LatestOptions options, const Clock& clock);
    ~Latest() override; // does not save

    std::string_view name() const override { return "devices"; }
    readings::Row cursor() const override;
    void take(std::span<const readings::Reading> readings, readings::Row last_row) override;
    void save() override;
    void tick() override;

    // Several gateways: each device's values, once they are on disk here; set before take().
    void on_record(OnRecord told);
    // This gateway takes over: what the one before left counts as older than any row from now on.
    // What it did not have is told at the next save. Any thread; done by take() or tick().
    void take_over(HomeRecords left);

    // All series of a device, in the order of their first words; empty when it is not known.
    std::vector<DeviceSeries> series(std::string_view device) const;
    LatestStats stats() const;

private:
    struct State;
    explicit Latest(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace caredian::devices
