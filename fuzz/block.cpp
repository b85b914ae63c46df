// Bytes → a block of the history, a series' key, a device's stored state. What decodes is written
// and read again: it must come back the same.
#include "history/codec/block.h"

#include "devices/device_state.h"
#include "history/series_directory.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using caredian::history::Block;

void must(bool held) {
    if (!held) std::abort();
}

bool same(const Block& a, const Block& b) {
    if (a.times != b.times || a.columns.size() != b.columns.size()) return false;
    for (std::size_t i = 0; i < a.columns.size(); ++i) {
        const auto& x = a.columns[i];
        const auto& y = b.columns[i];
        if (x.name != y.name || x.type != y.type || x.present != y.present ||
            x.values != y.values || x.dictionary != y.dictionary)
            return false;
    }
    return a.from() == b.from() && a.to() == b.to();
}

void check_block(std::string_view body) {
    Block block;
    if (!caredian::history::decode_block_body(body, block)) return;
    Block again;
    must(caredian::history::decode_block(caredian::history::encode_block(block), again));
    must(same(block, again));
    if (block.columns.empty()) return;
    Block one;
    must(caredian::history::decode_block_body(body, one, block.columns.front().name));
    must(one.times == block.times);
    if (!block.full()) {
        const caredian::readings::Field field{block.columns.front().name, 1.5};
        block.append(0, {&field, 1});
        must(caredian::history::decode_block(caredian::history::encode_block(block), again));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_block(bytes);
    caredian::readings::SeriesKey key;
    if (caredian::history::decode_key(bytes, key)) {
        caredian::readings::SeriesKey again;
        must(caredian::history::decode_key(caredian::history::encode_key(key), again));
        must(key == again);
    }
    caredian::devices::DeviceState device;
    if (caredian::devices::decode_device(bytes, device)) {
        auto written = caredian::devices::encode_device(device);
        must(caredian::devices::decode_device(written, device));
        must(caredian::devices::encode_device(device) == written);
    }
    return 0;
}
