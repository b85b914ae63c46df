"""API keys against the real program: made, used, revoked; what a revoked key leaves open."""

import threading
import time

import requests


def ask(gateway, key, path="/auth/me", method="GET", **headers):
    return requests.request(method, gateway.url + path, headers={"X-API-Key": key, **headers},
                            timeout=30)


def make(gateway, *arguments, user="admin"):
    return gateway.cli("key", "add", "test", "--user", user, *arguments).stdout.strip()


def test_a_key_from_the_command_line_beside_a_running_gateway(gateway):
    key = make(gateway, "--role", "admin", "--scopes", "read,verify")
    me = ask(gateway, key).json()
    assert me["username"] == "admin" and me["key"]["scope"] == "read verify"
    assert ask(gateway, key, "/api/v1/devices").status_code == 200
    verified = ask(gateway, key, "/auth/verify")
    assert verified.status_code == 200 and verified.headers["X-Remote-User"] == "admin"
    assert ask(gateway, key, "/api/v1/users", "POST").status_code == 403
    bearer = requests.get(gateway.url + "/auth/me", headers={"Authorization": f"Bearer {key}"})
    assert bearer.json() == me
    gateway.restart()
    assert ask(gateway, key).status_code == 200
    gateway.cli("key", "revoke", key[4:20])
    # Every worker refuses it at once.
    assert {ask(gateway, key).status_code for _ in range(20)} == {401}
    assert gateway.cli("key", "list").stdout == ""
    log = gateway.process.output(whole=True)
    assert key[21:] not in log and key[4:20] in log, "the id is in the audit, the secret nowhere"


def test_made_and_revoked_over_http(gateway):
    session = gateway.session()
    answer = session.post(gateway.url + "/api/v1/api-keys",
                          json={"name": "벽시계", "addresses": ["127.0.0.0/8"]})
    assert answer.status_code == 201, answer.text
    key = answer.json()["key"]
    assert ask(gateway, key).status_code == 200
    listed = session.get(gateway.url + "/api/v1/api-keys").json()["keys"]
    assert [entry["name"] for entry in listed] == ["벽시계"] and "key" not in listed[0]
    done = session.delete(gateway.url + "/api/v1/api-keys/" + listed[0]["id"])
    assert done.status_code == 204
    assert ask(gateway, key).status_code == 401
    events = [row["event"] for row in session.get(gateway.url + "/api/v1/audit").json()["events"]]
    assert "key_added" in events and "key_revoked" in events


def test_a_revoked_keys_stream_ends(gateway):
    key = make(gateway)
    stream = requests.get(gateway.url + "/api/v1/stream", headers={"X-API-Key": key}, stream=True,
                          timeout=30)
    assert stream.status_code == 200
    ended = threading.Event()

    def read():
        try:
            for _ in stream.iter_content(1):
                pass
        except requests.RequestException:
            pass
        ended.set()
    reader = threading.Thread(target=read)
    reader.start()
    assert not ended.wait(0.5)
    begun = time.monotonic()
    gateway.cli("key", "revoke", key[4:20])
    assert ended.wait(10)
    assert time.monotonic() - begun < 5
    reader.join()


def test_no_credential_reaches_home_assistant(relayed):
    gateway, upstream = relayed
    key = make(gateway, "--role", "admin", "--scopes", "read,control")
    for name, value in (("X-API-Key", key), ("Authorization", f"Bearer {key}")):
        answer = requests.post(gateway.url + "/ha/api/services/light/turn_on",
                               headers={name: value, "Cookie": "cd_session=x"}, timeout=30)
        assert answer.status_code == 200, answer.text
        assert key[21:] not in str(upstream.requests[-1]) and "cd_session" not in str(
            upstream.requests[-1])
        heard = {k.lower(): v for k, v in upstream.requests[-1][1]}
        assert heard["authorization"] == "Bearer the-gateways-own-token"
    read = make(gateway, "--role", "admin")
    assert ask(gateway, read, "/ha/api/services/light/turn_on", "POST").status_code == 403
    assert ask(gateway, read, "/ha/api/states").status_code == 200


def test_keys_end_with_their_owner(gateway):
    gateway.add_user("ben", role="member")
    key = make(gateway, user="ben")
    assert ask(gateway, key).status_code == 200
    session = gateway.session()
    assert session.patch(gateway.url + "/api/v1/users/ben",
                         json={"disabled": True}).status_code == 200
    assert ask(gateway, key).status_code == 401
    assert session.patch(gateway.url + "/api/v1/users/ben",
                         json={"disabled": False}).status_code == 200
    assert ask(gateway, key).status_code == 401
