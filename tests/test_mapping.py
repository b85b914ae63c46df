"""Rules of ingest.mappings, and what shows people what becomes of a message: by a real broker."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import requests

from harness.process import wait_until

RULES = """
ingest:
  mappings:
    - topic: sensors/{area}/{device}/state
      measurement: climate
      tags: {area: "{area}", site: home}
      fields:
        t:    {name: temperature, type: float, scale: 0.1, unit: °C}
        h:    {name: humidity, unit: "% RH"}
        door: {name: open, type: boolean, on: [open], off: [closed]}
        junk: drop
    - topic: logger/{device}/batch
      time: {field: ts, format: unix_ms}
      fields: {ts: drop}
    - topic: meters/+
      device: "{payload.serial}"
      fields: {energy: {type: float}}
      rest: drop
    - topic: tele/mine/SENSOR
      measurement: mine
    - {topic: "noise/#", drop: true}
"""
STATE = {"t": 214, "h": 48, "door": "open", "junk": 1, "rssi": -60}


@pytest.fixture
def mapped(make_gateway, broker, tmp_path):
    """A connected gateway with the rules in a file, and that file."""
    file = tmp_path / "caredian.yaml"
    file.write_text(RULES)
    one = make_gateway({"mqtt.url": broker.url, "mqtt.client_id": "caredian-mapping"},
                       config=str(file))
    one.add_user()
    one.start()
    one.wait_connected()
    return one, file


def last(gateway, **query):
    """field → value and tags, of the newest point."""
    found = gateway.wait_readings(1, **query)
    newest = max(r["time_ns"] for r in found)
    return {r["field"]: r["value"] for r in found if r["time_ns"] == newest}, found[-1]["tags"]


def explain(gateway, topic, payload, status=200):
    answer = gateway.session().post(gateway.url + "/api/v1/ingest/explain", timeout=30,
                                    json={"topic": topic, "payload": payload})
    assert answer.status_code == status, answer.text
    return answer.json()


def dead_letters(gateway, count, **query):
    def found():
        answer = gateway.get("/api/v1/dead-letters", params=query)
        assert answer.status_code == 200, answer.text
        letters = answer.json()["dead_letters"]
        return letters if len(letters) >= count else None
    return wait_until(found, 15, step=0.1, what=f"{count} dead letters")


def messages(gateway, device, **query):
    answer = gateway.get(f"/api/v1/devices/{quote(device, safe='')}/messages", params=query)
    assert answer.status_code == 200, answer.text
    return {m["topic"]: m for m in answer.json()["messages"]}


def test_rules_decide_before_the_decoders(mapped, publisher):
    gateway, _ = mapped
    publisher.publish("sensors/kitchen/box1/state", json.dumps(STATE))
    publisher.publish("tele/mine/SENSOR", json.dumps({"Time": "2026-01-10T12:05:00", "v": 1}))
    publisher.publish("meters/m", json.dumps({"serial": "S7", "energy": "12.5", "other": 1}))
    publisher.publish("noise/a/b", "1")
    publisher.publish("other/kitchen/temperature", "21.5")
    fields, tags = last(gateway, measurement="climate", device="box1")
    assert fields == {"temperature": 21.4, "humidity": 48, "open": True, "rssi": -60}
    assert tags == {"area": "kitchen", "site": "home"}
    assert last(gateway, measurement="mine")[0]["v"] == 1
    assert last(gateway, measurement="meters", device="S7")[0] == {"energy": 12.5}
    assert last(gateway, measurement="other")[0] == {"value": 21.5}  # no rule: as ever
    system = gateway.wait_system(lambda s: s["ignored"].get("mapped_out") == 1 and s)
    assert system["mapped"] == 4 and system["dead"] == 0

    def units():
        found = {d["id"]: d for d in gateway.devices()}.get("box1", {"fields": []})
        units = {f["name"]: f["unit"] for f in found["fields"]}
        return units if units.get("humidity") == "% RH" else None  # not what the name implies
    assert wait_until(units, 10, what="units")["temperature"] == "°C"


def test_the_payload_says_when(mapped, publisher):
    gateway, _ = mapped
    for at in (1_768_014_000_000, 1_768_014_060_000):
        publisher.publish("logger/l1/batch", json.dumps({"ts": at, "v": 5}))
    found = gateway.wait_readings(2, device="l1", field="v")
    assert [r["time_ns"] // 1_000_000 for r in found] == [1_768_014_000_000, 1_768_014_060_000]


def test_a_device_that_sends_old_values_is_heard_now(mapped, publisher):
    gateway, _ = mapped
    old = 1_577_836_800_000  # 2020
    for i in range(3):
        publisher.publish("logger/l1/batch", json.dumps({"ts": old + i, "v": i}))
    gateway.wait_readings(3, device="l1", field="v")

    def check():
        [device] = [d for d in gateway.devices() if d["id"] == "l1"]
        heard = datetime.fromisoformat(device["last_seen"][:26] + "+00:00")
        assert abs(datetime.now(UTC) - heard) < timedelta(minutes=2), device["last_seen"]
        assert not device["stale"] and device["fields"][0]["time"].startswith("2020-01-01")
    check()
    gateway.stop()
    gateway.start()
    check()


def test_what_a_rule_cannot_read_is_a_dead_letter(mapped, publisher):
    gateway, _ = mapped
    publisher.publish("sensors/kitchen/box1/state", json.dumps({"t": "high", "h": 48}))
    publisher.publish("meters/m", json.dumps({"energy": 5}))  # which meter?
    publisher.publish("meters/m", json.dumps({"serial": "S7", "energy": "much"}))
    publisher.publish("broken/json", '{"a":')
    publisher.publish("broken/bytes", b"\xff\xd8\xff\xe0JFIF")
    letters = dead_letters(gateway, 4)
    assert [(x["topic"], x["reason"]) for x in letters] == [
        ("broken/bytes", "invalid_utf8"), ("broken/json", "malformed_json"),
        ("meters/m", "mapping_no_cast"), ("meters/m", "mapping_missing_value")]
    assert letters[1]["payload"] == '{"a":' and letters[1]["bytes"] == 5
    assert letters[0]["bytes"] == 8 and letters[0]["payload"].endswith("JFIF")
    assert last(gateway, device="box1")[0] == {"humidity": 48}  # the rest of a message counts
    metrics = gateway.get("/metrics").text
    assert "caredian_ingest_mapping_left_out_total 2" in metrics
    assert 'caredian_ingest_dead_total{reason="mapping_no_cast"} 1' in metrics
    gateway.restart()
    assert dead_letters(gateway, 4) == letters
    assert len(dead_letters(gateway, 1, limit=1)) == 1
    for wrong in ("0", "201", "-1", "many", ""):
        assert gateway.get("/api/v1/dead-letters", params={"limit": wrong}).status_code == 400


def test_rules_change_while_it_runs(mapped, publisher):
    gateway, file = mapped
    publisher.publish("sensors/kitchen/box1/state", json.dumps(STATE))
    last(gateway, measurement="climate")
    file.write_text(RULES.replace("measurement: climate", "measurement: indoors"))
    gateway.reload()
    wait_until(lambda: explain(gateway, "sensors/a/b/state", "{\"t\":1}")["readings"][0]
               ["measurement"] == "indoors", 15, what="the new rule")
    publisher.publish("sensors/kitchen/box1/state", json.dumps(STATE))
    assert last(gateway, measurement="indoors")[0]["humidity"] == 48
    # A unit that no rule gives any more is gone, though nothing new came.
    def units():
        return {f["name"]: f["unit"] for d in gateway.devices() for f in d["fields"]
                if f.get("measurement", d["measurement"]) == "indoors"}
    wait_until(lambda: units().get("humidity") == "% RH", 10, what="the rule's unit")
    plain = RULES.replace(', unit: "% RH"', "").replace(", unit: °C", "")
    file.write_text(plain.replace("measurement: climate", "measurement: indoors"))
    gateway.reload()
    wait_until(lambda: units().get("humidity") == "%", 15, what="the unit that the name implies")
    # A mistake keeps the old ones.
    file.write_text(RULES.replace("measurement: climate", "measurement: '{none}'"))
    gateway.reload()
    wait_until(lambda: "the old ones stay" in gateway.process.output(whole=True), 15)
    assert f"{file}:5" in gateway.process.output(whole=True)
    publisher.publish("sensors/kitchen/box2/state", json.dumps(STATE))
    assert last(gateway, measurement="indoors", device="box2")[0]["humidity"] == 48


def test_explain_says_what_a_message_becomes(mapped):
    gateway, _ = mapped
    one = explain(gateway, "sensors/kitchen/box1/state", json.dumps(STATE | {"door": "ajar"}))
    assert one == {
        "decoder": "mapping", "rule": "1: sensors/{area}/{device}/state", "outcome": "decoded",
        "reason": None, "left_out": ["door"], "descriptions": 1, "suggestion": None,
        "readings": [{"measurement": "climate",
                      "tags": {"area": "kitchen", "device": "box1", "site": "home"},
                      "fields": [{"name": "temperature", "type": "float", "value": 21.4},
                                 {"name": "humidity", "type": "float", "value": 48},
                                 {"name": "rssi", "type": "float", "value": -60}]}]}
    assert explain(gateway, "cmnd/plug/POWER", "ON")["reason"] == "tasmota_command"
    assert explain(gateway, "a/b", '{"x":')["reason"] == "malformed_json"
    assert explain(gateway, "logger/l/batch", '{"ts":1768014000000,"v":1}')["readings"][0]["time"][:19] \
        == "2026-01-10T03:00:00"
    for body, status in [({"topic": "", "payload": "1"}, 400), ({"topic": "a/+", "payload": "1"}, 400),
                         ({"topic": "a\u0000", "payload": "1"}, 400), ({"topic": "a"}, 400),
                         ({"topic": 5, "payload": "1"}, 400), ([], 400)]:
        answer = gateway.session().post(gateway.url + "/api/v1/ingest/explain", json=body, timeout=30)
        assert answer.status_code == status, (str(body)[:60], answer.text)
    assert gateway.system()["journaled"] == 0 and gateway.devices() == []  # nothing was stored


def test_the_suggestion_is_a_rule_that_works(mapped, publisher, make_gateway, broker, tmp_path):
    gateway, _ = mapped
    topic, payload = "greenhouse/bench/probe7/state", '{"Temp":"21.5","soil":{"moist":31},"on":"ON"}'
    one = explain(gateway, topic, payload)
    assert one["decoder"] == "json"
    file = tmp_path / "suggested.yaml"
    file.write_text(one["suggestion"]["yaml"])
    other = make_gateway(config=str(file), name="other")
    other.folder.mkdir()
    again = json.loads(other.cli("ingest", "explain", "--json", "-c", file, topic, payload).stdout)
    assert again["decoder"] == "mapping" and again["suggestion"] is None
    reading = again["readings"][0]
    assert reading["tags"] == {"area": "bench", "device": "probe7"}
    assert {f["name"]: f["value"] for f in reading["fields"]} == {
        "temp": 21.5, "soil_moist": 31, "on": True}


def test_the_command_line_explains(mapped, make_gateway):
    gateway, file = mapped
    topic = "sensors/kitchen/box1/state"
    shown = gateway.cli("ingest", "explain", "-c", file, topic, json.dumps(STATE)).stdout
    assert "rule: 1: sensors/{area}/{device}/state\noutcome: decoded\n" in shown
    assert "reading: climate,area=kitchen,device=box1,site=home temperature=21.4" in shown
    # Beside a running gateway its rules count: the file changed, and nothing was reloaded.
    alone = make_gateway(name="alone", config=str(file))
    alone.folder.mkdir()
    by_gateway = gateway.cli("ingest", "explain", "--json", topic, "-", input=json.dumps(STATE)).stdout
    by_file = alone.cli("ingest", "explain", "--json", "-c", file, topic, json.dumps(STATE)).stdout
    assert json.loads(by_gateway) == json.loads(by_file)
    without = alone.cli("ingest", "explain", topic, json.dumps(STATE)).stdout
    assert "decoder: json\n" in without and "A rule to begin with:\n\ningest:\n" in without
    assert not alone.data.exists()  # it looks, and makes nothing
    large = json.dumps({"text": "x" * 100_000})  # more than the socket's line: by the file
    assert "decoder: mapping" in gateway.cli("ingest", "explain", "-c", file, topic, "-", input=large).stdout
    assert "malformed_json" in gateway.cli("ingest", "explain", "a/b", "{").stdout
    assert gateway.cli("ingest", "explain", "", "1", check=False).returncode == 1
    assert gateway.cli("ingest", "explain", "a", check=False).returncode == 2


def test_raw_messages_of_a_device(mapped, publisher):
    gateway, _ = mapped
    publisher.publish("zigbee2mqtt/lamp", json.dumps({"state": "ON"}), retain=True)
    publisher.publish("zigbee2mqtt/lamp", json.dumps({"state": "OFF", "text": "x" * 6000}))
    publisher.publish("zigbee2mqtt/lamp/availability", "online")
    publisher.publish("zigbee2mqtt/other", json.dumps({"state": "ON"}))
    gateway.wait_readings(1, device="lamp", field="online")
    gateway.wait_readings(1, device="other")
    found = messages(gateway, "lamp")
    assert set(found) == {"zigbee2mqtt/lamp", "zigbee2mqtt/lamp/availability"}
    lamp = found["zigbee2mqtt/lamp"]
    assert lamp["payload"].startswith('{"state": "OFF"') and len(lamp["payload"]) == 4096
    assert lamp["bytes"] > 6000 and lamp["outcome"] == "decoded" and lamp["retained"] is False
    publisher.publish("zigbee2mqtt/lamp", '{"state":')
    wait_until(lambda: messages(gateway, "lamp")["zigbee2mqtt/lamp"]["outcome"] == "broken", 10)
    assert list(messages(gateway, "lamp", limit=1)) == ["zigbee2mqtt/lamp"]
    for wrong in ("0", "257", "x"):
        answer = gateway.get("/api/v1/devices/lamp/messages", params={"limit": wrong})
        assert answer.status_code == 400
    assert gateway.get("/api/v1/devices/none/messages").status_code == 404


def test_who_may_look(mapped, publisher):
    gateway, _ = mapped
    publisher.publish("zigbee2mqtt/lamp", json.dumps({"state": "ON"}))
    gateway.wait_readings(1, device="lamp")
    member = gateway.session("member", role="member")
    assert member.get(gateway.url + "/api/v1/devices/lamp/messages", timeout=10).status_code == 200
    assert member.get(gateway.url + "/api/v1/dead-letters", timeout=10).status_code == 403
    body = {"topic": "a", "payload": "1"}
    assert member.post(gateway.url + "/api/v1/ingest/explain", json=body, timeout=10).status_code == 403
    for method, path in [("GET", "/api/v1/devices/lamp/messages"), ("GET", "/api/v1/dead-letters"),
                         ("POST", "/api/v1/ingest/explain")]:
        answer = requests.request(method, gateway.url + path, timeout=10, headers={"Origin": gateway.url},
                                  json=body if method == "POST" else None)
        assert answer.status_code == 401, path
