#include "history/series_source.h"

#include <algorithm>
#include <utility>

namespace caredian::history {
namespace {

using boost::system::in_place_error;

constexpr std::size_t kRows = 8; // read at once

Level level_of(Source source) {
    return source == Source::hour ? Level::hour : Level::five;
}

} // namespace

SeriesSource::SeriesSource(BlockReader& disk, const Query& query,
                           const std::atomic<bool>& cancelled, SeriesReader::OnCorrupt on_corrupt,
                           OnCorruptRollup on_corrupt_rollup)
    : disk_(disk), query_(query), cancelled_(cancelled),
      reader_(disk, query.field, cancelled, std::move(on_corrupt)),
      on_corrupt_rollup_(std::move(on_corrupt_rollup)) {}

void SeriesSource::start(std::uint32_t series, std::uint64_t span, Standing standing,
                         std::vector<Candidate> in_memory) {
    series_ = series;
    span_ = span;
    standing_ = std::move(standing);
    in_memory_ = std::move(in_memory);
    auto pieces = plan(query_, standing_);
    pieces_.assign(pieces.begin(), pieces.end());
    rows_.clear();
    begun_ = found_ = false;
}

result<SeriesSource::Kind> SeriesSource::next(Batch& points, RollupRow& buckets) {
    while (!pieces_.empty()) {
        if (cancelled_.load(std::memory_order_relaxed)) return Errc::cancelled;
        const Piece& piece = pieces_.front();
        bool begun = std::exchange(begun_, true);
        result<bool> more = false;
        if (piece.source == Source::points) {
            if (!begun) reader_.start(series_, span_, piece.from, piece.to, in_memory_);
            more = reader_.next(points);
            if (more && *more) {
                found_ = true;
                return Kind::points;
            }
        } else {
            if (!begun) next_row_ = piece_of(piece.from, row_width(level_of(piece.source)));
            more = load_rows();
            if (more && *more && take_row(buckets)) return Kind::buckets;
        }
        if (!more) return more.error();
        if (*more) continue;
        pieces_.pop_front();
        begun_ = false;
    }
    return Kind::end;
}

// False: the piece has no more rows.
result<bool> SeriesSource::load_rows() {
    if (!rows_.empty()) return true;
    const Piece& piece = pieces_.front();
    Level level = level_of(piece.source);
    std::int64_t last = piece_of(piece.to - 1, row_width(level));
    if (next_row_ > last) return false;
    auto read = disk_.rollups(series_, level, next_row_, last, kRows);
    if (!read) return {in_place_error, read.error()};
    next_row_ = read->size() < kRows ? last + 1 : read->back().row + 1;
    rows_.assign(std::make_move_iterator(read->begin()), std::make_move_iterator(read->end()));
    return !rows_.empty();
}

// False: nothing of it belongs to the piece, or points are to be read instead.
bool SeriesSource::take_row(RollupRow& out) {
    Piece& piece = pieces_.front();
    Level level = level_of(piece.source);
    auto stored = std::move(rows_.front());
    rows_.pop_front();
    std::int64_t row_from = piece_start(stored.row, row_width(level));
    std::int64_t from = std::max(piece.from, row_from);
    std::int64_t to = std::min(piece.to, piece_start(stored.row + 1, row_width(level)));
    if (!decode_rollup(stored.data, level, out, query_.field)) {
        on_corrupt_rollup_(row_from);
        from_points(from, to);
        return false;
    }
    std::erase_if(out.buckets, [&](const auto& b) { return b.start < from || b.start >= to; });
    if (out.buckets.empty()) return false;
    if (from >= standing_.raw_from) {
        if (needs_points(out)) {
            from_points(from, to);
            return false;
        }
        // The one window of a range that is open begins at its first point.
        if (!found_ && query_.every.count() == 0 && query_.from == INT64_MIN) {
            from_points(from, out.buckets.front().start + bucket_width(level));
            return false;
        }
    }
    found_ = true;
    return true;
}

bool SeriesSource::needs_points(const RollupRow& row) const {
    if (query_.approximate) return false;
    return std::any_of(row.buckets.begin(), row.buckets.end(),
                       [this](const auto& b) { return !b.summary.exact(query_.fn); });
}

// Of the first piece, [from, to) is read from points; what comes before is done with.
void SeriesSource::from_points(std::int64_t from, std::int64_t to) {
    Piece rest = pieces_.front();
    pieces_.pop_front();
    rest.from = to;
    if (rest.from < rest.to) pieces_.push_front(rest);
    pieces_.push_front({from, to, Source::points});
    begun_ = false;
    rows_.clear();
}

} // namespace caredian::history
