"""A browser signs in and out at a certified provider, with the real gateway."""

import re

import pytest

from harness import oidc
from harness.gateway import Gateway
from harness.oidc import OidcProvider
from harness.process import wait_until

from .helpers import each_lang


@pytest.fixture(scope="module")
def house(tmp_path_factory, build):
    if not oidc.available():
        pytest.skip(oidc.MISSING)
    folder = tmp_path_factory.mktemp("login")
    gateway = Gateway(folder / "gateway", build=build)
    provider = OidcProvider(folder, gateway.url).start()
    gateway.settings["login.providers"] = [
        provider.setting(), {"id": "google", "preset": "google", "client_id": "x"},
        {"id": "kakao", "preset": "kakao", "client_id": "x"},
        {"id": "naver", "preset": "naver", "client_id": "x"}]
    gateway.add_user()
    gateway.start()
    yield gateway, provider
    provider.stop()
    gateway.process.stop(30)
    gateway.check_clean()


LABELS = {"en": ["The test provider", "Google", "Kakao", "Naver"],
          "ko": ["시험 제공자", "Google", "카카오", "네이버"]}


@each_lang
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chooser(house, look, lang, scheme):
    gateway, _ = house
    eyes = look(lang=lang, scheme=scheme, name="chooser")
    eyes.page.goto(gateway.url + "/auth/login?return_to=%2Fsystem")
    buttons = eyes.page.locator(".providers a")
    assert buttons.all_inner_texts() == LABELS[lang]
    eyes.accessible()
    eyes.shot("login")
    assert buttons.first.get_attribute("href") == "/auth/login/test?return_to=%2Fsystem"
    # A wrong password keeps the buttons.
    eyes.network_may_fail = True
    eyes.page.fill("#username", "nobody")
    eyes.page.fill("#password", "a wrong password")
    eyes.page.click("button[type=submit]")
    eyes.page.wait_for_selector(".error")
    assert buttons.count() == 4


def sign_in(eyes, gateway, who="mina"):
    page = eyes.page
    page.goto(gateway.url + "/system")
    page.wait_for_url("**/auth/login?return_to=**")
    page.click(".providers a >> nth=0")
    for _ in range(4):
        page.wait_for_load_state()
        if page.locator("input[name=login]").count():
            page.fill("input[name=login]", who)
            page.fill("input[name=password]", "any")
        if page.url.startswith(gateway.url):
            break
        page.click("button[type=submit]")
    page.wait_for_url(gateway.url + "/system")


def test_in_and_out(house, look):
    gateway, provider = house
    eyes = look(size="desktop", name="in-and-out")
    eyes.network_may_fail = True  # the provider's favicon
    sign_in(eyes, gateway)
    names = {c["name"] for c in eyes.page.context.cookies(gateway.url)}
    assert "caredian_session" in names and "caredian_login" not in names
    eyes.page.evaluate("""async () => {
        const answer = await fetch('/auth/logout', {method: 'POST'});
        location.assign((await answer.json()).end_session);
    }""")
    eyes.page.wait_for_url(re.compile(re.escape(provider.issuer) + "/session/end"))
    eyes.page.click("button[value=yes], button[name=logout]")
    eyes.page.wait_for_url(re.compile(re.escape(gateway.url) + "/auth/login"))


def test_out_by_a_form_goes_on_without_script(house, look):
    gateway, provider = house
    eyes = look(size="desktop", name="form-out")
    eyes.network_may_fail = True
    sign_in(eyes, gateway)
    eyes.page.goto(gateway.url + "/auth/login?lang=en")  # signed in: sent home
    eyes.page.evaluate("""() => {
        const form = document.createElement('form');
        form.method = 'post'; form.action = '/auth/logout';
        document.body.append(form); form.submit();
    }""")
    eyes.page.wait_for_url(re.compile(re.escape(provider.issuer) + "/session/end"))


def test_ended_there_the_page_here_asks_again(house, look):
    gateway, provider = house
    eyes = look(size="desktop", name="ended-there")
    eyes.network_may_fail = True
    sign_in(eyes, gateway)
    other = eyes.page.context.new_page()
    other.goto(provider.issuer + "/session/end")
    other.click("button[value=yes], button[name=logout]")
    other.wait_for_load_state()
    wait_until(lambda: "/auth/login" in eyes.page.goto(gateway.url + "/system").url, 5,
               what="the sign-in page")
