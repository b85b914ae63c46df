#include "devices/enrol/broker_files.h"
#include "devices/enrol/enrolment.h"
#include "devices/enrol/name.h"
#include "devices/enrol/renewals.h"
#include "store/both_databases.h"

#include <algorithm>
#include <fstream>
#include <sys/stat.h>

namespace caredian::devices::enrol {
namespace {

using std::chrono::hours;

std::string lower_and_bare(std::string code) {
    std::erase(code, '-');
    for (auto& c : code) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return code;
}

class EnrolmentTest : public store::OnBothDatabases {
protected:
    void SetUp() override {
        store::OnBothDatabases::SetUp();
        if (IsSkipped()) return;
        ASSERT_TRUE(guard::Audit::prepare(*database_));
        ASSERT_TRUE(Enrolment::prepare(*database_));
        options_.address = "home.example.org:8883";
        make();
    }
    void make() {
        all_ = std::make_unique<Enrolment>(*database_, sealer_, audit_, clock_, random_, options_);
        all_->on_change([this](const std::string& out, bool list) {
            told_.push_back((out.empty() ? "-" : out) + (list ? " list" : ""));
        });
    }
    NewDevice device(std::string id, bool by_password = false) {
        return {std::move(id), Convention::generic, {}, by_password};
    }
    Identity added(const std::string& id) {
        EXPECT_TRUE(all_->add(device(id), by_));
        return all_->give(id, {}, false, by_).value();
    }
    std::string listed() { return all_->authority().revocation_list().value(); }
    std::vector<std::string> audited() {
        std::vector<std::string> out;
        for (const auto& row : *audit_.list(100))
            out.insert(out.begin(), row.event + " " + row.actor + " " + row.subject);
        return out;
    }

    ManualClock clock_;
    SystemRandom random_;
    store::Sealer sealer_{Secret("a master key of thirty-two bytes")};
    guard::Audit audit_{*database_, clock_};
    guard::Actor by_{"ann", "192.0.2.1"};
    EnrolmentOptions options_;
    std::vector<std::string> told_;
    std::unique_ptr<Enrolment> all_;
};
CAREDIAN_ON_BOTH_DATABASES(EnrolmentTest);

TEST_P(EnrolmentTest, FromNothingToACertificate) {
    auto given = added("kitchen");
    EXPECT_EQ(given.address, "home.example.org:8883");
    EXPECT_TRUE(is_signed_by(given.certificate, given.ca));
    auto read = read_certificate(given.certificate).value();
    EXPECT_EQ(read.common_name, "kitchen");
    EXPECT_EQ(read.serial, given.serial);
    EXPECT_EQ(public_key(given.key)->der.empty(), false);
    auto listed = all_->list().value();
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].certificate->serial, given.serial);
    EXPECT_EQ(listed[0].certificate->not_after, given.not_after);
    EXPECT_EQ(audited(), (std::vector<std::string>{"device_added ann kitchen",
                                                   "device_certified ann kitchen"}));
    // One authority for ever, also of another gateway and after a restart.
    make();
    EXPECT_EQ(all_->authority().root().value(), given.ca);
    store::Sealer other(Secret("another master key of 32 letters"));
    Enrolment stranger(*database_, other, audit_, clock_, random_, options_);
    EXPECT_EQ(stranger.authority().root().error(), Errc::wrong_key);
}

TEST_P(EnrolmentTest, TheKeyIsSealedAndNothingElseIsKept) {
    auto given = added("kitchen");
    auto rows = database_->query("SELECT sealed_key FROM enrol_authority");
    EXPECT_EQ((*rows)[0].text(0).find("PRIVATE"), std::string::npos);
    ASSERT_TRUE(all_->add(device("plug", true), by_));
    auto plug = all_->give("plug", {}, false, by_).value();
    EXPECT_TRUE(plug.certificate.empty());
    EXPECT_EQ(plug.password.size(), 32u);
    rows = database_->query("SELECT password FROM enrol_devices WHERE id = 'plug'");
    EXPECT_EQ((*rows)[0].text(0).find(plug.password.reveal()), std::string::npos);
    EXPECT_EQ(all_->model()->clients.at("plug").password, plug.password);
    auto newer = all_->give("plug", {}, false, by_).value();
    EXPECT_NE(newer.password, plug.password);
    EXPECT_EQ(told_.back(), "plug");
    EXPECT_EQ(all_->make_code("plug", by_).error(), Errc::no_certificate);
}

TEST_P(EnrolmentTest, NamesAndTopics) {
    EXPECT_EQ(all_->add(device("Kitchen"), by_).error(), Errc::bad_name);
    EXPECT_EQ(all_->add(device("caredian"), by_).error(), Errc::reserved_name);
    added("kitchen");
    EXPECT_EQ(all_->add(device("kitchen"), by_).error(), Errc::exists);
    NewDevice other{"hall", Convention::generic, "kitchen", false};
    EXPECT_EQ(all_->add(other, by_).error(), Errc::topic_taken);
    other = {"hall", Convention::esphome, "tele", false};
    EXPECT_EQ(all_->add(other, by_).error(), Errc::bad_topic);
    EXPECT_EQ(all_->give("hall", {}, false, by_).error(), Errc::not_found);
    EXPECT_EQ(all_->revoke("hall", by_).error(), Errc::not_found);
    EXPECT_EQ(all_->make_code("hall", by_).error(), Errc::not_found);
}

TEST_P(EnrolmentTest, RevokedForGood) {
    auto given = added("kitchen");
    added("hall");
    told_.clear();
    ASSERT_TRUE(all_->revoke("kitchen", by_));
    EXPECT_EQ(told_, std::vector<std::string>{"kitchen list"});
    EXPECT_TRUE(list_end(listed(), given.ca));
    EXPECT_FALSE(all_->model()->clients.contains("kitchen"));
    EXPECT_TRUE(all_->model()->clients.contains("hall"));
    EXPECT_EQ(all_->give("kitchen", {}, false, by_).error(), Errc::revoked);
    EXPECT_EQ(all_->make_code("kitchen", by_).error(), Errc::revoked);
    EXPECT_EQ(all_->add(device("kitchen"), by_).error(), Errc::revoked);
    EXPECT_TRUE(all_->revoke("kitchen", by_)) << "again";
    ASSERT_TRUE(all_->remove("kitchen", by_));
    clock_.advance(hours(1));
    auto again = added("kitchen");
    EXPECT_NE(again.serial, given.serial);
    auto old = all_->authority().list("kitchen").value();
    ASSERT_EQ(old.size(), 2u) << "the old one stays on the list until it ends";
    EXPECT_NE(old[1].revoked, WallTime());
}

TEST_P(EnrolmentTest, OldAndNewForAWhile) {
    auto first = added("kitchen");
    clock_.advance(hours(24 * 300));
    auto second = all_->give("kitchen", {}, false, by_).value();
    ASSERT_TRUE(all_->maintain());
    EXPECT_EQ(all_->authority().list("kitchen")->at(1).revoked, WallTime());
    told_.clear();
    clock_.advance(options_.overlap);
    ASSERT_TRUE(all_->maintain());
    EXPECT_NE(all_->authority().list("kitchen")->at(1).revoked, WallTime());
    EXPECT_EQ(told_, std::vector<std::string>{"- list"});
    auto third = all_->give("kitchen", {}, true, by_).value();
    EXPECT_EQ(told_.back(), "kitchen list");
    auto all = all_->authority().list("kitchen").value();
    EXPECT_EQ(all[0].serial, third.serial);
    EXPECT_NE(all[1].revoked, WallTime());
    EXPECT_EQ(all_->list()->at(0).certificate->serial, third.serial);
    clock_.advance(hours(24 * 396));
    EXPECT_EQ(all_->ending(hours(24 * 30))->size(), 1u);
    clock_.advance(hours(24 * 60));
    ASSERT_TRUE(all_->maintain());
    EXPECT_TRUE(all_->authority().list("kitchen")->empty());
}

TEST_P(EnrolmentTest, ACodeIsGoodOnce) {
    ASSERT_TRUE(all_->add(device("kitchen"), by_));
    auto code = all_->make_code("kitchen", by_).value();
    EXPECT_EQ(code.text.size(), 24u);
    auto rows = database_->query("SELECT hash FROM enrol_codes");
    EXPECT_EQ((*rows)[0].text(0).size(), 64u);
    // A request that is none does not cost the code.
    EXPECT_EQ(all_->redeem(code.text.reveal(), "x", "192.0.2.9").error(), Errc::bad_request);
    auto typed = lower_and_bare(code.text.reveal());
    auto given = all_->redeem(typed, {}, "192.0.2.9").value();
    EXPECT_EQ(given.device.id, "kitchen");
    EXPECT_EQ(all_->redeem(code.text.reveal(), {}, "192.0.2.9").error(), Errc::bad_code);
    code = all_->make_code("kitchen", by_).value();
    auto newer = all_->make_code("kitchen", by_).value();
    EXPECT_EQ(all_->redeem(code.text.reveal(), {}, "").error(), Errc::bad_code) << "one at a time";
    clock_.advance(options_.code_lifetime);
    EXPECT_EQ(all_->redeem(newer.text.reveal(), {}, "").error(), Errc::bad_code) << "over";
    code = all_->make_code("kitchen", by_).value();
    ASSERT_TRUE(all_->revoke("kitchen", by_));
    EXPECT_EQ(all_->redeem(code.text.reveal(), {}, "").error(), Errc::bad_code);
    for (const auto& bad : std::vector<std::string>{
             "", "x", "K7PM", "' OR 1=1 --", std::string(24, '0'), std::string(100'000, 'A')})
        EXPECT_EQ(all_->redeem(bad, {}, "192.0.2.9").error(), Errc::bad_code);
    auto events = audited();
    EXPECT_EQ(std::ranges::count(events, "device_code_refused  "), 2) << "not one for each try";
}

TEST_P(EnrolmentTest, ADeviceRenewsOverTheBroker) {
    auto given = added("kitchen");
    Renewals renewals(*all_, clock_);
    EXPECT_FALSE(renewals.answer("caredian/enrolment//request", "x"));
    EXPECT_FALSE(renewals.answer("caredian/enrolment/a/b/request", "x"));
    EXPECT_FALSE(renewals.answer("caredian/enrolment/caredian/request", "x"));
    EXPECT_FALSE(renewals.answer("devices/kitchen", "x"));
    auto bad = renewals.answer(renewal_request("kitchen"), "");
    ASSERT_TRUE(bad);
    EXPECT_EQ(bad->topic, renewal_answer("kitchen"));
    EXPECT_NE(bad->payload.find("error"), std::string::npos);
    (void)renewals.answer(renewal_request("kitchen"), "x");
    EXPECT_NE(renewals.answer(renewal_request("kitchen"), "x")->payload.find("ten minutes"),
              std::string::npos);
    EXPECT_EQ(all_->authority().list("kitchen")->size(), 1u);
}

TEST_P(EnrolmentTest, FilesAreKeptAndRenewed) {
    const auto own = database_.folder().file("own"), broker = database_.folder().file("broker");
    ::mkdir(broker.c_str(), 0700);
    BrokerFiles files(*all_, clock_, own, broker, {});
    EXPECT_EQ(files.keep_own().value(), 3u);
    EXPECT_EQ(files.keep_own().value(), 0u);
    struct stat info{};
    ASSERT_EQ(::stat((own + "/caredian.key").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    EXPECT_EQ(files.keep_broker(false).value(), 1u) << "the list";
    EXPECT_EQ(files.keep_broker(false).value(), 0u);
    EXPECT_EQ(files.keep_broker(true).value(), 1u);
    clock_.advance(hours(24 * 265));
    EXPECT_EQ(files.keep_own().value(), 2u) << "a third is left";
    EXPECT_EQ(files.keep_broker(false).value(), 1u);
    // A certificate of somebody else's stays; ours is renewed with its names.
    std::ofstream(broker + "/server.crt") << "mine";
    EXPECT_EQ(files.keep_broker(false).value(), 0u);
    auto pair =
        make_pair(all_->authority(), Holder::broker, "broker", {"home.example.org"}).value();
    ASSERT_TRUE(write_file(broker + "/server.crt", pair.certificate, 0640));
    clock_.advance(hours(24 * 265));
    EXPECT_EQ(files.keep_broker(false).value(), 2u);
    std::ifstream in(broker + "/server.crt");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(read_certificate(text)->hosts, std::vector<std::string>{"home.example.org"});
}

} // namespace
} // namespace caredian::devices::enrol
