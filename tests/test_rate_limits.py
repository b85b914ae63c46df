"""Requests beyond a limit get 429; the true client counts; gateways of one Redis count together."""

import re
import time

import pytest
import requests

from harness.gateway import PASSWORD
from harness.process import ROOT, wait_until

SECRET = "the same secret for all of them: 32 bytes and more"
PROXY = {"trusted_proxies": ["127.0.0.1/32"]}
ALONE = "rate limits count for this gateway alone"


def rule(requests_, routes=("/openapi.json",), per="address", every="1h", name="test"):
    return {"name": name, "routes": list(routes), "per": per, "requests": requests_, "every": every}


def ask(gateway, address=None, path="/openapi.json", **arguments):
    headers = {"X-Forwarded-For": address} if address else {}
    return requests.get(gateway.url + path, headers=headers, timeout=10, **arguments)


def allowed(gateway, tries, address="192.0.2.1", **arguments):
    """How many of `tries` are let through; the others are 429."""
    statuses = [ask(gateway, address, **arguments).status_code for _ in range(tries)]
    assert set(statuses) <= {200, 429}, statuses
    return statuses.count(200)


@pytest.fixture
def make_limited(make_gateway):
    """make_limited(rules, **settings): running, behind a trusted proxy on this machine."""
    def make(rules, settings=None, users=True):
        gateway = make_gateway({**PROXY, "rate_limits": rules, **(settings or {})})
        if users:
            gateway.add_user()
        return gateway.start()
    return make


def test_beyond_the_limit_there_is_429_with_what_to_do(make_limited):
    gateway = make_limited([rule(3, every="30s")])
    first = ask(gateway, "192.0.2.1")
    assert first.status_code == 200
    assert first.headers["RateLimit-Policy"] == '"test";q=3;w=30'
    assert first.headers["RateLimit"] == '"test";r=2;t=10'
    assert allowed(gateway, 4) == 2
    refused = ask(gateway, "192.0.2.1")
    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["status"] == 429 and '"test"' in refused.json()["detail"]
    assert re.fullmatch(r'"test";r=0;t=\d+', refused.headers["RateLimit"])
    assert 1 <= int(refused.headers["Retry-After"]) <= 10
    time.sleep(int(refused.headers["Retry-After"]))
    assert ask(gateway, "192.0.2.1").status_code == 200, "Retry-After was the truth"
    assert "RateLimit" not in ask(gateway, "192.0.2.1", "/healthz").headers


def test_behind_a_proxy_clients_count_apart_and_the_proxy_never(make_limited):
    gateway = make_limited([rule(3)])
    assert allowed(gateway, 5, "192.0.2.1") == 3
    assert allowed(gateway, 5, "192.0.2.2") == 3, "another client behind the same proxy"
    assert allowed(gateway, 20, None) == 20, "the proxy itself"
    # What a client itself puts in front of the proxy's word is not believed.
    assert ask(gateway, "198.51.100.1, 192.0.2.1").status_code == 429
    assert allowed(gateway, 2, "2001:db8:1:2::1") == 2
    assert allowed(gateway, 5, "2001:db8:1:2:ffff::2") == 1, "a home has a whole /64"
    assert allowed(gateway, 5, "2001:db8:1:3::1") == 3


def test_a_person_counts_whatever_the_address(make_limited):
    gateway = make_limited([rule(4, ["/auth/me"], per="principal")])
    client = gateway.login()
    client.headers["X-Forwarded-For"] = "192.0.2.1"
    statuses = [client.get(gateway.url + "/auth/me").status_code for _ in range(3)]
    client.headers["X-Forwarded-For"] = "192.0.2.2"
    statuses += [client.get(gateway.url + "/auth/me").status_code for _ in range(2)]
    assert statuses == [200] * 4 + [429]


def test_the_defaults_hold_sign_ins_and_leave_pages_alone(make_gateway):
    gateway = make_gateway(PROXY)
    gateway.add_user()
    gateway.start()
    statuses = [gateway.client().post(gateway.url + "/auth/login",
                                      json={"username": "admin", "password": PASSWORD},
                                      headers={"X-Forwarded-For": "192.0.2.1"}).status_code
                for _ in range(45)]
    # 30 at once and one a second.
    assert statuses[:30] == [200] * 30 and 429 in statuses, statuses
    cookies = dict(gateway.login().cookies)
    for path in ("/auth/verify", "/healthz", "/static/pages.css"):
        with requests.Session() as session:
            for _ in range(100):
                answer = session.get(gateway.url + path, cookies=cookies,
                                     headers={"X-Forwarded-For": "192.0.2.1"})
                assert answer.status_code == 200 and "RateLimit" not in answer.headers, path


def test_a_changed_limit_holds_after_a_reload(make_gateway, tmp_path):
    file = tmp_path / "caredian.yaml"
    text = "rate_limits: [{{name: test, routes: [/openapi.json], requests: {}, every: 1h}}]\n"
    file.write_text(text.format(2))
    gateway = make_gateway(PROXY, config=file)
    gateway.add_user()
    gateway.start()
    assert allowed(gateway, 4) == 2
    file.write_text(text.format(5))
    gateway.reload()
    wait_until(lambda: '"test";q=5;w=3600' in ask(gateway, "192.0.2.9").headers["RateLimit-Policy"],
               10, 0.1, "the new limit")
    file.write_text("rate_limits: []\n")
    gateway.reload()
    wait_until(lambda: "RateLimit" not in ask(gateway, "192.0.2.9").headers, 10, 0.1, "no limit")


def test_bad_rules_are_named(make_gateway, tmp_path):
    file = tmp_path / "caredian.yaml"
    gateway = make_gateway()
    gateway.folder.mkdir(parents=True, exist_ok=True)
    for bad, why in (
            ("{routes: [/x], requests: 1}", "has no name"),
            ("{name: A b, routes: [/x], requests: 1}", "a to z"),
            ("{name: a, requests: 1}", "has no routes"),
            ("{name: a, routes: [/x]}", "has no requests"),
            ("{name: a, routes: [/x], requests: 0}", "requests"),
            ("{name: a, routes: [x], requests: 1}", "must begin with /"),
            ("{name: a, routes: [FETCH /x], requests: 1}", "must begin with /"),
            ("{name: a, routes: ['/x*y'], requests: 1}", "at its end only"),
            ("{name: a, routes: [/x], requests: 1, per: user}", "not one of"),
            ("{name: a, routes: [/x], requests: 1, every: 10ms}", "every"),
            ("{name: a, routes: [/x], requests: 1, brust: 3}", 'no "brust"'),
            ("{name: a, routes: [/x], requests: 1, every: 24h, burst: 367}", "more than a year"),
            ("{name: a, routes: [/x], requests: 1}, {name: a, routes: [/y], requests: 1}",
             "given twice")):
        file.write_text(f"rate_limits: [{bad}]\n")
        done = gateway.cli("check-config", "--config", str(file), check=False)
        assert done.returncode == 2 and why in done.stdout + done.stderr, (bad, done)


# ---- several gateways ------------------------------------------------------------------------

@pytest.fixture
def make_pair(make_limited, tmp_path):
    def make(url, rules):
        common = {"database.url": f"sqlite:{tmp_path}/shared.db", "secret": SECRET,
                  "redis.url": url}
        return [make_limited(rules, dict(common), users=first) for first in (True, False)]
    return make


def test_two_gateways_share_within_300_ms(make_pair, redis):
    one, two = make_pair(redis.url, [rule(20)])
    assert allowed(one, 12) == 12
    time.sleep(0.3)
    assert ask(two, "192.0.2.1").status_code == 200, "it has not asked yet: nothing waits for Redis"
    time.sleep(0.3)
    assert allowed(two, 20) == 7, "12 there and 1 here of 20"
    assert allowed(two, 3, "192.0.2.2") == 3, "another client"
    time.sleep(0.3)
    ask(one, "192.0.2.1")
    time.sleep(0.3)
    assert allowed(one, 3) == 0
    text = " ".join(redis.cli("KEYS", "caredian:limit:*").split())
    assert text and "192.0.2" not in text and "test" not in text


def test_the_user_that_deploy_makes_may_share(make_pair, make_redis):
    """The rights of deploy/servers/redis.conf, and those that docs/redis.md names."""
    def rights(file):
        line, = re.findall(r"^user caredian on \S+ (.+)$", (ROOT / file).read_text(), re.M)
        return line
    may = rights("deploy/servers/redis.conf")
    assert may == rights("docs/redis.md") == rights("docs/redis.ko.md")
    redis = make_redis(users=["default on nopass ~* &* +@all", "caredian on >geheim " + may])
    one, two = make_pair(f"redis://caredian:geheim@127.0.0.1:{redis.port}/0", [rule(20)])
    assert allowed(one, 12) == 12
    wait_until(lambda: redis.cli("KEYS", "caredian:limit:*").strip(), 10, 0.05, "the exchange")
    time.sleep(0.3)
    ask(two, "192.0.2.1")
    time.sleep(0.3)
    assert allowed(two, 20) == 7
    assert ALONE not in one.process.output(whole=True) + two.process.output(whole=True)


def test_without_redis_each_counts_by_itself_and_says_so_once(make_pair, persistent_redis):
    redis = persistent_redis
    one, two = make_pair(redis.url, [rule(10)])
    assert allowed(one, 4) == 4
    time.sleep(0.3)
    redis.kill()
    for gateway in (one, two):
        wait_until(lambda: ALONE in gateway.process.output(whole=True), 10, 0.05, "it says so")
    begun = time.monotonic()
    assert allowed(one, 12) == 6
    assert allowed(two, 12) == 10
    assert time.monotonic() - begun < 5, "nothing waits"
    time.sleep(2)
    redis.start()
    wait_until(lambda: ask(one, f"192.0.2.{int(time.monotonic() * 20) % 200}").status_code and
               "shared through Redis again" in one.process.output(whole=True), 10, 0.05, "again")
    assert allowed(one, 2) == 0, "nothing is given back"
    assert one.process.output(whole=True).count(ALONE) == 1
