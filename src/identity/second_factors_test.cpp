#include "identity/test_credentials.h"

#include <set>

namespace caredian::identity {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class SecondFactorsTest : public CredentialsTest {
protected:
    SecondFactors& factors() { return credentials_.second_factors; }
    error_code check(const Account& account, std::string_view code) {
        auto r = factors().check(account, code, {account.username, "192.0.2.7"});
        return r ? error_code() : r.error();
    }
    SecondFactors::Codes enrol(const Account& account, Secret& app) {
        app = factors().begin_app(account.id).value();
        return factors().finish_app(account, code_of(app), {account.username, ""}).value();
    }
};
CAREDIAN_ON_BOTH_DATABASES(SecondFactorsTest);

TEST_P(SecondFactorsTest, AnAppIsSetUpWithAFirstCode) {
    EXPECT_FALSE(factors().state(ben_.id)->on());
    auto app = factors().begin_app(ben_.id).value();
    EXPECT_EQ(app.size(), 20u);
    EXPECT_EQ(factors().begin_app(ben_.id).value().reveal(), app.reveal()) << "as it was shown";
    EXPECT_FALSE(factors().state(ben_.id)->on()) << "not before the code";
    EXPECT_EQ(check(ben_, code_of(app)), Errc::wrong_second);
    EXPECT_EQ(factors().finish_app(ben_, "000000", {}).error(), Errc::wrong_second);
    auto codes = factors().finish_app(ben_, code_of(app), {"ben", ""}).value();
    EXPECT_EQ(codes.size(), 10u);
    auto state = factors().state(ben_.id).value();
    EXPECT_TRUE(state.app && state.on() && !state.passkeys);
    EXPECT_EQ(state.codes_left, 10u);
    EXPECT_EQ(factors().begin_app(ben_.id).error(), Errc::factor_on);
    EXPECT_EQ(factors().finish_app(ben_, code_of(app), {}).error(), Errc::factor_on);
    EXPECT_EQ(audited().back(), "second_factor_on ben ben app");
    EXPECT_EQ(check(ann_, code_of(app)), Errc::wrong_second) << "only ben's";
}

TEST_P(SecondFactorsTest, AnAppThatIsNotFinishedIsForgotten) {
    auto app = factors().begin_app(ben_.id).value();
    clock_.advance(SecondFactors::enrol_within);
    EXPECT_EQ(factors().finish_app(ben_, code_of(app), {}).error(), Errc::start_again);
    EXPECT_NE(factors().begin_app(ben_.id).value().reveal(), app.reveal());
    EXPECT_EQ(factors().finish_app(ann_, "123456", {}).error(), Errc::start_again);
}

TEST_P(SecondFactorsTest, AStepIsNeverAcceptedAgain) {
    Secret app;
    enrol(ben_, app);
    EXPECT_EQ(check(ben_, code_of(app)), Errc::wrong_second) << "used when it was set up";
    clock_.advance(seconds(30));
    const auto code = code_of(app);
    const auto before = totp_code(app, totp_step(clock_.wall()) - 1);
    EXPECT_FALSE(check(ben_, code));
    EXPECT_EQ(check(ben_, code), Errc::wrong_second);
    EXPECT_EQ(check(ben_, before), Errc::wrong_second) << "nor an older one";
    const auto next = totp_code(app, totp_step(clock_.wall()) + 1);
    EXPECT_FALSE(check(ben_, next.substr(0, 3) + " " + next.substr(3)))
        << "a clock that is 30 s ahead; a blank as apps show it";
    clock_.advance(seconds(30));
    EXPECT_EQ(check(ben_, next), Errc::wrong_second);
    clock_.advance(seconds(60));
    EXPECT_FALSE(check(ben_, totp_code(app, totp_step(clock_.wall()) - 1))) << "30 s behind";
    for (const auto& bad : {std::string(), std::string("0"), std::string("12345"),
                            std::string("1234567"), std::string("abcdef"), std::string(1000, '1')})
        EXPECT_EQ(check(ben_, bad), Errc::wrong_second) << bad;
}

TEST_P(SecondFactorsTest, OfManyAtOnceOne) {
    Secret app;
    auto codes = enrol(ben_, app);
    clock_.advance(seconds(30));
    const auto code = code_of(app);
    EXPECT_EQ(good_of(6, [&] { return !check(ben_, code); }), 1u);
    EXPECT_EQ(good_of(6, [&] { return !check(ben_, codes[3].reveal()); }), 1u);
}

TEST_P(SecondFactorsTest, RecoveryCodesAreGoodOnceEach) {
    Secret app;
    auto codes = enrol(ben_, app);
    std::set<std::string> different;
    for (const auto& code : codes) {
        EXPECT_EQ(code.size(), 19u) << "80 bits, in fours";
        different.insert(code.reveal());
        nowhere_in("recovery_codes", code.reveal());
    }
    EXPECT_EQ(different.size(), 10u);
    EXPECT_EQ(check(ann_, codes[0].reveal()), Errc::wrong_second);
    EXPECT_FALSE(check(ben_, codes[0].reveal()));
    EXPECT_EQ(audited().back(), "recovery_code_used ben ben 9 left");
    EXPECT_EQ(check(ben_, codes[0].reveal()), Errc::wrong_second);
    std::string typed;
    for (char c : codes[1].reveal()) typed += c == '-' ? ' ' : static_cast<char>(std::toupper(c));
    EXPECT_FALSE(check(ben_, typed)) << "as people type";
    EXPECT_EQ(factors().state(ben_.id)->codes_left, 8u);
    auto fresh = factors().renew_codes(ben_, {"ben", ""}).value();
    EXPECT_EQ(check(ben_, codes[2].reveal()), Errc::wrong_second) << "the old ones are void";
    EXPECT_FALSE(check(ben_, fresh[2].reveal()));
    EXPECT_EQ(factors().renew_codes(ann_, {}).error(), Errc::factor_off);
}

TEST_P(SecondFactorsTest, AppAndPasskeysShareTheCodes) {
    auto codes = factors().ask_for_passkeys(ben_, true, {"ben", ""}).value();
    EXPECT_EQ(codes.size(), 10u);
    EXPECT_TRUE(factors().ask_for_passkeys(ben_, true, {})->empty()) << "no change";
    auto app = factors().begin_app(ben_.id).value();
    EXPECT_TRUE(factors().finish_app(ben_, code_of(app), {})->empty()) << "there are codes";
    ASSERT_TRUE(factors().ask_for_passkeys(ben_, false, {}));
    EXPECT_EQ(factors().state(ben_.id)->codes_left, 10u);
    ASSERT_TRUE(factors().remove_app(ben_, {"ben", ""}));
    EXPECT_EQ(audited().back(), "second_factor_off ben ben app");
    auto state = factors().state(ben_.id).value();
    EXPECT_TRUE(!state.on() && state.codes_left == 0) << "the last one takes them along";
    EXPECT_EQ(factors().remove_app(ben_, {}).error(), Errc::factor_off);
    clock_.advance(minutes(1));
    EXPECT_EQ(check(ben_, code_of(app)), Errc::wrong_second);
}

TEST_P(SecondFactorsTest, AdministratorsMustKeepOneWhereTheSettingsSaySo) {
    set_up_app(ann_);
    set_up_app(ben_);
    factors().set_admins_need_one(true);
    EXPECT_EQ(factors().remove_app(ann_, {}).error(), Errc::factor_needed);
    EXPECT_TRUE(factors().remove_app(ben_, {}));
    ASSERT_TRUE(factors().ask_for_passkeys(ann_, true, {}));
    EXPECT_TRUE(factors().remove_app(ann_, {}));
    EXPECT_EQ(factors().ask_for_passkeys(ann_, false, {}).error(), Errc::factor_needed);
    // For somebody who lost it, another administrator takes it away all the same.
    ASSERT_TRUE(credentials_.forget_factors(ann_, {"carl", ""}));
    EXPECT_EQ(audited().back(), "second_factor_off carl ann all");
    EXPECT_FALSE(factors().state(ann_.id)->on());
    EXPECT_EQ(credentials_.forget_factors(ann_, {}).error(), Errc::factor_off);
}

TEST_P(SecondFactorsTest, TheSecretIsSealed) {
    Secret app;
    enrol(ben_, app);
    nowhere_in("second_factors", app.reveal());
    nowhere_in("second_factors", base32_encode(app.reveal()));
    // Another master key (a restored backup without it): nobody gets in by the app, and recovery
    // codes still work.
    Credentials other(identity(), *database_, store::Sealer(Secret(std::string(32, 'k'))), clock_,
                      people_.random, public_url);
    clock_.advance(seconds(30));
    EXPECT_EQ(other.second_factors.check(ben_, code_of(app), {}).error(), Errc::wrong_second);
    EXPECT_FALSE(check(ben_, code_of(app)));
    // The sealed secret of one account is none of another.
    ASSERT_TRUE(factors().begin_app(ann_.id));
    ASSERT_TRUE(database_->execute("UPDATE second_factors SET app = begun"));
    auto rows = database_->query("SELECT app FROM second_factors WHERE account = ?", {ann_.id});
    ASSERT_TRUE(database_->execute("UPDATE second_factors SET app = ? WHERE account = ?",
                                   {store::Blob((*rows)[0].text(0)), ben_.id}));
    clock_.advance(seconds(30));
    EXPECT_EQ(check(ben_, code_of(app)), Errc::wrong_second);
}

TEST_P(SecondFactorsTest, OfWhoIsGoneNothingStays) {
    set_up_app(ben_);
    ASSERT_TRUE(accounts().remove("ben", {}));
    ASSERT_TRUE(factors().sweep());
    EXPECT_TRUE(database_->query("SELECT * FROM second_factors")->empty());
    EXPECT_TRUE(database_->query("SELECT * FROM recovery_codes")->empty());
}

} // namespace
} // namespace caredian::identity
