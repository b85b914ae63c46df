// The points of a query, written by a PointWriter, as chunks of an answer.
#pragma once

#include "api/chunk_stream.h"
#include "history/exchange/point_writer.h"

#include <functional>
#include <memory>

namespace caredian::api {

// Makes the writer once the cursor is there.
using MakeWriter = std::function<std::unique_ptr<history::PointWriter>(const history::Cursor&)>;

// `history` outlives the source. Errors: those of the query.
result<std::unique_ptr<ChunkSource>> open_points(history::QuerySource& history,
                                                 const history::Query& query,
                                                 const MakeWriter& writer, std::size_t chunk_bytes);

} // namespace caredian::api
