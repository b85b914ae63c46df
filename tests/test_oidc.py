"""Signing in at a certified OpenID Connect provider, good and evil."""

import re
import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from harness import oidc
from harness.gateway import Gateway
from harness.oidc import Browser, OidcProvider
from harness.process import free_port, wait_until


class Place:
    """A gateway and a provider that know each other."""

    def __init__(self, folder, build, provider=None, entry=None, settings=None):
        self.gateway = Gateway(folder / "gateway", build=build)
        self.provider = OidcProvider(folder, self.gateway.url, **(provider or {})).start()
        self.gateway.settings["login.providers"] = [self.provider.setting(**(entry or {}))]
        self.gateway.settings.update(settings or {})
        self.gateway.add_user()
        self.gateway.start()

    @property
    def start(self):
        return self.gateway.url + "/auth/login/test"

    def sign_in(self, who="mina", query=""):
        browser = Browser()
        answer = browser.go(self.start + query, who, stop=None)
        return browser, answer

    def callback(self, who="mina"):
        """(browser, the callback's address): the browser has not gone there yet."""
        browser = Browser()
        return browser, browser.go(self.start, who, stop=self.gateway.url + "/auth/callback")

    def me(self, browser):
        return browser.session.get(self.gateway.url + "/auth/me", timeout=10)

    def close(self):
        self.provider.stop()
        self.gateway.process.stop(30)
        self.gateway.check_clean()


@pytest.fixture(scope="module")
def places(tmp_path_factory, build):
    if not oidc.available():
        pytest.skip(oidc.MISSING)
    made = []

    def make(**arguments):
        made.append(Place(tmp_path_factory.mktemp("oidc"), build, **arguments))
        return made[-1]
    yield make
    problems = []
    for one in made:
        try:
            one.close()
        except AssertionError as problem:
            problems.append(str(problem))
        finally:
            one.gateway.process.kill()
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="module")
def shared(places):
    # conform: names and groups are in userinfo alone, which is asked then.
    return places(entry={"roles": {"caredian-admins": "admin"}}, provider={"conform": True})


@pytest.fixture
def place(shared):
    shared.provider.turn("no")
    yield shared
    shared.provider.turn("no")


def test_from_the_button_to_the_session(place):
    page = Browser().get(place.gateway.url + "/auth/login?return_to=%2Fsystem&lang=ko").text
    assert "시험 제공자" in page
    href = re.search(r'href="(/auth/login/test[^"]*)"', page)[1].replace("&amp;", "&")
    browser = Browser()
    browser.go(place.gateway.url + href)
    assert urlsplit(browser.urls[-1]).path == "/system"
    me = place.me(browser).json()
    assert (me["username"], me["full_name"], me["role"]) == ("mina", "이미나", "admin")
    asked = parse_qs(urlsplit(browser.urls[1]).query)
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) == 43
    assert asked["nonce"] and asked["state"] and asked["response_type"] == ["code"]
    audit = place.gateway.get("/api/v1/audit").json()["events"]
    assert any(e["event"] == "login" and e["subject"] == "mina" and e["detail"] == "by test"
               for e in audit)


def test_the_same_person_is_the_same_account(place):
    first, _ = place.sign_in("jun")
    second, _ = place.sign_in("jun")
    assert place.me(first).json()["username"] == place.me(second).json()["username"] == "jun"
    users = place.gateway.get("/api/v1/users").json()["users"]
    assert [u["username"] for u in users].count("jun") == 1
    assert place.me(first).json()["role"] == "member"


def test_an_email_is_never_who_somebody_is(place):
    """Eve says that she has Mina's address; her name is one that is taken here."""
    place.gateway.cli("user", "add", "eve", "--role", "admin", "--password-stdin",
                      input="a long enough passphrase 1\n", check=False)
    place.sign_in("mina")
    eve, _ = place.sign_in("eve")
    me = place.me(eve).json()
    assert me["username"] == "eve-test" or me["username"].startswith("eve-"), me
    assert me["role"] == "member"


def test_groups_are_applied_at_each_sign_in(place):
    place.sign_in("jun")
    changed = place.gateway.session().patch(place.gateway.url + "/api/v1/users/jun",
                                            json={"role": "admin"})
    assert changed.status_code == 200
    again, _ = place.sign_in("jun")
    assert place.me(again).json()["role"] == "member"


def test_disabled_people_stay_out(place):
    place.sign_in("jun")
    url = place.gateway.url + "/api/v1/users/jun"
    assert place.gateway.session().patch(url, json={"disabled": True}).status_code == 200
    try:
        browser, answer = place.sign_in("jun")
        assert answer.status_code == 403 and place.me(browser).status_code == 401
    finally:
        assert place.gateway.session().patch(url, json={"disabled": False}).status_code == 200


EVIL = ["iss", "aud", "azp", "two-aud", "nonce", "no-nonce", "expired", "text-exp", "no-exp",
        "future", "no-sub", "at-hash", "none", "hs", "signature", "unknown-kid", "other-key",
        "crit", "userinfo-sub", "html@token", "500@token", "endless@token", "redirect@token",
        "html@userinfo", "500@userinfo"]


@pytest.mark.parametrize("mode", EVIL)
def test_an_evil_answer_opens_nothing(place, mode):
    place.provider.turn(mode)
    browser, answer = place.sign_in()
    assert answer.status_code in (502, 503), f"{mode}: {answer.status_code} {browser.urls[-2:]}"
    assert place.me(browser).status_code == 401
    assert "caredian_session" not in browser.session.cookies
    place.provider.turn("no")
    browser, _ = place.sign_in()
    assert place.me(browser).status_code == 200, "an honest answer is good again"


def test_clocks_may_differ_by_a_minute(place):
    place.provider.turn("skew")
    browser, _ = place.sign_in()
    assert place.me(browser).status_code == 200


def test_a_code_is_good_once(place):
    browser, there = place.callback()
    kept = {c.name: c.value for c in browser.session.cookies if c.name == "caredian_login"}
    assert browser.get(there).status_code == 303
    assert place.me(browser).status_code == 200
    assert kept
    for cookies in ({}, kept):
        other = Browser()
        other.session.cookies.update(cookies)
        assert other.get(there).status_code == 400
        assert place.me(other).status_code == 401


BAD_CALLBACKS = [
    ("", 400), ("?code=x", 400), ("?code=x&state=y", 400), ("?state=" + "x" * 5000, 400),
    ("?code=x&state={state}&iss=http%3A%2F%2F127.0.0.1%3A1", 502),  # another provider's answer
    ("?code=x&state={state}", 502),  # without the iss that this provider promises
    ("?code=x&state={state}0&iss={iss}", 400), ("?state={state}&iss={iss}", 502),
    ("?error=access_denied&state={state}&iss={iss}", 403),
    ("?code=never-given&state={state}&iss={iss}", 403),
]


@pytest.mark.parametrize("query, status", BAD_CALLBACKS)
def test_bad_callbacks(place, query, status):
    browser, there = place.callback()
    good = parse_qs(urlsplit(there).query)
    url = place.gateway.url + "/auth/callback" + query.format(
        state=good["state"][0], iss=place.provider.issuer.replace(":", "%3A").replace("/", "%2F"))
    answer = browser.get(url)
    assert answer.status_code == status, answer.text[-400:]
    assert place.me(browser).status_code == 401


def test_where_to_afterwards_stays_here(place):
    for bad in ("https://evil.example/", "//evil.example", "/\\evil.example", "/auth/logout"):
        browser, _ = place.sign_in(query="?return_to=" + bad)
        assert browser.urls[-1].startswith(place.gateway.url + "/")
        assert urlsplit(browser.urls[-1]).path in ("/", ""), browser.urls[-1]


def test_an_unknown_provider(place):
    assert Browser().get(place.gateway.url + "/auth/login/nobody").status_code == 404


# --- out again --------------------------------------------------------------------------------


def test_out_here_is_out_there(place):
    browser, _ = place.sign_in()
    out = browser.session.post(place.gateway.url + "/auth/logout",
                               headers={"Origin": place.gateway.url}, timeout=10)
    assert out.status_code == 200
    there = out.json()["end_session"]
    asked = parse_qs(urlsplit(there).query)
    assert there.startswith(place.provider.issuer + "/session/end?")
    assert asked["id_token_hint"][0].count(".") == 2
    assert asked["post_logout_redirect_uri"] == [place.gateway.url + "/auth/login"]
    assert place.me(browser).status_code == 401
    page = browser.get(there)
    action, fields = oidc.form_of(page.text, page.url)
    back = browser.session.post(action, data={**fields, "logout": "yes"}, allow_redirects=False)
    assert back.headers["Location"] == place.gateway.url + "/auth/login"
    # A local session needs no provider.
    local = place.gateway.login()
    assert local.post(place.gateway.url + "/auth/logout").status_code == 204


def test_out_there_is_out_here_and_streams_end(place):
    browser, _ = place.sign_in()
    ended = []

    def listen():
        with browser.session.get(place.gateway.url + "/api/v1/stream", stream=True,
                                 timeout=30) as stream:
            assert stream.status_code == 200
            ended.append("open")
            for _ in stream.iter_content(1):
                pass
        ended.append(time.monotonic())
    thread = threading.Thread(target=listen)
    thread.start()
    wait_until(lambda: ended, what="the stream")
    page = browser.get(place.provider.issuer + "/session/end")
    action, fields = oidc.form_of(page.text, page.url)
    begun = time.monotonic()
    browser.session.post(action, data={**fields, "logout": "yes"}, allow_redirects=False)
    wait_until(lambda: place.me(browser).status_code == 401, what="the end of the session")
    thread.join(10)
    assert len(ended) == 2
    assert "backchannel.success" in place.provider.process.output(), (
        place.provider.process.tail())
    assert ended[1] - begun < 1.0  # with the provider's own work in it


def test_a_logout_token_must_be_one(place):
    url = place.gateway.url + "/auth/backchannel-logout"
    client = Browser().session
    assert client.post(url).status_code == 415
    for body in ({"x": "1"}, {"logout_token": ""}, {"logout_token": "a.b.c"},
                 {"logout_token": "x" * 20_000}, {"logout_token": "eyJhbGciOiJub25lIn0.e30."}):
        assert client.post(url, data=body).status_code == 400, body
    assert client.get(url).status_code == 405
    # An ID token is none.
    browser, _ = place.sign_in()
    out = browser.session.post(place.gateway.url + "/auth/logout",
                               headers={"Origin": place.gateway.url}).json()["end_session"]
    hint = parse_qs(urlsplit(out).query)["id_token_hint"][0]
    assert client.post(url, data={"logout_token": hint}).status_code == 400


# --- other set-ups ----------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "ES512", "HS256"])
def test_algorithms(places, algorithm):
    place = places(provider={"alg": algorithm}, entry={"algorithms": [algorithm]})
    browser, answer = place.sign_in()
    assert place.me(browser).status_code == 200, answer.text[-300:]
    place.provider.turn("none")
    browser, answer = place.sign_in()
    assert answer.status_code == 502


def test_who_may_have_an_account(places):
    place = places(entry={"allowed_emails": ["@home.example"], "client_secret": oidc.SECRET},
                   provider={"auth": "client_secret_post"})
    browser, _ = place.sign_in("mina")
    assert place.me(browser).status_code == 200
    for stranger in ("jun", "eve"):  # not verified
        browser, answer = place.sign_in(stranger)
        assert answer.status_code == 403 and place.me(browser).status_code == 401


def test_a_provider_that_comes_later_and_goes(places):
    place = places()
    place.provider.stop()
    browser, answer = place.sign_in()
    assert answer.status_code == 503 and "does not answer" in answer.text
    place.provider.start()
    wait_until(lambda: place.me(place.sign_in()[0]).status_code == 200, 20, 0.5,
               "a sign-in after the provider came back")
    known, _ = place.sign_in()
    place.provider.stop()
    assert place.me(known).status_code == 200, "who is in stays in"
    assert place.gateway.login(), "local accounts don't need the provider"


@pytest.mark.parametrize("mode, status", [
    ("discovery-issuer", 502), ("discovery-inside", 503), ("discovery-scheme", 502),
    ("html@discovery", 502), ("500@discovery", 503), ("endless@discovery", 503),
    ("redirect@discovery", 502), ("html@jwks", 502), ("500@jwks", 503), ("slow@jwks", 503)])
def test_an_evil_provider_from_the_start(places, mode, status):
    place = places()
    place.provider.turn(mode)
    begun = time.monotonic()
    browser, answer = place.sign_in()
    assert answer.status_code == status, (mode, answer.status_code, browser.urls[-2:])
    assert place.me(browser).status_code == 401
    assert time.monotonic() - begun < 14


def test_new_keys_are_fetched_once(places):
    """The provider starts again with another key: found by its unknown id."""
    place = places()
    place.sign_in()
    place.provider.stop()
    place.provider.start()

    def in_again():
        browser, _ = place.sign_in()
        return place.me(browser).status_code == 200
    wait_until(in_again, 20, 1, "a sign-in with the new key")


def test_two_providers_on_one_page(tmp_path, build, places):
    if not oidc.available():
        pytest.skip(oidc.MISSING)
    place = places()
    other = OidcProvider(tmp_path, place.gateway.url, port=free_port()).start()
    try:
        place.gateway.stop()
        place.gateway.settings["login.providers"].append(
            other.setting(id="other", label_en="Another"))
        place.gateway.start()
        page = Browser().get(place.gateway.url + "/auth/login").text
        assert "The test provider" in page and "Another" in page
        # Mix-up: what "test" answered, brought to a sign-in that is under way at "other".
        honest, _ = place.callback()
        victim = Browser()
        there = victim.go(place.gateway.url + "/auth/login/other",
                          stop=place.gateway.url + "/auth/callback")
        _, answer_of_test = place.callback()
        code = parse_qs(urlsplit(answer_of_test).query)["code"][0]
        state = parse_qs(urlsplit(there).query)["state"][0]
        mixed = victim.get(f"{place.gateway.url}/auth/callback?code={code}&state={state}"
                           f"&iss={place.provider.issuer}")
        assert mixed.status_code == 502 and place.me(victim).status_code == 401
        # The same subject at another issuer is another person.
        browser = Browser()
        browser.go(place.gateway.url + "/auth/login/other")
        first, _ = place.sign_in()
        assert place.me(browser).json()["username"] != place.me(first).json()["username"]
    finally:
        other.stop()


def test_sessions_live_on_without_the_provider_and_end_when_it_takes_them_back(places):
    """Refresh tokens: the provider is away for a while, then knows nothing of the person any more."""
    place = places(provider={"refresh": True, "accessSeconds": 3})
    browser, _ = place.sign_in()
    place.provider.stop()
    time.sleep(16)  # the access token ran out, and a round of renewals found nobody
    assert place.me(browser).status_code == 200
    place.provider.start()  # keeps nothing over a restart: the refresh token is void
    wait_until(lambda: place.me(browser).status_code == 401, 60, 1, "the end of the session")
