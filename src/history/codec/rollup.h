// A row of rollups: up to 128 buckets of one series and level (levels.h).
//
// On disk it is a block (codec/block.h) whose times are the buckets' starts and whose columns are
// what the buckets say, the letter of it before the field's name (docs/history-format.md).
#pragma once

#include "history/levels.h"
#include "history/summary.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history {

struct RollupRow {
    struct Bucket {
        std::int64_t start = 0; // ns, aligned to the level's width
        std::uint32_t field = 0;
        Summary summary;
    };
    std::vector<std::string> fields;
    std::vector<Bucket> buckets; // in the order of start, then of field; none is empty
};

// At most 128 different starts, all inside one row. At least one bucket.
std::string encode_rollup(const RollupRow& row);

// Strict: false for everything encode_rollup doesn't write. With `field`, only that one.
bool decode_rollup(std::string_view bytes, Level level, RollupRow& row,
                   std::string_view field = {});
// Without the checksum at the end: what the fuzzer calls.
bool decode_rollup_body(std::string_view body, Level level, RollupRow& row,
                        std::string_view field = {});

} // namespace caredian::history
