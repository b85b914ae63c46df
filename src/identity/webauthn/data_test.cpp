#include "identity/webauthn/cbor.h"
#include "identity/webauthn/data.h"
#include "identity/webauthn/test_authenticator.h"

#include <gtest/gtest.h>

namespace caredian::identity::webauthn {
namespace {

using namespace test_cbor;
using std::string_literals::operator""s;

TEST(Cbor, ReadsWhatAuthenticatorsWrite) {
    const auto all = map({{text("a"), integer(-7)}, {text("b"), bytes("\x01\xff")}}) +
                     "\x82\xf5\xf6"s + "\x1b\x00\x00\x00\x01\x00\x00\x00\x00"s;
    CborReader reader(all);
    auto head = reader.next().value();
    EXPECT_EQ(head.kind, CborItem::Kind::map);
    EXPECT_EQ(head.number, 2);
    EXPECT_EQ(reader.next()->content, "a");
    EXPECT_EQ(reader.next()->number, -7);
    EXPECT_TRUE(reader.skip(1));
    EXPECT_EQ(reader.next()->content, "\x01\xff");
    EXPECT_EQ(reader.whole(1).value(), "\x82\xf5\xf6");
    EXPECT_EQ(reader.next()->number, 4294967296);
    EXPECT_TRUE(reader.rest().empty());
    EXPECT_FALSE(reader.next());
}

TEST(Cbor, RefusesTable) {
    for (const auto& bad : {""s,
                            "\x18"s,                                 // cut in the number
                            "\x19\x01"s,                             //
                            "\x1b\xff\xff\xff\xff\xff\xff\xff\xff"s, // beyond 63 bits
                            "\x3b\xff\xff\xff\xff\xff\xff\xff\xff"s, //
                            "\x1c"s,
                            "\x1f"s,                                 // reserved, indefinite
                            "\x42\x01"s,                             // bytes that are not there
                            "\x5f\x41\x01\xff"s,                     // indefinite bytes
                            "\x5b\x7f\xff\xff\xff\xff\xff\xff\xff"s, //
                            "\x82\x01"s,                             // array cut
                            "\x9f\xff"s,                             //
                            "\x9b\x7f\xff\xff\xff\xff\xff\xff\xff"s, // more items than bytes
                            "\xa1\x01"s,
                            "\xbf\xff"s, // map
                            "\xc0\x01"s, // tag
                            "\xf9\x00\x00"s,
                            "\xf8\x20"s,
                            "\xff"s,                        // float, simple, break
                            "\x81\x81\x81\x81\x81\x01"s}) { // too deep
        CborReader reader(bad);
        EXPECT_FALSE(reader.whole(4)) << hex_encode(bad);
    }
    CborReader deep("\x81\x81\x81\x81\x01");
    EXPECT_TRUE(deep.whole(4));
}

TEST(ClientData, Table) {
    const std::string good = R"({"type":"webauthn.get","challenge":"AQI","origin":"https://a"})";
    auto read = read_client_data(good).value();
    EXPECT_EQ(read.type, "webauthn.get");
    EXPECT_EQ(read.challenge, "\x01\x02");
    EXPECT_EQ(read.origin, "https://a");
    EXPECT_FALSE(read.cross_origin);
    EXPECT_TRUE(
        read_client_data(
            R"({"type":"x","challenge":"","origin":"","crossOrigin":true,"other":{"a":[1]}})")
            ->cross_origin);
    for (const auto& bad :
         {""s, "{}"s, "[]"s, "null"s, good + "x", good.substr(0, good.size() - 1),
          R"({"type":1,"challenge":"AQI","origin":"https://a"})"s,
          R"({"type":"t","challenge":["AQI"],"origin":"https://a"})"s,
          R"({"type":"t","challenge":"A!","origin":"https://a"})"s,
          R"({"type":"t","challenge":"AQI=","origin":"https://a"})"s,
          R"({"type":"t","challenge":"AQI","origin":null})"s, R"({"type":"t","challenge":"AQI"})"s,
          R"({"type":"t","origin":"https://a"})"s,
          R"({"type":"t","challenge":"AQI","origin":"https://a","crossOrigin":"no"})"s,
          "{\"type\":\"\xff\",\"challenge\":\"AQI\",\"origin\":\"\"}"s,
          R"({"a":)"s + std::string(50, '[') + std::string(50, ']') + "}",
          good.substr(0, good.size() - 1) + ",\"x\":\"" + std::string(max_client_data, 'a') +
              "\"}"})
        EXPECT_EQ(read_client_data(bad).error(), Errc::malformed) << bad.substr(0, 80);
}

TEST(AuthenticatorDataTest, WithAndWithoutACredential) {
    TestAuthenticator device;
    device.counter = 0x01020304;
    const auto bytes_of = device.authenticator_data(true);
    auto read = read_authenticator_data(bytes_of).value();
    EXPECT_EQ(read.rp_id_hash, sha256("home.example.org"));
    EXPECT_TRUE(read.present && read.verified && !read.backed_up);
    EXPECT_EQ(read.counter, 0x01020304u);
    ASSERT_TRUE(read.credential);
    EXPECT_EQ(read.credential->id, device.id);
    EXPECT_EQ(read.credential->public_key, device.cose_key());
    EXPECT_FALSE(read_authenticator_data(device.authenticator_data(false))->credential);
    // With extensions: one map behind, and nothing behind that.
    auto more = device.authenticator_data(false);
    more[32] = static_cast<char>(0x81);
    EXPECT_EQ(read_authenticator_data(more).error(), Errc::malformed);
    EXPECT_TRUE(read_authenticator_data(more + map({{text("credProtect"), integer(2)}})));
    EXPECT_EQ(read_authenticator_data(more + integer(1)).error(), Errc::malformed);
    EXPECT_EQ(read_authenticator_data(more + map({}) + "x").error(), Errc::malformed);
}

TEST(AuthenticatorDataTest, NoPartOfItIsEnough) {
    TestAuthenticator device;
    for (bool credential : {false, true}) {
        const auto whole = device.authenticator_data(credential);
        for (std::size_t n = 0; n < whole.size(); ++n)
            EXPECT_EQ(read_authenticator_data(whole.substr(0, n)).error(), Errc::malformed) << n;
        EXPECT_EQ(read_authenticator_data(whole + "x").error(), Errc::malformed);
    }
    auto backed_up_without_being_able_to = device.authenticator_data(false);
    backed_up_without_being_able_to[32] = 0x11;
    EXPECT_EQ(read_authenticator_data(backed_up_without_being_able_to).error(), Errc::malformed);
    for (auto [id, good] : {std::pair{""s, false}, std::pair{std::string(1023, 'i'), true},
                            std::pair{std::string(1024, 'i'), false}}) {
        device.id = id;
        EXPECT_EQ(read_authenticator_data(device.authenticator_data(true)).has_value(), good);
    }
    device.trailer = std::string(max_authenticator_data, 'x');
    EXPECT_EQ(read_authenticator_data(device.authenticator_data(false)).error(), Errc::malformed);
}

TEST(AttestationObjectTest, Table) {
    const auto data = bytes("data");
    const std::pair<std::string, std::string> fmt{text("fmt"), text("none")},
        statement{text("attStmt"), map({})}, with{text("authData"), data};
    auto good = map({fmt, statement, with});
    auto read = read_attestation_object(good).value();
    EXPECT_EQ(read.format, "none");
    EXPECT_TRUE(is_empty_statement(read.statement));
    EXPECT_EQ(read.authenticator_data, "data");
    EXPECT_TRUE(read_attestation_object(map({fmt, statement, with, {text("ep"), "\xf4"}})));
    for (const auto& bad :
         {""s, "x"s, map({}), map({fmt, statement}), map({fmt, with}), map({statement, with}),
          good + "x", good.substr(0, good.size() - 1), map({fmt, fmt, statement, with}),
          map({{text("fmt"), bytes("none")}, statement, with}),
          map({fmt, statement, {text("authData"), text("data")}}),
          map({fmt, statement, with, {integer(1), integer(1)}}),
          "\x83"s + fmt.second + statement.second + data})
        EXPECT_EQ(read_attestation_object(bad).error(), Errc::malformed) << hex_encode(bad);
    auto large =
        map({fmt, statement, {text("authData"), bytes(std::string(max_attestation, 'x'))}});
    EXPECT_EQ(read_attestation_object(large).error(), Errc::malformed);
    EXPECT_FALSE(is_empty_statement(map({fmt})));
    EXPECT_FALSE(read_self_statement(map({})));
    EXPECT_FALSE(read_self_statement(
        map({{text("alg"), integer(-7)}, {text("sig"), bytes("s")}, {text("x5c"), "\x80"}})))
        << "with certificates it is no self attestation";
}

TEST(PublicKeyTest, Table) {
    for (auto algorithm : {Algorithm::es256, Algorithm::rs256, Algorithm::eddsa}) {
        TestAuthenticator device(algorithm);
        EXPECT_EQ(read_public_key(device.cose_key())->algorithm, algorithm);
        for (std::size_t n = 0; n < device.cose_key().size(); ++n)
            EXPECT_FALSE(read_public_key(device.cose_key().substr(0, n))) << n;
    }
    const auto x = bytes(std::string(32, 'x'));
    auto ec = [&](std::int64_t kty, std::int64_t alg, std::int64_t curve, const std::string& y) {
        return map({{integer(1), integer(kty)},
                    {integer(3), integer(alg)},
                    {integer(-1), integer(curve)},
                    {integer(-2), x},
                    {integer(-3), y}});
    };
    EXPECT_TRUE(read_public_key(ec(2, -7, 1, x)));
    EXPECT_EQ(read_public_key(ec(2, -35, 2, x)).error(), Errc::algorithm);
    EXPECT_EQ(read_public_key(ec(2, 0, 1, x)).error(), Errc::algorithm);
    EXPECT_EQ(read_public_key(ec(3, -7, 1, x)).error(), Errc::key);
    EXPECT_EQ(read_public_key(ec(2, -7, 2, x)).error(), Errc::key);
    EXPECT_EQ(read_public_key(ec(2, -7, 1, bytes("short"))).error(), Errc::key);
    EXPECT_EQ(read_public_key(ec(2, -7, 1, "\xf5")).error(), Errc::key) << "a compressed point";
    EXPECT_EQ(read_public_key(ec(2, -257, 1, x)).error(), Errc::key) << "mixed up";
    EXPECT_EQ(read_public_key(map({{integer(1), integer(3)},
                                   {integer(3), integer(-257)},
                                   {integer(-1), bytes(std::string(128, 'n'))},
                                   {integer(-2), bytes("\x01\x00\x01"s)}}))
                  .error(),
              Errc::key)
        << "RSA of 1024 bits";
    EXPECT_EQ(read_public_key("").error(), Errc::malformed);
    EXPECT_EQ(read_public_key(integer(1)).error(), Errc::malformed);
}

} // namespace
} // namespace caredian::identity::webauthn
