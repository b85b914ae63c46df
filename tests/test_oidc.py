"""Signing in at a certified OpenID Connect provider, good and evil; signing out."""

import re
import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from harness import oidc
from harness.oidc import Browser
from harness.oidc_place import place, places, shared  # noqa: F401  (fixtures)
from harness.process import wait_until


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
