"""Providers of many kinds: algorithms, accounts, late or evil from the start, new keys, two at once."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from harness import oidc
from harness.oidc import Browser, OidcProvider
from harness.oidc_place import places  # noqa: F401  (fixture)
from harness.process import free_port, wait_until


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
