// What a member sends to Home Assistant, and the states that come back: no crash, and whatever way
// the bytes are cut, the same goes on.
#include "base/json.h"
#include "home/call.h"
#include "home/states_filter.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace caredian;
using namespace caredian::home;

namespace {

std::string filtered(std::string_view text, std::size_t piece, bool& good, bool& whole) {
    StatesFilter filter([](std::string_view id) { return id.starts_with("light."); }, 256);
    std::string out;
    good = true;
    while (good && !text.empty()) {
        good = filter.take(text.substr(0, piece), out);
        text.remove_prefix(std::min(piece, text.size()));
    }
    whole = good && filter.whole();
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    bool good = false, whole = false, other_good = false, other_whole = false;
    auto out = filtered(text, 1, good, whole);
    auto other = filtered(text, 13, other_good, other_whole);
    if (good != other_good || (good && (out != other || whole != other_whole))) std::abort();
    if (whole && !parse_json(out)) std::abort();

    auto rest = text.substr(0, text.find('\n'));
    auto call = read_call(net::http::Method::get, rest, {});
    for (const auto& what : call.touched)
        if (what.entity.empty()) std::abort();
    auto service = read_call(net::http::Method::post, "services/light/turn_on", {});
    auto read = read_service_data(service, text);
    if (!read) return 0;
    if (read->touched.empty()) std::abort();
    // What goes on is understood alike.
    auto again = read_service_data(service, read->body);
    if (!again || again->body != read->body || again->touched.size() != read->touched.size())
        std::abort();
    return 0;
}
