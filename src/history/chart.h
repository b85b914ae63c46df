// What a chart of some width is answered with.
#pragma once

#include "history/local_state.h"

namespace caredian::history {

// A window's length for a range, so that at most `width` cover it: 1 s, 2 s, 5 s, … 1 h, … days.
// nanoseconds: above 0.
nanoseconds window_for(std::uint64_t range, std::uint32_t width);

// `query`, which has a width, as points or as windows. Points: when no series has more than about
// two for each pixel. Errors: store's.
result<Query> fit_to_width(LocalHistory::State& state, BlockReader& disk, const Query& query);

} // namespace caredian::history
