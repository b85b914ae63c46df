"""One's own account in a browser, with the real gateway: password, second step, passkeys, sessions;
and the pages of links that are handed on. The browser has an authenticator of its own."""

import re

import pytest

from harness.authenticator import App
from harness.gateway import PASSWORD, Gateway

from .helpers import each_lang

NEW = "another long passphrase 2"
WORDS = {"ko": {"add": "패스키 만들기", "here": "지금 이곳", "on": "사용 중",
                "wrong": "지금 비밀번호가 맞지 않습니다."},
         "en": {"add": "Add a passkey", "here": "This one", "on": "On",
                "wrong": "The current password is wrong."}}


@pytest.fixture(scope="module")
def house(tmp_path_factory, build):
    gateway = Gateway(tmp_path_factory.mktemp("account"), build=build)
    # Passkeys want a name; a browser takes localhost without TLS.
    gateway.place = f"http://localhost:{gateway.port}"
    gateway.settings["public_url"] = gateway.place
    gateway.settings["login.free_attempts"] = 50
    gateway.add_user()
    gateway.start()
    yield gateway
    gateway.process.stop(30)
    gateway.check_clean()
    assert PASSWORD not in gateway.process.output(whole=True)


@pytest.fixture
def person(house):
    """person(): the name of a new account."""
    made = []

    def make():
        name = f"p{len(made)}-{id(made) % 100_000}"
        house.add_user(name, "member")
        made.append(name)
        return name
    yield make
    for name in made:
        house.cli("user", "remove", name)


def authenticator(page, **options):
    """A phone's authenticator for this page; the CDP session with its id."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
        **options}})
    return cdp, made["authenticatorId"]


def sign_in(eyes, house, name, password=PASSWORD, to="/account"):
    page = eyes.page
    page.goto(house.place + "/auth/login?return_to=" + to.replace("/", "%2F"))
    page.fill("#username", name)
    page.fill("#password", password)
    page.click("button[type=submit]")


def sign_out(eyes):
    eyes.page.context.clear_cookies(name="caredian_session")


def add_passkey(page, name):
    page.locator("cd-account-passkeys #add").click()
    page.locator("cd-account-passkeys #name").fill(name)
    page.locator("cd-account-passkeys .primary").click()
    page.locator("cd-account-passkeys li").get_by_text(name).wait_for()


@each_lang
@pytest.mark.parametrize("size,scheme", [("phone", "light"), ("desktop", "dark")])
def test_a_passkey_from_beginning_to_end(house, look, person, lang, size, scheme):
    name = person()
    eyes = look(lang=lang, size=size, scheme=scheme, name="account")
    page = eyes.page
    cdp, device = authenticator(page)
    sign_in(eyes, house, name)
    page.locator("cd-account-sessions li").first.wait_for()
    eyes.shot("page")
    eyes.accessible()
    page.get_by_role("button", name=WORDS[lang]["add"]).click()
    eyes.shot("passkey-name")
    eyes.accessible()
    page.locator("cd-account-passkeys #name").fill('내 휴대폰 <img src=x onerror="window.harm=1">')
    page.locator("cd-account-passkeys .primary").click()
    page.locator("cd-account-passkeys li").wait_for()
    assert page.evaluate("window.harm") is None
    kept = cdp.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert len(kept) == 1 and kept[0]["rpId"] == "localhost" and kept[0]["isResidentCredential"]
    # The same device a second time.
    page.locator("cd-account-passkeys #add").click()
    page.locator("cd-account-passkeys .primary").click()
    page.locator("cd-account-passkeys [role=alert]").wait_for()
    page.locator("cd-account-passkeys cd-dialog").get_by_role("button").last.wait_for()
    page.keyboard.press("Escape")
    # Without a name, and without a password.
    sign_out(eyes)
    page.goto(house.place + "/auth/login?return_to=%2Faccount")
    eyes.shot("login")
    eyes.accessible()
    page.locator("#passkey button").click()
    page.locator("cd-account-passkeys li").wait_for()
    assert page.url == house.place + "/account"
    page.locator("cd-account-passkeys li button").first.click()
    page.locator("cd-account-passkeys #name").fill("key")
    page.locator("cd-account-passkeys .primary").click()
    page.locator("cd-account-passkeys li").get_by_text("key", exact=True).wait_for()
    page.locator("cd-account-passkeys li button").last.click()
    page.locator("cd-account-passkeys #yes").click()
    page.locator("cd-account-passkeys li").wait_for(state="detached")
    # The authenticator still has it; here it opens nothing any more.
    sign_out(eyes)
    eyes.network_may_fail = True
    page.goto(house.place + "/auth/login")
    page.locator("#passkey button").click()
    page.locator("#passkey .error").wait_for()
    eyes.shot("passkey-refused")
    assert page.url.endswith("/auth/login")


def test_a_person_that_is_not_verified_does_not_sign_in(house, look, person):
    eyes = look(size="desktop", name="unverified")
    eyes.network_may_fail = True
    page = eyes.page
    cdp, device = authenticator(page)
    sign_in(eyes, house, person())
    page.locator("cd-account-passkeys #add").wait_for()
    add_passkey(page, "phone")
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    sign_out(eyes)
    page.goto(house.place + "/auth/login")
    page.locator("#passkey button").click()
    page.wait_for_timeout(1000)
    assert page.url.endswith("/auth/login")


def test_a_passkey_as_second_step(house, look, person):
    name = person()
    eyes = look(size="phone", name="second")
    eyes.network_may_fail = True
    page = eyes.page
    # A security key: no resident key, nobody verified.
    authenticator(page, transport="usb", hasResidentKey=False, hasUserVerification=False,
                  isUserVerified=False)
    sign_in(eyes, house, name)
    page.locator("cd-account-passkeys #add").wait_for()
    add_passkey(page, "security key")
    page.locator("cd-account-second-step #ask").click(force=True)  # on once it is kept
    codes = page.locator("cd-recovery-codes li")
    codes.first.wait_for()
    assert codes.count() == 10
    eyes.shot("codes")
    eyes.accessible()
    recovery = codes.nth(0).inner_text()
    page.locator("cd-recovery-codes .primary").click()
    assert page.locator("cd-account-second-step #ask").is_checked()
    sign_out(eyes)
    sign_in(eyes, house, name)
    page.wait_for_url("**/auth/login/second?**")
    eyes.shot("step")
    eyes.accessible()
    page.locator("#passkey button").click()
    page.wait_for_url(house.place + "/account")
    # Without it: a recovery code, once.
    sign_out(eyes)
    sign_in(eyes, house, name)
    page.fill("#code", recovery)
    page.click("button[type=submit]")
    page.wait_for_url(house.place + "/account")
    page.locator("cd-account-second-step #codes").get_by_text("9").wait_for()


@each_lang
def test_an_authenticator_app(house, look, person, lang):
    name = person()
    eyes = look(lang=lang, size="phone", scheme="dark", name="app")
    eyes.network_may_fail = True
    page = eyes.page
    sign_in(eyes, house, name)
    part = page.locator("cd-account-second-step")
    part.locator("#app button").click()
    picture = part.locator("img")
    picture.wait_for()
    assert picture.evaluate("i => i.complete && i.naturalWidth > 0"), "the QR code is not drawn"
    eyes.shot("set-up")
    eyes.accessible()
    app = App(part.locator("code").inner_text().replace(" ", ""))
    part.locator("#code").fill("000000")
    part.locator(".primary").click()
    part.locator("[role=alert]").wait_for()
    part.locator("#code").fill(app.next())
    part.locator(".primary").click()
    page.locator("cd-recovery-codes li").first.wait_for()
    page.locator("cd-recovery-codes .primary").click()
    part.locator(".pill.good").get_by_text(WORDS[lang]["on"], exact=True).wait_for()
    eyes.shot("on")
    sign_out(eyes)
    sign_in(eyes, house, name)
    page.fill("#code", "000000")
    page.click("button[type=submit]")
    page.locator(".error").wait_for()
    page.fill("#code", app.next())
    page.click("button[type=submit]")
    page.wait_for_url(house.place + "/account")
    part.locator("#app button").click()
    part.locator("#yes").click()
    part.locator("#codes").wait_for(state="detached")


@each_lang
def test_password_and_sessions(house, look, person, lang):
    name = person()
    house.login(name)
    other = house.login(name)
    eyes = look(lang=lang, size="desktop", name="password")
    eyes.network_may_fail = True
    page = eyes.page
    sign_in(eyes, house, name)
    sessions = page.locator("cd-account-sessions li")
    sessions.nth(2).wait_for()
    assert WORDS[lang]["here"] in sessions.nth(0).inner_text() and "Chrome" in sessions.nth(0).inner_text()
    assert "python-requests" in sessions.nth(1).inner_text()
    sessions.nth(2).locator("button").click()
    sessions.nth(2).wait_for(state="detached")
    part = page.locator("cd-account-password")
    part.locator("#change").click()
    part.locator("#current").fill("wrong wrong wrong")
    part.locator("#password").fill(NEW)
    part.locator(".primary").click()
    assert part.locator("[role=alert]").inner_text() == WORDS[lang]["wrong"]
    eyes.shot("wrong")
    eyes.accessible()
    part.locator("#current").fill(PASSWORD)
    part.locator(".primary").click()
    part.locator("cd-dialog").wait_for(state="detached")
    assert other.get(house.url + "/auth/me").status_code == 401
    page.reload()
    sessions.first.wait_for()
    assert sessions.count() == 1, "the browser stays, the others went"
    house.login(name, NEW)
    page.reload()
    page.locator("cd-account-sessions #others").click()
    sessions.nth(1).wait_for(state="detached")


def test_an_old_session_is_sent_to_sign_in_again(signed_in):
    """With the stand-in, whose session is never fresh."""
    eyes = signed_in("/account", user="anna", name="again", lang="ko")
    page = eyes.page
    page.locator("cd-account-second-step #app button").click()
    link = page.locator("cd-account-second-step #again a")
    link.wait_for()
    eyes.shot("dialog")
    eyes.accessible()
    assert link.get_attribute("href") == "/auth/login?again=1&return_to=%2Faccount"
    page.keyboard.press("Escape")
    page.locator("cd-account-passkeys li button").nth(1).click()
    page.locator("cd-account-passkeys #again a").wait_for()


def test_again_shows_the_sign_in_page_to_who_is_signed_in(house, look, person):
    name = person()
    eyes = look(size="desktop", name="again")
    sign_in(eyes, house, name)
    eyes.page.wait_for_url(house.place + "/account")
    eyes.page.goto(house.place + "/auth/login?return_to=%2Faccount")
    eyes.page.wait_for_url(house.place + "/account")
    eyes.page.goto(house.place + "/auth/login?again=1&return_to=%2Faccount")
    eyes.page.locator("#username").wait_for()


@each_lang
@pytest.mark.parametrize("size,scheme", [("phone", "light"), ("desktop", "dark")])
def test_the_pages_of_links(house, look, lang, size, scheme):
    eyes = look(lang=lang, size=size, scheme=scheme, name="links")
    eyes.network_may_fail = True
    page = eyes.page
    page.context.add_init_script("")
    invitation = house.cli("user", "invite", "--full-name", "홍길동 <b>").stdout.strip()
    assert invitation.startswith(house.place + "/auth/invitation?token=")
    name = f"guest-{lang}-{size}"
    page.goto(invitation)
    assert page.locator("#full_name").input_value() == "홍길동 <b>"
    eyes.shot("invitation")
    eyes.accessible()
    page.fill("#username", "admin")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.locator(".error").wait_for()
    eyes.shot("taken")
    page.fill("#username", name)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/auth/login?done=account")
    page.locator(".notice").wait_for()
    eyes.shot("made")
    page.goto(invitation)
    eyes.shot("over")
    eyes.accessible()
    assert page.locator("form").count() == 0
    reset = house.cli("user", "reset-link", name).stdout.strip()
    page.goto(reset)
    eyes.shot("reset")
    eyes.accessible()
    page.fill("#password", NEW)
    page.click("button[type=submit]")
    page.wait_for_url("**/auth/login?done=password")
    house.login(name, NEW)
    house.cli("user", "remove", name)
    assert not re.search(r"token=[A-Za-z0-9_-]{20}", house.process.output(whole=True))


@each_lang
def test_the_page_that_sets_an_app_up(tmp_path_factory, build, look, lang):
    gateway = Gateway(tmp_path_factory.mktemp("needed"), build=build)
    gateway.place = gateway.url
    gateway.settings["login.admins_need_second_factor"] = True
    gateway.add_user()
    gateway.start()
    eyes = look(lang=lang, size="phone", scheme="dark" if lang == "ko" else "light", name="enrol")
    eyes.network_may_fail = True
    page = eyes.page
    try:
        sign_in(eyes, gateway, "admin", to="/system")
        page.locator("svg.qr").wait_for()
        eyes.shot("page")
        eyes.accessible()
        app = App(page.locator(".key code").inner_text().replace(" ", ""))
        page.fill("#code", app.next())
        page.click("button[type=submit]")
        page.locator(".codes li").first.wait_for()
        eyes.shot("codes")
        eyes.accessible()
        page.click(".button")
        page.wait_for_url(gateway.url + "/system")
    finally:
        gateway.process.stop(30)
    gateway.check_clean()
