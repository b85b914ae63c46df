"""One gateway, two host names, a real browser: cookies are host-only, signing in is done once."""

import pytest
import requests
from harness.gateway import PASSWORD

MAIN, APP = "main.localhost", "app.localhost"  # Chromium takes *.localhost for this machine


@pytest.fixture
def site(make_gateway):
    def start(**settings):
        gateway = make_gateway({"known_hosts": [APP], "public_url": "", **settings})
        gateway.settings["public_url"] = f"http://{MAIN}:{gateway.port}"
        gateway.add_user()
        gateway.start()
        return gateway
    return start


@pytest.fixture
def page(chromium):
    context = chromium.new_context(locale="en-US")
    yield context.new_page()
    context.close()


def sign_in(page):
    page.fill("#username", "admin")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")


def cookies(page):
    return {(one["domain"], one["name"]) for one in page.context.cookies()
            if one["name"].startswith("caredian_") and one["name"] != "caredian_lang"}


def test_sign_in_at_the_main_host_and_come_back(site, page):
    gateway = site()
    app = f"http://{APP}:{gateway.port}"
    page.goto(app + "/system?tab=1")
    assert page.url.startswith(f"http://{MAIN}:{gateway.port}/auth/login?")
    sign_in(page)
    page.wait_for_url(app + "/system?tab=1")
    assert cookies(page) == {(MAIN, "caredian_session"), (APP, "caredian_session")}
    assert page.evaluate("fetch('/auth/me').then(a => a.status)") == 200
    # The main host knows the browser now; out at one is out at both.
    page.goto(f"http://{MAIN}:{gateway.port}/auth/login")
    assert "/auth/login" not in page.url
    assert page.evaluate("fetch('/auth/logout', {method: 'POST'}).then(a => a.ok)")
    page.goto(app + "/system")
    assert page.url.startswith(f"http://{MAIN}:{gateway.port}/auth/login?")


def test_one_cookie_for_a_domain_of_ones_own(make_gateway, page):
    # Browsers take no cookie for "localhost": these names are sent here by the browser's own map.
    gateway = make_gateway({"known_hosts": ["app.home.test"],
                            "public_url": "http://main.home.test",
                            "sessions.cookie_domain": "home.test"})
    gateway.add_user()
    gateway.start()
    for host, wanted in (("app.home.test", "Domain=home.test"), ("127.0.0.1", None)):
        answer = requests.post(gateway.url + "/auth/login", allow_redirects=False,
                               headers={"Host": host, "Origin": f"http://{host}"},
                               data={"username": "admin", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        set_cookies = answer.raw.headers.getlist("Set-Cookie")
        assert (wanted or "Domain=") in set_cookies[-1] or wanted is None
        assert len(set_cookies) == (2 if wanted else 1), set_cookies
        if wanted:
            assert "Max-Age=0" in set_cookies[0] and "Domain" not in set_cookies[0]
        else:
            assert "Domain" not in set_cookies[0]
    away = requests.get(gateway.url + "/auth/login?return_to=/x", allow_redirects=False,
                        headers={"Host": "app.home.test"})
    assert away.headers["Location"] == ("http://main.home.test/auth/login?"
                                        "return_to=http%3A%2F%2Fapp.home.test%2Fx")
    assert "Set-Cookie" not in away.headers


class Walk:
    """The steps of a browser, one by one, so that a step can be another's."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.jars = {}

    def get(self, url, cookies=None):
        host, _, target = url.removeprefix("http://").partition("/")
        name = host.split(":")[0]
        jar = self.jars.setdefault(name, {}) if cookies is None else cookies
        answer = requests.get(f"{self.gateway.url}/{target}", allow_redirects=False,
                              headers={"Host": host, "Accept": "text/html",
                                       "Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())})
        for cookie in answer.cookies:
            jar[cookie.name] = cookie.value
        return answer

    def sign_in(self):
        host = f"{MAIN}:{self.gateway.port}"
        answer = requests.post(f"{self.gateway.url}/auth/login",
                               headers={"Host": host, "Origin": f"http://{host}"},
                               json={"username": "admin", "password": PASSWORD})
        self.jars.setdefault(MAIN, {})["caredian_session"] = answer.cookies["caredian_session"]

    def code(self):
        """As far as the address with the code."""
        app = f"http://{APP}:{self.gateway.port}"
        first = self.get(app + "/auth/login?return_to=/x")
        second = self.get(first.headers["Location"])
        assert second.status_code == 303, second.text
        assert second.headers["Location"].startswith(app + "/auth/callback?state=")
        return second.headers["Location"]


def test_a_code_is_for_one_browser_one_host_and_one_use(site):
    gateway = site()
    walk = Walk(gateway)
    walk.sign_in()
    location = walk.code()
    stolen = Walk(gateway).get(location)
    assert stolen.status_code != 303 and "caredian_session" not in stolen.cookies
    other_state = Walk(gateway)
    other_state.get(f"http://{APP}:{gateway.port}/auth/login?return_to=/x")
    assert "caredian_session" not in other_state.get(location).cookies
    state = walk.jars[APP]["caredian_handover"]
    elsewhere = walk.get(location.replace(APP, MAIN, 1), {"caredian_handover": state})
    assert elsewhere.status_code == 400, "another host"
    good = walk.get(location, {"caredian_handover": state})
    assert good.status_code == 303 and good.headers["Location"] == "/x"
    assert good.cookies["caredian_session"]
    again = walk.get(location, {"caredian_handover": state})
    assert again.status_code == 400 and "caredian_session" not in again.cookies


@pytest.mark.parametrize("target", ["https://evil.example/", "http://evil.example/auth/callback?state=x",
                                    "//evil.example", "http://app.localhost@evil.example/"])
def test_nobody_is_sent_to_a_strange_host(site, target):
    gateway = site()
    walk = Walk(gateway)
    walk.sign_in()
    answer = walk.get(f"http://{MAIN}:{gateway.port}/auth/login?return_to="
                      + requests.utils.quote(target, safe=""))
    assert answer.status_code == 303 and answer.headers["Location"] == "/"
