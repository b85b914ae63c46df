#include "base/json.h"
#include "identity/test_credentials.h"
#include "identity/webauthn/test_authenticator.h"

namespace caredian::identity {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class LoginTest : public CredentialsTest {
protected:
    static constexpr std::string_view address = "192.0.2.7";
    Login& login() { return credentials_.login; }
    guard::Attempt begin(std::string name) {
        guard::Attempt attempt{std::move(name), net::parse_address(address)};
        waited_ = identity().lockout.begin(attempt);
        return attempt;
    }
    static LoginFrom from() { return {std::string(address), "a browser", {}}; }
    result<Login::Outcome> password(std::string name, std::string word = "correct horse") {
        auto attempt = begin(name);
        return login().password(attempt, name, Secret(std::move(word)), from());
    }
    Login::NextStep step(std::string name) {
        return std::get<Login::NextStep>(password(std::move(name)).value());
    }
    result<Login::Done> second(const Login::NextStep& next, std::string_view code) {
        auto pending = login().open(next.cookie, next.token);
        if (!pending) return pending.error();
        return login().second(begin(pending->username), *pending, code, from());
    }
    bool lives(const Login::Done& done) {
        auto claims = TokenKey(test_secret()).verify(done.signed_in.session.token, clock_.wall());
        return claims && identity().sessions.find(*claims);
    }
    // From now on a failure is followed by a wait.
    void use_up_free_attempts(const std::string& name) {
        for (int i = 0; i < 5; ++i) EXPECT_FALSE(password(name, "wrong horse"));
    }
    PrincipalPtr signed_in(const Account& account) {
        auto started = start(account);
        auto claims = TokenKey(test_secret()).verify(started.token, clock_.wall()).value();
        return identity().sessions.find(claims)->principal;
    }
    nanoseconds waited_{};
};
CAREDIAN_ON_BOTH_DATABASES(LoginTest);

TEST_P(LoginTest, APasswordAloneWhereNothingElseIsAskedFor) {
    EXPECT_EQ(password("ann", "wrong horse").error(), Errc::refused);
    EXPECT_EQ(password("my secret password", "x").error(), Errc::refused);
    auto done = std::get<Login::Done>(password("ann").value());
    EXPECT_TRUE(lives(done));
    auto events = audited();
    EXPECT_EQ(events.at(events.size() - 3), "login_failed  ann wrong password");
    EXPECT_EQ(events.at(events.size() - 2), "login_failed   unknown name");
    EXPECT_EQ(events.back(), "login ann ann ");
}

TEST_P(LoginTest, FailuresDelayAndASuccessFrees) {
    for (int i = 0; i < 4; ++i) EXPECT_FALSE(password("ann", "wrong horse"));
    ASSERT_TRUE(password("ann"));
    EXPECT_FALSE(password("ann", "wrong horse"));
    guard::Attempt again{"ann", net::parse_address("192.0.2.99")};
    EXPECT_EQ(identity().lockout.begin(again), nanoseconds(0));
}

TEST_P(LoginTest, ACodeFromTheAppAsSecondStep) {
    auto app = set_up_app(ben_);
    auto next = step("ben");
    EXPECT_TRUE(next.app && !next.enrol && !next.passkey);
    EXPECT_EQ(sessions_of(ben_), 0u) << "a password is not enough";
    EXPECT_EQ(second(next, "000000").error(), Errc::wrong_second);
    EXPECT_EQ(audited().back(), "login_failed  ben wrong second factor");
    auto done = second(next, code_of(app)).value();
    EXPECT_TRUE(lives(done));
    EXPECT_TRUE(done.codes.empty());
    EXPECT_EQ(audited().back(), "login ben ben with a second factor");
    EXPECT_EQ(second(next, code_of(app)).error(), Errc::wrong_second) << "the same code again";
}

TEST_P(LoginTest, TheStepsBelongTogether) {
    auto app = set_up_app(ben_);
    set_up_app(ann_);
    auto bens = step("ben");
    auto anns = step("ann");
    EXPECT_EQ(login().open(bens.cookie, anns.token).error(), Errc::start_again);
    for (std::string bad :
         {std::string(), std::string("x"), bens.cookie.substr(1), std::string(10000, 'A')})
        EXPECT_EQ(login().open(bad, bens.token).error(), Errc::start_again);
    EXPECT_EQ(login().open(bens.cookie, "").error(), Errc::start_again);
    EXPECT_EQ(second(anns, code_of(app)).error(), Errc::wrong_second) << "ben's code for ann";
    clock_.advance(Login::second_within);
    EXPECT_EQ(second(bens, code_of(app)).error(), Errc::start_again) << "too late";
}

TEST_P(LoginTest, ItEndsWithThePasswordAndTheAccount) {
    auto app = set_up_app(ben_);
    auto next = step("ben");
    AccountChange change;
    change.password = Secret("another horse");
    set(accounts(), ben_, change);
    EXPECT_EQ(second(next, code_of(app)).error(), Errc::start_again);
    change.password = Secret("correct horse");
    set(accounts(), ben_, change);
    next = step("ben");
    change = {};
    change.disabled = true;
    set(accounts(), ben_, change);
    EXPECT_EQ(second(next, code_of(app)).error(), Errc::start_again);
    ASSERT_TRUE(accounts().remove("ben", {}));
    EXPECT_EQ(second(next, code_of(app)).error(), Errc::start_again);
}

TEST_P(LoginTest, FailedCodesCountAndARightPasswordFreesNothing) {
    auto app = set_up_app(ben_);
    auto next = step("ben");
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(second(next, "000000").error(), Errc::wrong_second);
        EXPECT_EQ(waited_, nanoseconds(0));
        if (i < 4) (void)password("ben"); // an attacker who has it asks in between
    }
    (void)begin("ben");
    EXPECT_GT(waited_, nanoseconds(0)) << "for both steps";
    clock_.advance(minutes(5));
    EXPECT_TRUE(second(next, code_of(app)));
    (void)begin("ben");
    EXPECT_EQ(waited_, nanoseconds(0)) << "a whole sign-in frees";
}

TEST_P(LoginTest, ARecoveryCodeAsSecondStep) {
    auto app = credentials_.second_factors.begin_app(ben_.id).value();
    auto codes = credentials_.second_factors.finish_app(ben_, code_of(app), {}).value();
    EXPECT_TRUE(second(step("ben"), codes[0].reveal()));
    EXPECT_EQ(second(step("ben"), codes[0].reveal()).error(), Errc::wrong_second);
}

TEST_P(LoginTest, AnAdministratorSetsAnAppUpOnTheWay) {
    credentials_.second_factors.set_admins_need_one(true);
    EXPECT_TRUE(std::holds_alternative<Login::Done>(password("ben").value())) << "no administrator";
    auto next = step("ann");
    EXPECT_TRUE(next.enrol && !next.app);
    auto pending = login().open(next.cookie, next.token).value();
    auto app = login().enrolment(pending).value();
    EXPECT_EQ(second(next, "000000").error(), Errc::wrong_second);
    auto done = second(next, code_of(app)).value();
    EXPECT_EQ(done.codes.size(), 10u);
    EXPECT_TRUE(lives(done));
    EXPECT_EQ(second(next, code_of(app)).error(), Errc::start_again) << "it is set up now";
    EXPECT_EQ(login().enrolment(pending).error(), Errc::start_again);
    clock_.advance(seconds(30));
    EXPECT_FALSE(step("ann").enrol);
    EXPECT_TRUE(second(step("ann"), code_of(app)));
    // One who signs in without it being asked for cannot set one up by this way.
    set_up_app(ben_);
    auto bens = login().open(step("ben").cookie, "").error();
    EXPECT_EQ(bens, Errc::start_again);
    next = step("ben");
    EXPECT_EQ(login().enrolment(login().open(next.cookie, next.token).value()).error(),
              Errc::start_again);
}

TEST_P(LoginTest, PasskeysAloneAndAsSecondStep) {
    webauthn::TestAuthenticator device;
    device.user = ben_.id;
    auto challenge = [](const Passkeys::Begun& begun) {
        auto options = parse_json(begun.options).value();
        return base64url_decode(std::string_view(options.at("challenge").as_string())).value();
    };
    auto& keys = credentials_.passkeys;
    auto made = keys.begin_registration(ben_).value();
    ASSERT_TRUE(
        keys.finish_registration(ben_, made.cookie, device.create(challenge(made)), "k", {}));
    EXPECT_TRUE(std::holds_alternative<Login::Done>(password("ben").value()))
        << "a passkey is no second step unless its owner wants it";
    auto begun = keys.begin_sign_in().value();
    auto done = login().passkey(begun.cookie,
                                {device.id, device.get(challenge(begun)), device.user}, from());
    EXPECT_TRUE(lives(done.value()));
    EXPECT_EQ(audited().back(), "login ben ben with a passkey");
    ASSERT_TRUE(credentials_.second_factors.ask_for_passkeys(ben_, true, {}));
    auto next = step("ben");
    EXPECT_TRUE(next.passkey && !next.app);
    auto pending = login().open(next.cookie, next.token).value();
    begun = login().begin_second_passkey(pending).value();
    Passkeys::Answer answer{device.id, device.get(challenge(begun)), {}};
    answer.assertion.signature[8] = static_cast<char>(answer.assertion.signature[8] ^ 1);
    EXPECT_EQ(login().second_passkey(begin("ben"), pending, begun.cookie, answer, from()).error(),
              Errc::bad_passkey);
    EXPECT_EQ(audited().back(), "login_failed  ben wrong passkey");
    answer.assertion.signature[8] = static_cast<char>(answer.assertion.signature[8] ^ 1);
    EXPECT_TRUE(login().second_passkey(begin("ben"), pending, begun.cookie, answer, from()));
}

TEST_P(LoginTest, AFreshSessionIsOneOfAMomentAgo) {
    auto who = signed_in(ben_);
    EXPECT_TRUE(login().must_be_fresh(*who));
    clock_.advance(Login::fresh);
    EXPECT_EQ(login().must_be_fresh(*who).error(), Errc::confirm_first);
}

TEST_P(LoginTest, OwnPasswordChangedAndOtherSessionsEnd) {
    auto who = signed_in(ben_);
    start(ben_);
    EXPECT_EQ(login()
                  .change_password(begin("ben"), *who, Secret("wrong horse"),
                                   Secret("a new passphrase"), from())
                  .error(),
              Errc::wrong_password);
    EXPECT_EQ(
        login()
            .change_password(begin("ben"), *who, Secret("correct horse"), Secret("short"), from())
            .error(),
        Errc::bad_password);
    EXPECT_EQ(sessions_of(ben_), 2u);
    auto carl = people_.add("carl", Role::member);
    use_up_free_attempts("carl");
    (void)begin("carl");
    EXPECT_GT(waited_, nanoseconds(0)) << "wrong ones count as sign-ins do";
    clock_.advance(minutes(10));
    auto made = login().change_password(begin("ben"), *who, Secret("correct horse"),
                                        Secret("a new passphrase"), from());
    ASSERT_TRUE(made) << made.error().message();
    auto left = identity().sessions.list(ben_.id).value();
    ASSERT_EQ(left.size(), 1u);
    EXPECT_EQ(left[0].id, made->session.session.id);
    EXPECT_NE(left[0].id, who->session) << "rotated";
    EXPECT_TRUE(may_sign_in(ben_, "a new passphrase"));
    EXPECT_EQ(audited().back(), "user_changed ben ben password");
}

TEST_P(LoginTest, WhoHasNoPasswordSetsOneSoonAfterSigningIn) {
    NewAccount fresh;
    fresh.username = "mina";
    auto mina = accounts().add_without_password(fresh, {}).value();
    auto who = signed_in(mina);
    clock_.advance(Login::fresh);
    auto change = [&] {
        return login().change_password(begin("mina"), *who, Secret(), Secret("a new passphrase"),
                                       from());
    };
    EXPECT_EQ(change().error(), Errc::confirm_first);
    who = signed_in(mina);
    EXPECT_TRUE(change());
    EXPECT_TRUE(may_sign_in(mina, "a new passphrase"));
}

} // namespace
} // namespace caredian::identity
