// For tests: the routes of one's own account, as a script of a browser asks them.
#pragma once

#include "api/people_fixture.h"
#include "base/json.h"
#include "identity/totp.h"
#include "identity/webauthn/test_authenticator.h"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace caredian::api {

class AccountRoutesTest : public PeopleTest {
protected:
    AccountRoutesTest() { public_url_ = "https://home.example.org"; }
    void SetUp() override {
        start();
        add_ann_and_ben();
    }

    Answer send(std::string_view method, std::string_view path, const std::string& headers,
                std::string_view body = "{}") {
        return ask(method, path, std::string(json_type) + own_origin() + headers,
                   method == "GET" ? "" : body);
    }
    Answer post(std::string_view path, const std::string& headers, std::string_view body = "{}") {
        return send("POST", path, headers, body);
    }
    static json::value read(const Answer& answer) {
        auto value = parse_json(answer.body, {16});
        EXPECT_TRUE(value) << answer.body;
        return value ? *value : json::value();
    }
    static std::string text(const json::value& value) { return std::string(value.as_string()); }
    // "Cookie: name=value", as the answer set it.
    static std::string cookie_named(const Answer& answer, const std::string& name) {
        auto at = answer.head.find("\r\nSet-Cookie: " + name + "=");
        EXPECT_NE(at, std::string::npos) << name << " in " << answer.head;
        if (at == std::string::npos) return {};
        at += std::string_view("\r\nSet-Cookie: ").size();
        return "Cookie: " + answer.head.substr(at, answer.head.find(';', at) - at) + "\r\n";
    }
    static std::string session_in(const Answer& answer) {
        return cookie_named(answer, std::string(session_cookie));
    }

    // --- an authenticator app ---
    std::string code_of(const Secret& app) {
        return identity::totp_code(app, identity::totp_step(clock_.wall()));
    }
    static std::string code_body(std::string_view code) {
        return "{\"code\":\"" + std::string(code) + "\"}";
    }
    // Set up now; the recovery codes, too.
    Secret set_up_app(const std::string& username, const std::string& session,
                      std::vector<std::string>* codes = nullptr) {
        auto begun = post("/auth/second-factor/app", session);
        EXPECT_EQ(begun.status, 200u) << begun.body;
        auto id = people_->identity.accounts.find(username).value()->id;
        auto app = credentials_->second_factors.begin_app(id).value(); // the same
        EXPECT_EQ(text(read(begun).at("secret")), identity::base32_encode(app.reveal()));
        auto done = post("/auth/second-factor/app/confirm", session, code_body(code_of(app)));
        EXPECT_EQ(done.status, 200u) << done.body;
        const auto body = read(done);
        for (const auto& code : body.at("recovery_codes").as_array())
            if (codes) codes->push_back(text(code));
        clock_.advance(std::chrono::seconds(30)); // that code is used up
        return app;
    }

    // --- a passkey ---
    static std::string challenge_of(const Answer& begun) {
        return base64url_decode(text(read(begun).at("challenge"))).value();
    }
    static std::string registration(const identity::webauthn::TestAuthenticator& device,
                                    const Answer& begun, std::string_view name = "phone") {
        auto made = device.create(challenge_of(begun));
        return "{\"name\":\"" + std::string(name) + "\",\"clientDataJSON\":\"" +
               base64url_encode(made.client_data) + "\",\"attestationObject\":\"" +
               base64url_encode(made.attestation_object) + "\"}";
    }
    static std::string assertion(const identity::webauthn::TestAuthenticator& device,
                                 const Answer& begun, const std::string& more = {}) {
        auto made = device.get(challenge_of(begun));
        return "{" + more + "\"id\":\"" + base64url_encode(device.id) + "\",\"clientDataJSON\":\"" +
               base64url_encode(made.client_data) + "\",\"authenticatorData\":\"" +
               base64url_encode(made.authenticator_data) + "\",\"signature\":\"" +
               base64url_encode(made.signature) + "\",\"userHandle\":\"" +
               base64url_encode(device.user) + "\"}";
    }
    // Registers it; its id.
    std::string enrol(identity::webauthn::TestAuthenticator& device, const std::string& session,
                      const std::string& username) {
        device.user = people_->identity.accounts.find(username).value()->id;
        auto begun = post("/auth/passkeys/begin", session);
        EXPECT_EQ(begun.status, 200u) << begun.body;
        auto made = post("/auth/passkeys", session + cookie_named(begun, "caredian_passkey"),
                         registration(device, begun));
        EXPECT_EQ(made.status, 201u) << made.body;
        return text(read(made).at("id"));
    }
};

} // namespace caredian::api
