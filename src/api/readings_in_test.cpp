// POST /api/v1/devices/{id}/readings behind the real gate, with a journal of its own.
#include "api/people_fixture.h"
#include "api/readings_in.h"

#include <cstdlib>
#include <filesystem>
#include <mutex>

namespace caredian::api {
namespace {

using identity::Role;

struct Taken final : readings::Consumer {
    std::string_view name() const override { return "taken"; }
    readings::Row cursor() const override { return 0; }
    bool keeps() const override { return false; }
    void take(std::span<const readings::Reading> r, readings::Row) override {
        std::lock_guard lock(mutex);
        all.insert(all.end(), r.begin(), r.end());
    }
    void save() override {}
    std::mutex mutex;
    std::vector<readings::Reading> all;
};

class ReadingsInTest : public PeopleTest {
protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "posted-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        ingest::IngestOptions o;
        o.data_dir = folder_;
        ingest_.emplace(o, clock_, random_, journal_metrics_, journal_health_,
                        std::vector<readings::Consumer*>{&taken_});
        ingest_->start();
        start();
        add_ann_and_ben();
    }
    void TearDown() override {
        server_->stop();
        ingest_->stop(); // answers who waits, while the workers are there
        stop();
        std::filesystem::remove_all(folder_);
    }
    void add_more_routes() override {
        add_readings_in_routes(*router_, std::make_shared<ReadingsIn>(*ingest_, sql_, clock_));
    }
    std::string key(std::string_view owner, std::string_view scopes, Role role = Role::member) {
        identity::NewApiKey fresh;
        fresh.name = "test";
        fresh.role = role;
        fresh.scopes = *identity::parse_scopes(scopes);
        auto account = people_->identity.accounts.find(owner).value();
        auto made = people_->identity.api_keys.add(fresh, *account, {"test", ""});
        if (!made) return {};
        return "X-API-Key: " + made->text.reveal() + "\r\n";
    }
    Answer post(std::string_view headers, std::string_view body = R"({"fields":{"t":1}})",
                std::string_view device = "roof", std::string_view type = "application/json") {
        return ask("POST", "/api/v1/devices/" + std::string(device) + "/readings",
                   "Content-Type: " + std::string(type) + "\r\n" + std::string(headers), body);
    }
    std::size_t taken(readings::Row row) {
        EXPECT_TRUE(ingest_->wait_taken(row, std::chrono::seconds(10)));
        std::lock_guard lock(taken_.mutex);
        return taken_.all.size();
    }

    std::string folder_;
    Metrics journal_metrics_;
    HealthRegister journal_health_{system_clock_};
    Taken taken_;
    std::optional<ingest::Ingest> ingest_;
};

TEST_F(ReadingsInTest, WhoMay) {
    EXPECT_EQ(post("").status, 401u);
    EXPECT_EQ(post(session_of("ann") + own_origin()).status, 204u) << "an administrator";
    EXPECT_EQ(post(session_of("ann")).status, 403u) << "… of our own pages";
    EXPECT_EQ(post(session_of("ben") + own_origin()).status, 403u) << "a member";
    EXPECT_EQ(post(key("ann", "read control admin verify", Role::admin)).status, 403u);
    EXPECT_EQ(post(key("ann", "readings:write")).status, 204u);
    EXPECT_EQ(post(key("ann", "readings:write:roof")).status, 204u);
    EXPECT_EQ(post(key("ann", "readings:write:cellar")).status, 403u);
    auto narrow = key("ann", "readings:write:wall%20clock");
    EXPECT_EQ(post(narrow, R"({"fields":{"t":1}})", "wall%20clock").status, 204u);
    EXPECT_EQ(get("/api/v1/x", narrow).status, 403u) << "and nothing else";
    EXPECT_EQ(key("ben", "readings:write"), "") << "no key of a member may";
    EXPECT_EQ(key("ben", "influx:query"), "");
    EXPECT_EQ(taken(4), 4u);
}

TEST_F(ReadingsInTest, AnOwnerWhoIsNoAdministratorAnyMore) {
    people_->add("cat", Role::admin);
    auto write = key("cat", "readings:write read");
    EXPECT_EQ(post(write).status, 204u);
    identity::AccountChange change;
    change.role = Role::member;
    ASSERT_TRUE(people_->identity.accounts.change("cat", change, {}));
    EXPECT_EQ(post(write).status, 403u);
    EXPECT_EQ(get("/api/v1/x", write).status, 204u) << "the rest of it stays";
}

TEST_F(ReadingsInTest, Statuses) {
    auto write = key("ann", "readings:write");
    EXPECT_EQ(post(write, "{").status, 400u);
    EXPECT_EQ(post(write, R"({"fields":{"t":null}})").status, 422u);
    EXPECT_EQ(post(write, "t=1", "roof", "application/x-www-form-urlencoded").status, 415u);
    EXPECT_EQ(post(write + "Content-Encoding: br\r\n").status, 415u);
    EXPECT_EQ(post(write + "Content-Encoding: gzip\r\n").status, 400u);
    EXPECT_EQ(post(write, "m v=1", "a%2F%23", "text/plain").status, 400u) << "a device named #";
    EXPECT_EQ(post(write, std::string(1'100'000, ' ')).status, 413u);
    auto wrong = post(write, "m v=1\nm v=x\n", "roof", "text/plain; charset=utf-8");
    EXPECT_EQ(wrong.status, 422u);
    EXPECT_NE(wrong.body.find("line 2: a value is no number"), std::string::npos) << wrong.body;
    EXPECT_EQ(ask("POST", "/api/v1/devices/a/readings?precision=h",
                  write + "Content-Type: text/plain\r\n", "m v=1")
                  .status,
              400u);
    EXPECT_EQ(ingest_->stats().received.value(), 0u) << "nothing of all this is stored";
    EXPECT_EQ(post(write, "m v=1,w=2i", "roof", "text/plain").status, 204u);
    EXPECT_EQ(taken(1), 1u);
    EXPECT_EQ(taken_.all[0].series.to_string(), "m,device=roof");
}

TEST_F(ReadingsInTest, ALargeBodyIsReadElsewhere) {
    std::string lines;
    for (int i = 0; i < 4'000; ++i)
        lines += "climate temperature=21.5,n=" + std::to_string(i) + "\n";
    EXPECT_EQ(post(key("ann", "readings:write"), lines, "roof", "text/plain").status, 204u);
    EXPECT_EQ(taken(1), 4'000u);
}

TEST_F(ReadingsInTest, TheSameKeyOnce) {
    auto write = key("ann", "readings:write");
    auto other = key("ann", "readings:write");
    std::string once = "Idempotency-Key: 2f6c\r\n";
    EXPECT_EQ(post(write + once).status, 204u);
    EXPECT_EQ(post(write + once).status, 204u);
    EXPECT_EQ(post(write + once, R"({"fields":{"t":2}})").status, 422u);
    EXPECT_EQ(post(write + once, R"({"fields":{"t":1}})", "cellar").status, 204u) << "of another";
    EXPECT_EQ(post(other + once).status, 204u) << "by another";
    for (const char* bad : {"Idempotency-Key: \r\n", "Idempotency-Key: a b\r\n",
                            "Idempotency-Key: a\r\nIdempotency-Key: a\r\n"})
        EXPECT_EQ(post(write + bad).status, 400u) << bad;
    EXPECT_EQ(post(write + "Idempotency-Key: " + std::string(129, 'a') + "\r\n").status, 400u);
    EXPECT_EQ(taken(3), 3u);
}

TEST_F(ReadingsInTest, AfterTheJournalEndedItSaysSo) {
    ingest_->stop();
    auto answer = post(key("ann", "readings:write"));
    EXPECT_EQ(answer.status, 503u);
    EXPECT_EQ(answer.header("Retry-After"), "5");
}

} // namespace
} // namespace caredian::api
