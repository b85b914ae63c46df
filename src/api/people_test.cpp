#include "api/people_fixture.h"
#include "base/log.h"

#include <future>
#include <gtest/gtest.h>
#include <thread>

namespace caredian::api {
namespace {

using identity::Role;
using std::chrono::seconds;

// Without what differs between any two answers.
std::string without_id(const Answer& answer) {
    std::string out;
    std::string_view rest = answer.head;
    while (!rest.empty()) {
        auto end = rest.find("\r\n");
        auto line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
        if (!line.starts_with("X-Request-Id") && !line.starts_with("Date"))
            out.append(line) += '\n';
    }
    return out + answer.body;
}

class AuthTest : public PeopleTest {
protected:
    void SetUp() override {
        start();
        add_ann_and_ben();
    }
    std::string audit() {
        std::string out;
        for (auto& row : people_->identity.accounts.audit().list(100).value())
            out += row.event + " " + row.actor + " " + row.subject + " " + row.detail + "\n";
        return out;
    }
    Answer form(std::string_view path, std::string_view body, std::string headers = "") {
        return ask("POST", path, std::string(form_type) + headers, body);
    }
};

TEST_F(AuthTest, SignInMeAndOut) {
    auto answer = log_in("ANN");
    ASSERT_EQ(answer.status, 200u) << answer.body;
    EXPECT_EQ(answer.body, R"({"username":"ann","role":"admin"})");
    auto set = answer.header("Set-Cookie");
    EXPECT_TRUE(set.starts_with("caredian_session="));
    EXPECT_TRUE(set.ends_with("; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax")) << set;
    auto cookie = cookie_of(answer);
    auto me = get("/auth/me", cookie);
    EXPECT_EQ(me.body,
              R"({"username":"ann","full_name":"","role":"admin","language":"ko","roles":[],)"
              R"("session":{"expires":"2027-01-29T08:00:00.000000000Z",)"
              R"("idle_expires":"2027-01-16T08:00:00.000000000Z"}})");
    EXPECT_EQ(ask("POST", "/auth/logout", cookie).status, 403u);
    auto out = ask("POST", "/auth/logout", cookie + own_origin());
    EXPECT_EQ(out.status, 204u);
    EXPECT_TRUE(out.header("Set-Cookie").starts_with("caredian_session=; Path=/; Max-Age=0"));
    EXPECT_EQ(get("/auth/me", cookie).status, 401u);
    EXPECT_EQ(ask("POST", "/auth/logout", cookie + own_origin()).status, 204u) << "again";
    EXPECT_EQ(get("/auth/logout").status, 405u);
    EXPECT_NE(audit().find("logout ann ann"), std::string::npos);
}

TEST_F(AuthTest, VerifySaysWhoItIs) {
    identity::AccountChange change;
    change.full_name = "김영희";
    ASSERT_TRUE(people_->identity.accounts.change("ben", change, {}));
    for (auto path : {"/auth/verify", "/auth/verify/", "/auth/verify/any/thing?x=1"}) {
        auto answer = get(path, session_of("ben"));
        EXPECT_EQ(answer.status, 200u);
        EXPECT_EQ(answer.header("X-Remote-User"), "ben");
        EXPECT_EQ(answer.header("X-Remote-Groups"), "member");
        EXPECT_EQ(answer.header("X-Remote-Name"), "김영희");
        EXPECT_EQ(answer.body, "");
    }
    auto ann = session_of("ann");
    auto answer = get("/auth/verify", ann + "X-Remote-User: root\r\nX-Remote-Name: evil\r\n");
    EXPECT_EQ(answer.header("X-Remote-User"), "ann");
    EXPECT_NE(answer.head.find("\r\nX-Remote-Name: \r\n"), std::string::npos)
        << "set though empty, so that nothing from outside passes";
    for (auto method : {"HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"})
        EXPECT_EQ(ask(method, "/auth/verify", ann).status, 200u) << method;
}

TEST_F(AuthTest, AWrongNameAndAWrongPasswordLookTheSame) {
    identity::AccountChange off;
    off.disabled = true;
    ASSERT_TRUE(people_->identity.accounts.change("ben", off, {}));
    auto& passwords = people_->identity.accounts.passwords();
    auto before = passwords.verifications();
    auto wrong = log_in("ann", "wrong horse");
    auto unknown = log_in("nobody", "wrong horse");
    auto impossible = log_in("no such name!", "wrong horse");
    auto disabled = log_in("ben");
    EXPECT_EQ(wrong.status, 401u);
    EXPECT_EQ(without_id(wrong), without_id(unknown));
    EXPECT_EQ(without_id(wrong), without_id(impossible));
    EXPECT_EQ(without_id(wrong), without_id(disabled));
    EXPECT_EQ(passwords.verifications(), before + 4) << "each did the work";
    auto page = [&](std::string_view name) {
        return without_id(form("/auth/login", "username=" + std::string(name) + "&password=wrong"));
    };
    auto replace = [](std::string text, std::string_view what, std::string_view by) {
        auto at = text.find(what);
        return at == std::string::npos ? text : text.replace(at, what.size(), by);
    };
    EXPECT_EQ(replace(page("ann"), "\"ann\"", "\"bob\""), page("bob"));
}

TEST_F(AuthTest, FailuresAreDelayedPerAccount) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("ann", "wrong horse").status, 401u);
    auto waits = log_in("ann");
    EXPECT_EQ(waits.status, 429u) << "the right password too";
    EXPECT_EQ(waits.header("Retry-After"), "1");
    EXPECT_EQ(form("/auth/login", "username=ann&password=x").status, 429u);
    EXPECT_EQ(log_in("ben").status, 200u) << "loopback is not delayed as a client";
    clock_.advance(seconds(1));
    EXPECT_EQ(log_in("ann", "wrong horse").status, 401u);
    EXPECT_EQ(log_in("ann").header("Retry-After"), "2");
    clock_.advance(seconds(2));
    EXPECT_EQ(log_in("ann").status, 200u);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("nobody", "wrong horse").status, 401u);
    EXPECT_EQ(log_in("nobody", "wrong horse").status, 429u) << "an unknown name as a known one";
}

TEST_F(AuthTest, ASignInRotatesTheSession) {
    auto first = session_of("ann");
    auto again = log_in("ann", password, first + own_origin());
    ASSERT_EQ(again.status, 200u);
    EXPECT_NE(cookie_of(again), first);
    EXPECT_EQ(get("/auth/me", first).status, 401u);
    EXPECT_EQ(get("/auth/me", cookie_of(again)).status, 200u);
}

TEST_F(AuthTest, TheFormGoesWhereItCameFrom) {
    auto in = form("/auth/login", "username=ann&password=correct+horse&return_to=%2Fsystem%3Fa%3D1",
                   own_origin());
    EXPECT_EQ(in.status, 303u);
    EXPECT_EQ(in.header("Location"), "/system?a=1");
    EXPECT_EQ(get("/auth/me", cookie_of(in)).status, 200u);
    EXPECT_EQ(get("/auth/login?return_to=%2Fsystem", cookie_of(in)).header("Location"), "/system")
        << "who is signed in needs no page";
    in = form("/auth/login", "username=ann&password=correct+horse&return_to=%2F%2Fevil.example");
    EXPECT_EQ(in.header("Location"), "/");
    auto out = form("/auth/logout", "x=1", cookie_of(in) + own_origin());
    EXPECT_EQ(out.status, 303u);
    EXPECT_EQ(out.header("Location"), "/auth/login");
}

TEST_F(AuthTest, AFailedFormShowsThePageAgain) {
    auto page = form("/auth/login", "username=an%3Cn&password=wrong&return_to=%2Fsystem",
                     "Accept-Language: ko\r\n");
    EXPECT_EQ(page.status, 401u);
    EXPECT_NE(page.body.find("사용자 이름이나 비밀번호가 맞지 않습니다"), std::string::npos);
    EXPECT_NE(page.body.find("value=\"an&lt;n\""), std::string::npos);
    EXPECT_NE(page.body.find("name=\"return_to\" value=\"/system\""), std::string::npos);
    EXPECT_EQ(page.body.find("wrong"), std::string::npos) << "no password in a page";
    EXPECT_EQ(page.header("Set-Cookie"), "");
}

TEST_F(AuthTest, BadBodies) {
    struct {
        std::string_view type, body;
        unsigned status;
    } cases[] = {
        {json_type, "{", 400},
        {json_type, "[]", 400},
        {json_type, R"({"username":"ann"})", 400},
        {json_type, R"({"username":1,"password":2})", 400},
        {json_type, R"({"username":"ann","password":null})", 400},
        {json_type, R"({"username":"","password":""})", 401},
        {json_type, R"({"username":"ad\u0000min","password":"x"})", 401},
        {"Content-Type: text/plain\r\n", R"({"username":"ann","password":"x"})", 415},
        {form_type, "username=%4", 400},
    };
    for (auto& c : cases)
        EXPECT_EQ(ask("POST", "/auth/login", c.type, c.body).status, c.status) << c.body;
    std::string long_one = R"({"username":"ann","password":")" + std::string(20'000, 'x') + "\"}";
    EXPECT_EQ(ask("POST", "/auth/login", json_type, long_one).status, 413u);
    EXPECT_EQ(ask("POST", "/auth/login", json_type).status, 400u) << "no body";
}

TEST_F(AuthTest, NoSecretReachesTheLog) {
    std::string said;
    std::mutex mutex;
    log::set_capture([&](std::string_view line) {
        std::lock_guard lock(mutex);
        said += line;
    });
    auto cookie = session_of("ann");
    log_in("ann", "wrong horse");
    get("/auth/me", cookie);
    log::set_capture({});
    EXPECT_NE(said.find("login_failed"), std::string::npos);
    for (std::string_view secret :
         {password, std::string_view("wrong horse"), std::string_view(cookie).substr(25, 60)})
        EXPECT_EQ(said.find(secret), std::string::npos);
}

TEST_F(AuthTest, TooManySignInsAtOnce) {
    // The pool's one thread is held, then its queue filled.
    std::promise<void> entered, release;
    auto released = release.get_future().share();
    ASSERT_TRUE(passwords_.submit([&entered, released] {
        entered.set_value();
        released.wait();
    }));
    entered.get_future().wait();
    while (passwords_.submit([released] { released.wait(); })) {
    }
    auto answer = log_in("ann");
    EXPECT_EQ(answer.status, 429u);
    EXPECT_EQ(answer.header("Retry-After"), "2");
    release.set_value();
    passwords_.wait_idle();
    EXPECT_EQ(log_in("ann").status, 200u) << "and it did not count as a failure";
}

TEST_F(AuthTest, SessionsAreSeenAndEnded) {
    auto one = session_of("ben");
    auto two = session_of("ben");
    auto ann = session_of("ann");
    auto list = get("/auth/sessions", one).body;
    EXPECT_EQ(std::count(list.begin(), list.end(), '{'), 3) << list;
    EXPECT_NE(list.find("\"client\":\"127.0.0.1\""), std::string::npos);
    auto id_of = [](const std::string& text, std::string_view current) {
        auto flag = text.find("\"current\":" + std::string(current));
        auto at = text.rfind("\"id\":\"", flag) + 6;
        return text.substr(at, text.find('"', at) - at);
    };
    auto other = id_of(list, "false");
    auto of_ann = id_of(get("/auth/sessions", ann).body, "true");
    EXPECT_EQ(get("/auth/sessions?user=ann", one).status, 403u);
    EXPECT_EQ(get("/auth/sessions?user=ben", ann).body.find("\"current\":true"), std::string::npos);
    EXPECT_EQ(get("/auth/sessions?user=nobody", ann).status, 404u);
    EXPECT_EQ(ask("DELETE", "/auth/sessions/" + of_ann, one + own_origin()).status, 404u)
        << "somebody else's is not there";
    EXPECT_EQ(ask("DELETE", "/auth/sessions/" + other, one).status, 403u) << "no origin";
    EXPECT_EQ(ask("DELETE", "/auth/sessions/" + other, one + own_origin()).status, 204u);
    EXPECT_EQ(ask("DELETE", "/auth/sessions/" + other, one + own_origin()).status, 404u);
    EXPECT_EQ(get("/auth/me", two).status, 401u);
    EXPECT_EQ(get("/auth/me", one).status, 200u);
    auto last = id_of(get("/auth/sessions", one).body, "true");
    EXPECT_EQ(ask("DELETE", "/auth/sessions/" + last, ann + own_origin()).status, 204u);
    EXPECT_EQ(get("/auth/me", one).status, 401u);
    EXPECT_NE(audit().find("session_ended ann ben"), std::string::npos);
}

// --- accounts ---------------------------------------------------------------------------------

TEST_F(AuthTest, AdministratorsKeepAccounts) {
    auto ann = session_of("ann") + own_origin();
    auto send = [&](std::string_view method, std::string path, std::string_view body) {
        return ask(method, path, ann + std::string(json_type), body);
    };
    auto made = send("POST", "/api/v1/users",
                     R"({"username":"Carl","password":"correct horse","role":"member"})");
    EXPECT_EQ(made.status, 201u) << made.body;
    EXPECT_EQ(made.header("Location"), "/api/v1/users/carl");
    EXPECT_NE(made.body.find(R"("username":"carl")"), std::string::npos);
    EXPECT_EQ(made.body.find("password"), std::string::npos);
    EXPECT_NE(get("/api/v1/users", ann).body.find("carl"), std::string::npos);
    struct {
        const char* body;
        unsigned status;
    } bad[] = {
        {R"({"username":"carl","password":"correct horse"})", 409},
        {R"({"username":"a b","password":"correct horse"})", 400},
        {R"({"username":"dora","password":"short"})", 400},
        {R"({"username":"dora","password":"correct horse","role":"root"})", 400},
        {R"({"username":"dora","password":"correct horse","language":"fr"})", 400},
        {R"({"password":"correct horse"})", 400},
        {R"({"username":"dora"})", 400},
        {"[]", 400},
    };
    for (auto& b : bad) EXPECT_EQ(send("POST", "/api/v1/users", b.body).status, b.status) << b.body;
    auto carl = session_of("carl");
    EXPECT_EQ(send("PATCH", "/api/v1/users/carl", R"({"full_name":"Carl C."})").status, 200u);
    EXPECT_EQ(get("/auth/me", carl).status, 200u);
    EXPECT_EQ(send("PATCH", "/api/v1/users/carl", R"({"disabled":true})").status, 200u);
    EXPECT_EQ(get("/auth/me", carl).status, 401u);
    EXPECT_EQ(log_in("carl").status, 401u);
    for (auto body : {R"({})", R"({"disabled":"yes"})", R"({"role":5})", R"({"password":"x"})",
                      R"({"full_name":5})"})
        EXPECT_EQ(send("PATCH", "/api/v1/users/carl", body).status, 400u) << body;
    EXPECT_EQ(send("PATCH", "/api/v1/users/nobody", R"({"disabled":true})").status, 404u);
    EXPECT_EQ(ask("DELETE", "/api/v1/users/carl", ann).status, 204u);
    EXPECT_EQ(ask("DELETE", "/api/v1/users/carl", ann).status, 404u);
    EXPECT_EQ(ask("DELETE", "/api/v1/users/ann", ann).status, 409u) << "the last administrator";
    EXPECT_EQ(send("PATCH", "/api/v1/users/ann", R"({"role":"member"})").status, 409u);
    EXPECT_NE(audit().find("user_removed ann carl"), std::string::npos);
}

TEST_F(AuthTest, TheAuditIsPagedAndForAdministrators) {
    auto ann = session_of("ann");
    auto all = get("/api/v1/audit", ann);
    EXPECT_EQ(all.status, 200u);
    EXPECT_NE(all.body.find("\"event\":\"login\""), std::string::npos);
    auto one = get("/api/v1/audit?limit=1", ann).body;
    EXPECT_EQ(std::count(one.begin(), one.end(), '{'), 2);
    EXPECT_EQ(get("/api/v1/audit?before=1", ann).body, R"({"events":[]})");
    for (auto query : {"limit=0", "limit=1001", "limit=x", "limit=1x", "limit=-1", "before=x",
                       "before=", "limit=99999999999999999999"})
        EXPECT_EQ(get("/api/v1/audit?" + std::string(query), ann).status, 400u) << query;
}

} // namespace
} // namespace caredian::api
