// The keys of the history's tables: what belongs to one series lies side by side.
#pragma once

#include "history/levels.h"

#include <cstdint>

namespace caredian::history {

// A block's number says whose value counts when two blocks have one of the same field and time: the
// one of the higher rank. Blocks of ingest and import are numbered upwards from 0, as rows come.
// What compaction writes is numbered downwards from the top: it ranks below all others, which is
// right because it takes every point of its time from the blocks that were there.
inline constexpr std::uint32_t kFirstCompacted = 0x8000'0000;

constexpr std::int32_t rank_of(std::uint32_t number) {
    return static_cast<std::int32_t>(number);
}

// block.id
constexpr std::int64_t block_id(std::uint32_t series, std::uint32_t number) {
    return static_cast<std::int64_t>((std::uint64_t{series} << 32) | number);
}
constexpr std::uint32_t number_of(std::int64_t block_id) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(block_id));
}

// Beyond these lies no row of a level.
inline constexpr std::int64_t kFirstRow = -(std::int64_t{1} << 29);
inline constexpr std::int64_t kLastRow = std::int64_t{1} << 29;

// rollup.id: series, level, row of the level.
constexpr std::int64_t rollup_id(std::uint32_t series, Level level, std::int64_t row) {
    constexpr std::int64_t kMiddle = std::int64_t{1} << 30;
    std::uint64_t low = static_cast<std::uint64_t>(row + kMiddle) & 0x7fff'ffff;
    return static_cast<std::int64_t>((std::uint64_t{series} << 32) |
                                     (std::uint64_t{level == Level::hour} << 31) | low);
}
constexpr std::int64_t rollup_row_of(std::int64_t id) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(id) & 0x7fff'ffff) -
           (std::int64_t{1} << 30);
}

} // namespace caredian::history
