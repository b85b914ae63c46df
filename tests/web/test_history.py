"""The history page: finding values, ranges, zooming by every means, comparing, taking away."""

import re

import pytest

from .helpers import each_lang, each_size, series

THREE = "/history?" + series("living_room/climate zigbee temperature", "living_room/air home co2", "living_room/window zigbee contact")
ONE = "/history?" + series("kitchen/climate zigbee temperature")


def drawn(page):
    page.locator("cd-chart canvas").wait_for()
    page.locator("cd-legend dl").first.wait_for()


def span(page):
    """Seconds that the address says, once it says any."""
    page.wait_for_url(re.compile("from="))
    return page.evaluate("[...['from', 'to'].map(k => Date.parse(new URLSearchParams(location.search).get(k)) / 1000)]")


def plot_box(page):
    """Where the plot is. It is drawn anew after a change, and one that is gone has no box."""
    for _ in range(100):
        if box := page.locator("cd-chart .u-over").bounding_box():
            return box
        page.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError("the chart has no plot")


@each_size
@each_lang
def test_several_values_beside_yesterday(signed_in, size, lang):
    eyes = signed_in(THREE + "&range=today&compare=day", lang=lang, size=size, scheme="dark" if lang == "en" else "light", name="history")
    page = eyes.page
    drawn(page)
    assert page.locator("cd-legend li").count() == 3
    for word in {"ko": ("거실 온습도 · 온도", "하루 전", "열림"), "en": ("Living room Climate · Temperature", "a day earlier", "Open")}[lang]:
        page.locator("cd-legend").get_by_text(word).first.wait_for()
    option = page.locator("cd-history-range select option:checked").inner_text()
    assert option == {"ko": "어제와 비교", "en": "Compare with yesterday"}[lang]
    eyes.shot("full")
    eyes.accessible()


@each_lang
def test_an_empty_chart_offers_sets(signed_in, lang):
    eyes = signed_in("/history", lang=lang, name="history-empty")
    page = eyes.page
    page.get_by_role("button", name={"ko": "방마다 온도", "en": "Temperature by room"}[lang]).click()
    drawn(page)
    assert page.locator("cd-legend li").count() == 8
    page.get_by_text({"ko": "한 번에 8개까지", "en": "Up to 8 values"}[lang]).wait_for()
    assert page.get_by_role("combobox").first.is_disabled()
    eyes.shot("eight")
    page.get_by_role("button", name={"ko": "모두 빼기", "en": "Remove all"}[lang]).click()
    page.locator("cd-legend").wait_for(state="detached")
    eyes.shot("empty", full=False)
    eyes.accessible()


def test_finding_a_value_by_keyboard(signed_in):
    eyes = signed_in("/history", lang="ko", size="desktop", name="picker")
    page = eyes.page
    box = page.get_by_role("combobox", name="그래프에 넣을 값 찾기")
    box.click()
    box.press_sequentially("주방 온도")
    page.get_by_role("option", name=re.compile("주방 온습도 · 온도")).wait_for()
    eyes.shot("open", full=False)
    eyes.accessible()
    page.keyboard.press("Enter")
    drawn(page)
    assert "s=kitchen%252Fclimate%7Ezigbee%7Etemperature" in page.url
    box.press_sequentially("거실")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("cd-legend li").nth(1).wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^주방 온습도 · 온도 빼기")).click()
    page.locator("cd-legend li").nth(1).wait_for(state="detached")


def test_the_page_remembers(signed_in):
    page = signed_in(ONE + "&range=7d").page
    drawn(page)
    page.locator("nav").get_by_text("Home").click()
    page.locator("nav").get_by_text("History").click()
    drawn(page)
    assert "range=7d" in page.url


def test_zooming_by_buttons_keys_mouse_and_wheel(signed_in):
    page = signed_in(ONE + "&range=30d", size="desktop").page
    drawn(page)
    page.get_by_role("button", name="Zoom in").click()
    length = lambda: (lambda s: s[1] - s[0])(span(page))
    first = length()
    assert abs(first - 15 * 86400) < 60
    # The address is written first, then the page is drawn anew.
    drawn_anew = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    page.evaluate(drawn_anew)
    page.locator("cd-chart #plot").focus()
    page.keyboard.press("+")
    page.wait_for_function("n => { const p = new URLSearchParams(location.search); return (Date.parse(p.get('to')) - Date.parse(p.get('from'))) / 1000 < n }", arg=first * 0.7)
    before = span(page)
    page.evaluate(drawn_anew)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("t => Date.parse(new URLSearchParams(location.search).get('to')) / 1000 < t - 60", arg=before[1])
    assert abs(length() - (before[1] - before[0])) < 2
    # Dragging selects.
    box = plot_box(page)
    before = span(page)
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 90, steps=6)
    page.mouse.up()
    page.wait_for_function("n => { const p = new URLSearchParams(location.search); return (Date.parse(p.get('to')) - Date.parse(p.get('from'))) / 1000 < n }", arg=(before[1] - before[0]) * 0.6)
    assert abs(length() / (before[1] - before[0]) - 0.5) < 0.05
    # Ctrl and the wheel zoom about the pointer.
    before = span(page)
    page.mouse.move(box["x"] + 2, box["y"] + 80)
    page.keyboard.down("Control")
    page.mouse.wheel(0, 300)
    page.keyboard.up("Control")
    page.wait_for_function("n => { const p = new URLSearchParams(location.search); return (Date.parse(p.get('to')) - Date.parse(p.get('from'))) / 1000 > n }", arg=(before[1] - before[0]) * 1.5)
    assert abs(span(page)[0] - before[0]) < (before[1] - before[0]) * 0.1
    # A double click goes back to the range.
    page.mouse.dblclick(box["x"] + 200, box["y"] + 80)
    page.wait_for_url(re.compile(r"range=30d$"))


def touch(page, kind, *points):
    session = touch.session = getattr(touch, "session", None) or page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]})


def test_two_fingers_zoom_and_one_pans(signed_in):
    page = signed_in(ONE + "&range=30d").page
    touch.session = None
    drawn(page)
    box = plot_box(page)
    y = box["y"] + 100
    at = lambda share: box["x"] + box["width"] * share
    touch(page, "touchStart", (at(0.4), y), (at(0.6), y))
    for step in range(1, 6):
        touch(page, "touchMove", (at(0.4 - 0.04 * step), y), (at(0.6 + 0.04 * step), y))
    touch(page, "touchEnd")
    begin, end = span(page)
    assert abs((end - begin) - 10 * 86400) < 86400, (end - begin) / 86400
    touch(page, "touchStart", (at(0.3), y))
    for step in range(1, 8):
        touch(page, "touchMove", (at(0.3 + 0.08 * step), y))
    touch(page, "touchEnd")
    page.wait_for_function("t => Date.parse(new URLSearchParams(location.search).get('to')) / 1000 < t - 86400", arg=end)
    moved = span(page)
    assert abs((moved[1] - moved[0]) - (end - begin)) < 2


def test_dates_by_hand(signed_in):
    page = signed_in(ONE, size="desktop").page
    drawn(page)
    page.get_by_role("button", name="Choose dates").click()
    page.get_by_role("textbox", name="From").fill("2099-01-02T03:04")
    page.get_by_role("textbox", name="To", exact=True).fill("2099-01-01T00:00")  # the wrong way round
    page.get_by_role("button", name="Show", exact=True).click()
    begin, end = span(page)
    assert end - begin == 27 * 3600 + 240
    page.get_by_text("No records").wait_for()


def test_what_is_at_the_pointer_is_read_out(signed_in):
    eyes = signed_in(THREE + "&range=24h", size="desktop", name="pointer")
    page = eyes.page
    drawn(page)
    box = plot_box(page)
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 120)
    text = page.locator(".pointed").inner_text()
    assert "°C" in text and "ppm" in text and re.search("Open|Closed", text), text
    eyes.shot("hover", full=False)
    page.mouse.move(10, 10)
    page.locator(".pointed").wait_for(state="detached")


def test_csv_of_the_chart_and_of_the_records(signed_in, standin):
    page = signed_in(THREE + "&range=1h&compare=day", size="desktop").page
    drawn(page)
    with page.expect_download() as got:
        page.get_by_role("button", name="CSV of the chart").click()
    lines = open(got.value.path(), encoding="utf-8").read().splitlines()
    assert lines[0].startswith("time,") and "Living room Climate · Temperature" in lines[0]
    assert len(lines) > 20 and got.value.suggested_filename.endswith(".csv")
    with page.expect_download() as got:
        page.get_by_role("link", name=re.compile("Temperature: CSV of the records")).click()
    assert open(got.value.path(), encoding="utf-8").readline().strip() == "time,measurement,device,field,value"


@pytest.mark.parametrize("address", [
    "?s=~~~&s=%25&range=x&compare=y&from=1&to=2", "?" + series("gone/device zigbee temperature"),
    "?from=0001-01-01&to=9999-12-31&" + series("kitchen/climate zigbee temperature"),
])
def test_an_address_that_somebody_made_up(signed_in, address):
    page = signed_in("/history" + address).page
    page.locator("cd-history h1").wait_for()
    page.wait_for_timeout(400)


def test_an_old_gateway_is_asked_for_windows(signed_in, standin):
    standin.home.old = True
    eyes = signed_in(THREE, size="desktop")
    drawn(eyes.page)
    eyes.page.locator("cd-legend dl").nth(2).wait_for()


def test_an_answer_that_fails_is_said_and_the_old_chart_stays(signed_in, standin):
    eyes = signed_in(ONE)
    eyes.network_may_fail = True
    page = eyes.page
    drawn(page)
    page.route("**/api/v1/readings*", lambda route: route.fulfill(
        status=500, content_type="application/problem+json", body='{"detail":"the disk is full"}'))
    page.get_by_role("button", name="7 d").click()
    page.get_by_text("the disk is full").wait_for()
    page.unroute("**/api/v1/readings*")
    page.get_by_role("button", name="24 h").click()
    page.get_by_text("the disk is full").wait_for(state="detached")
