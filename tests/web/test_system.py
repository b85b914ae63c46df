"""The system page, and the page to try messages."""

from .helpers import each_lang, each_size, wait_live

COUNTER = ("document.querySelector('caredian-app').shadowRoot.querySelector('cd-system').shadowRoot"
           ".querySelector('cd-flow').shadowRoot.querySelector('.counters dd').textContent")


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
    page.wait_for_function(f"before => {COUNTER} !== before", arg=before)
    standin.home.down = set()
    page.locator(".verdict.good").wait_for()
    for word in {"ko": ("가장 오래된 기록", "203일 전", "2.34 B"), "en": ("Oldest record", "203 days ago", "2.34 B")}[lang]:
        page.locator("cd-system").get_by_text(word).first.wait_for()
    eyes.shot("full")
    eyes.accessible()


def test_a_message_that_could_not_be_read_is_tried(signed_in):
    page = signed_in("/system", lang="ko").page
    letter = page.locator("cd-dead-letters li", has_text="meter/7/raw")
    letter.get_by_text("JSON 형식 오류").wait_for()
    letter.get_by_role("button").click()
    page.locator("cd-mapping").get_by_text("읽지 못했습니다").wait_for()
    page.locator("cd-mapping").get_by_text("JSON 형식 오류").wait_for()
    assert page.locator("#topic").input_value() == "meter/7/raw"


def test_a_member_does_not_see_the_system_page(signed_in):
    eyes = signed_in("/", user="minsu")
    wait_live(eyes.page)
    eyes.page.locator("cd-menu #opener").click()
    eyes.page.get_by_text("minsu").wait_for()
    assert eyes.page.locator("nav a").count() == 3
    eyes.network_may_fail = True  # 403 is an answer, and the browser says so
    address = eyes.page.url
    for path in ("system", "mapping"):
        eyes.page.goto(address + path)
        eyes.page.get_by_text("For administrators only").wait_for()


@each_size
@each_lang
def test_what_a_message_becomes(signed_in, size, lang):
    eyes = signed_in("/mapping", lang=lang, size=size, scheme="dark" if lang == "ko" else "light", name="mapping")
    page = eyes.page
    page.locator("#topic").fill("zigbee2mqtt/kitchen/climate")
    page.locator("#payload").fill('{"temperature": 21.5, "state": "ON"}')
    page.locator("#payload").press("Control+Enter")
    page.get_by_text({"ko": "값을 읽었습니다", "en": "Values were read"}[lang]).wait_for()
    table = page.locator("cd-explanation table").inner_text()
    assert "temperature" in table and "21.5" in table and {"ko": "글자", "en": "text"}[lang] in table
    page.get_by_role("button", name={"ko": "모르는 형식", "en": "An unknown format"}[lang]).click()
    page.locator("cd-explanation pre").wait_for()
    assert 'topic: "meter/{level2}/{device}"' in page.locator("cd-explanation pre").inner_text()
    eyes.shot("full")
    eyes.accessible()
    # A rule with long names scrolls by itself, and the page stays as wide as the screen.
    page.locator("#topic").fill("attic/box/state")
    page.locator("#payload").fill('{"relative_humidity_of_the_soil_in_the_attic": 31}')
    page.locator("#payload").press("Control+Enter")
    page.locator("cd-explanation pre", has_text="relative_humidity").wait_for()
    eyes.accessible()


def test_the_rule_is_copied(signed_in, standin):
    eyes = signed_in(None)
    page = eyes.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=standin.url)
    page.goto(standin.url + "/mapping")
    page.get_by_role("button", name="An unknown format").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("ingest:\n  mappings:\n    - topic: ")


def test_an_old_gateway_has_fewer_parts(signed_in, standin):
    standin.home.old = True
    eyes = signed_in("/system")
    page = eyes.page
    page.locator(".verdict").wait_for()
    page.wait_for_timeout(300)
    assert page.get_by_text("Explain a message").count() == 0
    assert page.get_by_text("Messages that could not be read").count() == 0
    assert page.get_by_text("Oldest record").count() == 0
    page.goto(standin.url + "/mapping")
    page.get_by_text("This gateway cannot explain messages yet.").wait_for()
