"""The page of one device: values, charts, entities, messages, what is known; as an old gateway too."""

import re

import pytest

from .helpers import CLIMATE, each_lang, each_size, wait_live


@each_size
@each_lang
def test_a_device_with_its_chart(signed_in, size, lang):
    eyes = signed_in(CLIMATE, lang=lang, size=size, scheme="dark" if lang == "ko" else "light", name="device")
    page = eyes.page
    page.locator("cd-chart canvas").wait_for()
    label = page.locator("cd-chart #plot").get_attribute("aria-label")
    assert re.search({"ko": "온도 그래프, 24시간: 최저 .*°C", "en": "Chart of Temperature, 24 h: lowest .*°C"}[lang], label), label
    for text in {"ko": ("1시간", "7일", "30일", "1년"), "en": ("1 h", "7 d", "30 d", "1 y")}[lang]:
        page.get_by_role("button", name=text, exact=True).click()
        page.locator(f'cd-chart #plot[aria-label*="{text}"]').wait_for()
    page.locator(".records tbody tr").nth(49).wait_for()
    eyes.shot("full")
    page.locator("button.field", has_text={"ko": "습도", "en": "Humidity"}[lang]).click()
    page.locator('cd-chart #plot[aria-label*="%"]').wait_for()
    eyes.accessible()
    link = page.locator("cd-field-chart a[download]").get_attribute("href")
    assert "format=csv" in link and "device=living_room%2Fclimate" in link and "field=humidity" in link


def test_a_flag_is_drawn_as_steps_and_spoken(signed_in):
    eyes = signed_in("/devices/living_room%2Fwindow", lang="ko", size="desktop", name="flag")
    eyes.page.locator("cd-chart canvas").wait_for()
    eyes.page.get_by_role("button", name="1시간", exact=True).click()
    eyes.page.locator('cd-chart #plot[aria-label="여닫힘 그래프, 1시간"]').wait_for()
    eyes.page.get_by_text(re.compile(r"열림 상태 [\d.]+%")).wait_for()
    eyes.page.locator(".records").wait_for()
    assert set(eyes.page.locator(".records td:last-child").all_inner_texts()) == {"열림", "닫힘"}
    eyes.shot("full")


def test_a_text_has_records_and_no_chart(signed_in):
    page = signed_in("/devices/entrance%2Fbutton", lang="ko").page
    page.locator(".records").wait_for()
    assert page.locator("cd-chart").count() == 0
    assert "한 번" in page.locator(".records").inner_text()


def test_a_device_that_is_not_there(signed_in):
    page = signed_in("/devices/attic%2Fghost").page
    page.get_by_text("There is no such device").wait_for()


@each_lang
def test_what_the_device_says_it_has(signed_in, lang):
    eyes = signed_in(CLIMATE + "?tab=entities", lang=lang, size="desktop", name="entities")
    page = eyes.page
    page.locator("cd-device-entities li").nth(3).wait_for()
    text = page.locator("cd-device-entities li").first.inner_text()
    assert {"ko": "온도", "en": "Temperature"}[lang] in text
    assert "°C" in text and "zigbee2mqtt/living_room/climate" in text and "measurement" in text


def test_tabs_by_keyboard_are_kept_in_the_address(signed_in):
    page = signed_in(CLIMATE, size="desktop").page
    page.get_by_role("tab", name="Values").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("tab", name="Entities", selected=True).wait_for()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("tab", name="About", selected=True).wait_for()
    assert page.url.endswith("?tab=about")
    page.reload()
    page.get_by_text("Aqara", exact=True).wait_for()


def test_messages_and_what_they_become(signed_in):
    eyes = signed_in(CLIMATE + "?tab=messages", lang="ko", name="messages")
    page = eyes.page
    page.locator("cd-device-messages li").nth(1).wait_for()
    assert '"temperature": ' in page.locator("cd-device-messages pre").first.inner_text()
    page.get_by_role("button", name="해석 결과 보기").first.click()
    page.locator("cd-explanation").get_by_text("값을 읽었습니다").wait_for()
    assert "temperature" in page.locator("cd-explanation table").inner_text()
    eyes.shot("explained")
    eyes.accessible()
    page.get_by_role("button", name="고쳐서 시험하기").first.click()
    page.locator("cd-mapping").get_by_text("값을 읽었습니다").wait_for()
    assert page.locator("#topic").input_value() == "zigbee2mqtt/living_room/climate"


def test_a_member_changes_nothing(signed_in):
    page = signed_in(CLIMATE + "?tab=messages", user="minsu").page
    page.locator("cd-device-messages li").first.wait_for()
    assert page.get_by_role("button", name="What does it become?").count() == 0
    assert page.get_by_role("button", name="Rename or move").count() == 0
    page.get_by_role("tab", name="About").click()
    page.get_by_text("Sources").wait_for()
    assert page.get_by_role("button", name="Merge into one device").count() == 0


def test_merging_and_splitting(signed_in, standin):
    eyes = signed_in("/devices/living_room%2Ftv_plug?tab=about", size="desktop", name="merge")
    page = eyes.page
    page.get_by_role("button", name="Merge into one device").click()
    page.get_by_role("searchbox").fill("desk plug")
    page.locator("cd-device-merge .found button").click()
    eyes.shot("dialog", full=False)
    eyes.accessible()
    page.get_by_role("button", name="Merge", exact=True).click()
    page.get_by_text("Merged into one device").wait_for()
    assert standin.home.merged == {"study/desk_plug": "living_room/tv_plug"}
    page.locator(".source", has_text="study/desk_plug").wait_for()
    # Its history is that of the source.
    page.get_by_role("tab", name="Values").click()
    page.locator("button.field", has_text="Power (").click()
    page.locator('cd-chart #plot[aria-label*="lowest"]').wait_for()
    assert "device=study%2Fdesk_plug" in page.locator("cd-field-chart a[download]").get_attribute("href")
    page.get_by_role("tab", name="About").click()
    page.get_by_role("button", name="Split off study/desk_plug").click()
    page.get_by_text("Split off", exact=True).first.wait_for()
    page.locator(".source", has_text="study/desk_plug").wait_for(state="detached")
    assert standin.home.merged == {}


@pytest.mark.parametrize("tab", ["", "entities", "messages", "about"])
def test_an_old_gateway_hides_its_part(signed_in, standin, tab):
    """By its own document it is asked for nothing that it does not have."""
    standin.home.old = True
    page = signed_in(CLIMATE + f"?tab={tab}", name="old").page
    wait_live(page)
    chart = 'cd-chart #plot[aria-label*="lowest"]'
    expected = {"": chart, "messages": chart, "entities": "text=This device has not described its entities.", "about": "text=living_room/climate"}
    page.locator(expected[tab]).first.wait_for()
    assert page.get_by_role("tab").all_inner_texts() == ["Values", "Entities", "About"]


def test_a_gateway_without_a_document_is_believed_to_know_all(signed_in, standin):
    standin.home.old = True
    eyes = signed_in(None)
    eyes.network_may_fail = True
    page = eyes.page
    page.route("**/openapi.json", lambda route: route.fulfill(status=502))
    page.goto(standin.url + CLIMATE + "?tab=messages")
    page.get_by_text("This gateway does not show messages yet.").wait_for()
    page.get_by_role("tab", name="Values").click()
    page.locator('cd-chart #plot[aria-label*="lowest"]').wait_for()
