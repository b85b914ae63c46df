"""Local accounts as people use them: passwords, reset links, invitations, second steps."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from harness.authenticator import App
from harness.gateway import PASSWORD

NEW = "another long passphrase 2"
SECRETS = re.compile(r"[A-Za-z0-9_-]{43}")


def me(gateway, session):
    return session.get(gateway.url + "/auth/me").status_code


def token_of(link):
    return parse_qs(urlsplit(link).query)["token"][0]


def enrol(gateway, session):
    """An authenticator app for who is signed in; and the recovery codes."""
    begun = session.post(gateway.url + "/auth/second-factor/app")
    assert begun.status_code == 200, begun.text
    shown = begun.json()
    assert shown["uri"].startswith("otpauth://totp/") and shown["qr"].startswith("<svg")
    assert shown["secret"] in shown["uri"]
    app = App(shown["secret"])
    done = session.post(gateway.url + "/auth/second-factor/app/confirm", json={"code": app.next()})
    assert done.status_code == 200, done.text
    codes = done.json()["recovery_codes"]
    assert len(codes) == 10
    return app, codes


def first_step(gateway, name="ben", password=PASSWORD):
    """A client that has said the password, and what the gateway answered."""
    client = gateway.client()
    answer = client.post(gateway.url + "/auth/login", json={"username": name, "password": password})
    assert answer.status_code == 401, answer.text
    return client, answer.json()


def second_step(gateway, client, asked, code):
    return client.post(gateway.url + "/auth/login/second",
                       json={"mfa_token": asked["mfa_token"], "code": code})


@pytest.fixture
def home(make_gateway):
    gateway = make_gateway()
    gateway.add_user()
    gateway.add_user("ben", "member")
    gateway.start()
    yield gateway
    log = gateway.process.output(whole=True)
    assert PASSWORD not in log and NEW not in log


# --- passwords ----------------------------------------------------------------------------------


def test_own_password_other_sessions_end(home):
    here, there = home.login("ben"), home.login("ben")
    key = home.cli("key", "add", "x", "--user", "ben").stdout.strip()
    before = here.cookies["caredian_session"]
    for body, status in (({"current": "wrong wrong", "password": NEW}, 403),
                         ({"current": PASSWORD, "password": "short"}, 400),
                         ({"current": PASSWORD}, 400), ({"password": NEW}, 403)):
        assert here.post(home.url + "/auth/password", json=body).status_code == status, body
    assert me(home, there) == 200
    done = here.post(home.url + "/auth/password", json={"current": PASSWORD, "password": NEW})
    assert done.status_code == 204, done.text
    assert here.cookies["caredian_session"] != before
    assert me(home, here) == 200
    assert me(home, there) == 401
    assert home.client().get(home.url + "/auth/me",
                             cookies={"caredian_session": before}).status_code == 401
    assert home.client().get(home.url + "/auth/me", headers={"X-API-Key": key}).status_code == 200
    assert home.login("ben", NEW)
    old = home.client().post(home.url + "/auth/login", json={"username": "ben", "password": PASSWORD})
    assert old.status_code == 401
    # From another site, and by a key: not at all.
    assert here.post(home.url + "/auth/password", json={"current": NEW, "password": PASSWORD},
                     headers={"Origin": "https://evil.example"}).status_code == 403
    assert home.client().post(home.url + "/auth/password", headers={"X-API-Key": key},
                              json={"current": NEW, "password": PASSWORD}).status_code == 403


def test_wrong_current_passwords_are_slowed_down(home):
    session = home.login("ben")
    statuses = [session.post(home.url + "/auth/password",
                             json={"current": "wrong wrong", "password": NEW}).status_code
                for _ in range(7)]
    assert statuses[:5] == [403] * 5 and 429 in statuses


@pytest.mark.parametrize("by", ["the console", "the command line"])
def test_a_reset_link(home, by):
    admin, ben = home.login(), home.login("ben")
    if by == "the console":
        made = admin.post(home.url + "/api/v1/users/ben/reset-link", json={})
        assert made.status_code == 201, made.text
        link = made.json()["link"]
        assert ben.post(home.url + "/api/v1/users/admin/reset-link", json={}).status_code == 403
        assert admin.post(home.url + "/api/v1/users/nobody/reset-link", json={}).status_code == 404
    else:
        link = home.cli("user", "reset-link", "ben").stdout.strip()
        assert home.cli("user", "reset-link", "nobody", check=False).returncode == 1
    assert urlsplit(link).path == "/auth/reset"
    page = home.url + f"/auth/reset?token={token_of(link)}"
    person = home.client()
    shown = person.get(page, headers={"Accept-Language": "ko"})
    assert shown.status_code == 200 and 'value="ben"' in shown.text and "새 비밀번호" in shown.text
    page_policy = shown.headers["Content-Security-Policy"].split(",")[-1]  # beside the server's
    assert "default-src 'none'" in page_policy and "script" not in page_policy
    form = {"token": token_of(link), "password": "short", "lang": "en", "username": "ben"}
    again = person.post(home.url + "/auth/reset", data=form)
    assert again.status_code == 400 and "at least 8" in again.text
    done = person.post(home.url + "/auth/reset", data={**form, "password": NEW},
                       allow_redirects=False)
    assert done.status_code == 303 and done.headers["Location"] == "/auth/login?done=password"
    assert "caredian_session" not in person.cookies, "the password is to be said once"
    assert "The new password is saved" in person.get(home.url + done.headers["Location"]).text
    assert me(home, ben) == 401
    assert home.login("ben", NEW)
    over = person.get(page)
    assert over.status_code == 404 and "link" in over.text
    assert person.post(home.url + "/auth/reset", json={"token": token_of(link),
                                                       "password": PASSWORD}).status_code == 404
    events = [row["event"] for row in admin.get(home.url + "/api/v1/audit").json()["events"]]
    assert "reset_link_made" in events and "password_reset" in events
    assert token_of(link) not in home.process.output(whole=True)
    assert token_of(link) not in admin.get(home.url + "/api/v1/audit").text


@pytest.mark.parametrize("bad", ["", "x", "A" * 43, "A" * 100_000, "%00", "한글"])
def test_links_that_are_none(home, bad):
    for path in ("/auth/reset", "/auth/invitation"):
        assert home.client().get(home.url + path, params={"token": bad}).status_code in (404, 431, 414)
        body = {"token": bad, "username": "eve", "password": PASSWORD}
        answer = home.client().post(home.url + path, json=body)
        assert answer.status_code in (400, 404, 413), answer.text


# --- invitations --------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["the console", "the command line"])
def test_an_invitation(home, by):
    admin = home.login()
    api = home.url + "/api/v1/invitations"
    if by == "the console":
        made = admin.post(api, json={"role": "member", "full_name": "민아", "days": 3})
        assert made.status_code == 201, made.text
        link = made.json()["link"]
        for wrong in ({"role": "owner"}, {"days": 0}, {"days": 91}, {"dyas": 3}, {"days": "3"},
                      {"full_name": "a" * 101}, []):
            assert admin.post(api, json=wrong).status_code == 400, wrong
    else:
        link = home.cli("user", "invite", "--full-name", "민아", "--days", "3").stdout.strip()
    open_one, = admin.get(api).json()["invitations"]
    assert open_one["state"] == "open" and open_one["full_name"] == "민아" and "link" not in open_one
    person = home.client()
    shown = person.get(home.url + f"/auth/invitation?token={token_of(link)}&lang=ko")
    assert shown.status_code == 200 and 'value="민아"' in shown.text and "초대" in shown.text
    form = {"token": token_of(link), "lang": "ko", "username": "ben", "password": NEW,
            "full_name": "민아"}
    taken = person.post(home.url + "/auth/invitation", data=form)
    assert taken.status_code == 409 and "이미 있는" in taken.text and 'value="민아"' in taken.text
    done = person.post(home.url + "/auth/invitation", data={**form, "username": "mina"},
                       allow_redirects=False)
    assert done.status_code == 303, done.text
    mina = home.login("mina", NEW)
    assert mina.get(home.url + "/auth/me").json() | {"session": None} == {
        "username": "mina", "full_name": "민아", "role": "member", "language": "ko",
        "roles": [], "session": None}
    assert mina.get(api).status_code == 403 and mina.post(api, json={}).status_code == 403
    used, = admin.get(api).json()["invitations"]
    assert used["state"] == "used" and used["user"] == "mina"
    assert person.get(home.url + f"/auth/invitation?token={token_of(link)}").status_code == 404
    events = admin.get(home.url + "/api/v1/audit").json()["events"]
    assert not SECRETS.search(str([event | {"hash": ""} for event in events]))


def test_an_invitation_taken_back(home):
    admin = home.login()
    made = admin.post(home.url + "/api/v1/invitations", json={"role": "admin"}).json()
    place = home.url + "/api/v1/invitations/" + made["id"]
    assert admin.delete(place).status_code == 204
    assert admin.delete(place).status_code == 404
    body = {"token": token_of(made["link"]), "username": "eve", "password": NEW}
    assert home.client().post(home.url + "/auth/invitation", json=body).status_code == 404


# --- second steps -------------------------------------------------------------------------------


def test_an_app_as_second_step(home):
    session = home.login("ben")
    app, codes = enrol(home, session)
    account = session.get(home.url + "/auth/account").json()
    assert account["second_factor"] == {"app": True, "passkeys": False, "recovery_codes_left": 10,
                                        "needed": False}
    client, asked = first_step(home)
    assert asked["second"] == ["app", "recovery-code"] and asked["status"] == 401
    assert me(home, client) == 401, "a password is not enough"
    assert second_step(home, client, asked, "000000").status_code == 401
    # The token without the cookie, and the cookie without the token.
    assert second_step(home, home.client(), asked, app.next()).status_code == 401
    assert second_step(home, client, {"mfa_token": "x"}, app.next()).status_code == 401
    code = app.next()
    done = second_step(home, client, asked, code)
    assert done.status_code == 200, done.text
    assert done.json() == {"username": "ben", "role": "member"}
    assert me(home, client) == 200 and "caredian_second" not in client.cookies
    client, asked = first_step(home)
    assert second_step(home, client, asked, code).status_code == 401, "the same code again"
    assert second_step(home, client, asked, codes[0].upper().replace("-", " ")).status_code == 200
    client, asked = first_step(home)
    assert second_step(home, client, asked, codes[0]).status_code == 401, "each once"
    log = home.process.output(whole=True)
    assert app.secret not in log and codes[1] not in log


def test_the_second_step_as_a_page(home):
    app, _ = enrol(home, home.login("ben"))
    client = home.client()
    form = {"username": "ben", "password": PASSWORD, "return_to": "/system"}
    asked = client.post(home.url + "/auth/login", data=form, allow_redirects=False)
    assert asked.status_code == 303, asked.text
    cookie, = [c for c in client.cookies if c.name == "caredian_second"]
    assert cookie.path == "/auth" and cookie.has_nonstandard_attr("HttpOnly")
    place = home.url + asked.headers["Location"]
    page = client.get(place)
    assert page.status_code == 200 and "One more step" in page.text
    token = re.search(r'name="mfa_token" value="([^"]+)"', page.text)[1]
    code = {"mfa_token": token, "return_to": "/system", "code": "000000"}
    wrong = client.post(home.url + "/auth/login/second", data=code)
    assert wrong.status_code == 401 and "The code is wrong" in wrong.text
    right = client.post(home.url + "/auth/login/second", data={**code, "code": app.next()},
                        allow_redirects=False)
    assert right.status_code == 303 and right.headers["Location"] == "/system"
    assert me(home, client) == 200
    # Without its cookie the page sends back to the start.
    stranger = home.client().get(place, allow_redirects=False)
    assert stranger.status_code == 303 and stranger.headers["Location"] == "/auth/login?over=1"


def test_failed_codes_lock_out(home):
    app, _ = enrol(home, home.login("ben"))
    client, asked = first_step(home)
    statuses = []
    for _ in range(7):
        statuses.append(second_step(home, client, asked, "000000").status_code)
        # The right password in between frees nothing.
        home.client().post(home.url + "/auth/login", json={"username": "ben", "password": PASSWORD})
    assert statuses[:5] == [401] * 5 and 429 in statuses
    refused = second_step(home, client, asked, app.next())
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) >= 1
    events = [row["detail"] for row in home.get("/api/v1/audit").json()["events"]]
    assert events.count("wrong second factor") >= 5


def test_administrators_must_have_one_where_the_settings_say_so(make_gateway):
    gateway = make_gateway({"login.admins_need_second_factor": True})
    gateway.add_user()
    gateway.add_user("ben", "member")
    gateway.start()
    assert gateway.login("ben"), "only administrators"
    client, asked = first_step(gateway, "admin")
    assert asked["second"] == ["set-up-app"]
    assert me(gateway, client) == 401
    shown = client.post(gateway.url + "/auth/login/second/app", json={"mfa_token": asked["mfa_token"]})
    app = App(shown.json()["secret"])
    done = second_step(gateway, client, asked, app.next())
    assert done.status_code == 200 and len(done.json()["recovery_codes"]) == 10
    removed = client.delete(gateway.url + "/auth/second-factor/app")
    assert removed.status_code == 409, removed.text
    client, asked = first_step(gateway, "admin")
    assert asked["second"] == ["app", "recovery-code"]
    assert second_step(gateway, client, asked, app.next()).status_code == 200
    # By forms: the picture, then the codes, then on.
    gateway.cli("user", "forget-factors", "admin")
    person = gateway.client()
    form = {"username": "admin", "password": PASSWORD, "return_to": "/system"}
    page = person.post(gateway.url + "/auth/login", data=form)
    assert page.status_code == 200 and "<svg" in page.text and "Set up a second step" in page.text
    key = re.search(r'class="key"><code>([A-Z2-7 ]+)</code>', page.text)[1].replace(" ", "")
    token = re.search(r'name="mfa_token" value="([^"]+)"', page.text)[1]
    again = person.post(gateway.url + "/auth/login/second",
                        data={"mfa_token": token, "code": "000000", "return_to": "/system"})
    assert again.status_code == 401 and key[:4] in again.text, "the same picture"
    codes = person.post(gateway.url + "/auth/login/second",
                        data={"mfa_token": token, "code": App(key).next(), "return_to": "/system"})
    assert codes.status_code == 200 and codes.text.count("<li>") == 10
    assert 'href="/system"' in codes.text
    assert me(gateway, person) == 200


def test_a_lost_second_factor_is_taken_away(home):
    enrol(home, home.login("ben"))
    admin = home.login()
    place = home.url + "/api/v1/users/ben/second-factor"
    assert home.login("admin").delete(place).status_code == 204
    assert admin.delete(place).status_code == 409, "there is none any more"
    assert admin.delete(home.url + "/api/v1/users/nobody/second-factor").status_code == 404
    assert home.login("ben").delete(home.url + "/api/v1/users/admin/second-factor").status_code == 403
    events = [(row["event"], row["subject"]) for row in
              admin.get(home.url + "/api/v1/audit").json()["events"]]
    assert ("second_factor_off", "ben") in events


def test_what_an_old_session_may_not(make_gateway):
    """The clock cannot be moved in the real program: a key stands for what is never fresh."""
    gateway = make_gateway()
    gateway.add_user()
    gateway.start()
    key = gateway.cli("key", "add", "x", "--user", "admin", "--role", "admin", "--scopes",
                      "read,control,admin").stdout.strip()
    client = gateway.client()
    client.headers["X-API-Key"] = key
    assert client.get(gateway.url + "/auth/account").json()["fresh"] is False
    for method, path in (("POST", "/auth/second-factor/app"), ("DELETE", "/auth/second-factor/app"),
                         ("POST", "/auth/second-factor/recovery-codes"),
                         ("POST", "/auth/passkeys/begin"), ("DELETE", "/auth/passkeys/x"),
                         ("DELETE", "/auth/sessions")):
        assert client.request(method, gateway.url + path, json={}).status_code == 403, path


def test_times_of_unknown_and_wrong_are_alike(home):
    """A second factor must not make the password's answer quicker or slower for nobody."""
    enrol(home, home.login("ben"))

    def took(name, password):
        begun = time.monotonic()
        answer = home.client().post(home.url + "/auth/login",
                                    json={"username": name, "password": password})
        assert answer.status_code == 401
        return time.monotonic() - begun, answer.json()
    _, unknown = took("nobody", "wrong wrong")
    _, wrong = took("ben", "wrong wrong")
    assert unknown == wrong
