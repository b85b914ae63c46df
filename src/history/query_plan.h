// Where each piece of a question's time is answered from: points, or rollups of a level.
#pragma once

#include "history/levels.h"
#include "history/query.h"

#include <vector>

namespace caredian::history {

enum class Source : std::uint8_t { points, five, hour };

struct Piece {
    std::int64_t from = 0; // inclusive
    std::int64_t to = 0;   // exclusive
    Source source = Source::points;
    bool operator==(const Piece&) const = default;
};

// What is known of a series when it is asked.
struct Standing {
    std::int64_t rolled_to = INT64_MIN;                           // rollups are there before it,
    std::vector<std::pair<std::int64_t, std::int64_t>> unsettled; // but stale in these (from, to)
    std::int64_t raw_from = INT64_MIN;                            // points before it may be gone
    std::int64_t five_from = INT64_MIN; // and rollups before these; whole hours
    std::int64_t hour_from = INT64_MIN;
};

// Pieces from early to late, without gaps where anything is kept. Rollups are taken where windows
// of `every` are made of whole buckets (0: one window over the whole range), and where the points
// are gone: then also for windows that are shorter than a bucket, which is given at its start.
std::vector<Piece> plan(const Query& query, const Standing& standing);

} // namespace caredian::history
