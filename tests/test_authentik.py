"""Authentik's webhook about people, by the bodies that deploy/authentik/caredian.yaml makes it send.
Authentik itself does not run here: AuthentikStandIn answers as its API does."""

import json
import uuid
from datetime import datetime, timedelta, timezone

import pytest

from harness.authentik_standin import AuthentikStandIn
from harness.gateway import Gateway
from harness.oidc import Browser
from harness import oidc
from harness.oidc import OidcProvider
from harness.process import wait_until

SECRET = "the shared secret of the webhook"


class House:
    def __init__(self, folder, build, api=False):
        self.gateway = Gateway(folder / "gateway", build=build)
        self.provider = OidcProvider(folder, self.gateway.url).start()
        self.gateway.settings["login.providers"] = [self.provider.setting(
            id="authentik", preset="authentik", scopes=["openid", "profile", "email"],
            roles={"caredian-admins": "admin"}, trust_emails="true",
            allowed_groups=["family", "caredian-admins"])]
        self.gateway.settings["authentik.webhook_secret"] = SECRET
        self.standin = AuthentikStandIn() if api else None
        if api:
            self.gateway.settings["authentik.url"] = self.standin.url
            self.gateway.settings["authentik.token"] = self.standin.token
        self.gateway.add_user()
        self.gateway.start()
        self.time = datetime.now(timezone.utc)

    def hook(self, body=None, secret=SECRET, **more):
        self.time += timedelta(seconds=1)
        if body is None:
            body = {"id": str(uuid.uuid4()), "action": "user_write",
                    "created": self.time.isoformat(), "pk": "mina", "username": "mina",
                    "email": "mina@home.example", "name": "이미나", "groups": ["family"],
                    "is_active": True, **more}
        data = body if isinstance(body, (bytes, str)) else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        if secret:
            headers["Authorization"] = "Bearer " + secret
        return Browser().session.post(self.gateway.url + "/hooks/authentik", data=data,
                                      headers=headers, timeout=20)

    def user(self, name):
        users = self.gateway.get("/api/v1/users").json()["users"]
        return next((u for u in users if u["username"] == name), None)

    def sign_in(self, who):
        browser = Browser()
        browser.go(self.gateway.url + "/auth/login/authentik", who)
        return browser

    def state(self, browser):
        return browser.session.get(self.gateway.url + "/auth/me", timeout=10).status_code

    def close(self):
        self.provider.stop()
        if self.standin:
            self.standin.stop()
        self.gateway.process.stop(30)
        self.gateway.check_clean()


@pytest.fixture(scope="module")
def house(tmp_path_factory, build):
    if not oidc.available():
        pytest.skip(oidc.MISSING)
    one = House(tmp_path_factory.mktemp("authentik"), build)
    yield one
    one.close()


def test_the_secret(house):
    for secret in ("", "wrong", SECRET + "x", SECRET[:-1]):
        assert house.hook(secret=secret).status_code == 401
    assert house.hook({"action": "test"}).json() == {"result": "nothing"}


def test_made_renamed_promoted_disabled_and_back(house):
    assert house.hook().json() == {"result": "applied"}
    assert house.user("mina")["full_name"] == "이미나" and house.user("mina")["role"] == "member"
    browser = house.sign_in("mina")  # the same person by her number
    assert browser.session.get(house.gateway.url + "/auth/me").json()["username"] == "mina"
    house.hook(name="미나 리", groups=["family", "caredian-admins"])
    assert house.user("mina")["full_name"] == "미나 리" and house.user("mina")["role"] == "admin"
    browser = house.sign_in("mina")
    assert house.state(browser) == 200
    house.hook(is_active=False)
    wait_until(lambda: house.state(browser) == 401, 2, what="the end of her sessions")
    assert house.user("mina")["disabled"]
    assert house.state(house.sign_in("mina")) == 401
    house.hook()
    assert not house.user("mina")["disabled"]
    assert house.state(house.sign_in("mina")) == 200


def test_what_was_disabled_here_stays_so(house):
    house.hook(pk="jun", username="jun", name="Jun")
    url = house.gateway.url + "/api/v1/users/jun"
    assert house.gateway.session().patch(url, json={"disabled": True}).status_code == 200
    house.hook(pk="jun", username="jun", name="Jun")
    assert house.user("jun")["disabled"]
    house.gateway.session().patch(url, json={"disabled": False})


def test_doubled_and_late_events(house):
    late = (house.time - timedelta(hours=1)).isoformat()
    event = {"id": str(uuid.uuid4()), "action": "user_write", "created": house.time.isoformat(),
             "pk": "77", "username": "twice", "name": "First", "groups": ["family"],
             "is_active": True}
    assert house.hook(event).json()["result"] == "applied"
    assert house.hook(event).json()["result"] == "nothing"
    assert house.hook({**event, "id": "late", "created": late, "name": "Older"}).json() == {
        "result": "nothing"}
    assert house.user("twice")["full_name"] == "First"


def test_a_new_address_is_told_to_what_stands_behind(house):
    house.hook(email="mina@new.example")
    assert house.user("mina")["email"] == "mina@new.example"
    house.hook(email="not an address")
    assert house.user("mina")["email"] == "mina@new.example"
    house.hook()
    told = house.sign_in("mina").session.get(house.gateway.url + "/auth/verify", timeout=10)
    assert (told.status_code, told.headers["X-Remote-Email"]) == (200, "mina@home.example")


def test_out_of_every_group_ends_sessions(house):
    house.hook(groups=["family"])
    browser = house.sign_in("mina")
    assert house.state(browser) == 200
    house.hook(groups=[])
    wait_until(lambda: house.state(browser) == 401, 2, what="the end of her sessions")
    house.hook(groups=["family"])


def test_deleted_is_disabled(house):
    house.hook(pk="90", username="gone", name="Gone")
    assert house.user("gone")
    house.hook({"id": "d1", "action": "model_deleted", "created": house.time.isoformat(), "pk": 90})
    assert house.user("gone")["disabled"]


def test_strangers_get_no_account(house):
    assert house.hook(pk="91", username="stranger", groups=["others"]).json()["result"] == "nothing"
    assert house.user("stranger") is None
    # The name of an account of ours is not that account.
    house.hook(pk="92", username="admin", name="Evil", groups=["caredian-admins"])
    assert house.user("admin")["full_name"] != "Evil"


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"action":"login"}', b'{"action":7}',
    b'{"action":"user_write"}', b'{"action":"user_write","id":"1","pk":[],"username":"x"}',
    # Without the mapping, as Authentik sends by itself.
    json.dumps({"body": "model_created: {'model': {'pk': 7}}", "severity": "notice",
                "user_email": "admin@home.example", "user_username": "akadmin",
                "event_user_email": "mina@home.example", "event_user_username": "mina"}).encode()])
def test_unknown_shapes_are_kept(house, body):
    answer = house.hook(body)
    assert answer.status_code == 202 and answer.json() == {"result": "kept"}


def test_the_api_is_believed_not_the_body(tmp_path, build):
    if not oidc.available():
        pytest.skip(oidc.MISSING)
    house = House(tmp_path, build, api=True)
    try:
        house.standin.users[7] = {"username": "mina", "name": "Mina", "groups": ["family"]}
        lie = {"pk": 7, "name": "Evil", "groups": ["caredian-admins"]}
        assert house.hook(**lie).json()["result"] == "applied"
        assert house.user("mina")["full_name"] == "Mina" and house.user("mina")["role"] == "member"
        house.standin.broken = True
        assert house.hook(**lie).status_code == 503, "to be sent again"
        house.standin.broken = False
        del house.standin.users[7]
        assert house.hook(**lie).json()["result"] == "applied"
        assert house.user("mina")["disabled"], "who is not there any more"
    finally:
        house.close()
