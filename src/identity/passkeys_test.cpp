#include "base/json.h"
#include "identity/test_credentials.h"
#include "identity/webauthn/test_authenticator.h"

namespace caredian::identity {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::string challenge_of(const Passkeys::Begun& begun) {
    auto options = parse_json(begun.options).value();
    return base64url_decode(std::string_view(options.at("challenge").as_string())).value();
}

class PasskeysTest : public CredentialsTest {
protected:
    Passkeys& keys() { return credentials_.passkeys; }
    result<Passkey> enrol(webauthn::TestAuthenticator& device, const Account& account,
                          std::string name = "phone") {
        device.user = account.id;
        auto begun = keys().begin_registration(account);
        if (!begun) return begun.error();
        return keys().finish_registration(account, begun->cookie,
                                          device.create(challenge_of(*begun)), std::move(name),
                                          {account.username, ""});
    }
    static Passkeys::Answer answer(const webauthn::TestAuthenticator& device,
                                   const Passkeys::Begun& begun) {
        return {device.id, device.get(challenge_of(begun)), device.user};
    }
    result<Account> sign_in(const webauthn::TestAuthenticator& device) {
        auto begun = keys().begin_sign_in().value();
        return keys().finish(begun.cookie, answer(device, begun), {}, "192.0.2.7");
    }
    webauthn::TestAuthenticator device_;
};
CAREDIAN_ON_BOTH_DATABASES(PasskeysTest);

TEST_P(PasskeysTest, RegisteredListedUsedRenamedRemoved) {
    auto made = enrol(device_, ben_, "전화").value();
    auto listed = keys().list(ben_.id).value();
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].id, made.id);
    EXPECT_EQ(listed[0].name, "전화");
    EXPECT_EQ(to_ns(listed[0].last_used), 0);
    clock_.advance(minutes(1));
    EXPECT_EQ(sign_in(device_)->id, ben_.id);
    EXPECT_EQ(keys().list(ben_.id)->at(0).last_used, clock_.wall());
    EXPECT_EQ(keys().rename(made.id, ann_.id, "x").error(), Errc::not_found) << "ben's";
    EXPECT_EQ(keys().rename(made.id, ben_.id, "").error(), Errc::bad_passkey_name);
    ASSERT_TRUE(keys().rename(made.id, ben_.id, "key"));
    EXPECT_EQ(credentials_.remove_passkey(made.id, ann_, {}).error(), Errc::not_found);
    ASSERT_TRUE(credentials_.remove_passkey(made.id, ben_, {"ben", ""}));
    EXPECT_EQ(audited().back(), "passkey_removed ben ben key");
    EXPECT_EQ(sign_in(device_).error(), Errc::unknown_passkey);
}

TEST_P(PasskeysTest, AnAnswerIsGoodOnceInTimeAndForItsOwnCeremony) {
    ASSERT_TRUE(enrol(device_, ben_));
    auto begun = keys().begin_sign_in().value();
    auto given = answer(device_, begun);
    EXPECT_TRUE(keys().finish(begun.cookie, given, {}, ""));
    EXPECT_EQ(keys().finish(begun.cookie, given, {}, "").error(), Errc::start_again)
        << "an authenticator that counts nothing: the challenge is used once";
    auto other = keys().begin_sign_in().value();
    EXPECT_EQ(keys().finish(other.cookie, given, {}, "").error(), Errc::bad_passkey);
    given = answer(device_, other);
    EXPECT_EQ(good_of(6, [&] { return keys().finish(other.cookie, given, {}, "").has_value(); }),
              1u);
    begun = keys().begin_sign_in().value();
    given = answer(device_, begun);
    clock_.advance(Passkeys::lifetime);
    EXPECT_EQ(keys().finish(begun.cookie, given, {}, "").error(), Errc::start_again);
    begun = keys().begin_sign_in().value();
    given = answer(device_, begun);
    for (std::string cookie : {std::string(), std::string("x"), begun.cookie.substr(1),
                               begun.cookie + "AAAA", std::string(5000, 'A')})
        EXPECT_EQ(keys().finish(cookie, given, {}, "").error(), Errc::start_again);
    // The cookie of one ceremony is none of another.
    EXPECT_EQ(keys().finish(begun.cookie, given, ben_.id, "").error(), Errc::start_again);
    auto registration = keys().begin_registration(ben_).value();
    EXPECT_EQ(keys().finish(registration.cookie, answer(device_, registration), {}, "").error(),
              Errc::start_again);
    EXPECT_EQ(keys()
                  .finish_registration(ann_, registration.cookie,
                                       device_.create(challenge_of(registration)), "x", {})
                  .error(),
              Errc::start_again)
        << "begun by ben";
}

TEST_P(PasskeysTest, WithoutANameThePersonMustHaveBeenVerifiedAndSayWhoItIs) {
    ASSERT_TRUE(enrol(device_, ben_));
    device_.verified = false;
    EXPECT_EQ(sign_in(device_).error(), Errc::bad_passkey);
    device_.verified = true;
    for (std::string user : {std::string(), ann_.id}) {
        device_.user = user;
        EXPECT_EQ(sign_in(device_).error(), Errc::unknown_passkey) << user;
    }
    webauthn::TestAuthenticator stranger;
    stranger.id = "nobody's";
    stranger.user = ben_.id;
    EXPECT_EQ(sign_in(stranger).error(), Errc::unknown_passkey);
    stranger.id = device_.id;
    EXPECT_EQ(sign_in(stranger).error(), Errc::bad_passkey) << "another key";
}

TEST_P(PasskeysTest, AfterAPasswordOneOfTheAccounts) {
    EXPECT_EQ(keys().begin_second(ben_.id).error(), Errc::not_found);
    ASSERT_TRUE(enrol(device_, ben_));
    device_.verified = false; // the password was
    device_.user.clear();     // security keys don't say it
    auto begun = keys().begin_second(ben_.id).value();
    EXPECT_NE(begun.options.find(base64url_encode(device_.id)), std::string::npos);
    EXPECT_EQ(keys().finish(begun.cookie, answer(device_, begun), ben_.id, "")->id, ben_.id);
    webauthn::TestAuthenticator anns;
    anns.id = "ann's";
    ASSERT_TRUE(enrol(anns, ann_));
    begun = keys().begin_second(ben_.id).value();
    EXPECT_EQ(keys().finish(begun.cookie, answer(anns, begun), ben_.id, "").error(),
              Errc::unknown_passkey);
}

TEST_P(PasskeysTest, ACounterThatGoesBackIsACopy) {
    device_.counter = 5;
    ASSERT_TRUE(enrol(device_, ben_));
    device_.counter = 6;
    EXPECT_TRUE(sign_in(device_));
    EXPECT_EQ(sign_in(device_).error(), Errc::bad_passkey);
    EXPECT_EQ(audited().back(), "passkey_refused  ben phone");
    device_.counter = 7;
    EXPECT_TRUE(sign_in(device_));
}

TEST_P(PasskeysTest, OfADisabledOrRemovedAccountNoneIsGood) {
    ASSERT_TRUE(enrol(device_, ben_));
    AccountChange change;
    change.disabled = true;
    set(accounts(), ben_, change);
    EXPECT_EQ(sign_in(device_).error(), Errc::unknown_passkey);
    change.disabled = false;
    set(accounts(), ben_, change);
    EXPECT_TRUE(sign_in(device_));
    ASSERT_TRUE(accounts().remove("ben", {}));
    EXPECT_EQ(sign_in(device_).error(), Errc::unknown_passkey);
    ASSERT_TRUE(keys().sweep());
    EXPECT_TRUE(database_->query("SELECT * FROM passkeys")->empty());
}

TEST_P(PasskeysTest, EachIsRegisteredOnceAndTwentyAtMost) {
    ASSERT_TRUE(enrol(device_, ben_));
    EXPECT_EQ(enrol(device_, ben_).error(), Errc::passkey_exists);
    EXPECT_EQ(enrol(device_, ann_).error(), Errc::passkey_exists) << "nor by somebody else";
    for (int i = 1; i < 20; ++i) {
        device_.id = "another " + std::to_string(i);
        ASSERT_TRUE(enrol(device_, ben_));
    }
    device_.id = "one too many";
    EXPECT_EQ(enrol(device_, ben_).error(), Errc::too_many_passkeys);
    for (std::string name :
         {std::string(), std::string(101, 'n'), std::string("\xff"), std::string("a\nb")})
        EXPECT_EQ(enrol(device_, ann_, name).error(), Errc::bad_passkey_name);
    device_.origin = "https://evil.example";
    EXPECT_EQ(enrol(device_, ann_).error(), Errc::bad_passkey);
}

TEST_P(PasskeysTest, TheLastOneTakesTheSecondStepAlong) {
    auto made = enrol(device_, ann_).value();
    ASSERT_TRUE(credentials_.second_factors.ask_for_passkeys(ann_, true, {}));
    credentials_.second_factors.set_admins_need_one(true);
    EXPECT_EQ(credentials_.remove_passkey(made.id, ann_, {}).error(), Errc::factor_needed);
    EXPECT_TRUE(sign_in(device_));
    credentials_.second_factors.set_admins_need_one(false);
    ASSERT_TRUE(credentials_.remove_passkey(made.id, ann_, {}));
    EXPECT_FALSE(credentials_.second_factors.state(ann_.id)->on());
}

TEST(RelyingParty, Table) {
    struct {
        const char* url;
        const char* id;
        const char* origin;
    } const cases[] = {
        {"https://home.example.org", "home.example.org", "https://home.example.org"},
        {"https://Home.Example.org/", "home.example.org", "https://home.example.org"},
        {"https://home.example.org:8443", "home.example.org", "https://home.example.org:8443"},
        {"https://home.example.org:443", "home.example.org", "https://home.example.org"},
        {"http://localhost:8080", "localhost", "http://localhost:8080"},
        {"http://home.example.org", "", ""},
        {"https://192.0.2.1", "", ""},
        {"https://[2001:db8::1]:8443", "", ""},
        {"", "", ""},
        {"home.example.org", "", ""},
    };
    for (const auto& [url, id, origin] : cases) {
        auto party = relying_party(url);
        EXPECT_EQ(party.id, id) << url;
        EXPECT_EQ(party.origin, origin) << url;
    }
}

} // namespace
} // namespace caredian::identity
