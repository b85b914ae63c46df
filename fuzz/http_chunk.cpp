// Chunked bodies: the pieces in which they arrive must not matter, and nothing outside is touched.
#include "net/http/chunk.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace caredian::net::http;

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

struct Outcome {
    std::string body;
    ChunkDecoder::State state = ChunkDecoder::State::more;
    std::size_t used = 0;
};

Outcome decode(std::string_view bytes, std::size_t piece) {
    ChunkDecoder decoder;
    Outcome out;
    while (out.used < bytes.size()) {
        auto window = bytes.substr(out.used, piece);
        auto step = decoder.step(window);
        demand(step.consumed <= window.size());
        demand(step.state != ChunkDecoder::State::data ||
               (!step.data.empty() && step.data.data() >= window.data() &&
                step.data.data() + step.data.size() <= window.data() + step.consumed));
        out.used += step.consumed;
        out.body += step.data;
        out.state = step.state;
        if (step.state == ChunkDecoder::State::end || step.state == ChunkDecoder::State::bad) break;
        demand(step.consumed > 0);
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 256 * 1024) return 0;
    std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    auto whole = decode(bytes, bytes.size() + 1);
    auto pieces = decode(bytes, 1 + data[0] % 31);
    demand(whole.body == pieces.body);
    demand((whole.state == ChunkDecoder::State::bad) == (pieces.state == ChunkDecoder::State::bad));
    demand((whole.state == ChunkDecoder::State::end) == (pieces.state == ChunkDecoder::State::end));
    if (whole.state == ChunkDecoder::State::end) demand(whole.used == pieces.used);
    return 0;
}
