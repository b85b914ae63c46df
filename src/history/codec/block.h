// A block: up to 128 points of one series. In memory columns of plain values; on disk the format of
// docs/history-format.md (version 1).
#pragma once

#include "readings/reading.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history {

inline constexpr std::size_t kBlockPoints = 128;
inline constexpr std::size_t kBlockBytes =
    std::size_t{64} * 1024; // in memory: a block this heavy is full

// A field's values in the points that have it. A name may stand twice, with two types.
struct Column {
    std::string name;
    readings::FieldType type = readings::FieldType::number;
    std::array<std::uint64_t, kBlockPoints / 64> present{}; // bit i: point i has a value
    // In the order of points: a double's bits, an integer, 0 or 1, an index into `dictionary`.
    std::vector<std::int64_t> values;
    std::vector<std::string> dictionary; // of texts

    bool has(std::size_t point) const { return (present[point / 64] >> (point % 64)) & 1; }
};

struct Block {
    std::vector<std::int64_t> times; // ns, in the order of rows (not of time)
    std::vector<Column> columns;     // one without values counts as absent

    // Adds a point. The block must not be full.
    void append(std::int64_t time, std::span<const readings::Field> fields);
    bool full() const; // by points, bytes, or a span of more than 31 days
    std::size_t value_count() const;
    std::size_t bytes() const { return bytes_; } // about what the contents take in memory
    std::int64_t from() const { return from_; }  // earliest and latest time; of no use when empty
    std::int64_t to() const { return to_; }
    // Recomputes bytes(), from(), to() after `times` and `columns` were filled from outside.
    void measure();

private:
    Column& column_for(const readings::Field& field, std::size_t existing, std::size_t& hint);
    void put(Column& column, const readings::FieldValue& value);
    std::size_t bytes_ = 0;
    std::int64_t from_ = 0;
    std::int64_t to_ = 0;
};

// The block as bytes, with version and checksum. At least one point.
std::string encode_block(const Block& block);

// Strict: every byte is accounted for. With `field`, columns of other names are passed over; the
// first `prefix` bytes of a column's name don't count for that (codec/rollup.h).
// False: not a block of a version that is known, damaged, or not made by encode_block.
bool decode_block(std::string_view bytes, Block& block, std::string_view field = {},
                  std::size_t prefix = 0);

// decode_block without the checksum at the end: what the fuzzer calls.
bool decode_block_body(std::string_view body, Block& block, std::string_view field = {},
                       std::size_t prefix = 0);

} // namespace caredian::history
