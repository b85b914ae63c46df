"""The console on the real program, with a real broker: from the first run to signing out."""

import json
import time

import pytest
import requests

from harness.gateway import PASSWORD

PHONES = [("phone", "ko"), ("phone", "en"), ("desktop", "ko"), ("desktop", "en")]
everywhere = pytest.mark.parametrize("size,lang", PHONES)


def climate(temperature, **more):
    return json.dumps({"temperature": temperature, "humidity": 48.2, "battery": 87, "linkquality": 126, **more})


def tile(page, device):
    return page.locator(f'cd-tile a[title="{device}"]')


def sign_in(page, name, password):
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")


@pytest.fixture
def home(make_gateway, broker):
    """A gateway whose session with the broker stands and that has no account yet."""
    gateway = make_gateway({"mqtt.url": broker.url, "mqtt.client_id": "caredian-web"})
    gateway.start()
    gateway.wait_connected()
    return gateway


@everywhere
def test_from_the_first_run_to_signing_out(home, publisher, look, size, lang):
    eyes = look(lang=lang, size=size, name="whole")
    eyes.network_may_fail = True  # the first page answers 503 until there is an account
    page = eyes.page
    page.goto(home.url + "/first-run")
    eyes.shot("1-first-run")
    eyes.accessible()
    page.locator("[name=code]").fill(home.first_run_code)
    sign_in(page, "anna", PASSWORD)
    page.wait_for_url(home.url + "/")
    eyes.network_may_fail = False
    page.get_by_text({"ko": "아직 기기가 없습니다", "en": "No devices yet"}[lang]).wait_for()
    page.locator(".live.on").wait_for()

    for value in (20.5, 21.37):
        publisher.publish("zigbee2mqtt/kitchen/climate", climate(value))
    publisher.publish("zigbee2mqtt/entrance/door", json.dumps({"contact": False, "battery": 76}))
    publisher.publish("zigbee2mqtt/hall_motion", json.dumps({"occupancy": True, "illuminance": 14}))
    kitchen = tile(page, "kitchen/climate")
    kitchen.get_by_text("21.4").wait_for()
    publisher.publish("zigbee2mqtt/kitchen/climate", climate(25.02))
    kitchen.get_by_text("25.0").wait_for()
    assert {"ko": "열림", "en": "Open"}[lang] in tile(page, "entrance/door").inner_text()
    assert {"ko": "감지됨", "en": "Motion"}[lang] in tile(page, "hall_motion").inner_text()
    eyes.shot("2-home")
    eyes.accessible()

    kitchen.click()
    page.get_by_role("button", name={"ko": "1시간", "en": "1 h"}[lang], exact=True).click()
    page.locator("cd-chart canvas").wait_for()
    page.locator(".records tbody tr").nth(2).wait_for()
    assert [cell.replace("\xa0", " ") for cell in page.locator(".records td:last-child").all_inner_texts()] == [
        "25.02 °C", "21.37 °C", "20.5 °C"]
    eyes.shot("3-device")
    eyes.accessible()

    page.locator("nav a").nth(1).click()
    page.locator("cd-device-row").nth(2).wait_for()
    eyes.shot("3b-devices")
    eyes.accessible()

    page.locator("nav a").nth(2).click()
    page.locator("input[role=combobox]").first.fill("kitchen temperature")
    page.get_by_role("option").first.click()
    page.locator("cd-chart canvas").wait_for()
    page.locator("cd-legend dl").wait_for()
    page.get_by_role("button", name={"ko": "확대", "en": "Zoom in"}[lang], exact=True).click()
    page.wait_for_url("**from=*")
    eyes.shot("3c-history")
    eyes.accessible()

    page.locator("nav a").nth(4).click()
    page.locator(".verdict").wait_for()
    received = page.locator(".counters dd").first
    before = int(received.inner_text().replace(",", ""))
    assert before >= 5
    publisher.publish("zigbee2mqtt/kitchen/climate", climate(25.5))
    page.wait_for_function(
        "n => Number(document.querySelector('caredian-app').shadowRoot.querySelector('cd-system').shadowRoot"
        ".querySelector('cd-flow').shadowRoot.querySelector('.counters dd').textContent.replaceAll(',', '')) > n", arg=before)
    eyes.shot("4-system")
    eyes.accessible()

    page.locator("cd-menu #opener").click()
    page.locator("cd-menu #signout").click()
    page.wait_for_url("**/auth/login*")
    eyes.shot("5-sign-in")
    eyes.accessible()
    page.goto(home.url + "/system")
    page.wait_for_url("**/auth/login?*")  # the session is gone, not only the page
    sign_in(page, "anna", PASSWORD)
    page.locator("cd-system .verdict").wait_for()


@pytest.fixture
def served(home):
    home.add_user("anna")
    home.add_user("minsu", role="member")
    return home


RULE = {"topic": "sensors/{area}/{device}", "measurement": "climate",
        "fields": {"t": {"name": "temperature", "type": "float", "scale": 0.1, "unit": "°C"}}}


def test_what_messages_become_which_broke_and_the_last_ones(make_gateway, broker, publisher, look):
    """Rules, dead letters and raw messages: three pages that show what really came."""
    gateway = make_gateway({"mqtt.url": broker.url, "mqtt.client_id": "caredian-web", "ingest.mappings": [RULE]})
    gateway.add_user("anna")
    gateway.add_user()  # who asks /api/v1/system below
    gateway.start()
    gateway.wait_connected()
    publisher.publish("sensors/kitchen/box1", json.dumps({"t": 214}))
    publisher.publish("sensors/kitchen/box1", json.dumps({"t": "high"}))
    publisher.publish("garden/gate", '{"open":')
    gateway.wait_system(lambda system: system["dead"] == 2)
    eyes = look(size="desktop", lang="en", name="messages")
    page = eyes.page
    page.goto(gateway.url + "/auth/login")
    sign_in(page, "anna", PASSWORD)
    tile(page, "box1").get_by_text("21.4").wait_for()

    page.goto(gateway.url + "/devices/box1?tab=messages")
    message = page.locator("cd-device-messages li", has_text="sensors/kitchen/box1")
    message.get_by_text("Broken").wait_for()
    assert '"t": "high"' in message.locator("pre").inner_text()
    message.get_by_role("button", name="What does it become?").click()
    page.locator("cd-explanation").get_by_text("No value has the type that the rule wants").wait_for()
    page.locator("cd-explanation").get_by_text("1: sensors/{area}/{device}").wait_for()
    eyes.shot("1-device")
    eyes.accessible()

    page.goto(gateway.url + "/system")
    letter = page.locator("cd-dead-letters li", has_text="garden/gate")
    letter.get_by_text("Malformed JSON").wait_for()
    assert page.locator("cd-dead-letters li").count() == 2
    eyes.shot("2-dead-letters")
    eyes.accessible()
    letter.get_by_role("button").click()
    page.locator("cd-mapping").get_by_text("It could not be read").wait_for()
    assert page.locator("#topic").input_value() == "garden/gate"
    page.locator("#payload").fill('{"open": true, "battery": 80}')
    page.locator("#payload").press("Control+Enter")
    page.locator("cd-mapping").get_by_text("Values were read").wait_for()
    assert 'topic: "garden/{device}"' in page.locator("cd-explanation pre").inner_text()
    page.locator("#topic").fill("sensors/attic/box2")
    page.locator("#payload").fill('{"t": 187}')
    page.locator("#payload").press("Control+Enter")
    page.locator("cd-explanation .tag", has_text="attic").wait_for()
    assert "18.7" in page.locator("cd-explanation table").inner_text()
    eyes.shot("3-explained")
    eyes.accessible()


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_wrong_password(served, look, lang):
    eyes = look(lang=lang, name="wrong")
    eyes.network_may_fail = True  # the 401 is a page
    page = eyes.page
    page.goto(served.url + "/")
    page.wait_for_url("**/auth/login*")
    sign_in(page, "anna", "not the password")
    page.locator("[role=alert]").wait_for()
    assert page.locator("[role=alert]").inner_text().strip()
    eyes.shot("password")
    eyes.accessible()
    assert "/auth/login" in page.url
    time.sleep(1.2)  # a failed attempt makes the next one wait
    sign_in(page, "anna", PASSWORD)
    page.locator("cd-home h1").wait_for()


def test_the_language_is_one_for_pages_and_console(served, look):
    page = look(lang="en").page
    page.goto(served.url + "/auth/login?lang=ko")
    assert page.locator("html").get_attribute("lang") == "ko"
    sign_in(page, "anna", PASSWORD)
    page.get_by_text("우리 집").wait_for()
    page.locator("cd-menu #opener").click()
    page.get_by_role("button", name="English").click()
    page.get_by_text("My home").wait_for()
    page.locator("cd-menu #signout").click()
    page.wait_for_url("**/auth/login*")
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_member_sees_devices_and_no_system(served, publisher, look):
    publisher.publish("zigbee2mqtt/kitchen/climate", climate(21.37))
    eyes = look()
    page = eyes.page
    page.goto(served.url + "/auth/login")
    sign_in(page, "minsu", PASSWORD)
    tile(page, "kitchen/climate").wait_for()
    assert page.locator("nav a").count() == 3
    eyes.network_may_fail = True  # 403
    page.goto(served.url + "/system")
    page.get_by_text("For administrators only").wait_for()


def test_the_gateway_restarts_under_an_open_page(served, publisher, look):
    publisher.publish("zigbee2mqtt/kitchen/climate", climate(20.04))
    eyes = look()
    page = eyes.page
    page.goto(served.url + "/auth/login")
    sign_in(page, "anna", PASSWORD)
    kitchen = tile(page, "kitchen/climate")
    kitchen.get_by_text("20.0").wait_for()
    page.locator(".live.on").wait_for()
    eyes.network_may_fail = True
    assert served.stop() == 0
    page.get_by_text("Connection lost. Reconnecting…").wait_for()
    publisher.publish("zigbee2mqtt/kitchen/climate", climate(22.2))  # the broker keeps it
    publisher.publish("zigbee2mqtt/study/climate", climate(18.3))
    served.start()
    page.locator(".live.on").wait_for()
    kitchen.get_by_text("22.2").wait_for()
    tile(page, "study/climate").get_by_text("18.3").wait_for()
    publisher.publish("zigbee2mqtt/kitchen/climate", climate(23.3))
    kitchen.get_by_text("23.3").wait_for()


def test_a_session_ended_elsewhere_closes_the_page(served, look):
    eyes = look()
    page = eyes.page
    page.goto(served.url + "/auth/login")
    sign_in(page, "anna", PASSWORD)
    page.locator(".live.on").wait_for()
    eyes.network_may_fail = True
    cookie = next(c for c in page.context.cookies() if c["name"] == "caredian_session")
    out = requests.post(served.url + "/auth/logout", headers={"Origin": served.url},
                        cookies={cookie["name"]: cookie["value"]}, timeout=10)
    assert out.status_code == 204
    page.wait_for_url("**/auth/login*")


def test_the_document_for_people(served, look):
    eyes = look(size="desktop", name="docs")
    eyes.page.goto(served.url + "/docs")
    eyes.page.locator("#get-api-v1-devices").wait_for()
    eyes.shot("top", full=False)
    eyes.accessible()
    for link in eyes.page.locator("a[href^='#']").all():
        assert eyes.page.locator(f"[id='{link.get_attribute('href')[1:]}']").count() == 1


def test_assets_are_served_as_they_should_be(served):
    """Compressed, with types, cached for ever under their hash; nothing beside the table."""
    page = served.login("anna").get(served.url + "/", headers={"Accept": "text/html"})
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "immutable" not in page.headers.get("Cache-Control", "")
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "style-src 'self'" in policy and "unsafe" not in policy
    name = page.text.split('src="/assets/')[1].split('"')[0]
    first = requests.get(f"{served.url}/assets/{name}", headers={"Accept-Encoding": "gzip"}, timeout=10)
    assert first.status_code == 200 and first.headers["Content-Encoding"] == "gzip"
    assert first.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "immutable" in first.headers["Cache-Control"] and "Accept-Encoding" in first.headers["Vary"]
    plain = requests.get(f"{served.url}/assets/{name}", headers={"Accept-Encoding": "identity"}, timeout=10)
    assert plain.content == first.content and "Content-Encoding" not in plain.headers
    again = requests.get(f"{served.url}/assets/{name}", headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
    assert again.status_code == 304 and not again.content
    for path in ("/assets/../index.html", "/assets/%2e%2e/index.html", "/assets/", "/index.html", "/assets/" + name + "/x"):
        request = requests.Request("GET", served.url + path).prepare()
        request.url = served.url + path  # as written: requests would clean it
        assert requests.Session().send(request, timeout=10).status_code in (400, 404), path


def test_openapi_is_the_document_of_the_source(served):
    from harness.process import ROOT
    answer = requests.get(served.url + "/openapi.json", timeout=10)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json() == json.loads((ROOT / "docs/openapi.json").read_text())


# Served when Home Assistant, a provider or Authentik is set; their own tests ask them.
WHEN_SET = ("/ha/", "/auth/login/{provider}", "/auth/callback", "/auth/backchannel-logout", "/hooks/")


def test_every_described_operation_is_served(served):
    """And nothing that needs a session answers without one."""
    document = requests.get(served.url + "/openapi.json", timeout=10).json()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if path.startswith(WHEN_SET):
                continue
            url = served.url + path.replace("{id}", "x").replace("{name}", "x").replace("{path}", "x")
            with requests.request(method, url, headers={"Origin": served.url}, timeout=10, stream=True,
                                  allow_redirects=False) as answer:
                status = answer.status_code
            if operation["x-access"] in ("signed-in", "admin"):
                assert status == 401, (method, path, status)
            else:
                # A page behind a link that is good once is not there without one.
                once = path in ("/first-run", "/auth/reset", "/auth/invitation")
                assert status not in (404, 405, 500, 501) or once, (method, path, status)
