"""Sessions in Redis: shared by gateways, coherent, and what goes on while Redis does not."""

import json
import re
import signal
import time

import pytest
import requests

from harness.gateway import PASSWORD
from harness.process import wait_until
from harness.redis import Proxy, Redis, Sentinel

SECRET = "the same secret for all of them: 32 bytes and more"


@pytest.fixture
def make_pair(make_gateway, tmp_path):
    """make_pair(url, **settings): two running gateways on one database and one Redis."""
    def make(url, count=2, **settings):
        common = {"database.url": f"sqlite:{tmp_path}/shared.db", "secret": SECRET,
                  "redis.url": url, **{k.replace("__", "."): v for k, v in settings.items()}}
        gateways = [make_gateway(dict(common)) for _ in range(count)]
        gateways[0].add_user()
        for one in gateways:
            one.start()
        return gateways
    return make


def state(gateway, name="redis"):
    for one in gateway.ready().json()["dependencies"]:
        if one["name"] == name:
            return one
    return None


def wait_state(gateway, wanted, timeout=15):
    wait_until(lambda: state(gateway)["state"] == wanted, timeout, 0.05, f"redis {wanted}")


def verify(gateway, cookies, timeout=10):
    return requests.get(gateway.url + "/auth/verify", cookies=cookies, timeout=timeout).status_code


def wait_verify(gateway, cookies, status, timeout=15):
    wait_until(lambda: verify(gateway, cookies) == status, timeout, 0.05, f"/auth/verify {status}")


def in_use(gateways, login=None):
    """Cookies of a session that every worker of every gateway knows, and the signed-in client."""
    client = (login or gateways[0]).login()
    cookies = dict(client.cookies)
    for gateway in gateways:
        wait_until(lambda: remembered(gateway, cookies), 15, 0.05, "a session in every cache")
    return client, cookies


def remembered(gateway, cookies):
    """Is the session in the caches? A worker that Redis does not tell of changes yet keeps none."""
    def asked():
        found = re.search(r'caredian_session_checks_total{found="store"} (\S+)',
                          requests.get(gateway.url + "/metrics", timeout=10).text)
        return float(found[1])
    before = asked()
    # Connections of their own: both workers. One that cannot ask Redis yet says 503.
    return all(verify(gateway, cookies) == 200 for _ in range(20)) and asked() == before


def test_ended_on_one_is_refused_on_the_other_within_50_ms(make_pair, redis):
    one, two = make_pair(redis.url)
    for _ in range(5):
        client, cookies = in_use([one, two])
        assert client.post(one.url + "/auth/logout").status_code in (200, 204)
        ended = time.monotonic()
        while verify(two, cookies) != 401:
            assert time.monotonic() - ended < 0.5
        took = time.monotonic() - ended
        assert took < 0.05, f"{took * 1000:.0f} ms"
    assert redis.keys() == []


def test_a_stream_of_a_session_ended_elsewhere_ends(make_pair, redis):
    one, two = make_pair(redis.url)
    client, cookies = in_use([one, two])
    stream = requests.get(two.url + "/api/v1/stream", cookies=cookies, stream=True, timeout=20)
    assert stream.status_code == 200
    assert client.post(one.url + "/auth/logout").status_code in (200, 204)
    begun = time.monotonic()
    for _ in stream.iter_content(1024):
        assert time.monotonic() - begun < 5
    assert time.monotonic() - begun < 2


def test_sessions_survive_a_restart_of_the_gateway(make_pair, redis):
    gateway, = make_pair(redis.url, count=1)
    _, cookies = in_use([gateway])
    gateway.restart()
    wait_verify(gateway, cookies, 200)


def test_that_a_session_is_in_use_is_kept_where_the_others_see_it(make_pair, redis):
    gateway, = make_pair(redis.url, count=1, sessions__idle="1m")  # kept every 15 s
    client, cookies = in_use([gateway])
    key, = redis.cli("KEYS", "caredian:used:*").split()

    def last_use():
        assert verify(gateway, cookies) == 200
        return int(redis.cli("GET", key))
    first, lives = last_use(), int(redis.cli("PTTL", key))
    wait_until(lambda: last_use() > first, 25, 0.3, "a later use")
    assert 14e9 < last_use() - first < 25e9
    assert 0 < int(redis.cli("PTTL", key)) < lives, "it lives no longer than its session"
    assert client.post(gateway.url + "/auth/logout").status_code in (200, 204)
    assert redis.cli("KEYS", "caredian:used:*").split() == []


def test_a_stopped_redis_known_sessions_go_on_until_the_grace(make_pair, redis):
    gateway, = make_pair(redis.url, count=1, sessions__grace="4s")
    _, cookies = in_use([gateway])
    stranger = dict(gateway.login().cookies)
    redis.kill()
    ended = time.monotonic()
    wait_state(gateway, "degraded")
    assert gateway.ready().status_code == 200
    for _ in range(20):
        begun = time.monotonic()
        assert verify(gateway, cookies) == 200
        assert time.monotonic() - begun < 0.6
    assert "caredian_sessions_honoured_total" in requests.get(gateway.url + "/metrics").text
    unknown = requests.get(gateway.url + "/auth/verify", cookies=stranger, timeout=10)
    assert unknown.status_code == 503
    login = gateway.client().post(gateway.url + "/auth/login", timeout=30,
                                  json={"username": "admin", "password": PASSWORD})
    assert login.status_code in (500, 503)
    wait_verify(gateway, cookies, 503, timeout=10)
    assert 3.5 < time.monotonic() - ended < 8
    redis.start()  # empty
    wait_state(gateway, "up")
    wait_verify(gateway, cookies, 401)


def test_a_logout_while_redis_is_away_is_not_forgotten(make_pair, persistent_redis):
    redis = persistent_redis
    one, two = make_pair(redis.url)
    client, cookies = in_use([one, two])
    redis.kill()
    wait_state(one, "degraded")
    wait_state(two, "degraded")
    assert client.post(one.url + "/auth/logout", timeout=30).status_code in (200, 204)
    assert verify(one, cookies) in (401, 503)
    redis.start()
    assert len(redis.keys()) == 1, "Redis itself doesn't know"
    for gateway in (one, two):
        wait_state(gateway, "up")
        wait_verify(gateway, cookies, 401)
    assert redis.keys() == []


def test_a_half_open_tracking_connection_is_found(make_pair, redis):
    """What Redis says on the tracking connection no longer arrives; the rest does."""
    proxy = Proxy(redis.port)
    try:
        gateway, = make_pair(proxy.url, count=1)
        client, cookies = in_use([gateway])
        assert len(proxy.connections) >= 5  # two for each worker, and the blocking one
        half_open = [id(pair) for pair in proxy.connections if b"SUBSCRIBE" in pair["sent"]]
        assert len(half_open) == 2
        proxy.deaf = lambda pair: id(pair) in half_open
        session = redis.keys()[0]
        redis.cli("DEL", session)
        ended = time.monotonic()
        wait_until(lambda: verify(gateway, cookies) in (401, 503), 5, 0.02, "the session's end")
        assert time.monotonic() - ended < 1.5, "a second of silence ends the epoch"
        wait_verify(gateway, cookies, 401)
    finally:
        proxy.stop()


def test_redis_slow_by_five_seconds_slows_nobody(make_pair, redis):
    proxy = Proxy(redis.port)
    try:
        gateway, = make_pair(proxy.url, count=1)
        _, cookies = in_use([gateway])
        stranger = dict(gateway.login().cookies)
        proxy.delay = 5.0
        deadline = time.monotonic() + 6
        slowest, asked = 0, 0
        while time.monotonic() < deadline:
            begun = time.monotonic()
            assert verify(gateway, cookies) == 200
            slowest, asked = max(slowest, time.monotonic() - begun), asked + 1
        assert slowest < 0.8 and asked > 100, (slowest, asked)
        begun = time.monotonic()
        assert verify(gateway, stranger) == 503
        assert time.monotonic() - begun < 1
        proxy.delay = 0
        wait_state(gateway, "up", 20)
        wait_verify(gateway, stranger, 200)
    finally:
        proxy.stop()


def test_a_wrong_password_is_named_and_does_not_stop_the_gateway(make_gateway, make_redis):
    redis = make_redis(password="right-right")
    gateway = make_gateway({"redis.url": f"redis://:wrong-wrong@127.0.0.1:{redis.port}"})
    gateway.add_user()
    gateway.start()
    wait_state(gateway, "degraded")
    assert "WRONGPASS" in state(gateway)["reason"] or "password" in state(gateway)["reason"].lower()
    login = gateway.client().post(gateway.url + "/auth/login", timeout=30,
                                  json={"username": "admin", "password": PASSWORD})
    assert login.status_code in (500, 503)
    assert "wrong-wrong" not in gateway.process.output(whole=True)
    redis.cli("CONFIG", "SET", "requirepass", "wrong-wrong")
    redis.password = "wrong-wrong"
    wait_state(gateway, "up")
    assert gateway.login()


def test_redis_restarted_empty_ends_sessions(make_pair, redis):
    gateway, = make_pair(redis.url, count=1)
    _, cookies = in_use([gateway])
    redis.kill()
    redis.start()
    wait_verify(gateway, cookies, 401)
    # What writes has a connection of its own, which comes back when it does.
    wait_until(lambda: gateway.client().post(
        gateway.url + "/auth/login", timeout=30,
        json={"username": "admin", "password": PASSWORD}).status_code == 200, 15, 0.1, "a login")


def test_flushall_ends_sessions_at_once(make_pair, redis):
    gateway, = make_pair(redis.url, count=1)
    _, cookies = in_use([gateway])
    redis.cli("FLUSHALL")
    begun = time.monotonic()
    wait_until(lambda: verify(gateway, cookies) == 401, 1, 0.005, "the end")
    assert time.monotonic() - begun < 0.3


def test_failover_by_sentinel(make_pair, make_redis, tmp_path):
    master = make_redis()
    replica = make_redis(replica_of=master)
    sentinel = Sentinel(tmp_path / "sentinel", master).start()
    try:
        sentinel.wait_replica()
        wait_until(lambda: "master_link_status:up" in replica.cli("INFO", "replication"), 10, 0.1)
        gateway, = make_pair(f"redis+sentinel://127.0.0.1:{sentinel.port}/home", count=1)
        _, cookies = in_use([gateway])
        wait_until(lambda: len(replica.keys()) == 1, 5, 0.05)
        master.kill()
        assert verify(gateway, cookies) == 200, "honoured"
        wait_until(lambda: "role:master" in replica.cli("INFO", "replication"), 30, 0.1,
                   "the replica as master")
        wait_state(gateway, "up", 30)
        assert verify(gateway, cookies) == 200
        client = gateway.login()
        # Each worker finds the new master by itself: one that has not yet answers 503.
        wait_until(lambda: client.post(gateway.url + "/auth/logout").status_code in (200, 204),
                   10, 0.1, "a worker that knows the new master")
        assert len(replica.keys()) == 1
    finally:
        sentinel.process.kill()


def test_tls_with_an_acl_user(make_gateway, make_redis, authority):
    redis = make_redis(authority=authority, users=[
        "default on nopass ~* &* +@all",
        "caredian on >geheim ~caredian:* &caredian:* &__redis__:invalidate resetchannels "
        "&caredian:* &__redis__:invalidate -@all +@read +@write +@transaction +@connection "
        "+subscribe +publish +client|id +client|tracking +role +eval +time"])
    gateway = make_gateway({"redis.url": f"rediss://caredian@127.0.0.1:{redis.port}/0",
                            "redis.password": "geheim", "redis.ca": str(authority.certificate)})
    gateway.add_user()
    gateway.start()
    wait_state(gateway, "up")
    client, cookies = in_use([gateway])
    assert client.post(gateway.url + "/auth/logout").status_code in (200, 204)
    wait_verify(gateway, cookies, 401, 1)
    unchecked = make_gateway({"redis.url": redis.url})  # the system's authorities
    unchecked.add_user()
    unchecked.start()
    wait_until(lambda: (state(unchecked) or {}).get("reason"), 10, 0.1)
    assert "TLS" in state(unchecked)["reason"], json.dumps(state(unchecked))


def test_disabling_an_account_while_redis_is_away_ends_its_sessions(make_pair, persistent_redis):
    redis = persistent_redis
    gateway, = make_pair(redis.url, count=1)
    gateway.add_user("ben", "member")
    admin, cookies = in_use([gateway])
    ben = dict(gateway.login("ben").cookies)
    assert verify(gateway, ben) == 200
    redis.kill()
    wait_state(gateway, "degraded")
    changed = admin.patch(gateway.url + "/api/v1/users/ben", json={"disabled": True}, timeout=30)
    assert changed.status_code == 200, changed.text
    assert verify(gateway, ben) in (401, 503)
    redis.start()
    wait_state(gateway, "up")
    wait_verify(gateway, ben, 401)
    wait_verify(gateway, cookies, 200)


def test_frozen_redis_and_back(make_pair, redis):
    gateway, = make_pair(redis.url, count=1)
    _, cookies = in_use([gateway])
    redis.process.signal(signal.SIGSTOP)
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        begun = time.monotonic()
        assert verify(gateway, cookies) == 200
        assert time.monotonic() - begun < 0.8
    redis.process.signal(signal.SIGCONT)
    wait_state(gateway, "up")
    assert verify(gateway, cookies) == 200
