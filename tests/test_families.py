"""Messages of each device family, as its firmware sends them, from a real broker to the API."""

import json
from collections import Counter

import pytest

PLUS = "shellyplus1pm-a8032ab1c2d3"
BLE = {"id": "A4:C1:38:AA:BB:01", "name": "ATC_AABB01", "rssi": -71, "brand": "Xiaomi",
       "model": "TH Sensor", "model_id": "LYWSD03MMC_ATC", "type": "THB", "tempc": 21.3,
       "tempf": 70.34, "hum": 47.2, "batt": 88, "volt": 2.91}
STATE = {"Time": "2026-01-10T12:05:00", "Uptime": "3T02:11:09", "UptimeSec": 267069, "Heap": 26,
         "SleepMode": "Dynamic", "Sleep": 50, "LoadAvg": 19, "MqttCount": 1, "POWER": "ON",
         "Wifi": {"AP": 1, "SSId": "home", "BSSId": "02:00:00:00:00:01", "Channel": 3, "RSSI": 72,
                  "Signal": -64, "LinkCount": 2, "Downtime": "0T00:00:05"}}
ENERGY = {"Time": "2026-01-10T12:05:00",
          "ENERGY": {"TotalStartTime": "2025-02-01T09:00:00", "Total": 83.412, "Yesterday": 0.512,
                     "Today": 0.203, "Period": 4, "Power": 48, "ApparentPower": 55,
                     "ReactivePower": 27, "Factor": 0.87, "Voltage": 221, "Current": 0.249}}
NOTIFY = {"src": PLUS, "dst": PLUS + "/events", "method": "NotifyStatus",
          "params": {"ts": 1767999300.12,
                     "switch:0": {"id": 0, "apower": 48.3,
                                  "aenergy": {"total": 1203.4, "by_minute": [801.2, 790.0, 802.1],
                                              "minute_ts": 1767999240}}}}

# topic, payload, measurement, device, other tags, some of the fields
MESSAGES = [
    ("tele/washroom/SENSOR",
     {"Time": "2026-01-10T12:05:00", "AM2301": {"Temperature": 22.4, "Humidity": 51.0,
                                                "DewPoint": 11.7}, "TempUnit": "C"},
     "tasmota", "washroom", {"sensor": "AM2301"},
     {"temperature": 22.4, "dew_point": 11.7, "device_time": "2026-01-10T12:05:00"}),
    ("tele/plug3/SENSOR", ENERGY, "tasmota", "plug3", {"sensor": "ENERGY"},
     {"power": 48, "total": 83.412, "voltage": 221}),
    ("plug4/tele/STATE", STATE, "tasmota", "plug4", {},
     {"power_state": True, "wifi_signal": -64, "uptime_sec": 267069}),
    ("tele/plug3/LWT", "Online", "tasmota", "plug3", {}, {"online": True}),
    ("stat/plug3/POWER", "OFF", "tasmota", "plug3", {}, {"power_state": False}),
    ("stat/wall/RESULT", {"Button1": {"Action": "SINGLE"}}, "tasmota_event", "wall",
     {"sensor": "Button1"}, {"action": "SINGLE"}),
    ("bath-node/sensor/bath_humidity/state", "61.4", "esphome", "bath-node",
     {"component": "sensor", "entity": "bath_humidity"}, {"value": 61.4}),
    ("bath-node/binary_sensor/leak/state", "OFF", "esphome", "bath-node", {"entity": "leak"},
     {"value_bool": False}),
    ("bath-node/light/mirror/state", {"state": "ON", "brightness": 180}, "esphome", "bath-node",
     {"entity": "mirror"}, {"value_bool": True, "brightness": 180}),
    ("bath-node/status", "online", "bath-node", "bath-node", {}, {"online": True}),
    ("shellies/shelly1pm-B1C2D3/relay/0/power", "48.31", "shelly", "shelly1pm-B1C2D3",
     {"component": "relay:0"}, {"power": 48.31}),
    ("shellies/shelly1pm-B1C2D3/relay/0/energy", "72204", "shelly", "shelly1pm-B1C2D3",
     {"component": "relay:0"}, {"energy": 1.2034}),
    ("shellies/shelly1pm-B1C2D3/online", "true", "shelly", "shelly1pm-B1C2D3", {},
     {"online": True}),
    ("shellies/shellyix3-B1C2D3/input_event/0", {"event": "S", "event_cnt": 3}, "shelly_event",
     "shellyix3-B1C2D3", {"component": "input:0"}, {"event": "S"}),
    (PLUS + "/status/switch:0",
     {"id": 0, "source": "init", "output": True, "apower": 48.3, "voltage": 221.4,
      "aenergy": {"total": 1203.4}, "temperature": {"tC": 41.2, "tF": 106.2}},
     "shelly", PLUS, {"component": "switch:0"},
     {"output": True, "apower": 48.3, "temperature_tC": 41.2}),
    (PLUS + "/events/rpc", NOTIFY, "shelly", PLUS, {"component": "switch:0"},
     {"aenergy_total": 1203.4, "device_time": "2026-01-09T22:55:00.120000000Z"}),
    ("home/TheengsGateway/BTtoMQTT/A4C138AABB01", BLE, "ble", "A4:C1:38:AA:BB:01",
     {"gateway": "TheengsGateway", "model_id": "LYWSD03MMC_ATC"}, {"tempc": 21.3, "batt": 88}),
    ("home/omg2/BTtoMQTT/A4C138AABB01", BLE, "ble", "A4:C1:38:AA:BB:01", {"gateway": "omg2"},
     {"hum": 47.2}),
    ("rtl_433/attic/events",
     {"time": "2026-01-10 12:05:00", "model": "Acurite-Tower", "id": 1234, "channel": "A",
      "battery_ok": 1, "temperature_C": 22.5, "humidity": 45, "mic": "CHECKSUM"},
     "rtl_433", "Acurite-Tower/A/1234", {"gateway": "attic"}, {"temperature_C": 22.5}),
    ("frigate/front/person", "2", "frigate", "front", {"object": "person"}, {"count": 2}),
    ("frigate/events", {"type": "new", "after": {"id": "1", "camera": "front", "label": "cat"}},
     "frigate_event", "front", {}, {"label": "cat"}),
    ("valetudo/rockrobo/BatteryStateAttribute/level", "87", "valetudo", "rockrobo", {},
     {"battery_level": 87}),
    ("wled/desk/g", "128", "wled", "desk", {}, {"brightness": 128}),
    ("homie/super-car/engine/temperature", "21.5", "homie", "super-car", {"node": "engine"},
     {"temperature": 21.5}),
    ("espresense/devices/iBeacon:a1b2/kitchen", {"rssi": -71, "distance": 1.23}, "espresense",
     "iBeacon:a1b2", {"room": "kitchen"}, {"distance": 1.23}),
    ("tele/kitchen/temperature", "20.5", "tele", "temperature", {"path": "kitchen"},
     {"value": 20.5}),  # somebody's own topic
]

# topic, payload, the name under which it is left out
LEFT_OUT = [
    ("cmnd/plug3/POWER", "ON", "tasmota_command"),
    ("stat/plug3/RESULT", {"TelePeriod": 300}, "tasmota_answer"),
    ("bath-node/switch/fan/command", "ON", "esphome_command"),
    ("bath-node/debug", "[21:04:05][D][sensor:093]: 'Bath': Sending state", "esphome_log"),
    ("bath-node/sensor/bath_humidity/state", "nan", "not_a_number"),
    ("shellies/shelly1pm-B1C2D3/relay/0/command", "on", "shelly_command"),
    (PLUS + "/rpc", {"id": 1, "src": "me", "method": "Switch.Set"}, "shelly_command"),
    ("home/omg2/BTtoMQTT/C7FA00112233", {"id": "C7:FA:00:11:22:33", "mac_type": 1, "rssi": -88},
     "ble_random_address"),
    ("home/omg2/BTtoMQTT/C7FA00112299", {"id": "C7:FA:00:11:22:99", "rssi": -88}, "ble_unknown"),
    ("frigate/front/person/snapshot", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 200,
     "frigate_image"),
    ("valetudo/rockrobo/MapData/map-data", b"\x89PNG" + bytes(range(256)) * 100, "valetudo_map"),
    ("wled/desk/v", "<?xml version=\"1.0\" ?><vs></vs>", "wled_metadata"),
    ("homie/super-car/$name", "Super car", "homie_metadata"),
    ("spBv1.0/plant/DDATA/edge/pump", b"\x08\x80\xe8\xd5\x93\xb3\x33\x12\x05", "sparkplug"),
]


def wire(payload):
    return json.dumps(payload, separators=(",", ":")) if isinstance(payload, dict) else payload


@pytest.fixture(scope="module")
def home(module_gateway, tmp_path_factory):
    """A gateway that was given every message of this page."""
    from harness.mosquitto import Mosquitto
    from harness.mqtt import Publisher
    broker = Mosquitto(tmp_path_factory.mktemp("broker")).start()
    try:
        gateway = module_gateway({"mqtt.url": broker.url})
        gateway.wait_connected()
        with Publisher(broker) as publisher:
            publisher.publish_all([(topic, wire(payload)) for topic, payload, *_ in MESSAGES])
            publisher.publish_all([(topic, wire(payload)) for topic, payload, _ in LEFT_OUT])
        total = len(MESSAGES) + len(LEFT_OUT)
        gateway.wait_system(lambda s: s["decoded"] + s["dead"] + sum(s["ignored"].values())
                            >= total, what="all messages decoded")
        yield gateway
    finally:
        broker.kill()


@pytest.mark.parametrize("topic, payload, measurement, device, tags, fields", MESSAGES,
                         ids=[message[0] for message in MESSAGES])
def test_becomes_readings(home, topic, payload, measurement, device, tags, fields):
    found = home.wait_readings(1, measurement=measurement, device=device)
    mine = [reading for reading in found
            if all(reading["tags"].get(name) == value for name, value in tags.items())]
    for name, value in fields.items():
        values = [reading["value"] for reading in mine if reading["field"] == name]
        assert value in values, (name, found)
        assert type(values[0]) in (type(value), float), (name, values)


def test_every_message_is_counted_once_and_by_name(home):
    system = home.system()
    assert system["dead"] == 0
    assert system["decoded"] == len(MESSAGES)
    expected = Counter(reason for *_, reason in LEFT_OUT)
    ignored = {name: n for name, n in system["ignored"].items() if name in expected}
    assert ignored == dict(expected)


def test_a_random_address_makes_no_device(home):
    devices = home.devices()
    assert "ATC_AABB01" in {device["name"] for device in devices}  # as its advertisement says
    assert "C7:FA" not in str(devices)
