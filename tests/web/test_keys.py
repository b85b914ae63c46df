"""API keys in the console: made, shown once, revoked."""

import pytest

from .helpers import LANGS, SIZES


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
def test_a_key_is_made_shown_once_and_revoked(signed_in, standin, lang, size):
    eyes = signed_in("/", lang=lang, size=size, name="keys")
    page = eyes.page
    page.locator("cd-menu #opener").click()
    page.locator("cd-menu a[href='/keys']").click()
    page.locator("cd-keys li").nth(1).wait_for()
    assert page.locator("cd-menu #panel").count() == 0
    page.locator("cd-keys #add").click()
    page.locator("cd-key-add #name").fill('<img src=x onerror="window.harm=1"> 시계')
    page.locator("cd-key-add input[value=verify]").check()
    page.locator("cd-key-add #addresses").fill("10.0.0.0/8, ::1")
    eyes.shot("add")
    eyes.accessible()
    page.locator("cd-key-add .primary").click()
    shown = page.locator("cd-key-add code")
    shown.wait_for()
    assert shown.inner_text().startswith("cdk_") and len(shown.inner_text()) == 64
    eyes.shot("made")
    eyes.accessible()
    page.locator("cd-key-add .primary").click()
    made = page.locator("cd-keys li").nth(2)
    made.wait_for()
    assert "s" * 20 not in page.locator("cd-keys").inner_text()
    assert "10.0.0.0/8, ::1" in made.inner_text()
    kept = standin.home.keys[-1]
    assert kept["scopes"] == ["read", "verify"] and kept["role"] == "member"
    made.locator("button").click()
    eyes.shot("revoke")
    page.locator("cd-keys #revoke").click()
    made.wait_for(state="detached")
    assert len(standin.home.keys) == 2 and page.evaluate("window.harm") is None


def test_what_the_gateway_refuses_is_said(signed_in):
    eyes = signed_in("/keys", user="minsu")
    eyes.network_may_fail = True  # the browser says that a request was refused
    page = eyes.page
    page.get_by_text("No keys yet").wait_for()
    page.locator("cd-keys #add").click()
    assert page.locator("cd-key-add input[value=admin]").count() == 0, "a member's key administrates nothing"
    page.locator("cd-key-add #name").fill("a")
    page.locator("cd-key-add input[value=read]").uncheck()
    page.locator("cd-key-add .primary").click()
    page.get_by_role("alert").get_by_text("at least one").wait_for()
