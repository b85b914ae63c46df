#include "devices/device_state.h"

#include "history/codec/bits.h"
#include "history/series_directory.h"

#include <bit>
#include <utility>

namespace caredian::devices {
namespace {

using history::put_varint;
using history::zigzag;
using readings::FieldType;

constexpr std::uint8_t kVersion = 1;

constexpr std::string_view kSchema = R"sql(
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS device(id BLOB PRIMARY KEY, state BLOB NOT NULL);
)sql";

void put_text(std::string& out, std::string_view text) {
    put_varint(out, text.size());
    out += text;
}

void put_value(std::string& out, const readings::FieldValue& value) {
    out.push_back(static_cast<char>(readings::type_of(value)));
    switch (readings::type_of(value)) {
    case FieldType::number:
        put_varint(out, std::bit_cast<std::uint64_t>(std::get<double>(value)));
        return;
    case FieldType::integer:
        put_varint(out, zigzag(std::get<std::int64_t>(value)));
        return;
    case FieldType::boolean:
        out.push_back(std::get<bool>(value) ? 1 : 0);
        return;
    case FieldType::text:
        put_text(out, std::get<std::string>(value));
        return;
    }
}

bool get_value(history::ByteReader& in, readings::FieldValue& value) {
    std::uint8_t type = in.byte();
    if (in.failed() || type > static_cast<std::uint8_t>(FieldType::text)) return false;
    switch (static_cast<FieldType>(type)) {
    case FieldType::number:
        value = std::bit_cast<double>(in.varint());
        break;
    case FieldType::integer:
        value = history::unzigzag(in.varint());
        break;
    case FieldType::boolean:
        value = in.byte() != 0;
        break;
    case FieldType::text:
        value = std::string(in.bytes(in.varint()));
        break;
    }
    return !in.failed();
}

bool get_field(history::ByteReader& in, LatestField& field) {
    field.name = in.bytes(in.varint());
    if (!get_value(in, field.value)) return false;
    field.time = history::unzigzag(in.varint());
    field.row = in.varint();
    field.initial = in.byte() != 0;
    return !in.failed();
}

} // namespace

std::string encode_device(const DeviceState& device) {
    std::string out(1, static_cast<char>(kVersion));
    out.append(2, '\0'); // once a time and a flag that the registry keeps
    put_varint(out, device.series.size());
    for (const auto& series : device.series) {
        put_text(out, history::encode_key(series.key));
        put_varint(out, series.fields.size());
        for (const auto& field : series.fields) {
            put_text(out, field.name);
            put_value(out, field.value);
            put_varint(out, zigzag(field.time));
            put_varint(out, field.row);
            out.push_back(field.initial ? 1 : 0);
        }
    }
    return out;
}

bool decode_device(std::string_view bytes, DeviceState& device) {
    device = {};
    history::ByteReader in(bytes);
    if (in.byte() != kVersion) return false;
    in.varint();
    in.byte();
    std::uint64_t count = in.varint();
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        DeviceSeries& series = device.series.emplace_back();
        if (!history::decode_key(in.bytes(in.varint()), series.key)) return false;
        std::uint64_t fields = in.varint();
        for (std::uint64_t k = 0; k < fields; ++k)
            if (!get_field(in, series.fields.emplace_back())) return false;
        device.fields += series.fields.size();
    }
    return !in.failed() && in.empty();
}

result<DeviceStore> DeviceStore::open(const std::string& path) {
    auto db = store::Sqlite::open(path);
    if (!db) return db.error();
    if (auto made = db->execute(kSchema); !made) return made.error();
    DeviceStore self(std::move(*db));
    auto put_device = self.db_.prepare("INSERT OR REPLACE INTO device(id, state) VALUES(?,?)");
    if (!put_device) return put_device.error();
    self.put_device_ = std::move(*put_device);
    auto put_cursor = self.db_.prepare("INSERT OR REPLACE INTO meta VALUES('cursor',?)");
    if (!put_cursor) return put_cursor.error();
    self.put_cursor_ = std::move(*put_cursor);
    return self;
}

result<readings::Row> DeviceStore::cursor() {
    auto statement = db_.prepare("SELECT value FROM meta WHERE name='cursor'");
    if (!statement) return statement.error();
    auto row = statement->step();
    if (!row) return row.error();
    return *row ? static_cast<readings::Row>(statement->integer(0)) : readings::Row{0};
}

result<void> DeviceStore::load(const std::function<void(std::string, std::string_view)>& each) {
    auto statement = db_.prepare("SELECT id, state FROM device");
    if (!statement) return statement.error();
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return {};
        each(std::string(statement->blob(0)), statement->blob(1));
    }
}

result<void> DeviceStore::put_device(std::string_view id, std::string_view state) {
    put_device_.bind_blob(1, id);
    put_device_.bind_blob(2, state);
    return put_device_.run();
}

result<void> DeviceStore::put_cursor(readings::Row row) {
    put_cursor_.bind(1, static_cast<std::int64_t>(row));
    return put_cursor_.run();
}

} // namespace caredian::devices
