"""The pages for administrators on the real gateway: an invitation that opens, a role that narrows, the
audit that tells of both."""

import json
from urllib.parse import quote

import pytest

from harness.gateway import PASSWORD
from harness.process import wait_until

from .helpers import each_lang


@pytest.fixture
def house(make_gateway, broker, publisher):
    gateway = make_gateway({"mqtt.url": broker.url, "mqtt.client_id": "caredian-people", "time_zone": "Asia/Seoul",
                            "roles": [{"name": "guest", "members": ["group:visitors"], "grants": [{"areas": ["kitchen"]}]}]})
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    for room in ("kitchen", "bedroom", "study"):
        publisher.publish(f"zigbee2mqtt/{room}/climate", json.dumps({"temperature": 21.5}))
    wait_until(lambda: len(gateway.devices()) == 3, 20, 0.2, "three devices")
    for device in gateway.devices():
        room = device["id"].split("/")[0]
        changed = gateway.session().patch(f"{gateway.url}/api/v1/devices/{quote(device['id'], safe='')}", json={"area": room}, timeout=10)
        assert changed.status_code == 200, changed.text
    wait_until(lambda: len(gateway.get("/api/v1/areas").json()["areas"]) == 3, 20, 0.2, "three rooms")
    return gateway


def sign_in(page, gateway, name, to="/people"):
    page.goto(gateway.url + "/auth/login?return_to=" + to.replace("/", "%2F"))
    page.fill("#username", name)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(gateway.url + to)


def as_seen(gateway, **query):
    return {device["area"] for device in gateway.get("/api/v1/devices", params=query).json()["devices"]}


@each_lang
def test_invited_narrowed_and_on_record(house, look, lang):
    eyes = look(lang=lang, size="phone" if lang == "ko" else "desktop", name="people-whole")
    page = eyes.page
    sign_in(page, house, "admin")
    # An invitation, opened in another browser.
    page.locator("cd-people #add").click()
    page.locator("cd-person-add #full").fill("이브")
    page.locator("cd-person-add .primary").click()
    link = page.locator("cd-link code").inner_text()
    page.locator("cd-link .primary").click()
    page.locator("cd-invitations li").wait_for()
    guest = look(lang=lang, name="people-guest").page
    guest.goto(link)
    guest.fill("#username", "eve")
    guest.fill("#password", PASSWORD)
    guest.click("button[type=submit]")
    guest.wait_for_url("**/auth/login?done=account")
    sign_in(guest, house, "eve", "/")
    guest.locator("cd-tile").nth(2).wait_for()
    page.reload()
    page.locator("cd-people li", has_text="eve").get_by_text({"ko": "마지막 로그인", "en": "Last sign-in"}[lang]).wait_for()
    assert page.locator("cd-invitations li").count() == 0

    # A role made in the form: two rooms by day.
    page.locator("cd-people a[href='/roles']").click()
    page.locator("cd-roles article", has_text="guest").wait_for()
    page.locator("cd-roles #add").click()
    edit, grant = page.locator("cd-role-edit"), page.locator("cd-grant")
    edit.locator("#name").fill("돌봄")
    edit.locator("#choose").select_option("person:eve")
    edit.locator("#add-grant").click()
    grant.locator("button[value=kitchen]").click()
    grant.locator("button[value=bedroom]").click()
    grant.locator("cd-when #add").click()
    grant.locator("form > .ends .primary").click()
    grant.wait_for(state="detached")
    edit.locator("form > .ends .primary").click()
    card = page.locator("cd-roles article", has_text="돌봄")
    card.wait_for()
    eyes.shot("roles")
    eyes.accessible()
    assert as_seen(house, **{"as": "person:eve", "at": "2026-01-05T10:00:00+09:00"}) == {"kitchen", "bedroom"}
    assert as_seen(house, **{"as": "person:eve", "at": "2026-01-05T21:00:00+09:00"}) == set()

    # Through her eyes, and why.
    page.locator("cd-roles a[href='/access']").click()
    page.locator("cd-access #at").fill("2026-01-05T10:00")
    page.locator("cd-access .rooms li").nth(1).wait_for()
    page.locator("cd-access #count").get_by_text("2").wait_for()
    question = page.locator("cd-question")
    question.locator("#name").select_option("kitchen")
    question.locator("form .primary").click()
    question.locator(".verdict.yes").wait_for()
    page.locator("cd-access #at").fill("2026-01-05T21:00")
    question.locator("form .primary").click()
    question.locator(".verdict:not(.yes)").wait_for()
    answer = question.locator(".answer").inner_text()
    for part in {"ko": ("이 시각에는", "역할 돌봄", "주방, 침실 · 보기 · 08:00–20:00", "해당하지 않습니다", "21:00 (Asia/Seoul)"),
                 "en": ("at this time", "Role 돌봄", "Kitchen, Bedroom · see · 08:00–20:00", "does not hold", "(Asia/Seoul)")}[lang]:
        assert part in answer, (part, answer)
    eyes.shot("access")
    eyes.accessible()

    # On record, in words.
    page.locator("cd-access a[href='/audit']").click()
    rows = page.locator("cd-audit li")
    rows.nth(3).wait_for()
    told = page.locator("cd-audit ul").inner_text()
    for words in {"ko": ("역할을 만듦\n돌봄", "초대로 들어옴", "초대함", "계정을 만듦"),
                  "en": ("Made a role\n돌봄", "Came by an invitation", "Invited somebody", "Made an account")}[lang]:
        assert words in told.replace(" 돌봄", "\n돌봄"), (words, told)
    eyes.shot("audit")
    eyes.accessible()
    page.locator("cd-audit #event").select_option("role_added")
    rows.nth(1).wait_for(state="detached")

    # The role is changed, and removed: what the answer before said holds no more.
    page.locator("cd-audit a[href='/roles']").click()
    card.locator("button").first.click()
    edit.locator(".tool").first.click()
    grant.locator("cd-when .take").click()
    grant.locator("form > .ends .primary").click()
    grant.wait_for(state="detached")
    edit.locator("form > .ends .primary").click()
    edit.wait_for(state="detached")
    assert as_seen(house, **{"as": "person:eve", "at": "2026-01-05T21:00:00+09:00"}) == {"kitchen", "bedroom"}
    card.locator("button").last.click()
    page.locator("cd-roles #yes").click()
    card.wait_for(state="detached")
    assert len(as_seen(house, **{"as": "person:eve"})) == 3


@each_lang
def test_refusals_of_the_gateway_in_the_readers_words(house, look, lang):
    """As the gateway says them, not as the stand-in does."""
    eyes = look(lang=lang, size="desktop", name="people-refused")
    eyes.network_may_fail = True  # 400 and 409
    page = eyes.page
    sign_in(page, house, "admin")
    ko = lang == "ko"
    page.locator("cd-people #add").click()
    add = page.locator("cd-person-add")
    add.locator("#make").click()
    add.locator("#username").fill("admin")
    add.locator("#password").fill(PASSWORD)
    add.locator("form .primary").click()
    add.get_by_text("같은 이름의 계정이 있습니다." if ko else "There is an account of that name.").wait_for()
    add.locator("#username").fill("Ä b")
    add.locator("form .primary").click()
    add.get_by_text("로그인 이름은" if ko else "A username has up to 64").wait_for()
    page.keyboard.press("Escape")
    page.locator("cd-people li button").first.click()
    page.locator("cd-person #role").select_option("member")
    page.locator("cd-person form .primary").click()
    page.locator("cd-person").get_by_text("관리자가 한 명은 남아야" if ko else "At least one administrator").wait_for()
    page.keyboard.press("Escape")
    page.goto(house.url + "/roles")
    page.locator("cd-roles #add-direct").click()
    grant = page.locator("cd-grant")
    for word, said in (("", "누구에게 줄지" if ko else "Choose who."),
                       ("carers", "하나는 골라 주세요" if ko else "Choose a room"),
                       ("", "light.bedroom 같은 꼴이 아닙니다: Lamp" if ko else "Not like light.bedroom: Lamp")):
        grant.locator("cd-who cd-words input").fill(word)
        if "light" in said:
            grant.locator("summary").click()
            grant.locator("#entities input").fill("Lamp")
        grant.locator("form > .ends .primary").click()
        grant.locator("[role=alert]").get_by_text(said).wait_for()
    eyes.shot("grant")
    grant.locator("#entities .chip button").click()
    grant.locator("#devices input").fill("bedroom/climate")
    grant.locator("form > .ends .primary").click()
    page.locator("cd-roles .direct article", has_text="carers").wait_for()
    assert house.get("/api/v1/grants").json()["grants"][-1]["devices"] == ["bedroom/climate"]
