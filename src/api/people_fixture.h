// For tests: the gate and the routes of people behind a real server on a free loopback port.
#pragma once

#include "api/access_admin.h"
#include "api/auth.h"
#include "api/gate.h"
#include "api/health.h"
#include "api/tokens.h"
#include "base/health.h"
#include "identity/test_identity.h"
#include "net/http/test_server.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <map>

namespace caredian::api {

// Moved by the test, read by worker and pool threads.
class SharedClock final : public Clock {
public:
    WallTime wall() const override { return from_ns(ns_.load()); }
    MonoTime mono() const override { return MonoTime(nanoseconds(ns_.load())); }
    void advance(nanoseconds by) { ns_ += by.count(); }

private:
    std::atomic<std::int64_t> ns_{1'800'000'000'000'000'000};
};

struct Answer {
    unsigned status = 0;
    std::string head;
    std::string body;
    std::string header(std::string_view name) const {
        auto at = head.find("\r\n" + std::string(name) + ": ");
        if (at == std::string::npos) return {};
        at += name.size() + 4;
        return head.substr(at, head.find("\r\n", at) - at);
    }
};

class TestDirectory final : public access::Directory {
public:
    explicit TestDirectory(identity::Accounts& accounts) : accounts_(accounts) {}
    result<std::string> account_of(const std::string& username) override {
        auto account = accounts_.find(username).value();
        return account ? result<std::string>(account->id) : access::Errc::no_person;
    }
    result<void> has_key(const std::string&) override { return {}; }

private:
    identity::Accounts& accounts_;
};

class PeopleTest : public ::testing::Test {
protected:
    static constexpr std::string_view json_type = "Content-Type: application/json\r\n";
    static constexpr std::string_view form_type =
        "Content-Type: application/x-www-form-urlencoded\r\n";
    // A password that no log and no answer may show.
    static constexpr std::string_view password = "correct horse";

    void start(identity::SessionLimits limits = {}) {
        limits_ = limits;
        people_ = std::make_unique<identity::TestIdentity>(database_, clock_, limits);
        credentials_ = std::make_unique<identity::Credentials>(
            people_->identity, *database_,
            store::Sealer(Secret("a master key of the tests, 32 bytes or more")), clock_, random_,
            public_url_);
        auto& accounts = people_->identity.accounts;
        directory_ = std::make_unique<TestDirectory>(accounts);
        access_ = std::make_unique<access::Access>(
            *database_, *directory_, [] { return access::Access::Groups(); }, accounts.audit(),
            clock_, random_, from_settings_);
        EXPECT_TRUE(access_->reload());
        denials_ = std::make_unique<guard::Denials>(
            accounts.audit(), clock_,
            [this](std::function<void()> job) { return sql_.submit(std::move(job)); });
        gate_options_.denials = denials_.get();
        options_.workers = workers_;
        options_.listen = {"127.0.0.1:0"};
        options_.access_log = false;
        gate_options_.public_url = public_url_;
        gate_ = std::make_unique<Gate>(gate_options_, people_->identity, sql_, clock_, random_,
                                       metrics_);
        router_ = std::make_unique<net::http::Router>();
        add_routes();
        server_ = std::make_unique<net::http::Server>(
            options_, *router_, *gate_, [](std::string_view) { return true; }, metrics_,
            system_clock_, random_);
        auto post = [this](std::size_t i, std::function<void()> work) {
            boost::asio::post(server_->worker(i), std::move(work));
        };
        access_->policies().start(server_->worker_count(), post);
        gate_->start(server_->worker_count(), post);
        server_->start();
    }
    void stop() {
        if (server_) server_->stop();
        if (gate_) gate_->release();
        sql_.wait_idle();
        passwords_.wait_idle();
        server_.reset();
        gate_.reset();
        credentials_.reset();
        denials_.reset();
        access_.reset();
        people_.reset();
    }
    void TearDown() override { stop(); }
    // For people of providers; asked once, when `people_` is there.
    virtual identity::oidc::SignIn* make_providers() { return nullptr; }
    virtual void add_more_routes() {}

    void add_routes() {
        Sites sites;
        sites.public_url = public_url_;
        People people{people_->identity, *credentials_, sql_,        passwords_, clock_,
                      std::move(sites),  nullptr,       admin_paths_};
        people.providers = make_providers();
        people.policies = &access_->policies();
        people.denials = denials_.get();
        people.database = &*database_;
        add_auth_routes(*router_, people);
        add_users_routes(*router_, people);
        add_audit_routes(*router_, people);
        add_access_routes(*router_,
                          {*access_, people_->identity.accounts, people_->identity.api_keys, clock_,
                           admin_paths_},
                          sql_);
        add_api_keys_routes(*router_, people);
        add_token_routes(*router_, people);
        add_original_token_routes(*router_, people);
        add_pages(*router_, people);
        add_health_routes(*router_, health_, metrics_, [this](const net::http::Request& request) {
            return gate_->details_allowed(request);
        });
        for (auto [path, access] :
             {std::pair{"/", "signed-in"}, std::pair{"/api/v1/x", "signed-in"},
              std::pair{"/ha/api/x", "admin"}, std::pair{"/open", "public"},
              std::pair{"/odd", "nonsense"}}) {
            net::http::Route route;
            route.path = path;
            route.access = access;
            route.quick = [](net::http::Context&) { return net::http::Response::empty(204); };
            router_->add(std::move(route));
        }
        add_more_routes();
    }

    std::string host() const { return "127.0.0.1:" + std::to_string(server_->ports().at(0)); }
    std::string own_origin() const { return "Origin: http://" + host() + "\r\n"; }
    Answer ask(std::string_view method, std::string_view target, std::string_view headers = "",
               std::string_view body = "") {
        std::string text(method);
        text.append(" ").append(target).append(" HTTP/1.1\r\nHost: " + host() + "\r\n");
        text.append(headers);
        if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        text.append("\r\n").append(body);
        net::http::PlainClient client(server_->ports().at(0));
        std::string all = client.send(text).response(method == "HEAD");
        auto end = all.find("\r\n\r\n");
        Answer answer;
        answer.status = net::http::status_of(all);
        answer.head = all.substr(0, end == std::string::npos ? all.size() : end + 2);
        if (end != std::string::npos) answer.body = all.substr(end + 4);
        return answer;
    }
    Answer get(std::string_view target, std::string_view headers = "") {
        return ask("GET", target, headers);
    }
    Answer log_in(std::string_view name, std::string_view word = password,
                  std::string_view headers = "") {
        std::string body = "{\"username\":\"" + std::string(name) + "\",\"password\":\"" +
                           std::string(word) + "\"}";
        return ask("POST", "/auth/login", std::string(json_type) + std::string(headers), body);
    }
    static std::string cookie_of(const Answer& answer) {
        std::string set = answer.header("Set-Cookie");
        return "Cookie: " + set.substr(0, set.find(';')) + "\r\n";
    }
    std::string session_of(std::string_view name) {
        auto answer = log_in(name);
        EXPECT_EQ(answer.status, 200u) << answer.body;
        return cookie_of(answer);
    }
    void add_ann_and_ben() {
        people_->add("ann", identity::Role::admin);
        people_->add("ben", identity::Role::member);
    }

    store::TestDatabase database_;
    SharedClock clock_;
    SystemClock system_clock_;
    SystemRandom random_;
    Metrics metrics_;
    HealthRegister health_{system_clock_};
    std::string public_url_;
    access::PathRules admin_paths_;
    std::size_t workers_ = 1;
    GateOptions gate_options_;
    identity::SessionLimits limits_;
    access::FromSettings from_settings_;
    net::http::ServerOptions options_;
    std::unique_ptr<identity::TestIdentity> people_;
    std::unique_ptr<identity::Credentials> credentials_;
    std::unique_ptr<TestDirectory> directory_;
    std::unique_ptr<access::Access> access_;
    std::unique_ptr<guard::Denials> denials_;
    std::unique_ptr<Gate> gate_;
    std::unique_ptr<net::http::Router> router_;
    Pool sql_{"sql", 2, 64};
    Pool passwords_{"passwords", 1, 8};
    std::unique_ptr<net::http::Server> server_;
};

} // namespace caredian::api
