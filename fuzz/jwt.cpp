// A Cookie header from outside: the cookie is found, looked up in a worker's cache, and read as a
// token. The first byte chooses: 0 the rest is a Cookie header; 1 it is a token; 2 it is a header
// and claims (split at the first newline), signed with our key, so that what comes behind the
// signature is reached too.
#include "identity/jwt.h"

#include "base/encoding.h"
#include "base/random.h"
#include "identity/session_cache.h"
#include "net/http/message.h"

#include <cstdint>
#include <sodium.h>
#include <string>
#include <string_view>

using namespace caredian;
using namespace caredian::identity;

namespace {

const std::string secret = "the secret of this fuzzer has thirty-two bytes";
const WallTime now{std::chrono::seconds(1'800'000'000)};

struct World {
    World() {
        good = key.sign({"session", "account", 1'799'999'000, 1'800'001'000});
        SessionCache::Entry entry;
        entry.principal = PrincipalPtr(new Principal);
        entry.expires_ns = entry.confirm_ns = to_ns(now) + 1'000'000'000;
        entry.last_used_ns = to_ns(now);
        cache.put(good, std::move(entry));
    }
    SeededRandom random{1};
    TokenKey key{Secret(secret)};
    SessionCache cache{16, random};
    std::string good;
};

std::string sign(std::string_view header, std::string_view claims) {
    std::string text = base64url_encode(header) + "." + base64url_encode(claims);
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

void look_up(World& world, std::string_view token) {
    bool found = world.cache.find(token, to_ns(now), 1'000'000'000) != nullptr;
    require(found == (token == world.good));
}

void read_cookie(World& world, std::string_view text) {
    const net::http::HeaderView headers[] = {{"Cookie", text}};
    net::http::Request request;
    request.headers = headers;
    bool ambiguous = false;
    auto token = request.cookie("caredian_session", ambiguous);
    require(token || !ambiguous);
    if (!token) return;
    require(token->data() >= text.data() &&
            token->data() + token->size() <= text.data() + text.size());
    look_up(world, *token);
    // Nobody who does not know the key makes another token that is good.
    if (world.key.verify(*token, now)) require(*token == world.good);
}

void read_claims(World& world, std::string_view header, std::string_view claims) {
    auto read = world.key.verify(sign(header, claims), now);
    if (!read) return;
    require(header.find("HS256") != std::string_view::npos ||
            header.find('\\') != std::string_view::npos);
    require(read->expires > 1'800'000'000 && read->expires < 253'402'300'800);
    require(!read->session.empty() && read->session.size() <= 64);
    require(!read->account.empty() && read->account.size() <= 64);
    require(read->issued >= 0 && read->issued < 253'402'300'800);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    if (size == 0) return 0;
    std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 3) {
    case 0:
        read_cookie(world, text);
        break;
    case 1:
        look_up(world, text);
        if (world.key.verify(text, now)) require(text == world.good);
        break;
    default:
        auto end = text.find('\n');
        if (end != std::string_view::npos)
            read_claims(world, text.substr(0, end), text.substr(end + 1));
    }
    return 0;
}
