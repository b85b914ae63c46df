// The journal's segments and the tables saved beside them, as a damaged card may give them back.
#include "ingest/segment.h"

#include "ingest/redelivery.h"
#include "ingest/retained.h"

#include <cstdint>
#include <string>
#include <string_view>

using namespace caredian::ingest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    Segment segment;
    segment.first_row = 1000;
    segment.rows = data[0];
    segment.data.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
    SegmentReader reader(segment);
    Entry entry;
    std::size_t bytes = 0, count = 0;
    while (reader.next(entry)) {
        bytes += entry.message.topic.size() + entry.message.payload.size();
        ++count;
    }
    if (bytes > size || count > segment.rows) __builtin_trap();

    RedeliveryTable table;
    if (table.load(segment.data)) {
        RedeliveryTable copy;
        if (!copy.load(table.save(UINT64_MAX)) || copy.size() != table.size()) __builtin_trap();
    }
    RetainedFilter filter(100);
    if (filter.load(segment.data)) {
        RetainedFilter copy(100);
        if (!copy.load(filter.save(UINT64_MAX)) || copy.size() != filter.size()) __builtin_trap();
    }
    return 0;
}
