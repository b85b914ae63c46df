"""What a hand can do with a device from its page, and what came of it."""

import pytest

from .helpers import CLIMATE, each_lang, each_size

PLUG = "/devices/living_room%2Ftv_plug?tab=control"


def card(page, name):
    """Names that the device gives itself are shown as they are."""
    return page.locator("cd-tell", has_text=name)


@each_size
@each_lang
def test_every_kind_of_control(signed_in, standin, size, lang):
    eyes = signed_in(PLUG, lang=lang, size=size, scheme="dark" if lang == "ko" else "light", name="control")
    page = eyes.page
    page.locator("cd-tell").nth(5).wait_for()
    toggle = page.get_by_role("switch")
    before = toggle.get_attribute("aria-checked") == "true"
    toggle.click()
    page.locator(f'cd-tell button[aria-checked="{str(not before).lower()}"]').wait_for()
    page.get_by_text({"ko": "120 ms 만에 됐습니다", "en": "Done in 120 ms"}[lang]).wait_for()
    card(page, "Indicator lamp").get_by_role("button", name="night").click()
    card(page, "Indicator lamp").locator('button[aria-pressed="true"]', has_text="night").wait_for()
    card(page, "Indicator lamp").locator(".good").wait_for()
    card(page, "Power-on behaviour").get_by_role("combobox").select_option("restore")
    card(page, "Power-on behaviour").locator(".good").wait_for()
    card(page, "Limit").get_by_role("textbox").fill("55")
    card(page, "Limit").get_by_role("textbox").press("Enter")
    card(page, "Limit").locator(".top", has_text="55").wait_for()
    card(page, "Restart").get_by_role("button").click()
    card(page, "Restart").locator(".good").wait_for()
    card(page, "Label").get_by_role("textbox").fill("거실 TV")
    card(page, "Label").get_by_role("button").click()
    card(page, "Label").locator(".top", has_text="거실 TV").wait_for()
    page.locator("cd-told li").nth(5).wait_for()
    assert [one["request"]["value"] for one in standin.home.commands.told] == ["거실 TV", "PRESS", 55, "restore", "night", not before]
    assert "anna" in page.locator("cd-told li").first.inner_text()
    eyes.shot("full")
    eyes.accessible()


@each_lang
def test_what_goes_wrong_is_said_and_may_be_tried_again(signed_in, standin, lang):
    eyes = signed_in(PLUG, lang=lang, name="control-trouble")
    eyes.network_may_fail = True
    page = eyes.page
    limit = card(page, "Limit")
    box = limit.get_by_role("textbox")
    box.fill("13")
    box.press("Enter")
    limit.get_by_text({"ko": "제때 답하지 않았습니다", "en": "did not answer in time"}[lang]).wait_for()
    page.locator("cd-told", has_text={"ko": "답 없음", "en": "No answer"}[lang]).wait_for()
    eyes.shot("no-answer")
    again = {"ko": "다시 보내기", "en": "Try again"}[lang]
    limit.get_by_role("button", name=again).click()
    page.locator("cd-told li").nth(1).wait_for()  # a command of its own
    box.fill("14")
    box.press("Enter")
    limit.get_by_text("the broker is away").wait_for()
    assert limit.get_by_role("button", name=again).count() == 1
    box.fill("15")
    box.press("Enter")
    limit.get_by_text("15 is not what it takes").wait_for()
    assert limit.get_by_role("button", name=again).count() == 0
    eyes.accessible()


@pytest.mark.parametrize("text", ["101", "-1", "1e1", "ten", ""])
def test_what_the_device_cannot_take_is_not_sent(signed_in, standin, text):
    page = signed_in(PLUG).page
    limit = card(page, "Limit")
    limit.get_by_role("textbox").fill(text)
    assert limit.get_by_role("textbox").get_attribute("aria-invalid") == "true"
    assert limit.get_by_role("button").is_disabled()
    limit.get_by_role("textbox").press("Enter")
    assert standin.home.commands.told == []


def test_a_lost_answer_is_asked_for_by_the_same_key(signed_in, standin):
    eyes = signed_in(PLUG)
    eyes.network_may_fail = True
    page = eyes.page
    toggle = page.get_by_role("switch")
    toggle.wait_for()
    # The gateway hears it; its answer is lost on the way.
    page.route("**/commands", lambda route: (route.fetch(), route.abort())[1] if route.request.method == "POST" else route.continue_(), times=1)
    toggle.click()
    page.get_by_role("button", name="Try again").click()
    page.locator("cd-tell .good").wait_for()
    assert len(standin.home.commands.told) == 1


def test_only_what_can_be_told_has_the_tab(signed_in):
    page = signed_in(CLIMATE, size="desktop").page
    page.locator("cd-chart canvas").wait_for()
    assert page.get_by_role("tab", name="Control").count() == 0
    page = signed_in(CLIMATE + "?tab=control").page
    page.get_by_text("Nothing of this device can be controlled").wait_for()


def test_an_old_gateway_has_no_such_tab(signed_in, standin):
    standin.home.old = True
    page = signed_in(PLUG).page
    page.locator("cd-chart canvas").wait_for()
    assert page.get_by_role("tab", name="Control").count() == 0
