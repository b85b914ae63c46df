#include "identity/webauthn/test_authenticator.h"

#include <functional>
#include <gtest/gtest.h>

namespace caredian::identity::webauthn {
namespace {

const RelyingParty us{"home.example.org", "https://home.example.org"};
const std::string challenge = "a challenge of this moment";

class Ceremonies : public ::testing::TestWithParam<Algorithm> {};

INSTANTIATE_TEST_SUITE_P(Each, Ceremonies,
                         ::testing::Values(Algorithm::es256, Algorithm::rs256, Algorithm::eddsa),
                         [](const auto& algorithm) {
                             return algorithm.param == Algorithm::es256   ? "ES256"
                                    : algorithm.param == Algorithm::rs256 ? "RS256"
                                                                          : "EdDSA";
                         });

TEST_P(Ceremonies, RegisteredAndUsed) {
    for (bool self : {false, true}) {
        TestAuthenticator device(GetParam());
        device.self_attested = self;
        device.counter = 3;
        auto made = verify_registration(us, challenge, device.create(challenge), true);
        ASSERT_TRUE(made) << made.error().message();
        EXPECT_EQ(made->id, device.id);
        EXPECT_EQ(made->key.key, device.public_key().key);
        EXPECT_EQ(made->counter, 3u);
        device.counter = 4;
        auto used = verify_assertion(us, challenge, device.get(challenge),
                                     {made->key, made->counter}, true);
        ASSERT_TRUE(used) << used.error().message();
        EXPECT_EQ(used->counter, 4u);
        EXPECT_TRUE(used->verified);
    }
}

TEST_P(Ceremonies, EveryBitOfTheSignatureCounts) {
    TestAuthenticator device(GetParam());
    const KnownCredential known{device.public_key(), 0};
    const auto good = device.get(challenge);
    ASSERT_TRUE(verify_assertion(us, challenge, good, known, true));
    for (std::size_t i = 0; i < good.signature.size(); i += 7) {
        auto bent = good;
        bent.signature[i] = static_cast<char>(bent.signature[i] ^ 0x10);
        EXPECT_EQ(verify_assertion(us, challenge, bent, known, true).error(), Errc::signature);
    }
    TestAuthenticator other(GetParam());
    EXPECT_EQ(verify_assertion(us, challenge, other.get(challenge), known, true).error(),
              Errc::signature);
    for (std::string signature : {"", "x"}) {
        auto bent = good;
        bent.signature = signature;
        EXPECT_EQ(verify_assertion(us, challenge, bent, known, true).error(), Errc::signature);
    }
    // Only the client data differ by a blank: the hash does.
    auto bent = good;
    bent.client_data += " ";
    EXPECT_EQ(verify_assertion(us, challenge, bent, known, true).error(), Errc::signature);
    // A key of another algorithm's bytes.
    auto mixed = known;
    mixed.key.algorithm = GetParam() == Algorithm::eddsa ? Algorithm::es256 : Algorithm::eddsa;
    EXPECT_EQ(verify_assertion(us, challenge, good, mixed, true).error(), Errc::signature);
}

struct Bent {
    const char* name;
    std::function<void(TestAuthenticator&)> bend;
    Errc expected;
};

const Bent table[] = {
    {"another type", [](auto& d) { d.type = "webauthn.other"; }, Errc::wrong_type},
    {"another origin", [](auto& d) { d.origin = "https://home.example.org.evil.example"; },
     Errc::origin},
    {"another port", [](auto& d) { d.origin = "https://home.example.org:444"; }, Errc::origin},
    {"no TLS", [](auto& d) { d.origin = "http://home.example.org"; }, Errc::origin},
    {"a subdomain", [](auto& d) { d.origin = "https://a.home.example.org"; }, Errc::origin},
    {"within another page", [](auto& d) { d.more = ",\"crossOrigin\":true"; }, Errc::origin},
    {"another site", [](auto& d) { d.rp_id = "example.org"; }, Errc::rp_id},
    {"nobody there", [](auto& d) { d.present = false; }, Errc::not_present},
    {"not verified", [](auto& d) { d.verified = false; }, Errc::not_verified},
    {"bytes behind", [](auto& d) { d.trailer = "x"; }, Errc::malformed},
};

TEST(Verify, BentAnswersOfBothCeremonies) {
    for (const auto& [name, bend, expected] : table) {
        TestAuthenticator device;
        const KnownCredential known{device.public_key(), 0};
        bend(device);
        EXPECT_EQ(verify_registration(us, challenge, device.create(challenge), true).error(),
                  expected)
            << name;
        EXPECT_EQ(verify_assertion(us, challenge, device.get(challenge), known, true).error(),
                  expected)
            << name;
    }
    TestAuthenticator device;
    const KnownCredential known{device.public_key(), 0};
    for (std::string other : {"another challenge", ""}) {
        EXPECT_EQ(verify_registration(us, other, device.create(challenge), true).error(),
                  Errc::challenge);
        EXPECT_EQ(verify_assertion(us, other, device.get(challenge), known, true).error(),
                  Errc::challenge);
    }
    EXPECT_EQ(verify_assertion(us, "", device.get(""), known, true).error(), Errc::challenge);
    // A registration's answer is no sign-in, and the other way round.
    auto created = device.create(challenge);
    auto got = device.get(challenge);
    got.client_data = created.client_data;
    EXPECT_EQ(verify_assertion(us, challenge, got, known, true).error(), Errc::wrong_type);
    device.verified = false;
    EXPECT_TRUE(verify_assertion(us, challenge, device.get(challenge), known, false));
}

TEST(Verify, OnlyAttestationsThatMeanNothingOrAreTheKeysOwn) {
    using namespace test_cbor;
    TestAuthenticator device;
    device.self_attested = true;
    auto good = device.create(challenge);
    auto with = [&](std::string_view format, const std::string& statement) {
        auto bent = good;
        bent.attestation_object = map({{text("fmt"), text(format)},
                                       {text("attStmt"), statement},
                                       {text("authData"), bytes(device.authenticator_data(true))}});
        return verify_registration(us, challenge, bent, true);
    };
    EXPECT_TRUE(with("none", map({})));
    EXPECT_EQ(with("none", map({{text("sig"), bytes("s")}})).error(), Errc::attestation);
    EXPECT_EQ(with("packed", map({})).error(), Errc::attestation);
    EXPECT_EQ(with("fido-u2f", map({})).error(), Errc::attestation);
    EXPECT_EQ(with("", map({})).error(), Errc::attestation);
    TestAuthenticator other;
    other.self_attested = true;
    const auto others = other.create(challenge);
    auto foreign = read_attestation_object(others.attestation_object).value();
    EXPECT_EQ(with("packed", std::string(foreign.statement)).error(), Errc::attestation)
        << "signed with another key";
    auto no_credential = good;
    no_credential.attestation_object =
        map({{text("fmt"), text("none")},
             {text("attStmt"), map({})},
             {text("authData"), bytes(device.authenticator_data(false))}});
    EXPECT_EQ(verify_registration(us, challenge, no_credential, true).error(), Errc::malformed);
}

TEST(Verify, ThePointMustBeOnTheCurve) {
    TestAuthenticator device;
    auto data = device.authenticator_data(true);
    data.back() = static_cast<char>(data.back() ^ 1); // y's last byte
    using namespace test_cbor;
    auto bent = device.create(challenge);
    bent.attestation_object = map(
        {{text("fmt"), text("none")}, {text("attStmt"), map({})}, {text("authData"), bytes(data)}});
    EXPECT_EQ(verify_registration(us, challenge, bent, true).error(), Errc::key);
}

TEST(Verify, TheCounterGoesUpOrIsNone) {
    struct {
        std::uint32_t known, now;
        bool good;
    } const cases[] = {{0, 0, true},  {0, 1, true},  {5, 6, true},           {5, 5, false},
                       {5, 4, false}, {5, 0, false}, {0xffffffff, 0, false}, {1, 0xffffffff, true}};
    TestAuthenticator device;
    for (const auto& one : cases) {
        device.counter = one.now;
        auto used = verify_assertion(us, challenge, device.get(challenge),
                                     {device.public_key(), one.known}, true);
        EXPECT_EQ(used.has_value(), one.good) << one.known << " " << one.now;
        if (!one.good) {
            EXPECT_EQ(used.error(), Errc::counter);
        }
    }
}

} // namespace
} // namespace caredian::identity::webauthn
