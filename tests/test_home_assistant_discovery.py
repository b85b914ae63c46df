"""Home Assistant's own MQTT integration and CareDian understand discovery alike: the same entities,
with the same units, classes, categories, states, devices and rooms."""

import json
from urllib.parse import quote

import pytest

from harness.gateway import binary
from harness.process import Process, wait_until

HALL = {"ids": ["hall1"], "name": "Hall sensor", "mf": "Acme", "mdl": "H1", "sa": "Hall",
        "sw": "1.4", "cns": [["mac", "A4:C1:38:AA:BB:01"]]}
STATES = {
    "acme/hall": json.dumps({"climate": {"t": 21.37}, "hum": 48, "contact": False, "relay": "on",
                             "mode": "eco", "batt": 87, "with space": 5, "list": [7, 8],
                             "lamp": {"state": "ON"}, "set": 40}),
    "acme/hall/door": "OPEN", "acme/hall/led": "1", "acme/hall/word": "half open",
    "acme/hall/lamp": json.dumps({"state": "ON", "brightness": 128}),
    "acme/hall/lock": "LOCKED", "acme/hall/status": "online", "acme/hall/bare": "21.5",
    "acme/hall/watt": "1234", "acme/hall/heat": json.dumps({"mode": "heat", "local": 20.5}),
    "acme/hall/fan": "OFF",
}


def sensor(name, **more):
    return {"name": name, "uniq_id": "hall_" + name, "stat_t": "acme/hall", "dev": HALL, **more}


# topic without prefix and /config → payload. Every entity has a unique id: HA's registry needs one.
TABLE = {
    "sensor/hall/t": sensor("t", val_tpl="{{ value_json.climate.t }}", unit_of_meas="°C",
                            dev_cla="temperature", stat_cla="measurement"),
    "sensor/hall/rounded": sensor("rounded", val_tpl="{{ value_json.climate.t | float | round(2) }}",
                                  unit_of_meas="°C", dev_cla="temperature"),
    "sensor/hall/hum": sensor("hum", val_tpl="{{ value_json['hum'] }}", unit_of_meas="%",
                              dev_cla="humidity"),
    "sensor/hall/space": sensor("space", val_tpl="{{ value_json['with space'] | int }}"),
    "sensor/hall/list": sensor("list", val_tpl="{{ value_json.list[1] }}"),
    "sensor/hall/batt": sensor("batt", val_tpl="{{ value_json.batt }}", unit_of_meas="%",
                               dev_cla="battery", ent_cat="diagnostic"),
    "sensor/hall/absent": sensor("absent", val_tpl="{{ value_json.absent | is_defined }}"),
    "sensor/bare": {"name": "bare", "uniq_id": "hall_bare", "state_topic": "acme/hall/bare",
                    "unit_of_measurement": "°C", "device": {"identifiers": "hall1"}},
    "sensor/watt": {"~": "acme/hall", "name": "watt", "uniq_id": "hall_watt", "stat_t": "~/watt",
                    "val_tpl": "{{ value | float }}", "unit_of_meas": "W", "dev_cla": "power",
                    "dev": {"cns": [["mac", "a4:c1:38:aa:bb:01"]]}},
    "sensor/word": {"name": "word", "uniq_id": "hall_word", "stat_t": "acme/hall/word",
                    "dev": {"ids": ["hall1"]}},
    "binary_sensor/hall/contact": sensor("contact", val_tpl="{{ value_json.contact }}",
                                         pl_on=False, pl_off=True, dev_cla="door"),
    "binary_sensor/hall/door": {"name": "door", "uniq_id": "hall_door", "stat_t": "acme/hall/door",
                                "pl_on": "OPEN", "pl_off": "CLOSED", "dev": {"ids": ["hall1"]},
                                "avty_t": "acme/hall/status"},
    "switch/hall/relay": sensor("relay", val_tpl="{{ value_json.relay }}", stat_on="on",
                                stat_off="off", cmd_t="acme/hall/set"),
    "switch/hall/led": {"~": "acme/hall/led", "name": "led", "uniq_id": "hall_led", "stat_t": "~",
                        "cmd_t": "~/set", "pl_on": "1", "pl_off": "0", "dev": {"ids": ["hall1"]}},
    "light/hall/lamp": {"name": "lamp", "uniq_id": "hall_lamp", "schema": "json",
                        "stat_t": "acme/hall/lamp", "cmd_t": "acme/hall/lamp/set",
                        "brightness": True, "dev": {"ids": ["hall1"]}},
    "fan/hall/fan": {"name": "fan", "uniq_id": "hall_fan", "stat_t": "acme/hall/fan",
                     "cmd_t": "acme/hall/fan/set", "dev": {"ids": ["hall1"]}},
    "select/hall/mode": sensor("mode", val_tpl="{{ value_json.mode }}", cmd_t="acme/hall/set",
                               ops=["eco", "boost"], ent_cat="config"),
    "number/hall/set": sensor("set", val_tpl="{{ value_json.set }}", cmd_t="acme/hall/set",
                              unit_of_meas="%"),
    "climate/hall/heat": {"name": "heat", "uniq_id": "hall_heat", "mode_stat_t": "acme/hall/heat",
                          "mode_stat_tpl": "{{ value_json.mode }}", "mode_cmd_t": "acme/hall/heat/set",
                          "modes": ["off", "heat"], "curr_temp_t": "acme/hall/heat",
                          "curr_temp_tpl": "{{ value_json.local }}", "dev": {"ids": ["hall1"]}},
    "button/hall/restart": {"name": "restart", "uniq_id": "hall_restart", "cmd_t": "acme/hall/do",
                            "dev": {"ids": ["hall1"]}},
}
UNKNOWN = {"unknown", "unavailable"}
NOTHING = {"component": None, "state": None, "online": None}
BINARY = {"binary_sensor", "switch", "light", "fan"}


def theirs(upstream):
    """unique id → what Home Assistant shows of it."""
    states = {s["entity_id"]: s for s in upstream.states()}
    areas = {a["area_id"]: a["name"] for a in upstream.registry("area")}
    devices = {d["id"]: d for d in upstream.registry("device")}
    out = {}
    for entry in upstream.registry("entity"):
        state = states.get(entry["entity_id"])
        if entry["platform"] != "mqtt" or not state:
            continue
        device = devices.get(entry["device_id"]) or {}
        out[unique_id(upstream, entry)] = {
            "component": entry["entity_id"].split(".")[0], "state": state["state"],
            "unit": state["attributes"].get("unit_of_measurement"),
            "device_class": state["attributes"].get("device_class"),
            "category": entry["entity_category"], "device": device.get("name"),
            "area": areas.get(device.get("area_id")), "maker": device.get("manufacturer"),
            "model": device.get("model")}
    return out


def unique_id(upstream, entry):
    """The list leaves it out in some versions; the registry's file has it."""
    if "unique_id" in entry:
        return entry["unique_id"]
    answer = [e for e in stored(upstream) if e["entity_id"] == entry["entity_id"]]
    return answer[0]["unique_id"] if answer else entry["entity_id"]


def stored(upstream):
    path = upstream.folder / ".storage/core.entity_registry"
    return json.loads(path.read_text())["data"]["entities"] if path.is_file() else []


def ours(gateway):
    out = {}
    for listed in gateway.devices():
        answer = gateway.get("/api/v1/devices/" + quote(listed["id"], safe=""))
        if answer.status_code == 404:
            continue  # joined with another one since the list was made
        one = answer.json()
        for entity in one["entities"]:
            out[entity["id"]] = {
                "component": entity["component"], "state": entity["state"],
                "unit": entity["unit"], "device_class": entity["device_class"],
                "category": entity["category"], "device": one["name"], "area": one["area"],
                "maker": one["manufacturer"], "model": one["model"], "online": one["online"]}
    return out


def same_state(own, his):
    component, mine = own["component"], own["state"]
    if his == "unavailable" and own["online"] is False:
        return True  # here the last value stays beside that
    if his in UNKNOWN:
        return mine is None
    if his == "":  # the empty action that follows a real one: here the last event stays
        return mine is None or isinstance(mine, str)
    if component in BINARY and isinstance(mine, bool):
        return his == ("on" if mine else "off")
    if isinstance(mine, (int, float)) and not isinstance(mine, bool):
        try:
            return abs(float(his) - mine) <= 0.005 + 1e-6 * abs(mine)
        except ValueError:
            return False
    return str(mine).lower() == his.lower()


def differences(mine, his):
    """One line for each thing that is told differently."""
    wrong = [f"{id}: only Home Assistant has it" for id in his if id not in mine]
    for id, other in his.items():
        if id not in mine:
            continue
        own = mine[id]
        for name in ("component", "unit", "device_class", "category", "device", "area", "maker",
                     "model"):
            # Home Assistant puts a device into a room it has by that name, in any case.
            fold = str.casefold if name == "area" else str
            if fold(own[name] or "") != fold(other[name] or ""):
                wrong.append(f"{id}: {name} {own[name]!r}, Home Assistant: {other[name]!r}")
        if not same_state(own, other["state"]):
            wrong.append(f"{id}: state {own['state']!r}, Home Assistant: {other['state']!r}")
    return wrong


def agree(gateway, upstream, count):
    """Waits until both have `count` entities and tell the same; shows what differs."""
    seen = []

    def equal():
        his = theirs(upstream)
        seen[:] = differences(ours(gateway), his)
        if len(his) < count:
            seen.append(f"Home Assistant has {len(his)} entities of {count}")
        return not seen
    try:
        wait_until(equal, 60, step=1, what="agreement")
    except AssertionError:
        raise AssertionError("\n".join(seen)) from None


@pytest.fixture
def both(make_gateway, broker, make_home_assistant):
    gateway = make_gateway({"mqtt.url": broker.url})
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    upstream = make_home_assistant(broker)
    wait_until(lambda: "mqtt" in upstream.get("/api/components").json(), 60, 0.5, "mqtt in HA")
    return gateway, upstream


@pytest.mark.timeout(300)
def test_a_table_of_discovery_is_understood_alike(both, publisher):
    gateway, upstream = both
    for topic, payload in TABLE.items():
        publisher.publish(f"homeassistant/{topic}/config", json.dumps(payload), retain=True)
        # Home Assistant takes configs side by side: one that names the device by its MAC alone joins
        # only a device that is there already.
        if topic == next(iter(TABLE)):
            wait_until(lambda: theirs(upstream), 60, 0.5, "the first entity in HA")
    wait_until(lambda: len(theirs(upstream)) >= len(TABLE), 60, 0.5, "all entities in HA")
    for topic, payload in STATES.items():
        publisher.publish(topic, payload, retain=True)
    agree(gateway, upstream, len(TABLE))
    # Taken back: gone in both.
    publisher.publish("homeassistant/switch/hall/led/config", "", retain=True)
    wait_until(lambda: "hall_led" not in theirs(upstream), 30, 0.5, "gone in HA")
    wait_until(lambda: "hall_led" not in ours(gateway), 30, 0.5, "gone here")
    agree(gateway, upstream, len(TABLE) - 1)


@pytest.mark.timeout(400)
def test_the_demo_home_is_understood_alike(both, broker, build, tmp_path):
    gateway, upstream = both
    program = binary(build, "demo-home")
    if not program.is_file():
        pytest.skip(f"demo-home is not built (scripts/build {build} demo-home)")
    demo = Process([program, "--url", broker.url, "--speed", "300"], tmp_path / "demo.log",
                   name="demo-home")
    demo.start()

    def all_heard():
        """Home Assistant misses what came before it subscribed: until everything came again."""
        his, mine = theirs(upstream), ours(gateway)
        return len(his) > 50 and not [
            id for id, other in his.items()
            if other["state"] in UNKNOWN and not same_state(mine.get(id, NOTHING), other["state"])]
    try:
        wait_until(all_heard, 120, 1, "the demo home's states in HA")
    finally:
        demo.stop()
    count = len(theirs(upstream))
    assert count > 100
    agree(gateway, upstream, count)
