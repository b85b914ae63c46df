"""The pages for administrators against the stand-in: people, roles, what somebody would see, the audit."""

import pytest

from .helpers import LANGS, SIZES, each_lang

LOOKS = pytest.mark.parametrize("lang,size,scheme", [
    ("ko", "phone", "light"), ("en", "phone", "dark"), ("ko", "desktop", "dark"), ("en", "desktop", "light")])
HARM = '<img src=x onerror="window.harm=1"> 이름'


@LOOKS
def test_somebody_is_invited(signed_in, standin, lang, size, scheme):
    eyes = signed_in("/", lang=lang, size=size, scheme=scheme, name="invite")
    page = eyes.page
    page.locator("nav a[href='/people']").click()
    page.locator("cd-people li").nth(4).wait_for()
    page.locator("cd-people #add").click()
    page.locator("cd-person-add #full").fill(HARM)
    page.locator("cd-person-add #days").select_option("30")
    eyes.shot("form")
    eyes.accessible()
    page.locator("cd-person-add .primary").click()
    link = page.locator("cd-link code")
    link.wait_for()
    assert link.inner_text().endswith("/auth/invitation?token=" + "t" * 43)
    eyes.shot("link")
    eyes.accessible()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("cd-link #copy").click()
    assert page.evaluate("navigator.clipboard.readText()") == link.inner_text()
    page.locator("cd-link .primary").click()
    open_ones = page.locator("cd-invitations li")
    open_ones.nth(2).wait_for()
    assert "t" * 20 not in page.locator("cd-people").inner_text() and page.evaluate("window.harm") is None
    assert standin.home.who.invitations[0]["role"] == "member"
    open_ones.nth(0).locator("button").click()
    open_ones.nth(2).wait_for(state="detached")


@each_lang
def test_an_account_is_made_and_a_name_is_taken(signed_in, standin, lang):
    eyes = signed_in("/people", lang=lang, name="make")
    eyes.network_may_fail = True  # 409
    page = eyes.page
    page.locator("cd-people #add").click()
    page.locator("cd-person-add #make").click()
    page.locator("cd-person-add #username").fill("eve")
    page.locator("cd-person-add #password").fill("a long enough passphrase")
    eyes.shot("form")
    eyes.accessible()
    page.locator("cd-person-add .primary").click()
    said = page.locator("cd-person-add [role=alert]")
    said.wait_for()
    assert said.inner_text() == {"ko": "같은 이름의 계정이 있습니다.", "en": "There is an account of that name."}[lang]
    eyes.shot("taken")
    page.locator("cd-person-add #username").fill("grandma")
    page.locator("cd-person-add .primary").click()
    page.locator("cd-people li", has_text="grandma").wait_for()
    assert standin.home.who.people[-1]["role"] == "member"


@LOOKS
def test_a_person_is_managed(signed_in, standin, lang, size, scheme):
    eyes = signed_in("/people", lang=lang, size=size, scheme=scheme, name="person")
    page = eyes.page
    eve = page.locator("cd-people li", has_text="eve")
    eve.locator("button").click()
    dialog = page.locator("cd-person")
    dialog.locator("cd-person-sessions li").nth(2).wait_for()
    eyes.shot("dialog")
    eyes.accessible()
    dialog.locator("cd-person-sessions li button").first.click()
    dialog.locator("cd-person-sessions li").nth(2).wait_for(state="detached")
    assert standin.home.who.ended == ["0"]
    dialog.locator("cd-person-sessions #all").click()
    dialog.locator("cd-person-sessions li").first.wait_for(state="detached")
    dialog.locator("#reset").click()
    page.locator("cd-link code").get_by_text("/auth/reset?token=").wait_for()
    page.locator("cd-link .primary").click()
    dialog.locator("#factor").click()
    dialog.locator("#yes").click()
    dialog.locator("#yes").wait_for(state="detached")
    assert standin.home.who.audit[0]["event"] == "second_factor_off"
    dialog.locator("#disable").click()
    eyes.shot("disable")
    eyes.accessible()
    dialog.locator("#yes").click()
    dialog.locator("#enable").wait_for()
    dialog.locator("#enable").click()
    dialog.locator("#disable").wait_for()
    dialog.locator("#full").fill("이브")
    dialog.locator("#email").fill("eve@example.org")
    dialog.locator("form .primary").click()
    dialog.wait_for(state="detached")
    kept = next(p for p in standin.home.who.people if p["username"] == "eve")
    assert kept["full_name"] == "이브" and kept["email"] == "eve@example.org"
    assert kept["disabled"] is False and kept["role"] == "member"
    eve.locator("button").click()
    dialog.locator("#delete").click()
    page.keyboard.press("Escape")  # the question alone goes
    dialog.locator("#delete").click()
    dialog.locator("#yes").click()
    eve.wait_for(state="detached")


@each_lang
def test_the_last_administrator_stays(signed_in, lang):
    eyes = signed_in("/people", lang=lang, name="last")
    eyes.network_may_fail = True
    page = eyes.page
    page.locator("cd-people li button").first.click()
    dialog = page.locator("cd-person")
    dialog.locator("#role").wait_for()
    assert dialog.locator("#delete, #disable, #reset").count() == 0, "not one's own account"
    dialog.locator("#role").select_option("member")
    dialog.locator("form .primary").click()
    said = dialog.locator("[role=alert]").inner_text()
    assert said == {"ko": "로그인할 수 있는 관리자가 한 명은 남아야 합니다.",
                    "en": "At least one administrator who can sign in must stay."}[lang]


@LOOKS
def test_a_role_is_made_changed_and_removed(signed_in, standin, lang, size, scheme):
    eyes = signed_in("/roles", lang=lang, size=size, scheme=scheme, name="role")
    eyes.network_may_fail = True  # 400
    page = eyes.page
    page.locator("cd-roles article").nth(3).wait_for()
    assert page.locator("cd-roles article", has_text="caregiver").locator("button").count() == 0, "the settings' own"
    page.locator("cd-roles #add").click()
    edit = page.locator("cd-role-edit")
    edit.locator("#name").fill("admin")
    edit.locator("#choose").select_option("person:minsu")
    edit.locator("form .primary").last.click()
    said = edit.locator("[role=alert]")
    said.wait_for()
    assert said.inner_text() == {"ko": "admin과 member는 이미 있는 이름입니다.", "en": "admin and member are built in."}[lang]
    edit.locator("#name").fill("guest")
    edit.locator("#add-grant").click()
    grant = page.locator("cd-grant")
    grant.locator("button[value=kitchen]").click()
    grant.locator("button[value=study]").click()
    grant.locator("cd-when #add").click()
    grant.locator("cd-when input").first.fill("09:30")
    for day in ("sat", "sun"):
        grant.locator(f"cd-when button[value={day}]").click()
    grant.locator("summary").click()
    grant.locator("#addresses input").fill("10.0.0.0/8, 192.168.0.0/16")  # counts without "Add"
    eyes.shot("grant")
    eyes.accessible()
    grant.locator("form > .ends .primary").click()
    grant.wait_for(state="detached")
    eyes.shot("edit")
    eyes.accessible()
    edit.locator("form > .ends .primary").click()
    edit.wait_for(state="detached")
    made = standin.home.who.roles[-1]
    assert made["members"] == ["person:minsu"] and made["grants"] == [
        {"areas": ["kitchen", "study"], "hours": ["09:30-20:00"], "days": ["mon-fri"],
         "addresses": ["10.0.0.0/8", "192.168.0.0/16"]}]
    card = page.locator("cd-roles article", has_text="guest")
    text = card.locator(".grants").inner_text().replace("\n", " ")
    for part in {"ko": ("주방, 서재", "보기", "09:30–20:00", "월–금"), "en": ("Kitchen, Study", "see", "09:30–20:00", "Mon–Fri")}[lang]:
        assert part in text, text
    card.locator("button").first.click()
    edit.locator(".tool").last.click()
    edit.locator("form > .ends .primary").click()
    edit.wait_for(state="detached")
    assert standin.home.who.roles[-1]["grants"] == []
    card.locator("button").last.click()
    eyes.shot("remove")
    page.locator("cd-roles #yes").click()
    card.wait_for(state="detached")


@each_lang
def test_something_is_given_directly(signed_in, standin, lang):
    eyes = signed_in("/roles", lang=lang, size="desktop", name="direct")
    eyes.network_may_fail = True  # 400
    page = eyes.page
    page.locator("cd-roles #add-direct").click()
    grant = page.locator("cd-grant")
    grant.locator("#choose").select_option("role:member")
    grant.locator("cd-who cd-words input").fill("carers")
    grant.locator("form > .ends .primary").click()
    said = grant.locator("[role=alert]")
    said.wait_for()
    assert said.inner_text() == {"ko": "방, 기기, 엔티티, 서비스, 페이지 가운데 하나는 골라 주세요.",
                                 "en": "Choose a room, device, entity, service or page."}[lang]
    grant.locator("#devices input").fill("kitchen/leak")
    grant.locator("#devices input").press("Enter")
    grant.locator("#may").select_option("control")
    eyes.shot("form")
    grant.locator("form > .ends .primary").click()
    grant.wait_for(state="detached")
    assert standin.home.who.grants[-1] == {"who": ["role:member", "group:carers"], "devices": ["kitchen/leak"], "may": "control",
                                           "source": "database", "id": "g3"}
    card = page.locator("cd-roles .direct article", has_text="carers")
    assert {"ko": "주방 누수", "en": "Kitchen Leak"}[lang] in card.inner_text()
    # What is taken out of the form is gone at the gateway, too.
    first = page.locator("cd-roles .direct article").first
    first.locator(".tool").first.click()
    grant.locator("#entities .chip button").click()
    grant.locator("form > .ends .primary").click()
    grant.wait_for(state="detached")
    assert "entities" not in standin.home.who.grants[0] and standin.home.who.grants[0]["areas"] == ["entrance"]
    first.locator(".tool").last.click()
    page.locator("cd-roles #yes").click()
    page.locator("cd-roles .direct article").nth(2).wait_for(state="detached")


@LOOKS
def test_what_somebody_would_see_and_why(signed_in, lang, size, scheme):
    eyes = signed_in("/access?who=person%3Aeve", lang=lang, size=size, scheme=scheme, name="access")
    page = eyes.page
    page.locator("cd-access #at").fill("2026-01-05T10:00")
    rooms = page.locator("cd-access .rooms li")
    page.locator("cd-access #count").get_by_text("9").wait_for()
    assert rooms.count() == 2
    question = page.locator("cd-question")
    question.locator("#name").select_option("bedroom")
    question.locator("form .primary").click()
    question.locator(".verdict.yes").wait_for()
    page.locator("cd-access #at").fill("2026-01-05T21:00")
    rooms.first.wait_for(state="detached")
    assert question.locator(".verdict").count() == 0, "that was about another time"
    question.locator("form .primary").click()
    question.locator(".verdict").wait_for()
    answer = question.locator(".answer").inner_text()
    for part in {"ko": ("안 됩니다", "역할 caregiver", "침실, 거실 · 보기 · 08:00–20:00", "시각이나 요일", "Asia/Seoul", "21:00"),
                 "en": ("No, they may not", "Role caregiver", "Bedroom, Living room · see · 08:00–20:00", "at this time or day", "21:00")}[lang]:
        assert part in answer, (part, answer)
    eyes.shot("answer")
    eyes.accessible()
    page.locator("cd-access #who").select_option("person:anna")
    page.locator("cd-access #count").get_by_text("26").wait_for()
    assert page.url.endswith("who=person%3Aanna")


@each_lang
@pytest.mark.parametrize("size", SIZES)
def test_the_audit_is_filtered_and_read_on(signed_in, lang, size):
    eyes = signed_in("/audit", lang=lang, size=size, name="audit")
    page = eyes.page
    rows = page.locator("cd-audit li")
    rows.nth(49).wait_for()
    page.locator("cd-audit #older").click()
    rows.nth(77).wait_for()
    page.locator("cd-audit #older").wait_for(state="detached")
    page.locator("cd-audit #event").select_option("login_failed")
    page.locator("cd-audit #subject").fill("eve")
    page.locator("cd-audit #subject").press("Enter")
    rows.nth(6).wait_for(state="detached")
    assert {"ko": "틀린 비밀번호", "en": "wrong password"}[lang] in rows.first.inner_text()
    eyes.shot("filtered")
    page.reload()
    rows.nth(5).wait_for()
    assert rows.count() == 6 and page.locator("cd-audit #event").input_value() == "login_failed"
    page.locator("cd-audit #from").fill("2099-01-01")
    rows.first.wait_for(state="detached")
    page.locator("cd-audit #clear").click()
    rows.nth(49).wait_for()
    assert "?" not in page.url


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", ["/people", "/roles", "/access", "/audit", "/enrolment"])
def test_members_get_a_clear_page_and_ask_for_nothing(signed_in, standin, lang, path):
    eyes = signed_in(None, user="minsu", lang=lang, name="member" + path.replace("/", "-"))
    asked = []
    eyes.page.on("request", lambda request: asked.append(request.url))
    eyes.page.goto(standin.url + path)
    eyes.page.get_by_text({"ko": "관리자만 볼 수 있습니다", "en": "For administrators only"}[lang]).wait_for()
    eyes.shot("page")
    eyes.accessible()
    assert eyes.page.locator("nav a[href='/people']").count() == 0
    assert not [url for url in asked if any(part in url for part in ("/users", "/api/v1/roles", "/audit?", "/grants"))]


def test_names_that_mean_harm(signed_in, standin):
    """In what administrators read of others: names of people, roles, notes, details."""
    who = standin.home.who
    for one in who.people + who.invitations:
        one["full_name"] = HARM
    for role in who.roles:
        role.update(name=HARM, note=HARM, members=[f"person:{HARM}", HARM])
        role["grants"] = [{"areas": [HARM], "hours": [HARM], "days": [HARM], "note": HARM, "until": HARM}]
    who.write(HARM, HARM, HARM, HARM)
    eyes = signed_in("/people", name="harm")
    page = eyes.page
    for path, there in (("/people", "cd-people li"), ("/roles", "cd-roles article"), ("/access", "cd-access #count"), ("/audit", "cd-audit li")):
        page.goto(standin.url + path)
        page.locator(there).first.wait_for()
        eyes.shot(path[1:])
        eyes.accessible()
        assert page.evaluate("window.harm") is None
