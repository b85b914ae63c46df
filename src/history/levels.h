// The levels of rollups and how time is cut for them.
//
//   bucket   5 minutes or 1 hour, aligned to the epoch: one Summary per field
//   row      128 buckets of a level, one after the other, of one series: 640 minutes or 128 hours
//   chunk    128 hours: one row of hours, twelve of five minutes. What is made anew at once
#pragma once

#include <cstdint>

namespace caredian::history {

enum class Level : std::uint8_t { five = 0, hour = 1 };

inline constexpr std::int64_t kFiveMinutes = 300'000'000'000;
inline constexpr std::int64_t kHour = 12 * kFiveMinutes;
inline constexpr std::int64_t kRowBuckets = 128;
inline constexpr std::int64_t kChunk = kRowBuckets * kHour;

constexpr std::int64_t bucket_width(Level level) {
    return level == Level::five ? kFiveMinutes : kHour;
}
constexpr std::int64_t row_width(Level level) {
    return kRowBuckets * bucket_width(level);
}

// Which piece of `width` holds `time`.
constexpr std::int64_t piece_of(std::int64_t time, std::int64_t width) {
    std::int64_t piece = time / width;
    return piece * width > time ? piece - 1 : piece;
}
// The start of a piece; the ends of time for what lies outside.
constexpr std::int64_t piece_start(std::int64_t piece, std::int64_t width) {
    std::int64_t start = 0;
    if (!__builtin_mul_overflow(piece, width, &start)) return start;
    return piece < 0 ? INT64_MIN : INT64_MAX;
}
constexpr std::int64_t floor_to(std::int64_t time, std::int64_t width) {
    return piece_start(piece_of(time, width), width);
}
constexpr std::int64_t ceil_to(std::int64_t time, std::int64_t width) {
    std::int64_t low = floor_to(time, width);
    return low == time ? time : piece_start(piece_of(time, width) + 1, width);
}

constexpr std::int32_t chunk_of(std::int64_t time) {
    return static_cast<std::int32_t>(piece_of(time, kChunk));
}
constexpr std::int64_t chunk_start(std::int32_t chunk) {
    return piece_start(chunk, kChunk);
}

} // namespace caredian::history
