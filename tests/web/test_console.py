"""The console against the stand-in: what it shows, and in which words."""

import gzip
import re
import time

import pytest

from .standin import PASSWORD

SIZES = ["phone", "desktop"]
LANGS = ["ko", "en"]
each_size = pytest.mark.parametrize("size", SIZES)
each_lang = pytest.mark.parametrize("lang", LANGS)
CLIMATE = "/devices/living_room%2Fclimate"


def tile(page, device):
    return page.locator(f'cd-tile a[title="{device}"]')


def wait_live(page):
    page.locator(".live.on").wait_for()


@each_size
@each_lang
def test_home_shows_rooms_and_live_values(signed_in, size, lang):
    eyes = signed_in(lang=lang, size=size, name="home")
    page = eyes.page
    wait_live(page)
    words = {"ko": ("우리 집", "거실", "온습도", "누수 감지"), "en": ("My home", "Living room", "Climate", "Leak detected")}[lang]
    assert page.locator("h1").inner_text() == words[0]
    assert page.locator("section", has_text=words[1]).locator("cd-tile").count() == 5
    assert words[2] in tile(page, "living_room/climate").inner_text()
    assert "°C" in tile(page, "living_room/climate").inner_text()
    assert words[3] in tile(page, "bathroom/leak").inner_text()
    assert page.locator("html").get_attribute("lang") == lang
    eyes.shot("full")
    eyes.accessible()


def test_values_change_without_a_reload(signed_in, standin):
    measured = {"value": 20.0}
    standin.home.devices["study/probe"] = ("home", {"temperature": lambda t: measured["value"]}, 1)
    page = signed_in().page
    wait_live(page)
    value = tile(page, "study/probe").locator(".value")
    value.get_by_text("20.0").wait_for()
    measured["value"] = 31.4
    value.get_by_text("31.4").wait_for()


def test_a_device_that_is_new_appears(signed_in, standin):
    page = signed_in().page
    wait_live(page)
    assert tile(page, "garage/climate").count() == 0
    standin.home.devices["garage/climate"] = ("zigbee", {"temperature": lambda t: 9.5}, 1)
    tile(page, "garage/climate").get_by_text("9.5").wait_for()


@pytest.mark.parametrize("lang,words", [
    ("ko", ["욕실 누수 · 누수 감지", "현관 움직임 · 배터리 6%", "서재 온습도 · 3시간 전 소식"]),
    ("en", ["Bathroom Leak · Leak detected", "Entrance Motion · Battery 6%", "Study Climate · Last heard 3 hr. ago"]),
])
def test_what_needs_a_look_is_on_top(signed_in, lang, words):
    page = signed_in(lang=lang).page
    page.locator(".concern").first.wait_for()
    assert [text.strip() for text in page.locator(".concern").all_inner_texts()] == words
    page.locator(".concern").first.click()
    page.locator("cd-device h1").wait_for()


def test_search(signed_in):
    page = signed_in(lang="ko").page
    page.locator("input[type=search]").fill("주방 누수")
    page.locator("cd-tile").nth(1).wait_for(state="detached")
    assert page.locator("cd-tile").count() == 1
    page.locator("input[type=search]").fill("없는 것")
    page.get_by_text("“없는 것”에 맞는 기기가 없습니다.").wait_for()


@each_size
@each_lang
def test_a_device_with_its_chart(signed_in, size, lang):
    eyes = signed_in(CLIMATE, lang=lang, size=size, scheme="dark" if lang == "ko" else "light", name="device")
    page = eyes.page
    page.locator("cd-chart canvas").wait_for()
    label = page.locator("cd-chart #plot").get_attribute("aria-label")
    assert re.search({"ko": "온도 그래프, 24시간: 최저 .*°C", "en": "Chart of Temperature, 24 h: lowest .*°C"}[lang], label), label
    humidity = page.locator("button.field", has_text={"ko": "습도", "en": "Humidity"}[lang])
    for text in {"ko": ("1시간", "7일", "30일"), "en": ("1 h", "7 d", "30 d")}[lang]:
        page.get_by_role("button", name=text, exact=True).click()
        page.locator(f'cd-chart #plot[aria-label*="{text}"]').wait_for()
    page.locator(".records tbody tr").nth(49).wait_for()
    eyes.shot("full")
    humidity.click()
    page.locator('cd-chart #plot[aria-label*="%"]').wait_for()
    eyes.accessible()
    link = page.locator("a.csv").get_attribute("href")
    assert "format=csv" in link and "device=living_room%2Fclimate" in link and "field=humidity" in link


def test_a_flag_is_drawn_as_steps_and_spoken(signed_in):
    eyes = signed_in("/devices/living_room%2Fwindow", lang="ko", size="desktop", name="flag")
    eyes.page.locator("cd-chart canvas").wait_for()
    eyes.page.get_by_role("button", name="1시간", exact=True).click()
    eyes.page.locator('cd-chart #plot[aria-label="여닫힘 그래프, 1시간"]').wait_for()
    eyes.page.locator(".records").wait_for()
    cells = set(eyes.page.locator(".records td:last-child").all_inner_texts())
    assert cells == {"열림", "닫힘"}
    eyes.shot("full")


def test_a_text_has_records_and_no_chart(signed_in):
    page = signed_in("/devices/entrance%2Fbutton", lang="ko").page
    page.locator(".records").wait_for()
    assert page.locator("cd-chart").count() == 0
    assert "한 번" in page.locator(".records").inner_text()


def test_a_device_that_is_not_there(signed_in):
    page = signed_in("/devices/attic%2Fghost").page
    page.get_by_text("There is no such device").wait_for()


@each_size
@each_lang
def test_system(signed_in, standin, size, lang):
    standin.home.down = {"home_assistant"}
    eyes = signed_in("/system", lang=lang, size=size, scheme="dark" if lang == "en" else "light", name="system")
    page = eyes.page
    page.locator(".verdict").wait_for()
    assert {"ko": "1가지가 정상이 아닙니다", "en": "1 thing is not well"}[lang] in page.locator(".verdict").inner_text()
    down = page.locator(".dependencies li", has_text="Home Assistant")
    assert {"ko": "끊김", "en": "Down"}[lang] in down.inner_text()
    assert "connection refused" in down.inner_text()
    before = page.locator(".counters dd").first.inner_text()
    page.wait_for_function("before => document.querySelector('caredian-app').shadowRoot.querySelector('cd-system')"
                           ".shadowRoot.querySelector('.counters dd').textContent !== before", arg=before)
    standin.home.down = set()
    page.locator(".verdict.good").wait_for()
    eyes.shot("full")
    eyes.accessible()


def test_a_member_does_not_see_the_system_page(signed_in):
    eyes = signed_in("/", user="minsu")
    wait_live(eyes.page)
    eyes.page.locator("cd-menu #opener").click()
    eyes.page.get_by_text("minsu").wait_for()
    assert eyes.page.locator("nav a").count() == 1
    eyes.network_may_fail = True  # 403 is an answer, and the browser says so
    eyes.page.goto(eyes.page.url + "system")
    eyes.page.get_by_text("For administrators only").wait_for()


def test_moving_between_pages_without_a_reload(signed_in):
    page = signed_in("/").page
    wait_live(page)
    page.evaluate("window.kept = true")
    tile(page, "kitchen/climate").click()
    page.locator("cd-device h1").wait_for()
    assert page.url.endswith("/devices/kitchen%2Fclimate")
    page.locator("nav").get_by_text("System").click()
    page.locator(".verdict").wait_for()
    page.go_back()
    page.locator("cd-device h1").wait_for()
    page.locator(".back").click()
    page.locator("cd-home h1").wait_for()
    assert page.evaluate("window.kept") is True


def test_language_is_switched_and_kept(signed_in):
    eyes = signed_in(lang="en", name="menu")
    page = eyes.page
    page.locator("cd-menu #opener").click()
    eyes.accessible()
    eyes.shot("open", full=False)
    page.get_by_role("button", name="한국어").click()
    page.get_by_text("우리 집").wait_for()
    page.reload()
    page.get_by_text("우리 집").wait_for()
    assert any(c["name"] == "caredian_lang" and c["value"] == "ko" for c in page.context.cookies())


def test_theme_is_switched_and_kept(signed_in):
    page = signed_in(CLIMATE, scheme="light").page
    page.locator("cd-chart canvas").wait_for()
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(colour)
    page.locator("cd-menu #opener").click()
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(colour) != light
    page.reload()
    page.locator("cd-chart canvas").wait_for()
    assert page.evaluate(colour) != light


def test_the_menu_by_keyboard(signed_in):
    page = signed_in().page
    wait_live(page)
    page.keyboard.press("Tab")
    page.get_by_text("Skip to content").wait_for()
    page.locator("cd-menu #opener").focus()
    page.keyboard.press("Enter")
    page.locator("cd-menu #panel").wait_for()
    page.keyboard.press("Escape")
    page.locator("cd-menu #panel").wait_for(state="detached")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.shadowRoot.activeElement.id") == "opener"


def test_signing_in_and_out(standin, look):
    page = look().page
    page.goto(standin.url + CLIMATE)
    page.locator("[name=username]").fill("anna")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button").click()
    page.locator("cd-device h1").wait_for()
    assert page.url == standin.url + CLIMATE
    page.locator("cd-menu #opener").click()
    page.locator("cd-menu #signout").click()
    page.wait_for_url("**/auth/login")
    assert not standin.home.sessions


def test_no_devices_yet(signed_in, standin):
    standin.home.devices.clear()
    eyes = signed_in(lang="ko", name="empty")
    eyes.page.get_by_text("아직 기기가 없습니다").wait_for()
    eyes.shot("home", full=False)


@each_lang
@pytest.mark.parametrize("path", ["/", CLIMATE, "/system"])
def test_nothing_is_too_wide_for_a_small_phone(signed_in, lang, path):
    eyes = signed_in(path, lang=lang, width=320, scheme="dark", name="small" + re.sub(r"\W", "", path)[:8])
    wait_live(eyes.page)
    eyes.page.locator("h1").wait_for()
    time.sleep(0.5)
    eyes.shot("full")
    eyes.accessible()


def test_first_paint_is_light(signed_in, standin):
    """What the home page needs, gzipped: far below 150 kB."""
    eyes = signed_in(None)
    sizes = {}
    eyes.page.on("response", lambda r: sizes.update({r.url: len(gzip.compress(r.body()))})
                 if "/assets/" in r.url or r.url.endswith(("/", ".svg")) else None)
    eyes.page.goto(standin.url)
    wait_live(eyes.page)
    assert 10_000 < sum(sizes.values()) < 60_000, sizes


def test_a_violation_of_the_policy_would_be_seen(look, standin):
    """The check itself can fail."""
    eyes = look()
    eyes.page.goto(standin.url + "/auth/login")
    eyes.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    eyes.page.wait_for_timeout(200)
    assert any("style-src" in line for line in eyes.wrong), eyes.wrong
    eyes.wrong.clear()
