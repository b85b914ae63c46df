"""The console against the stand-in when things fail: what it says, and how it goes on by itself."""

import time

from .helpers import CLIMATE, tile, wait_live


def test_a_session_that_ends_elsewhere_leads_to_the_sign_in_page(signed_in, standin):
    eyes = signed_in(CLIMATE)
    eyes.network_may_fail = True
    wait_live(eyes.page)
    standin.home.sessions.clear()
    eyes.page.wait_for_url("**/auth/login?return_to=%2Fdevices%2Fliving_room%252Fclimate")


def test_the_server_restarts_while_a_page_is_open(signed_in, standin):
    measured = {"value": 20.0}
    standin.home.devices["study/probe"] = ("home", {"temperature": lambda t: measured["value"]}, 1)
    eyes = signed_in(name="offline")
    eyes.network_may_fail = True
    page = eyes.page
    wait_live(page)
    standin.stop()
    page.get_by_text("Connection lost. Reconnecting…").wait_for()
    eyes.shot("banner", full=False)
    measured["value"] = 33.3  # nobody saw it happen
    standin.home.devices["attic/climate"] = ("zigbee", {"temperature": lambda t: 9.5}, 1)
    standin.start()
    wait_live(page)
    tile(page, "study/probe").get_by_text("33.3").wait_for()
    tile(page, "attic/climate").get_by_text("9.5").wait_for()
    page.get_by_text("Connected again").wait_for()
    page.get_by_text("Connection lost").wait_for(state="detached")
    measured["value"] = 44.4
    tile(page, "study/probe").get_by_text("44.4").wait_for()


def test_a_stream_that_is_refused_is_opened_again(signed_in, standin):
    """A proxy's 502 ends an EventSource for good: the console must open a new one."""
    eyes = signed_in(None)
    eyes.network_may_fail = True
    page = eyes.page
    refused = []

    def refuse(route):
        refused.append(time.monotonic())
        if len(refused) <= 2:
            route.fulfill(status=502, body="bad gateway")
        else:
            route.continue_()

    page.route("**/api/v1/stream", refuse)
    page.goto(standin.url)
    wait_live(page)
    assert len(refused) == 3
    assert refused[2] - refused[1] > refused[1] - refused[0] > 0.5


def test_an_error_is_said_and_can_be_tried_again(signed_in, standin):
    eyes = signed_in(None, name="error")
    eyes.network_may_fail = True
    page = eyes.page
    broken = {"yes": True}

    def answer(route):
        if broken["yes"]:
            route.fulfill(status=500, content_type="application/problem+json",
                          body='{"title":"Internal Server Error","status":500,"detail":"the disk is full"}')
        else:
            route.continue_()

    page.route("**/api/v1/devices", answer)
    page.goto(standin.url)
    page.get_by_text("the disk is full").wait_for()
    eyes.shot("devices", full=False)
    broken["yes"] = False
    page.get_by_role("button", name="Try again").click()
    page.locator("cd-tile").first.wait_for()


def test_a_busy_gateway_is_asked_again(signed_in, standin):
    eyes = signed_in(None)
    eyes.network_may_fail = True
    asked = []

    def answer(route):
        asked.append(route.request.url)
        if len(asked) <= 2:
            route.fulfill(status=503, headers={"Retry-After": "1"}, content_type="application/problem+json",
                          body='{"title":"","status":503,"detail":"busy"}')
        else:
            route.continue_()

    eyes.page.route("**/api/v1/readings*width=*", answer)
    eyes.page.goto(standin.url + CLIMATE)
    eyes.page.locator("cd-chart canvas").wait_for()
    assert asked[0] == asked[1] == asked[2]
