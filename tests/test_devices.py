"""Devices as people mean them: discovery and Zigbee2MQTT's list, by a real broker."""

import json
import os
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


TASMOTA = {"ip": "192.0.2.50", "dn": "Washing machine", "fn": ["Plug", None], "hn": "plug-1234",
          "mac": "A4CF12ABCDEF", "md": "Gosund SP111", "sw": "14.3.0", "t": "plug3",
          "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"], "rl": [1, 0], "ver": 1}
ENERGY_SAID = {"Time": "2026-01-10T12:05:00", "ENERGY": {"Total": 83.412, "Power": 48, "Voltage": 221}}


@pytest.mark.parametrize("order", [("config", "sensors"), ("sensors", "config")])
def test_tasmota_describes_itself(connected, publisher, order):
    said = {"config": TASMOTA, "sensors": {"sn": ENERGY_SAID, "ver": 1}}
    for what in order:
        publisher.publish(f"tasmota/discovery/A4CF12ABCDEF/{what}", json.dumps(said[what]), retain=True)
    publisher.publish("tele/plug3/SENSOR", json.dumps(ENERGY_SAID))
    publisher.publish("tele/plug3/STATE", json.dumps(
        {"Time": "2026-01-10T12:05:00", "POWER": "ON", "Wifi": {"Signal": -64}}))

    def whole():
        found = [d for d in connected.devices() if d["name"] == "Washing machine" and len(d["fields"]) >= 5]
        return found[0] if len(connected.devices()) == 1 and found else None
    one = wait_until(whole, 15, step=0.1, what="one device")
    assert (one["manufacturer"], one["model"]) == ("Tasmota", "Gosund SP111")
    units = {f["name"]: (f["unit"], f.get("device_class")) for f in one["fields"]}
    assert units["power"] == ("W", "power") and units["total"] == ("kWh", "energy")
    assert units["wifi_signal"] == ("dBm", "signal_strength")
    detail = connected.get("/api/v1/devices/" + quote(one["id"], safe="")).json()
    states = {e["id"]: e["state"] for e in detail["entities"]}
    assert states["POWER"] is True and states["ENERGY_Voltage"] == 221
    assert detail["sw_version"] == "14.3.0" and "mac:a4cf12abcdef" in detail["identifiers"]
    publisher.publish("tasmota/discovery/A4CF12ABCDEF/config", "", retain=True)
    wait_until(lambda: all(d["name"] != "Washing machine" for d in connected.devices()), 15)


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


FIRST = "shelly1pm-B1C2D3"
PLUS = "shellyplus1pm-a8032ab1c2d3"
# topic, payload; in the order in which a home says it
THEY_SAY = [
    (f"shellies/{FIRST}/online", "true"),
    (f"shellies/{FIRST}/relay/0/power", "48.3"),
    ("shellies/announce", {"id": FIRST, "model": "SHSW-PM", "mac": "84CCA8B1C2D3",
                           "fw_ver": "20230913-112234/v1.14.0"}),
    ("living_room/plug/online", "true"),
    ("living_room/plug/events/rpc", {
        "src": PLUS, "method": "NotifyStatus",
        "params": {"ts": 1767999300.1, "switch:0": {"id": 0, "apower": 3.5}}}),
    ("bath-node/status", "online"),
    ("bath-node/sensor/humidity/state", "61.4"),
    ("esphome/discover/bath-node", {"name": "bath-node", "friendly_name": "욕실", "board": "esp32dev",
                                    "mac": "a0b1c2d3e4f5", "version": "2025.6.0",
                                    "platform": "ESP32"}),
    ("home/gw/SYStoMQTT", {"version": "v1.7.0", "env": "esp32dev-ble", "uptime": 7,
                           "mac": "A0:B1:C2:00:00:01"}),
    ("home/gw/LWT", "online"),
    ("home/gw/BTtoMQTT/A4C138AABB01", {
        "id": "A4:C1:38:AA:BB:01", "name": "Living Room climate", "rssi": -71, "brand": "Xiaomi",
        "model": "TH Sensor", "model_id": "LYWSD03MMC", "tempc": 21.3}),
    ("homeassistant/binary_sensor/w/contact/config", {
        "name": "Contact", "uniq_id": "w_c", "stat_t": "zigbee2mqtt/childs_room/window",
        "val_tpl": "{{ value_json.contact }}", "avty_t": "zigbee2mqtt/childs_room/window/availability",
        "dev": {"ids": ["zigbee2mqtt_0x77"], "name": "Window", "sa": "Living Room"}}),
    ("zigbee2mqtt/childs_room/window/availability", {"state": "offline"}),
]
# name: maker, model, room, guessed, online, sources
THEY_ARE = {
    FIRST: ("Shelly", "shelly1pm", None, None, True, 1),
    "plug": ("Shelly", "shellyplus1pm", "Living Room", True, True, 2),
    "욕실": ("Espressif", "esp32dev", None, None, True, 2),
    "gw": ("OpenMQTTGateway", "esp32dev-ble", None, None, True, 2),
    "Living Room climate": ("Xiaomi", "TH Sensor", "Living Room", True, None, 1),
    "Window": (None, None, "Living Room", None, False, 1),
}


def test_devices_describe_themselves_and_are_one_each(connected, publisher):
    for topic, payload in THEY_SAY:
        publisher.publish(topic, payload if isinstance(payload, str) else json.dumps(payload))

    def are():
        return {d["name"]: (d["manufacturer"], d["model"], d["area"], d.get("area_guessed"),
                            d["online"], len(d["sources"])) for d in connected.devices()}
    wait_until(lambda: are() == THEY_ARE, 20, step=0.5, what=f"the devices; there are {are()}")
    assert connected.system()["dead"] == 0
    plug = next(d for d in connected.devices() if d["name"] == "plug")
    path = "/api/v1/devices/" + quote(plug["id"], safe="")
    said = send(connected, "PATCH", path, {"area": "Study"}).json()
    assert said["area"] == "Study" and "area_guessed" not in said
    said = send(connected, "PATCH", path, {"area": None}).json()
    assert said["area"] == "Living Room" and said["area_guessed"] is True
    said = send(connected, "PATCH", path, {"area": ""}).json()
    assert (said["area"], said["area_chosen"]) == (None, True) and "area_guessed" not in said
    assert said["id"] in [d["id"] for d in connected.get("/api/v1/devices?area=").json()["devices"]]
    connected.restart()
    assert device(connected, plug["id"])["area"] is None
    said = send(connected, "PATCH", path, {"area": None}).json()
    assert said["area"] == "Living Room" and "area_chosen" not in said


def test_a_home_of_1500_devices_comes_in_pages(connected, publisher):
    publisher.publish_all((f"zigbee2mqtt/d{number}", '{"temperature": 20}') for number in range(1500))
    wait_until(lambda: connected.system()["devices"]["count"] == 1500, 30, what="1,500 devices")
    pages, more = [], {"limit": 400, "q": "d"}
    while True:
        page = connected.get("/api/v1/devices", params=more).json()
        pages.append([d["id"] for d in page["devices"]])
        if "next" not in page:
            break
        more["after"] = page["next"]
    assert [len(page) for page in pages] == [400, 400, 400, 300]
    assert sum(pages, []) == sorted(f"d{number}" for number in range(1500))
    first = connected.get("/api/v1/devices").json()  # who asks for no page is not buried
    assert len(first["devices"]) == 1000 and first["next"] == first["devices"][-1]["id"]
    assert len(connected.devices()) == 1500
    assert connected.get("/api/v1/devices?limit=1001").status_code == 400


def test_a_wrong_device_harms_itself_alone(connected, publisher):
    for device, level in [("wrong", "not a number"), ("good", 3.5), ("fine", 4)]:
        publisher.publish(f"zigbee2mqtt/{device}", json.dumps({"level": level}))
    assert connected.wait_readings(1, device="good", field="level")[0]["value"] == 3.5
    assert connected.wait_readings(1, device="fine", field="level")[0]["value"] == 4
    publisher.publish("zigbee2mqtt/wrong", json.dumps({"level": 5}))
    assert connected.wait_readings(1, device="wrong", field="level_float")[0]["value"] == 5
    connected.restart()
    publisher.publish("zigbee2mqtt/wrong", json.dumps({"level": 6}))
    assert connected.wait_readings(2, device="wrong", field="level_float")[1]["value"] == 6
    # InfluxDB has one type for a field of a measurement.
    text = connected.get("/api/v1/export?format=lp&measurement=zigbee").text
    assert "zigbee,device=fine level=4 " in text and "zigbee,device=good level=3.5 " in text
    assert 'zigbee,device=wrong level_string="not a number" ' in text, text


def test_a_lost_registry_asks_for_descriptions_once_more(connected, publisher):
    publish_retained(publisher, DISCOVERY)
    publisher.publish("zigbee2mqtt/bridge/devices", json.dumps(ZIGBEE), retain=True)
    publisher.publish("zigbee2mqtt/kitchen/climate", json.dumps({"temperature": 21.4}), retain=True)
    device(connected, "kitchen/climate", lambda d: d["model"])
    assert connected.stop() == 0
    for lost in connected.data.glob("registry.db*"):
        lost.unlink()
    connected.start()
    wait_until(lambda: {"온실", "kitchen/climate"} <= {d["name"] for d in connected.devices()}, 20,
               what="the described devices")
    assert len(connected.readings(device="kitchen/climate", field="temperature")) == 1
    # Once: the next start asks for nothing.
    connected.restart()
    connected.wait_connected()
    assert {"온실", "kitchen/climate"} <= {d["name"] for d in connected.devices()}
    assert connected.system()["described"] == 0


FLOOD = int(os.environ.get("CAREDIAN_FLOOD", 25_000))  # 100000: a minute or two


@pytest.mark.timeout(600)
def test_a_flood_of_topics_is_bounded_and_said(connected, publisher):
    for _ in range(3):
        publisher.publish("zigbee2mqtt/known", json.dumps({"temperature": 20}))
    device(connected, "known")
    # Half of them below one topic, half without anything in common.
    for begin in range(0, FLOOD, 5000):
        publisher.publish_all([(f"flood/{n:x}" if n % 2 else f"{n:x}/a/{n:x}", "1")
                               for n in range(begin, begin + 5000)])
    publisher.publish("zigbee2mqtt/known", json.dumps({"temperature": 23, "humidity": 50}))
    connected.wait_system(lambda s: s["devices"]["flood"] > 0, 300)
    known = device(connected, "known", lambda d: len(d["fields"]) == 2)
    assert known["name"] == "known" and known["fields"][0]["value"] == 23
    assert connected.readings(device="known", field="humidity")

    def said():
        state = {d["name"]: d for d in connected.ready().json()["dependencies"]}["devices"]
        return state["state"] == "degraded" and "too many devices" in state["reason"]
    wait_until(said, 10, what="/readyz says so")  # told once a second
    assert connected.system()["devices"]["count"] <= 20_000
