"""Devices that sign in at the broker: added, given something this once, revoked, removed."""

import pytest

from .helpers import LANGS, SIZES


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
def test_a_device_gets_a_code(signed_in, standin, lang, size):
    eyes = signed_in("/people", lang=lang, size=size, name="enrolment")
    page = eyes.page
    page.locator("cd-people .sections a[href='/enrolment']").click()
    page.locator("cd-enrolment li").nth(4).wait_for()
    eyes.shot("list")
    page.locator("cd-enrolment #add").click()
    page.locator("cd-enrolment-add #id").fill("bedroom-lamp")
    page.locator("cd-enrolment-add #convention").select_option("esphome")
    eyes.shot("add")
    eyes.accessible()
    page.locator("cd-enrolment-add .primary").click()
    shown = page.locator("cd-enrolment-given code")
    shown.wait_for()
    assert shown.inner_text() == "K7PM-2QXA-9FNT-HW3C-Y8RD"
    assert page.locator("cd-enrolment-given img").evaluate(
        "image => image.decode().then(() => image.naturalWidth > 0)")
    eyes.shot("code")
    eyes.accessible()
    page.locator("cd-enrolment-given .primary").click()
    page.locator("cd-enrolment li").nth(5).wait_for()
    assert "K7PM" not in page.locator("cd-enrolment").inner_text()
    assert standin.home.enrolment.devices[-1]["convention"] == "esphome"


@pytest.mark.parametrize("lang", LANGS)
def test_files_and_passwords(signed_in, lang):
    eyes = signed_in("/enrolment", lang=lang, name="enrolment-files")
    page = eyes.page
    page.locator("cd-enrolment #add").click()
    page.locator("cd-enrolment-add #id").fill("bath")
    page.locator("cd-enrolment-add input[value=files]").check()
    page.locator("cd-enrolment-add .primary").click()
    saved = page.locator("cd-enrolment-given .files button")
    saved.first.wait_for()
    assert saved.count() == 3
    eyes.shot("given")
    eyes.accessible()
    for number, (name, text) in enumerate((("bath.crt", "\nB\n"), ("bath.key", "\nC\n"), ("ca.crt", "\nA\n"))):
        with page.expect_download() as download:
            saved.nth(number).click()
        assert download.value.suggested_filename == name
        assert text in open(download.value.path(), encoding="utf-8").read()
    page.locator("cd-enrolment-given .primary").click()
    page.locator("cd-enrolment li", has_text="old-plug").locator("button").click()
    page.locator("cd-enrolment-device #renew").click()
    page.locator("cd-enrolment-given dd", has_text="made-up").wait_for()
    eyes.shot("password")
    eyes.accessible()


@pytest.mark.parametrize("lang", LANGS)
def test_revoked_and_removed(signed_in, standin, lang):
    eyes = signed_in("/enrolment", lang=lang, size="desktop", name="enrolment-end")
    page = eyes.page
    row = page.locator("cd-enrolment li", has_text="kitchen")
    row.locator("button").click()
    eyes.shot("device")
    page.locator("cd-enrolment-device #revoke").click()
    eyes.shot("sure")
    eyes.accessible()
    page.locator("cd-enrolment-device #sure").click()
    row.locator(".alert").wait_for()
    row.locator("button").click()
    page.locator("cd-enrolment-device #remove").click()
    row.wait_for(state="detached")
    assert [one["id"] for one in standin.home.enrolment.devices].count("kitchen") == 0


def test_refusals_are_said_in_the_readers_language(signed_in):
    eyes = signed_in("/enrolment", lang="ko", name="enrolment-refused")
    eyes.network_may_fail = True
    page = eyes.page
    page.locator("cd-enrolment #add").click()
    for name, words in (("Küche", "소문자"), ("admin", "쓸 수 없는 ID"), ("kitchen", "같은 ID")):
        page.locator("cd-enrolment-add #id").fill(name)
        page.locator("cd-enrolment-add .primary").click()
        page.get_by_role("alert").get_by_text(words).wait_for()
    eyes.shot("said")


def test_without_a_broker(signed_in, standin):
    standin.home.enrolment.has_broker = False
    eyes = signed_in("/enrolment", name="enrolment-none")
    eyes.page.locator("cd-enrolment .notice").wait_for()
    assert eyes.page.locator("cd-enrolment #add").count() == 0
    eyes.shot("page")
    eyes.accessible()
