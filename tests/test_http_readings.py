"""Readings of devices without MQTT: POST /api/v1/devices/{id}/readings, to the end of each way."""

import gzip
import json
import time

import pytest
import requests

from harness.process import wait_until


def key(gateway, scopes, user="admin"):
    return gateway.cli("key", "add", "sensor", "--user", user, "--scopes", scopes).stdout.strip()


def post(gateway, device, body, key=None, kind="application/json", session=None, query="",
         **headers):
    if isinstance(body, dict):
        body = json.dumps(body)
    if isinstance(body, str):
        body = body.encode()
    if key:
        headers["X-API-Key"] = key
    return (session or requests).post(
        f"{gateway.url}/api/v1/devices/{device}/readings{query}", data=body, timeout=30,
        headers={"Content-Type": kind, **{k.replace("_", "-"): v for k, v in headers.items()}})


def test_both_forms_reach_history_latest_registry_and_stream(gateway):
    writer = key(gateway, "readings:write")
    stream = requests.get(gateway.url + "/api/v1/stream", stream=True, timeout=30,
                          cookies=gateway.session().cookies)
    now = time.time_ns()
    body = {"readings": [
        {"measurement": "climate", "fields": {"temperature": 21.5, "open": True, "note": "말"},
         "time": now - 1_000_000_000},
        {"measurement": "climate", "fields": {"temperature": 22}, "time": now},
        {"measurement": "power", "tags": {"path": "heater"}, "fields": {"watts": 40}}]}
    answer = post(gateway, "지붕", body, writer)
    assert answer.status_code == 204, answer.text
    assert answer.content == b""
    lines = f'climate humidity=48i,temperature=23.5 {now + 1}\n'
    assert post(gateway, "지붕", lines, writer, "text/plain").status_code == 204
    packed = gzip.compress(f"climate temperature=24 {now // 1000 + 5}".encode())
    assert post(gateway, "지붕", packed, writer, "text/plain", query="?precision=us",
                Content_Encoding="gzip").status_code == 204
    found = gateway.wait_readings(4, device="지붕", measurement="climate", field="temperature")
    assert [r["value"] for r in found] == [21.5, 22, 23.5, 24]
    assert [r["time_ns"] for r in found[:3]] == [now - 1_000_000_000, now, now + 1]
    assert gateway.readings(device="지붕", field="humidity")[0]["value"] == 48
    watts = gateway.readings(device="지붕", measurement="power")[0]
    assert watts["value"] == 40 and watts["tags"] == {"path": "heater"}
    assert abs(watts["time_ns"] - now) < 60_000_000_000, "without a time: when it came"

    def known():
        return [d for d in gateway.devices() if d["id"] == "지붕"]
    device = wait_until(known, 10, what="the device is in the registry")[0]
    assert len(gateway.devices()) == 1, "one device, whatever it measures"
    shown = gateway.get("/api/v1/devices/지붕").json()
    assert {s["measurement"] for s in shown["sources"]} == {"climate", "power"}
    assert {f["name"]: f["value"] for f in shown["fields"]}["temperature"] == 24, device
    said = gateway.get("/api/v1/devices/지붕/messages").json()["messages"]
    assert said[0]["topic"] == "$readings/지붕" and said[0]["payload"].startswith("climate temp")
    for line in stream.iter_lines():
        if b"watts" in line:
            break
    stream.close()


def test_kill_right_after_the_answer_loses_nothing(gateway):
    writer = key(gateway, "readings:write")
    gateway.session()
    for round_ in range(3):
        sent = []
        for n in range(20):
            value = round_ * 100 + n
            assert post(gateway, "roof", {"fields": {"n": value}}, writer).status_code == 204
            sent.append(value)
        gateway.kill()
        gateway.start()
        found = gateway.wait_readings(20 * (round_ + 1), device="roof", field="n")
        assert {r["value"] for r in found} >= set(sent)
        assert len(found) == 20 * (round_ + 1), "and nothing is there twice"


def test_the_same_key_is_stored_once_also_over_a_kill(gateway):
    writer = key(gateway, "readings:write")
    gateway.session()
    once = {"Idempotency_Key": "2f6c9e"}
    for _ in range(3):
        assert post(gateway, "roof", {"fields": {"n": 1}}, writer, **once).status_code == 204
    gateway.kill()
    gateway.start()
    assert post(gateway, "roof", {"fields": {"n": 1}}, writer, **once).status_code == 204
    other = post(gateway, "roof", {"fields": {"n": 2}}, writer, **once)
    assert other.status_code == 422 and "Idempotency-Key" in other.json()["detail"]
    gateway.restart()
    assert post(gateway, "roof", {"fields": {"n": 1}}, writer, **once).status_code == 204
    assert post(gateway, "roof", {"fields": {"n": 3}}, writer).status_code == 204
    found = gateway.wait_readings(2, device="roof", field="n")
    assert [r["value"] for r in found] == [1, 3]


def test_a_real_influxdb_gets_it(make_gateway, influxdb):
    gateway = make_gateway({"influxdb.url": influxdb.url})
    gateway.add_user()
    gateway.start()
    writer = key(gateway, "readings:write:roof")
    now = time.time_ns()
    lines = f'climate,path=attic temperature=21.5,n=3i,on=true,note="a \\"b\\"" {now}\n'
    assert post(gateway, "roof", lines, writer, "text/plain").status_code == 204
    rows = wait_until(lambda: influxdb.rows("climate"), 20, what="a row of climate")
    row = rows[0]
    assert (row["device"], row["path"], row["time"]) == ("roof", "attic", now)
    assert (row["temperature"], row["n"], row["on"], row["note"]) == (21.5, 3, True, 'a "b"')


def test_who_may(gateway):
    body = {"fields": {"n": 1}}
    gateway.session("ben", role="member")
    member = gateway.login("ben")
    admin = gateway.session()
    stranger = gateway.session()
    rows = [
        (post(gateway, "roof", body), 401, "nobody"),
        (post(gateway, "roof", body, session=admin), 204, "an administrator"),
        (post(gateway, "roof", body, session=admin, Origin="https://evil.example"), 403, "CSRF"),
        (post(gateway, "roof", body, session=member), 403, "a member"),
        (post(gateway, "roof", body, key(gateway, "read,control")), 403, "another scope"),
        (post(gateway, "roof", body, key(gateway, "readings:write")), 204, "the scope"),
        (post(gateway, "roof", body, key(gateway, "readings:write:roof")), 204, "this device"),
        (post(gateway, "roof", body, key(gateway, "readings:write:cellar")), 403, "another one"),
    ]
    for answer, status, who in rows:
        assert answer.status_code == status, (who, answer.status_code, answer.text)
    made = gateway.cli("key", "add", "x", "--user", "ben", "--scopes", "readings:write",
                       check=False)
    assert made.returncode != 0, "a member gets no such key"
    narrow = key(gateway, "readings:write:roof")
    assert requests.get(gateway.url + "/api/v1/devices",
                        headers={"X-API-Key": narrow}).status_code == 403
    assert stranger.get(gateway.url + "/api/v1/system").json()["received"] == 3


@pytest.mark.parametrize("kind, body, status, said", [
    ("application/json", "{", 400, "JSON"),
    ("application/json", '{"fields":{"t":null}}', 422, "the field t"),
    ("application/json", '{"readings":[{"fields":{"t":1}},{"fields":{"t":1e999}}]}', 422, "large"),
    ("application/json", '{"fields":{"t":1},"device":"cellar"}', 422, "another device"),
    ("application/json", '{"fields":{"t":1},"time":"2099-01-01"}', 422, "ahead"),
    ("text/plain", "m v=1\nm v=NaN\n", 422, "line 2: "),
    ("text/plain", "m v=1 0\n", 422, "line 1: the time is older"),
    ("text/plain", "", 400, "no line"),
    ("text/csv", "m v=1", 415, "Content-Type"),
    ("text/plain", "m v=1\n" * 200_000, 413, ""),
])
def test_what_is_wrong_is_named_and_nothing_of_it_stored(served_writer, kind, body, status, said):
    gateway, writer = served_writer
    before = gateway.system()["journaled"]
    answer = post(gateway, "roof", body, writer, kind)
    assert answer.status_code == status, answer.text
    assert said in answer.text
    assert gateway.system()["journaled"] == before


@pytest.fixture(scope="module")
def served_writer(module_gateway):
    gateway = module_gateway()
    return gateway, key(gateway, "readings:write")


def test_a_bomb_is_small(served_writer):
    gateway, writer = served_writer
    bomb = gzip.compress(b"m v=1\n" * 20_000_000, 9)
    assert len(bomb) < 1_000_000
    answer = post(gateway, "roof", bomb, writer, "text/plain", Content_Encoding="gzip")
    assert answer.status_code == 413, answer.text


def test_a_full_journal_says_when_to_come_again(make_gateway):
    # A server that is never there and a small journal that nothing is let go of.
    gateway = make_gateway({"journal.max_bytes": 1_048_576})
    gateway.add_user()
    gateway.start()
    writer = key(gateway, "readings:write")
    note = "x" * 15_000
    body = {"readings": [{"fields": {f"s{n}": note for n in range(60)}}]}
    answers = [post(gateway, f"d{n}", body, writer) for n in range(8)]
    assert {a.status_code for a in answers} <= {204, 503}
    for answer in answers:
        if answer.status_code == 503:
            assert answer.headers["Retry-After"] == "5"
    # The local history takes them, so there is room again.
    wait_until(lambda: post(gateway, "after", {"fields": {"n": 1}}, writer).status_code == 204, 30,
               what="room in the journal")
