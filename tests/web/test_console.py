"""The console against the stand-in: what it shows, and in which words."""

import gzip
import re

import pytest

from .helpers import CLIMATE, each_lang, each_size, tile, wait_live
from .standin import PASSWORD

@each_size
@each_lang
def test_home_shows_rooms_and_live_values(signed_in, size, lang):
    eyes = signed_in(lang=lang, size=size, name="home")
    page = eyes.page
    wait_live(page)
    words = {"ko": ("우리 집", "거실", "온습도", "누수 감지"), "en": ("My home", "Living room", "Climate", "Leak detected")}[lang]
    assert page.locator("h1").inner_text() == words[0]
    assert page.get_by_role("region", name=words[1]).locator("cd-tile").count() == 5
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
    ("ko", ["욕실 누수 · 누수 감지", "현관 움직임 · 배터리 6%", "서재 온습도 · 3시간 전부터 응답 없음"]),
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


def test_moving_between_pages_without_a_reload(signed_in):
    page = signed_in("/").page
    wait_live(page)
    page.evaluate("window.kept = true")
    tile(page, "kitchen/climate").click()
    page.locator("cd-device h1").wait_for()
    assert page.url.endswith("/devices/kitchen%2Fclimate")
    page.locator("nav").get_by_text("System").click()
    page.locator(".verdict").wait_for()
    page.get_by_text("Explain a message").click()
    page.locator("cd-mapping h1").wait_for()
    page.go_back()
    page.locator("cd-system h1").wait_for()
    page.go_back()
    page.locator("cd-device h1").wait_for()
    page.locator(".back").click()
    page.locator("cd-devices h1").wait_for()
    page.locator("nav").get_by_text("History").click()
    page.locator("cd-history h1").wait_for()
    page.locator(".brand").click()
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
