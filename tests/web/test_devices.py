"""The list of devices: finding, sorting, renaming, moving, merging."""

import re

from .helpers import each_lang, each_size, wait_live


def names(page):
    return [text.strip() for text in page.locator("cd-device-row .name").all_inner_texts()]


def rows(page, count):
    """Waits until the list has so many lines."""
    page.wait_for_function(
        "n => document.querySelector('caredian-app').shadowRoot?.querySelector('cd-devices')?.shadowRoot"
        "?.querySelectorAll('cd-device-row').length === n", arg=count)


@each_size
@each_lang
def test_the_list(signed_in, size, lang):
    eyes = signed_in("/devices", lang=lang, size=size, scheme="dark" if size == "desktop" else "light", name="devices")
    wait_live(eyes.page)
    rows(eyes.page, 26)
    eyes.shot("full")
    eyes.accessible()


def test_searching_and_filtering_are_kept_in_the_address(signed_in):
    page = signed_in("/devices", lang="ko", size="desktop").page
    rows(page, 26)
    page.get_by_role("searchbox").fill("온습도")
    rows(page, 5)
    page.get_by_role("searchbox").fill("aqara motion 거실")
    rows(page, 1)
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name=re.compile("배터리 부족 1")).click()
    rows(page, 1)
    assert names(page) == ["움직임"]
    page.get_by_role("button", name=re.compile("응답 없음 1")).click()
    rows(page, 1)
    page.get_by_role("button", name=re.compile("전체 26")).click()
    page.get_by_role("combobox", name="방", exact=True).select_option(label="주방")
    rows(page, 5)
    page.get_by_role("combobox", name="정렬").select_option("battery")
    assert page.url.endswith("?room=kitchen&sort=battery")
    page.reload()
    rows(page, 5)
    assert names(page)[0] == "누수"
    page.get_by_role("searchbox").fill("없는 것")
    page.get_by_role("button", name="조건 지우기").click()
    rows(page, 26)


def test_renaming_and_moving(signed_in, standin):
    eyes = signed_in("/devices", name="edit")
    page = eyes.page
    page.get_by_role("button", name="Rename or move Button").click()
    page.locator("dialog").wait_for()
    eyes.shot("dialog", full=False)
    eyes.accessible()
    page.get_by_role("textbox", name="Name").fill("Door bell")
    page.locator("#area").fill("Porch")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved").wait_for()
    page.locator("dialog").wait_for(state="detached")
    assert standin.home.names == {"entrance/button": "Door bell"} and standin.home.areas == {"entrance/button": "Porch"}
    row = page.locator("cd-device-row", has_text="Door bell")
    row.get_by_text("Porch").wait_for()
    page.get_by_role("button", name="Rename or move Door bell").click()
    page.get_by_role("textbox", name="Name").fill("")
    page.keyboard.press("Enter")
    page.locator("cd-device-row", has_text="Door bell").wait_for(state="detached")
    assert standin.home.names == {} and standin.home.areas == {"entrance/button": "Porch"}


@each_lang
def test_no_room_and_back_to_a_guess(signed_in, standin, lang):
    eyes = signed_in("/devices?q=kitchen%2Fclimate", lang=lang, size="desktop", name="no-room")
    page = eyes.page
    words = {"ko": ("이름과 방 바꾸기", "방 없음", "자동", "저장", "저장했습니다"), "en": ("Rename or move", "No room", "Automatic", "Save", "Saved")}[lang]
    edit, none, automatic, save, saved = words
    for press, kept in [(none, {"kitchen/climate": ""}), (automatic, {})]:
        rows(page, 1)
        page.locator("button.edit").click()
        pressed = page.get_by_role("button", name=press, exact=True)
        pressed.click()
        assert pressed.get_attribute("aria-pressed") == "true"
        eyes.shot("dialog-" + ("none" if press == none else "automatic"), full=False)
        eyes.accessible()
        page.get_by_role("button", name=save).click()
        page.locator("dialog").wait_for(state="detached")
        assert standin.home.areas == kept
        room = {"ko": ("그 밖의 기기", "주방"), "en": ("Other devices", "Kitchen")}[lang][press == automatic]
        page.locator("cd-device-row").get_by_text(room + " ·").wait_for()


def test_a_dialog_by_keyboard(signed_in):
    page = signed_in("/devices").page
    page.get_by_role("button", name="Rename or move Bed", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("dialog").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    deepest = "(function f(n) { const e = n.activeElement; return e && e.shadowRoot && e.shadowRoot.activeElement ? f(e.shadowRoot) : e })(document)"
    assert page.evaluate(f"{deepest}.getAttribute('aria-label')") == "Rename or move Bed"


def test_several_at_once(signed_in, standin):
    eyes = signed_in("/devices?q=%2Fwindow", name="select")
    page = eyes.page
    rows(page, 2)
    page.get_by_role("button", name="Select").click()
    boxes = page.get_by_role("checkbox")
    boxes.nth(0).check()
    assert page.get_by_role("button", name="Merge").is_disabled()
    boxes.nth(1).check()
    page.get_by_text("2 selected").wait_for()
    eyes.shot("actions", full=False)
    eyes.accessible()
    page.get_by_role("button", name="Set room").click()
    page.locator("#area").fill("Attic")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved").wait_for()
    assert standin.home.areas == {"kitchen/window": "Attic", "living_room/window": "Attic"}
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="Merge").click()
    page.get_by_role("button", name="Swap").click()
    page.locator("cd-device-merge").get_by_role("button", name="Merge", exact=True).click()
    page.get_by_text("Merged into one device").wait_for()
    rows(page, 1)


def test_a_member_only_looks(signed_in):
    page = signed_in("/devices", user="minsu").page
    rows(page, 26)
    assert page.get_by_role("button", name="Select").count() == 0
    assert page.get_by_role("button", name=re.compile("Rename")).count() == 0


def test_an_old_gateway_offers_no_changes(signed_in, standin):
    standin.home.old = True
    page = signed_in("/devices").page
    rows(page, 26)
    assert page.get_by_role("button", name="Select").count() == 0
    assert page.get_by_role("button", name=re.compile("Rename")).count() == 0


def test_a_thousand_devices(signed_in, standin):
    for i in range(2_000):
        standin.home.devices[f"flood/{i:04}"] = ("home", {"temperature": lambda t: 20.0}, 90)
    page = signed_in("/devices").page
    rows(page, 100)
    page.get_by_role("button", name="Show 100 more").click()
    rows(page, 200)
    page.get_by_role("searchbox").fill("flood 1999")
    rows(page, 1)
    page.locator("nav").get_by_text("Home").click()
    page.get_by_role("region", name="Flood").locator("cd-tile").nth(23).wait_for()
    assert page.get_by_role("region", name="Flood").locator("cd-tile").count() == 24
