// What a provider sends: a token, a JWK set, a discovery document, claims. The first byte chooses:
// 0 a token, as ID token and as logout token, against a real key; 1 the claims of a token that is
// signed with that key, so that what comes behind the signature is reached; 2 a JWK set; 3 a
// discovery document; 4 claims read as a person.
#include "identity/oidc/id_token.h"
#include "identity/oidc/metadata.h"
#include "identity/oidc/person.h"
#include "identity/oidc/test_signer.h"

#include <cstdint>
#include <string_view>

using namespace caredian;
using namespace caredian::identity::oidc;

namespace {

const WallTime now{std::chrono::seconds(1'800'000'000)};

struct World {
    TestSigner signer{"P-256"};
    KeySet keys = KeySet::parse(signer.jwks()).value();
    Verifier by{
        "https://sso.example/", "us", {Algorithm::es256}, Secret("a secret of 32 bytes, or more")};
};

void require(bool holds) {
    if (!holds) __builtin_trap();
}

void check_claims(const World& world, const Jws& token) {
    if (auto id = check_id_claims(token, world.by, "n", "a", now)) {
        require(!id->subject.empty() && id->subject.size() <= 512);
        require(token.claims.contains("exp") && !token.claims.contains("events"));
    }
    if (auto out = check_logout_claims(token, world.by, now))
        require(!out->id.empty() && !token.claims.contains("nonce"));
}

void read_token(const World& world, std::string_view text) {
    auto token = parse_jws(text);
    if (!token) return;
    // Nobody without the key signs anything.
    require(!check_signature(*token, world.by, &world.keys));
    check_claims(world, *token);
}

void read_claims(const World& world, std::string_view claims) {
    auto token = parse_jws(world.signer.sign(claims, Algorithm::es256));
    if (!token) return;
    require(check_signature(*token, world.by, &world.keys).has_value());
    check_claims(world, *token);
}

void read_document(std::string_view text) {
    auto read = parse_metadata(text, "https://sso.example/");
    if (!read) return;
    for (const auto* url : {&read->authorization_endpoint, &read->token_endpoint})
        require(url->starts_with("https://") || url->starts_with("HTTPS://") || url->size() > 8);
}

void read_as_person(std::string_view text) {
    auto value = parse_json(text, {8});
    if (!value || !value->is_object()) return;
    auto person = read_person(value->get_object(), ClaimPaths{}, "https://sso.example/");
    require(person.subject.size() <= 255 && person.name.size() <= 103);
    for (const auto& name : username_wishes(person, "test")) require(name.size() <= 64);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const World world;
    if (size == 0) return 0;
    std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 5) {
    case 0:
        read_token(world, text);
        break;
    case 1:
        read_claims(world, text);
        break;
    case 2:
        (void)KeySet::parse(text);
        break;
    case 3:
        read_document(text);
        break;
    default:
        read_as_person(text);
    }
    return 0;
}
