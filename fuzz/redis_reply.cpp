// Arbitrary bytes as what a Redis says, in pieces: replies are looked at in full.
#include "net/redis/reply.h"

#include <algorithm>
#include <cstdint>

namespace {

using namespace caredian::net::redis;

volatile unsigned sink;

void look(const Reply& reply) {
    for (char c : reply.text) sink = sink + static_cast<unsigned char>(c);
    for (const auto& item : reply.items) look(item);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t step = data[0] % 32 + 1u;
    std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    ReplyReader reader;
    while (!bytes.empty()) {
        if (!reader.feed(bytes.substr(0, step))) return 0;
        bytes.remove_prefix(std::min(step, bytes.size()));
        for (;;) {
            Reply reply;
            auto more = reader.next(reply);
            if (!more) return 0;
            if (!*more) break;
            look(reply);
        }
    }
    return 0;
}
