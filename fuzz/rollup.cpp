// Bytes → a row of rollups, a set of chunks. What decodes is written and read again: it must come
// back the same.
#include "history/codec/rollup.h"

#include "history/chunk_set.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace caredian::history;

void must(bool held) {
    if (!held) std::abort();
}

void check_row(std::string_view body, Level level) {
    RollupRow row;
    if (!decode_rollup_body(body, level, row) || row.buckets.empty()) return;
    std::string written = encode_rollup(row);
    RollupRow again;
    must(decode_rollup(written, level, again));
    must(again.buckets.size() == row.buckets.size());
    must(encode_rollup(again) == written);
    RollupRow one;
    must(decode_rollup(written, level, one, row.fields.front()));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_row(bytes, Level::five);
    check_row(bytes, Level::hour);
    ChunkSet set;
    if (ChunkSet::decode(bytes, set)) {
        ChunkSet again;
        must(ChunkSet::decode(set.encode(), again));
        must(again == set);
    }
    return 0;
}
