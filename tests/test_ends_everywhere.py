"""What ends at one gateway (a session, a key, an account) ends at every other one at once."""

import threading
import time

import pytest
import requests

SECRET = "the same secret for all of them: 32 bytes and more"
AT_ONCE = 0.5  # seconds; far below the 30 s after which a gateway asks the database by itself


@pytest.fixture
def pair(make_gateway, tmp_path, redis):
    common = {"database.url": f"sqlite:{tmp_path}/shared.db", "secret": SECRET,
              "redis.url": redis.url}
    gateways = [make_gateway(dict(common)) for _ in range(2)]
    gateways[0].add_user()
    gateways[0].add_user("ben", "member")
    for one in gateways:
        one.start()
    return gateways


def make_key(gateway, user="ben"):
    return gateway.cli("key", "add", "test", "--user", user, "--scopes",
                       "read,verify").stdout.strip()


def asked(gateway, **how):
    return requests.get(gateway.url + "/auth/verify", timeout=10, **how).status_code


def known(gateways, **how):
    """Every worker of every gateway has it in its cache."""
    for gateway in gateways:
        for _ in range(20):
            assert asked(gateway, **how) == 200


def refused_at_once(gateway, **how):
    begun = time.monotonic()
    while {asked(gateway, **how) for _ in range(4)} != {401}:
        assert time.monotonic() - begun < AT_ONCE, "still let in"
    for _ in range(20):
        assert asked(gateway, **how) == 401


def by_key(key):
    return {"headers": {"X-API-Key": key}}


def by_token(gateway, key):
    answer = requests.post(gateway.url + "/auth/token", timeout=10, auth=(key[4:20], key),
                           data={"grant_type": "client_credentials"})
    assert answer.status_code == 200, answer.text
    return {"headers": {"Authorization": "Bearer " + answer.json()["access_token"]}}


def test_a_key_revoked_on_one_is_refused_on_the_other_with_its_tokens(pair):
    one, two = pair
    key = make_key(one)
    other = make_key(one)
    token = by_token(one, key)
    known(pair, **by_key(key))
    known(pair, **by_key(other))
    known(pair, **token)
    one.cli("key", "revoke", key[4:20])
    for gateway in pair:
        refused_at_once(gateway, **by_key(key))
        refused_at_once(gateway, **token)
        assert asked(gateway, **by_key(other)) == 200, "only this one"


def test_a_revoked_keys_stream_on_the_other_ends(pair):
    one, two = pair
    key = make_key(one)
    stream = requests.get(two.url + "/api/v1/stream", headers={"X-API-Key": key}, stream=True,
                          timeout=30)
    assert stream.status_code == 200
    ended = threading.Event()

    def read():
        for _ in stream.iter_content(1024):
            pass
        ended.set()
    threading.Thread(target=read, daemon=True).start()
    one.cli("key", "revoke", key[4:20])
    assert ended.wait(2), "the stream goes on"


def test_a_disabled_account_is_out_everywhere(pair):
    one, two = pair
    key = make_key(one)
    token = by_token(two, key)
    session = two.login("ben")
    cookies = {"cookies": dict(session.cookies)}
    for how in (by_key(key), token, cookies):
        known(pair, **how)
    admin = one.login()
    done = admin.patch(one.url + "/api/v1/users/ben", json={"disabled": True}, timeout=30)
    assert done.status_code == 200, done.text
    for gateway in pair:
        for how in (by_key(key), token, cookies):
            refused_at_once(gateway, **how)
    enabled = admin.patch(one.url + "/api/v1/users/ben", json={"disabled": False}, timeout=30)
    assert enabled.status_code == 200
    for how in (by_key(key), token, cookies):
        assert asked(two, **how) == 401, "what has ended stays ended"


def test_the_command_line_alone_tells_the_others(pair):
    """One gateway is stopped; what is done in its place reaches the other."""
    one, two = pair
    key = make_key(one)
    token = by_token(two, key)
    known([two], **by_key(key))
    known([two], **token)
    assert one.stop() == 0
    one.cli("key", "revoke", key[4:20])
    refused_at_once(two, **by_key(key))
    refused_at_once(two, **token)


def test_own_sessions_are_ended_one_by_one_or_all_but_this(pair):
    one, two = pair
    here, there, third = one.login("ben"), two.login("ben"), two.login("ben")
    listed = here.get(one.url + "/auth/sessions").json()["sessions"]
    assert len(listed) == 3 and [s["current"] for s in listed].count(True) == 1
    assert listed[1]["client"] == "127.0.0.1" and "requests" in listed[1]["agent"]
    known(pair, cookies=dict(there.cookies))
    assert here.delete(one.url + "/auth/sessions/" + listed[1]["id"]).status_code == 204
    refused_at_once(two, cookies=dict(there.cookies))
    assert asked(two, cookies=dict(third.cookies)) == 200
    admin = one.login()
    assert here.delete(one.url + "/auth/sessions").status_code == 204
    refused_at_once(two, cookies=dict(third.cookies))
    assert asked(one, cookies=dict(here.cookies)) == 200
    assert asked(one, cookies=dict(admin.cookies)) == 200, "of others nothing ends"
