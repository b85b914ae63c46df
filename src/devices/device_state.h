// One device as Latest keeps it, and its form on disk.
#pragma once

#include "readings/reading.h"
#include "store/sqlite.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices {

struct LatestField {
    std::string name;
    readings::FieldValue value;
    std::int64_t time = 0; // ns, of the reading
    readings::Row row = 0;
    bool initial = false;
};

struct DeviceSeries {
    readings::SeriesKey key;
    std::vector<LatestField> fields;
};

struct DeviceState {
    std::vector<DeviceSeries> series; // in the order of their first words
    std::size_t fields = 0;           // of all series
    bool dirty = false;
};

std::string encode_device(const DeviceState& device);
bool decode_device(std::string_view bytes, DeviceState& device); // strict

// data_dir/devices.db: device(id, state), meta(name, value). One thread.
class DeviceStore {
public:
    static result<DeviceStore> open(const std::string& path);
    result<readings::Row> cursor();
    result<void> load(const std::function<void(std::string id, std::string_view state)>& each);
    template <class Work>
    result<void> transaction(Work&& work) {
        return db_.transaction(std::forward<Work>(work));
    }
    result<void> put_device(std::string_view id, std::string_view state); // in a transaction
    result<void> put_cursor(readings::Row row);                           // in a transaction

private:
    explicit DeviceStore(store::Sqlite db) : db_(std::move(db)) {}
    store::Sqlite db_;
    store::Statement put_device_, put_cursor_;
};

} // namespace caredian::devices
