"""What holds for every page: nothing for axe to find, in both languages and themes, at every width;
nothing jumps; names that mean harm do none."""

import pytest

from .helpers import CLIMATE, LANGS, each_lang, series

PAGES = {
    "home": ("/", "cd-tile"),
    "devices": ("/devices", "cd-device-row"),
    "device": (CLIMATE, "cd-chart canvas"),
    "entities": (CLIMATE + "?tab=entities", "cd-device-entities li"),
    "control": ("/devices/living_room%2Ftv_plug?tab=control", "cd-tell"),
    "messages": (CLIMATE + "?tab=messages", "cd-device-messages li"),
    "about": (CLIMATE + "?tab=about", "cd-device-about dd"),
    "history": ("/history?" + series("kitchen/climate zigbee temperature", "kitchen/climate zigbee humidity", "kitchen/window zigbee contact") + "&compare=week", "cd-legend dl"),
    "catalogue": ("/catalogue", "cd-catalogue td"),
    "keys": ("/keys", "cd-keys li"),
    "account": ("/account", "cd-account-sessions li"),
    "mapping": ("/mapping", "cd-mapping textarea"),
    "people": ("/people", "cd-people li"),
    "roles": ("/roles", "cd-roles article"),
    "access": ("/access?who=person%3Aeve", "cd-access #count"),
    "audit": ("/audit", "cd-audit li"),
    "enrolment": ("/enrolment", "cd-enrolment li"),
    "system": ("/system", "cd-dead-letters li"),
}
each_page = pytest.mark.parametrize("name", PAGES)
# (language, theme, size, width): each language in each theme, phones from 320 pixels on.
LOOKS = [("ko", "light", "phone", None), ("ko", "dark", "desktop", None), ("en", "dark", "phone", 360), ("en", "light", "desktop", None), ("ko", "dark", "phone", 320)]


@each_page
@pytest.mark.parametrize("lang,scheme,size,width", LOOKS)
def test_nothing_serious_for_axe_and_nothing_too_wide(signed_in, name, lang, scheme, size, width):
    path, there = PAGES[name]
    eyes = signed_in(path, lang=lang, scheme=scheme, size=size, width=width, name=f"every-{width or 'full'}-{name}")
    eyes.page.locator(there).first.wait_for()
    eyes.page.locator(".live.on").wait_for()
    eyes.page.wait_for_timeout(400)
    eyes.shot("page")
    eyes.accessible()


@each_page
@pytest.mark.parametrize("size,slow,processor", [("phone", 0.15, 1), ("desktop", 0.15, 1), ("phone", 0.5, 6)])
def test_nothing_jumps(signed_in, standin, name, size, slow, processor):
    """Also where answers take half a second and the phone's processor is six times slower."""
    standin.home.slow = slow
    path, there = PAGES[name]
    eyes = signed_in(None, size=size)
    page = eyes.page
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": processor})
    page.goto(standin.url + path)
    page.locator(there).first.wait_for()
    page.wait_for_timeout(1_200 if processor == 1 else 3_000)
    assert eyes.shift() < 0.05


HOSTILE = {
    "script": '<script>window.harm = 1</script>', "image": '<img src=x onerror="window.harm=1">', "attribute": '"><svg onload=window.harm=1>',
    "lit": "${window.harm=1}<!--?lit$-->", "turned": "\u202eEVIL\u2066\u2067 abc", "arabic": "غرفة المعيشة / مستشعر", "long": "x" * 10_000,
    "longwords": "word " * 2_000, "stacked": "Z" + "\u0301" * 300, "emoji": "👩‍👩‍👧‍👦🏠" * 50, "null": "a\u0000b\u0007c", "blank": "\u200b\u2060", "path": "../../../etc/passwd",
    "proto": "__proto__", "constructor": "constructor", "percent": "100%25 /?#&=~", "newline": "two\nlines\r\nthree", "korean": "가" * 5_000,
}


@pytest.fixture
def hostile(standin):
    """Devices whose names, fields, units, rooms and texts were made to do harm."""
    home = standin.home
    for key, text in HOSTILE.items():
        home.devices[f"{text[:3000]}/{key}"] = ("zigbee", {"temperature": lambda t: 20.5, text[:3000]: lambda t: 1.0, "state": lambda t, text=text: text}, 1)
        home.devices[key] = (text[:200], {"value": lambda t: 3.0, "battery": lambda t: 3.0}, 9_000)
        home.names[key] = text
        home.areas[key] = text
    home.dead_letters = [{"time": 1, "topic": text, "payload": text, "reason": text} for text in HOSTILE.values()]
    return standin


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path,there", [("/", "cd-tile"), ("/devices", "cd-device-row"), ("/system", "cd-dead-letters li"), ("/history", "cd-history h1")])
def test_names_that_mean_harm_do_none(signed_in, hostile, lang, path, there):
    eyes = signed_in(path, lang=lang, name="hostile" + path.replace("/", "-"))
    page = eyes.page
    page.locator(there).first.wait_for()
    if path == "/history":
        page.get_by_role("combobox").first.click()
        page.get_by_role("option").first.wait_for()
    page.wait_for_timeout(700)
    eyes.shot("page")
    eyes.accessible()
    assert page.evaluate("window.harm") is None
    tallest = page.evaluate("Math.max(0, ...[...document.querySelector('caredian-app').shadowRoot.querySelectorAll('cd-home')]"
                            ".flatMap(h => [...h.shadowRoot.querySelectorAll('cd-room')]).flatMap(r => [...r.shadowRoot.querySelectorAll('cd-tile')])"
                            ".map(t => t.getBoundingClientRect().height))")
    assert tallest < 400, tallest


@pytest.mark.parametrize("key", ["script", "turned", "long", "stacked", "percent", "proto"])
@pytest.mark.parametrize("lang, tab", [("en", "values"), ("ko", "values"), ("ko", "entities"),
                                       ("ko", "messages"), ("ko", "about")])
def test_a_device_whose_name_means_harm(signed_in, hostile, lang, key, tab):
    eyes = signed_in("/devices?q=" + key, lang=lang, name=f"hostile-{key}")
    page = eyes.page
    page.locator("cd-device-row").last.click()
    page.locator("cd-device h1").wait_for()
    page.locator(f"#tab-{tab}").click()
    page.wait_for_timeout(500)
    eyes.shot(tab)
    eyes.accessible()
    assert page.evaluate("window.harm") is None
    assert page.locator("cd-device h1").bounding_box()["height"] < 200


def test_motion_is_reduced_where_that_is_wished(signed_in):
    """The tests' browser wishes it: nothing is animated."""
    page = signed_in("/").page
    page.locator("cd-tile").nth(5).wait_for()
    page.wait_for_timeout(1_000)
    assert page.evaluate("document.getAnimations().filter(a => a.playState === 'running').length") == 0
