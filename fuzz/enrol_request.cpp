// What a device brings: a certificate signing request, and a code. Only a request that is signed by
// its own strong key gives a key, and a certificate that is made for it is no authority.
#include "base/random.h"
#include "devices/enrol/x509.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace caredian::devices::enrol;

void require(bool held) {
    if (!held) std::abort();
}

const Signer& root() {
    static const Signer signer = [] {
        caredian::SeededRandom random(1);
        const caredian::WallTime now(std::chrono::seconds(1'767'999'300));
        return make_root("fuzz", make_serial(random), {now, now + std::chrono::hours(24)}).value();
    }();
    return signer;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)read_certificate(text);
    (void)list_end(text, root().certificate);
    (void)is_signed_by(text, root().certificate);
    auto key = read_request(text, "kitchen");
    if (!key) return 0;
    require(text.size() <= largest_request);
    const caredian::WallTime now(std::chrono::seconds(1'767'999'300));
    caredian::SeededRandom random(2);
    auto made = issue(
        root(),
        {"kitchen", make_serial(random), {now, now + std::chrono::hours(1)}, Usage::client, {}},
        *key);
    require(made.has_value());
    require(is_signed_by(*made, root().certificate));
    return 0;
}
