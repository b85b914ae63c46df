#include "identity/test_credentials.h"

namespace caredian::identity {
namespace {

using std::chrono::hours;

class InvitationsTest : public CredentialsTest {
protected:
    Invitations& all() { return credentials_.invitations; }
    Invitations::Made make(NewInvitation fresh = {}) {
        return all().make(fresh, ann_.id, {"ann", "192.0.2.1"}).value();
    }
    result<Account> accept(const Secret& token, std::string name) {
        NewAccount account;
        account.username = std::move(name);
        account.password = Secret("a new passphrase");
        account.full_name = "민아";
        account.language = "ko";
        return all().accept(token.reveal(), account, "192.0.2.7");
    }
};
CAREDIAN_ON_BOTH_DATABASES(InvitationsTest);

TEST_P(InvitationsTest, FromLinkToAccount) {
    NewInvitation fresh;
    fresh.role = Role::admin;
    fresh.full_name = "민아";
    auto made = make(fresh);
    EXPECT_EQ(made.invitation.expires, clock_.wall() + hours(24 * 7));
    auto seen = all().look(made.token.reveal()).value();
    EXPECT_EQ(seen.full_name, "민아");
    EXPECT_EQ(seen.role, Role::admin);
    EXPECT_EQ(seen.invited_by, "ann");
    auto mina = accept(made.token, "Mina").value();
    EXPECT_EQ(mina.username, "mina");
    EXPECT_EQ(mina.role, Role::admin);
    EXPECT_TRUE(may_sign_in(mina, "a new passphrase"));
    EXPECT_EQ(accept(made.token, "other").error(), Errc::bad_link);
    auto listed = all().list().value();
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].account, "mina");
    EXPECT_EQ(listed[0].used, clock_.wall());
    auto events = audited();
    EXPECT_EQ(events.at(events.size() - 3), "invited ann  " + seen.id + ", role admin");
    EXPECT_EQ(events.at(events.size() - 2), "user_added invitation mina role admin");
    EXPECT_EQ(events.back(), "invitation_used mina mina " + seen.id + " of ann");
}

TEST_P(InvitationsTest, ANameThatIsTakenLeavesTheLinkGood) {
    auto made = make();
    EXPECT_EQ(accept(made.token, "ben").error(), Errc::exists);
    EXPECT_EQ(accept(made.token, "not a name").error(), Errc::bad_name);
    EXPECT_EQ(accept(made.token, "mina")->role, Role::member);
}

TEST_P(InvitationsTest, OfManyAtOnceOne) {
    auto made = make();
    std::atomic<int> n{0};
    EXPECT_EQ(
        good_of(6, [&] { return accept(made.token, "mina" + std::to_string(++n)).has_value(); }),
        1u);
    EXPECT_EQ(accounts().list()->size(), 3u);
}

TEST_P(InvitationsTest, RevokedEndedAndNotOfOurs) {
    auto made = make();
    ASSERT_TRUE(all().revoke(made.invitation.id, {"ann", ""}));
    EXPECT_EQ(accept(made.token, "mina").error(), Errc::bad_link);
    EXPECT_EQ(all().revoke(made.invitation.id, {}).error(), Errc::not_found);
    NewInvitation fresh;
    fresh.days = 2;
    made = make(fresh);
    clock_.advance(hours(48));
    EXPECT_EQ(accept(made.token, "mina").error(), Errc::bad_link);
    for (std::string bad : {"", "x", "'; DROP TABLE accounts; --"})
        EXPECT_EQ(accept(Secret(bad), "mina").error(), Errc::bad_link);
    made = make();
    ASSERT_TRUE(accept(made.token, "mina"));
    EXPECT_EQ(all().revoke(made.invitation.id, {}).error(), Errc::not_found) << "used";
    nowhere_in("invitations", made.token.reveal());
    nowhere_in("audit", made.token.reveal());
}

TEST_P(InvitationsTest, WhoIsNoAdministratorAnyMoreInvitesNobody) {
    auto carl = people_.add("carl", Role::admin);
    auto by_carl = all().make({}, carl.id, {"carl", ""}).value();
    AccountChange change;
    change.password = Secret("only another password");
    set(accounts(), carl, change);
    EXPECT_TRUE(all().look(by_carl.token.reveal()));
    change = {};
    change.role = Role::member;
    set(accounts(), carl, change);
    EXPECT_EQ(accept(by_carl.token, "mina").error(), Errc::bad_link);
    auto by_command = all().make({}, {}, {"command line", ""}).value();
    EXPECT_TRUE(accept(by_command.token, "mina"));
}

TEST_P(InvitationsTest, Bounds) {
    NewInvitation fresh;
    for (std::int64_t days : {0, -1, 91}) {
        fresh.days = days;
        EXPECT_EQ(all().make(fresh, ann_.id, {}).error(), Errc::bad_invite) << days;
    }
    fresh.days = 90;
    fresh.full_name = std::string(101, 'a');
    EXPECT_EQ(all().make(fresh, ann_.id, {}).error(), Errc::bad_full_name);
    fresh.full_name.clear();
    for (std::size_t i = 0; i < Invitations::max_open; ++i) make(fresh);
    EXPECT_EQ(all().make(fresh, ann_.id, {}).error(), Errc::too_many_invites);
    clock_.advance(hours(24 * 90));
    EXPECT_TRUE(all().make(fresh, ann_.id, {}));
    ASSERT_TRUE(all().sweep());
    EXPECT_EQ(all().list()->size(), Invitations::max_open + 1) << "shown for 30 days";
    clock_.advance(hours(24 * 30 + 1));
    ASSERT_TRUE(all().sweep());
    EXPECT_EQ(all().list()->size(), 1u);
}

} // namespace
} // namespace caredian::identity
