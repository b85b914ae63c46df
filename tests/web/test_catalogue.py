"""The sensor catalogue's page."""

from .helpers import each_lang, each_size, wait_live


@each_size
@each_lang
def test_the_catalogue(signed_in, size, lang):
    eyes = signed_in("/devices", lang=lang, size=size, name="catalogue")
    page = eyes.page
    wait_live(page)
    page.get_by_role("link", name={"ko": "센서 목록", "en": "Sensor catalogue"}[lang]).click()
    zigbee = page.locator("cd-catalogue section", has_text="zigbee").first
    zigbee.wait_for()
    assert page.locator("nav a[aria-current=page]").get_attribute("href") == "/devices"
    row = page.locator("cd-catalogue tr", has_text="temperature").nth(1)
    assert "°C" in row.inner_text() and "temperature" in row.inner_text()
    eyes.shot("all")
    page.get_by_role("searchbox").fill("heart")
    page.wait_for_function("""() => document.querySelector('caredian-app').shadowRoot
        .querySelector('cd-catalogue').shadowRoot.querySelectorAll('tbody tr').length === 2""")
    assert page.url.endswith("/catalogue?q=heart")
    page.reload()
    page.locator("cd-catalogue tbody tr").first.wait_for()
    assert page.locator("cd-catalogue tbody tr").count() == 2
    page.get_by_role("searchbox").fill("no such field")
    page.get_by_text({"ko": "맞는 필드가 없습니다.", "en": "No field matches."}[lang]).wait_for()
    links = page.locator("cd-catalogue .files a")
    assert [links.nth(i).get_attribute("href") for i in range(2)] == [
        f"/api/v1/catalogue?format={kind}&lang={lang}" for kind in ("markdown", "csv")]
    eyes.accessible()


def test_an_old_gateway_has_none(signed_in, standin):
    standin.home.old = True
    eyes = signed_in("/devices", lang="en")
    wait_live(eyes.page)
    eyes.page.locator("cd-device-row").first.wait_for()
    assert eyes.page.get_by_role("link", name="Sensor catalogue").count() == 0
