"""Devices as people mean them: discovery and Zigbee2MQTT's list, by a real broker."""

import json
from urllib.parse import quote

import pytest

from harness.mqtt import Publisher
from harness.process import wait_until

GATEWAY = {"ids": ["gw1"], "name": "온실", "mf": "Maker", "mdl": "G1", "sa": "Garden"}
DISCOVERY = {
    "homeassistant/sensor/gw1/temperature/config": {
        "name": "Temperature", "uniq_id": "gw1_t", "stat_t": "greenhouse/state",
        "val_tpl": "{{ value_json.air.t | round(1) }}", "unit_of_meas": "°F",
        "dev_cla": "temperature", "dev": GATEWAY},
    "homeassistant/switch/gw1/pump/config": {
        "~": "greenhouse/pump", "name": "Pump", "uniq_id": "gw1_p", "stat_t": "~/state",
        "cmd_t": "~/set", "pl_on": "1", "pl_off": "0", "stat_on": "1", "stat_off": "0",
        "dev": {"ids": "gw1"}},
}
ZIGBEE = [
    {"ieee_address": "0x00", "type": "Coordinator", "friendly_name": "Coordinator"},
    {"ieee_address": "0x01", "type": "EndDevice", "friendly_name": "kitchen/climate",
     "definition": {"model": "TH1", "vendor": "Acme", "description": "Climate sensor", "exposes": [
         {"type": "numeric", "name": "temperature", "property": "temperature", "label": "온도",
          "unit": "°C", "access": 1},
         {"type": "numeric", "name": "battery", "property": "battery", "unit": "%", "access": 1,
          "category": "diagnostic"}]}},
]


def publish_retained(publisher, messages):
    for topic, payload in messages.items():
        publisher.publish(topic, json.dumps(payload), retain=True)


def device(gateway, id, check=lambda found: True):
    def found():
        answer = gateway.get("/api/v1/devices/" + quote(id, safe=""))
        return answer.json() if answer.status_code == 200 and check(answer.json()) else None
    return wait_until(found, 20, step=0.1, what=f"the device {id}")


def send(gateway, method, path, body):
    return gateway.session().request(method, gateway.url + path, json=body, timeout=10,
                                     headers={"Origin": gateway.url})


def test_discovery_makes_one_device_of_many_messages(connected, publisher):
    publish_retained(publisher, DISCOVERY)
    publisher.publish("greenhouse/state", json.dumps({"air": {"t": 71.26}, "battery": 15}))
    publisher.publish("greenhouse/pump/state", "1")
    wait_until(lambda: any(len(d["sources"]) == 2 for d in connected.devices()), 20,
               what="both sources in one device")
    found = [d for d in connected.devices() if d["name"] == "온실"]
    assert len(found) == 1, connected.devices()
    one = device(connected, found[0]["id"])
    assert (one["manufacturer"], one["model"], one["area"]) == ("Maker", "G1", "Garden")
    assert one["battery"] == 15 and one["stale"] is False
    states = {e["id"]: (e["component"], e["unit"], e["state"]) for e in one["entities"]}
    assert states == {"gw1_t": ("sensor", "°F", 71.26), "gw1_p": ("switch", None, True)}
    assert connected.get("/api/v1/devices?area=Garden").json()["devices"] == found
    assert connected.get("/api/v1/devices?battery_below=20&q=온실").json()["devices"] == found
    assert connected.get("/api/v1/devices?battery_below=15").json()["devices"] == []
    assert connected.get("/api/v1/devices?stale=perhaps").status_code == 400
    assert connected.get("/api/v1/areas").json() == {"areas": [{"name": "Garden", "devices": 1}]}
    system = connected.system()
    assert system["described"] == 2 and system["dead"] == 0
    assert system["devices"]["count"] == 1 and system["devices"]["flood"] == 0

    # Taken back: the names go, the history stays.
    for topic in DISCOVERY:
        publisher.publish(topic, "", retain=True)
    wait_until(lambda: {d["name"] for d in connected.devices()} == {"state", "pump/state"}, 20,
               what="the sources' own names")
    assert connected.readings(device="state", field="air_t")


def test_zigbee_list_names_and_follows(connected, publisher):
    publisher.publish("zigbee2mqtt/kitchen/climate", json.dumps({"temperature": 21.4,
                                                                 "battery": 87}))
    publisher.publish("zigbee2mqtt/bridge/devices", json.dumps(ZIGBEE), retain=True)
    one = device(connected, "kitchen/climate", lambda d: d["model"])
    assert (one["area"], one["manufacturer"], one["model"]) == ("kitchen", "Acme",
                                                                "Climate sensor")
    field = {f["name"]: f for f in one["fields"]}["temperature"]
    assert (field["label"], field["unit"], field["device_class"]) == ("온도", "°C", "temperature")

    renamed = json.loads(json.dumps(ZIGBEE).replace("kitchen/climate", "거실/온도"))
    publisher.publish("zigbee2mqtt/bridge/devices", json.dumps(renamed), retain=True)
    publisher.publish("zigbee2mqtt/거실/온도", json.dumps({"temperature": 22}))
    one = device(connected, "kitchen/climate", lambda d: len(d["sources"]) == 2)
    assert one["name"] == "거실/온도" and one["area"] == "거실"
    publisher.publish("zigbee2mqtt/bridge/event", json.dumps(
        {"type": "device_leave", "data": {"ieee_address": "0x01", "friendly_name": "거실/온도"}}))
    device(connected, "kitchen/climate", lambda d: d["model"] is None)


def test_what_people_decide_is_kept(connected, publisher):
    for name in ("a", "b"):
        publisher.publish(f"zigbee2mqtt/{name}", json.dumps({"temperature": 20}))
    device(connected, "b")
    answer = send(connected, "PATCH", "/api/v1/devices/a", {"name": "거실 온도", "area": "거실"})
    assert answer.status_code == 200 and answer.json()["name"] == "거실 온도"
    assert send(connected, "POST", "/api/v1/devices/a/merge", {"with": "b"}).status_code == 200
    connected.kill()
    connected.start()
    one = device(connected, "a", lambda d: len(d["sources"]) == 2)
    assert (one["name"], one["area"]) == ("거실 온도", "거실")
    assert connected.get("/api/v1/devices/b").status_code == 404
    split = {"source": {"measurement": "zigbee", "device": "b"}}
    assert send(connected, "POST", "/api/v1/devices/a/split", split).status_code == 200
    assert device(connected, "b")["name"] == "b"
    assert send(connected, "PATCH", "/api/v1/devices/a", {"name": None}).json()["name"] == "a"
    for path, body, status in [
            ("/api/v1/devices/a", {"name": True}, 400), ("/api/v1/devices/a", {}, 400),
            ("/api/v1/devices/none", {"name": "x"}, 404)]:
        assert send(connected, "PATCH", path, body).status_code == status, (path, body)
    for path, body, status in [
            ("/api/v1/devices/a/merge", {"with": "a"}, 409),
            ("/api/v1/devices/a/merge", {"with": 7}, 400),
            ("/api/v1/devices/a/split", {"source": "b"}, 400),
            ("/api/v1/devices/a/split", split, 409)]:
        assert send(connected, "POST", path, body).status_code == status, (path, body)


HOSTILE = ["<script>alert(1)</script>", "\u202etxt.exe", "n" * 10_000, "🏠" * 300, "../../etc",
           "a\u0000b", "%2e%2e%2f", "=cmd()", "' OR 1=1 --"]


def test_hostile_names_harm_nobody(connected, publisher):
    for number, name in enumerate(HOSTILE):
        publisher.publish(f"homeassistant/sensor/h{number}/x/config", json.dumps({
            "name": name, "uniq_id": name, "stat_t": f"hostile/{number}",
            "dev": {"ids": [f"h{number}"], "name": name, "sa": name}}))
        publisher.publish(f"hostile/{number}", "1")
    for payload in ("{", "[]", "\x00", '{"dev":{"ids":{}},"stat_t":[]}'):
        publisher.publish("homeassistant/sensor/bad/x/config", payload)
    publisher.publish("zigbee2mqtt/good", json.dumps({"temperature": 20}))
    device(connected, "good")
    wait_until(lambda: len(connected.devices()) >= len(HOSTILE), 20, what="all of them")
    for one in connected.devices():
        assert len(one["name"].encode()) <= 400 and "\u202e" not in one["name"]
        assert connected.get("/api/v1/devices/" + quote(one["id"], safe="")).status_code == 200
    connected.restart()
    device(connected, "good")


@pytest.mark.parametrize("count", [25_000])
def test_a_flood_of_topics_is_bounded_and_said(connected, publisher, count):
    for _ in range(3):
        publisher.publish("zigbee2mqtt/known", json.dumps({"temperature": 20}))
    device(connected, "known")
    publisher.publish_all([(f"flood/{n:x}", "1") for n in range(count)])
    publisher.publish("zigbee2mqtt/known", json.dumps({"temperature": 23}))
    connected.wait_system(lambda s: s["devices"]["flood"] > 0, 120)
    known = device(connected, "known", lambda d: d["fields"][0]["value"] == 23)
    assert known["name"] == "known"

    def said():
        state = {d["name"]: d for d in connected.ready().json()["dependencies"]}["devices"]
        return state["state"] == "degraded" and "too many devices" in state["reason"]
    wait_until(said, 10, what="/readyz says so")  # told once a second
    assert connected.system()["devices"]["count"] <= 20_000
