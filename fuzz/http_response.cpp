// Response heads of an origin we don't control.
#include "net/http/head.h"

#include <cstdint>
#include <cstdlib>

using namespace caredian::net::http;

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    static ResponseHead head;
    auto r = parse_response_head(bytes, head);
    if (r.state != HeadResult::done) return 0;
    demand(r.size <= size && head.status >= 100 && head.status < 600);
    demand(!(head.framing.chunked && head.framing.has_length));
    for (const auto& field : head.fields.all())
        demand(is_token(field.name) && is_field_value(field.value));
    return 0;
}
