// An Authorization header from outside. The first byte chooses: 0 the rest is a token; 1 it is the
// claims under a good header and signature, so that what comes behind the signature is reached.
#include "base/encoding.h"
#include "identity/token_keys.h"

#include <cstdint>
#include <sodium.h>
#include <string>
#include <string_view>

using namespace caredian;
using namespace caredian::identity;

namespace {

const std::string secret = "the secret of this fuzzer has thirty-two bytes";
const WallTime now{std::chrono::seconds(1'800'000'000)};

TokenKeyOptions options() {
    TokenKeyOptions o;
    o.secret = Secret(secret);
    o.issuer = "https://h";
    o.audience = "a";
    return o;
}

struct World {
    TokenKeys keys{options()};
    std::string good = keys.sign(
        {"grant", "account", "client", *parse_scopes("read"), 1'799'999'990, 1'800'000'800});
};

std::string sign(std::string text) {
    auto bytes = [](const std::string& t) {
        return reinterpret_cast<const unsigned char*>(t.data());
    };
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
    crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
    std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
    return text + "." + base64url_encode(mac);
}

void require(bool holds) {
    if (!holds) __builtin_trap();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    if (size == 0) return 0;
    std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 2 == 0) {
        // Nobody who does not know the key makes another token that is good.
        if (world.keys.verify(text, now)) require(text == world.good);
        return 0;
    }
    auto header = world.good.substr(0, world.good.find('.') + 1);
    auto read = world.keys.verify(sign(header + base64url_encode(text)), now);
    if (!read) return 0;
    require(!read->grant.empty() && !read->account.empty() && !read->client.empty());
    require(read->expires > 1'800'000'000 && read->expires < 253'402'300'800);
    require(read->issued >= 0 && read->issued <= 1'800'000'060);
    return 0;
}
