"""A gateway and a certified provider that know each other, and the fixtures that make them."""

import pytest

from harness import oidc
from harness.gateway import Gateway
from harness.oidc import Browser, OidcProvider


class Place:
    """A gateway and a provider that know each other."""

    def __init__(self, folder, build, provider=None, entry=None, settings=None):
        self.gateway = Gateway(folder / "gateway", build=build)
        self.provider = OidcProvider(folder, self.gateway.url, **(provider or {})).start()
        self.gateway.settings["login.providers"] = [self.provider.setting(**(entry or {}))]
        self.gateway.settings.update(settings or {})
        self.gateway.add_user()
        self.gateway.start()

    @property
    def start(self):
        return self.gateway.url + "/auth/login/test"

    def sign_in(self, who="mina", query=""):
        browser = Browser()
        answer = browser.go(self.start + query, who, stop=None)
        return browser, answer

    def callback(self, who="mina"):
        """(browser, the callback's address): the browser has not gone there yet."""
        browser = Browser()
        return browser, browser.go(self.start, who, stop=self.gateway.url + "/auth/callback")

    def me(self, browser):
        return browser.session.get(self.gateway.url + "/auth/me", timeout=10)

    def close(self):
        self.provider.stop()
        self.gateway.process.stop(30)
        self.gateway.check_clean()


@pytest.fixture(scope="module")
def places(tmp_path_factory, build):
    if not oidc.available():
        pytest.skip(oidc.MISSING)
    made = []

    def make(**arguments):
        made.append(Place(tmp_path_factory.mktemp("oidc"), build, **arguments))
        return made[-1]
    yield make
    problems = []
    for one in made:
        try:
            one.close()
        except AssertionError as problem:
            problems.append(str(problem))
        finally:
            one.gateway.process.kill()
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="module")
def shared(places):
    # conform: names and groups are in userinfo alone, which is asked then.
    return places(entry={"roles": {"caredian-admins": "admin"}}, provider={"conform": True})


@pytest.fixture
def place(shared):
    shared.provider.turn("no")
    yield shared
    shared.provider.turn("no")
