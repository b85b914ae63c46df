// encode_block and decode_block: docs/history-format.md, version 1.
#include "history/codec/bits.h"
#include "history/codec/block.h"
#include "history/codec/floats.h"
#include "history/codec/integers.h"

#include <algorithm>
#include <zlib.h>

namespace caredian::history {
namespace {

using readings::FieldType;

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kChecksumBytes = 4;
enum Presence : std::uint8_t { everywhere = 0, bitmap = 1 };
enum Booleans : std::uint8_t { all_false = 0, all_true = 1, some = 2 };

std::uint32_t checksum(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

std::size_t bitmap_bytes(std::size_t points) {
    return (points + 7) / 8;
}

void pack_booleans(std::string& out, const std::vector<std::int64_t>& values) {
    auto ones = std::count(values.begin(), values.end(), 1);
    if (ones == 0 || static_cast<std::size_t>(ones) == values.size()) {
        out.push_back(ones == 0 ? all_false : all_true);
        return;
    }
    out.push_back(some);
    BitWriter writer(out);
    for (std::int64_t v : values) writer.put(static_cast<std::uint64_t>(v), 1);
    writer.finish();
}

bool unpack_booleans(std::string_view in, std::size_t count, std::vector<std::int64_t>& values) {
    ByteReader bytes(in);
    std::uint8_t mode = bytes.byte();
    values.clear();
    if (bytes.failed() || mode > some) return false;
    if (mode != some) {
        values.assign(count, mode == all_true ? 1 : 0);
        return bytes.empty();
    }
    BitReader reader(bytes.rest());
    for (std::size_t i = 0; i < count; ++i)
        values.push_back(static_cast<std::int64_t>(reader.get(1)));
    return reader.finished();
}

void pack_texts(std::string& out, const Column& column) {
    put_varint(out, column.dictionary.size());
    for (const auto& text : column.dictionary) {
        put_varint(out, text.size());
        out += text;
    }
    pack_integers(out, column.values);
}

bool unpack_texts(std::string_view in, std::size_t count, Column& column) {
    ByteReader reader(in);
    std::uint64_t entries = reader.varint();
    if (reader.failed() || entries == 0 || entries > count) return false;
    column.dictionary.clear();
    for (std::uint64_t i = 0; i < entries; ++i) {
        std::uint64_t size = reader.varint();
        column.dictionary.emplace_back(reader.bytes(size));
        if (reader.failed()) return false;
    }
    if (!unpack_integers(reader.rest(), count, column.values)) return false;
    for (std::int64_t index : column.values)
        if (index < 0 || static_cast<std::uint64_t>(index) >= entries) return false;
    return true;
}

void pack_column(std::string& out, const Column& column, std::size_t points) {
    thread_local std::string payload;
    put_varint(out, column.name.size());
    out += column.name;
    out.push_back(static_cast<char>(column.type));
    if (column.values.size() == points) {
        out.push_back(everywhere);
    } else {
        out.push_back(bitmap);
        for (std::size_t i = 0; i < bitmap_bytes(points); ++i)
            out.push_back(static_cast<char>(column.present[i / 8] >> (i % 8 * 8)));
    }
    payload.clear();
    switch (column.type) {
    case FieldType::number:
        pack_floats(payload, column.values);
        break;
    case FieldType::integer:
        pack_integers(payload, column.values);
        break;
    case FieldType::boolean:
        pack_booleans(payload, column.values);
        break;
    case FieldType::text:
        pack_texts(payload, column);
        break;
    }
    put_varint(out, payload.size());
    out += payload;
}

// How many points have a value; 0 when the bits are not as they are written.
std::size_t unpack_presence(ByteReader& in, std::size_t points, Column& column) {
    std::uint8_t mode = in.byte();
    column.present = {};
    if (in.failed() || mode > bitmap) return 0;
    if (mode == everywhere) {
        for (std::size_t i = 0; i < points; ++i)
            column.present[i / 64] |= std::uint64_t{1} << (i % 64);
        return points;
    }
    auto bits = in.bytes(bitmap_bytes(points));
    if (in.failed()) return 0;
    for (std::size_t i = 0; i < bits.size(); ++i)
        column.present[i / 8] |= std::uint64_t{static_cast<std::uint8_t>(bits[i])} << (i % 8 * 8);
    std::size_t count = 0;
    for (std::size_t i = 0; i < kBlockPoints; ++i) {
        if (!column.has(i)) continue;
        if (i >= points) return 0;
        ++count;
    }
    return count;
}

bool unpack_values(std::string_view in, std::size_t count, Column& column) {
    switch (column.type) {
    case FieldType::number:
        return unpack_floats(in, count, column.values);
    case FieldType::integer:
        return unpack_integers(in, count, column.values);
    case FieldType::boolean:
        return unpack_booleans(in, count, column.values);
    case FieldType::text:
        return unpack_texts(in, count, column);
    }
    return false;
}

bool is_wanted(std::string_view name, std::string_view field, std::size_t prefix) {
    return field.empty() || (name.size() >= prefix && name.substr(prefix) == field);
}

bool unpack_column(ByteReader& in, std::size_t points, std::string_view field, std::size_t prefix,
                   Block& block) {
    std::string_view name = in.bytes(in.varint());
    std::uint8_t type = in.byte();
    if (in.failed() || type > static_cast<std::uint8_t>(FieldType::text)) return false;
    Column column;
    column.type = static_cast<FieldType>(type);
    std::size_t count = unpack_presence(in, points, column);
    std::string_view payload = in.bytes(in.varint());
    if (in.failed() || count == 0) return false;
    if (!is_wanted(name, field, prefix)) return true;
    column.name = name;
    if (!unpack_values(payload, count, column)) return false;
    block.columns.push_back(std::move(column));
    return true;
}

} // namespace

std::string encode_block(const Block& block) {
    std::string out;
    out.reserve(512);
    out.push_back(static_cast<char>(kVersion));
    put_varint(out, block.times.size());
    std::string times;
    pack_times(times, block.times);
    put_varint(out, times.size());
    out += times;
    std::size_t columns = 0;
    for (const auto& column : block.columns) columns += column.values.empty() ? 0U : 1U;
    put_varint(out, columns);
    for (const auto& column : block.columns)
        if (!column.values.empty()) pack_column(out, column, block.times.size());
    std::uint32_t crc = checksum(out);
    for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(crc >> shift));
    return out;
}

bool decode_block_body(std::string_view body, Block& block, std::string_view field,
                       std::size_t prefix) {
    block = {};
    ByteReader in(body);
    if (in.byte() != kVersion) return false;
    std::uint64_t points = in.varint();
    if (in.failed() || points == 0 || points > kBlockPoints) return false;
    auto count = static_cast<std::size_t>(points);
    std::string_view times = in.bytes(in.varint());
    if (in.failed() || !unpack_times(times, count, block.times)) return false;
    std::uint64_t columns = in.varint();
    for (std::uint64_t i = 0; i < columns; ++i)
        if (!unpack_column(in, count, field, prefix, block)) return false;
    if (in.failed() || !in.empty()) return false;
    block.measure();
    return true;
}

bool decode_block(std::string_view bytes, Block& block, std::string_view field,
                  std::size_t prefix) {
    if (bytes.size() <= kChecksumBytes) return false;
    auto body = bytes.substr(0, bytes.size() - kChecksumBytes);
    std::uint32_t crc = 0;
    for (std::size_t i = kChecksumBytes; i-- > 0;)
        crc = (crc << 8) | static_cast<std::uint8_t>(bytes[body.size() + i]);
    return crc == checksum(body) && decode_block_body(body, block, field, prefix);
}

} // namespace caredian::history
