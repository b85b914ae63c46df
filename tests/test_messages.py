"""A message's way, from a real broker to /api/v1/readings and /api/v1/devices."""

import json
import time

import pytest

from harness.mqtt import Publisher
from harness.process import wait_until

# topic, payload → measurement, device, field, value
KINDS = [
    ("zigbee2mqtt/kitchen/climate", '{"temperature":21.37,"humidity":48.2,"linkquality":126}',
     "zigbee", "kitchen/climate", "temperature", 21.37),
    ("zigbee2mqtt/hall_motion", '{"occupancy":true,"last_seen":"2026-01-10T12:00:03+09:00"}',
     "zigbee", "hall_motion", "occupancy", True),
    ("zigbee2mqtt/거실 창문", '{"contact":false,"battery":87}', "zigbee", "거실 창문", "contact",
     False),
    ("home/bedroom/co2", '{"device":"air-1","co2":812}', "home", "air-1", "co2", 812),
    ("sensors/plain", "21.5", "sensors", "plain", "value", 21.5),
    ("sensors/switch", "true", "sensors", "switch", "value_bool", True),
    ("sensors/relay", "OFF", "sensors", "relay", "value_bool", False),
    ("sensors/words", "half open", "sensors", "words", "state", "half open"),
    ("home/nested", '{"id":"n1","a":{"b":{"c":3.5}}}', "home", "n1", "a_b_c", 3.5),
]


@pytest.mark.parametrize("topic, payload, measurement, device, field, value", KINDS,
                         ids=[kind[0] for kind in KINDS])
def test_each_kind_of_message_becomes_a_reading(connected, publisher, topic, payload, measurement,
                                                device, field, value):
    publisher.publish(topic, payload)
    found = connected.wait_readings(1, measurement=measurement, device=device)
    one = [reading for reading in found if reading["field"] == field]
    assert len(one) == 1, found
    assert one[0]["value"] == value and type(one[0]["value"]) is type(value), one
    assert abs(one[0]["time_ns"] / 1e9 - time.time()) < 60
    assert one[0]["tags"].get("device", device) == device


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_each_qos_arrives_once(connected, publisher, qos):
    for number in range(50):
        publisher.publish("qos/counter", json.dumps({"n": number}), qos=qos)
    found = connected.wait_readings(50, device="counter", field="n")
    time.sleep(0.3)
    found = connected.readings(device="counter", field="n")
    assert [reading["value"] for reading in found] == list(range(50))
    system = connected.system()
    assert system["acknowledged"] == (50 if qos else 0)


def test_times_of_one_series_never_meet(connected, publisher):
    publisher.publish_all([("burst/one", json.dumps({"n": n})) for n in range(2000)])
    found = connected.wait_readings(2000, device="one", field="n")
    times = [reading["time_ns"] for reading in found]
    assert len(set(times)) == 2000 and times == sorted(times)
    assert [reading["value"] for reading in found] == list(range(2000))


def test_devices_show_the_latest_value(connected, publisher):
    for value in (20.0, 20.5, 21.0):
        publisher.publish("zigbee2mqtt/study", json.dumps({"temperature": value}))
    connected.wait_readings(3, device="study", field="temperature")

    def latest():
        for device in connected.devices():
            if device["name"] == "study":
                return [f for f in device["fields"] if f["name"] == "temperature"][0]
    assert wait_until(latest)["value"] == 21.0
    assert latest()["unit"] == "°C" and latest()["type"] == "float"
    one = connected.get("/api/v1/devices/study")
    assert one.status_code == 200 and one.json()["name"] == "study"
    assert connected.get("/api/v1/devices/nobody").status_code == 404


def test_history_survives_a_stop_and_a_kill(connected, publisher):
    publisher.publish_all([("keep/a", json.dumps({"n": n})) for n in range(300)])
    before = connected.wait_readings(300, device="a", field="n")
    connected.restart()
    assert connected.wait_readings(300, device="a", field="n") == before
    connected.kill()
    connected.start()
    assert connected.wait_readings(300, device="a", field="n") == before
    assert connected.wait_readings(300, device="a", field="n") == before


def test_what_came_while_it_was_away_is_kept(connected, publisher):
    assert connected.stop() == 0
    publisher.publish_all([("away/a", json.dumps({"n": n})) for n in range(200)])
    connected.start()
    found = connected.wait_readings(200, device="a", field="n")
    assert [reading["value"] for reading in found] == list(range(200))


def test_a_retained_message_is_written_once(make_gateway, make_broker):
    broker = make_broker()
    with Publisher(broker) as publisher:
        publisher.publish("sensors/retained", "21.5", retain=True)
    gateway = make_gateway({"mqtt.url": broker.url})
    gateway.add_user()
    gateway.start()
    gateway.wait_readings(1, device="retained")
    gateway.stop()
    # The broker forgets session and message; the same retained payload comes again.
    broker.stop()
    broker.start()
    with Publisher(broker) as publisher:
        publisher.publish("sensors/retained", "21.5", retain=True)
        gateway.start()
        gateway.wait_system(lambda s: s["ignored"].get("retained_unchanged"))
        publisher.publish("sensors/retained", "22.0", retain=True)
        assert [r["value"] for r in gateway.wait_readings(2, device="retained")] == [21.5, 22.0]


# payload, and a decoded sign of life: each is counted somewhere, none stops what follows.
ODD = [
    ("empty", b""), ("a million bytes", b'{"t":"' + b"x" * 1_000_000 + b'"}'),
    ("a million bytes of text", b"y" * 1_000_000),
    ("invalid UTF-8", b'{"t":"\xff\xfe"}'), ("raw bytes", bytes(range(256))),
    ("nan", b"nan"), ("a bare NaN in JSON", b'{"t":NaN}'), ("1e400", b'{"t":1e400}'),
    ("minus 1e400", b"-1e400"), ("deep JSON", b'{"a":' * 5000 + b"1" + b"}" * 5000),
    ("deep arrays", b"[" * 100_000), ("cut JSON", b'{"t":21.'), ("NUL", b'{"t":"\\u0000"}'),
    ("lone surrogate", b'{"t":"\\ud800"}'), ("double key", b'{"t":1,"t":2}'),
    ("10,000 keys", json.dumps({f"k{n}": n for n in range(10_000)}).encode()),
    ("long key", json.dumps({"k" * 100_000: 1}).encode()),
    ("a number of 400 digits", b"9" * 400), ("uptime", b'{"uptime":"3T02:11:09"}'),
    ("huge integer", b'{"n":18446744073709551616}'), ("negative zero", b'{"n":-0.0}'),
    ("null", b"null"), ("empty object", b"{}"), ("array of mixed", b'[1,"a",null,{"b":[2]}]'),
    ("name of a field with a newline", b'{"a\\nb":1}'), ("field called time", b'{"time":5}'),
    ("device is an object", b'{"device":{"x":1},"t":1}'),
    ("device of 10 kB", json.dumps({"device": "d" * 10_000, "t": 1}).encode()),
    ("device empty", b'{"device":"","t":1}'), ("device with a control", b'{"id":"a\\u0001b","t":1}'),
]


def test_odd_payloads_are_counted_and_stop_nothing(connected, publisher):
    for _, payload in ODD:
        publisher.publish("odd/thing", payload)
    publisher.publish("odd/after", "1")
    connected.wait_readings(1, device="after")
    system = connected.wait_system(lambda s: s["journaled"] >= len(ODD) - 1 and s)
    counted = (system["decoded"] + system["described"] + system["dead"]
               + sum(system["ignored"].values()))
    assert counted == system["received"], system
    # What the broker says of itself ($SYS) is read too.
    assert system["received"] - system["ignored"].get("broker_status", 0) == len(ODD) + 1
    assert system["acknowledged"] == len(ODD) + 1
    connected.restart()
    assert connected.wait_readings(1, device="after")
    raw = connected.readings(measurement="mqtt_raw")
    assert len({reading["time_ns"] for reading in raw}) == system["dead"] > 0


def test_a_number_that_becomes_a_text_goes_aside(connected, publisher):
    for payload in ('{"t":21.5}', '{"t":"broken"}', '{"t":22}', '{"t":true}'):
        publisher.publish("home/typed", payload)
    publisher.publish("home/typed", '{"end":1}')
    connected.wait_readings(1, device="typed", field="end")
    numbers = [reading["value"] for reading in connected.readings(device="typed", field="t")]
    assert numbers == [21.5, 22.0]
    everything = {(r["field"], str(r["value"])) for r in connected.readings(device="typed")}
    assert any(value == "broken" and field != "t" for field, value in everything), everything


def test_deleting_a_retained_message_is_counted_not_stored(connected, publisher):
    publisher.publish("sensors/gone", "5", retain=True)
    publisher.publish("sensors/gone", "", retain=True)
    connected.wait_system(lambda s: s["ignored"].get("empty") == 1)
    assert len(connected.readings(device="gone")) == 1


def test_topics_that_a_setting_ignores(make_gateway, broker, publisher):
    gateway = make_gateway({"mqtt.url": broker.url, "ingest.ignore": ["noise/#"]})
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    publisher.publish("noise/a", "1")
    publisher.publish("sensors/b", "2")
    gateway.wait_readings(1, device="b")
    assert gateway.readings(measurement="noise") == []
    assert gateway.system()["ignored"]["configured"] == 1


def test_readings_as_csv_and_in_windows(connected, publisher):
    for value in (1.0, 2.0, 3.0, 4.0):
        publisher.publish("home/agg", json.dumps({"v": value}))
    connected.wait_readings(4, device="agg")
    csv = connected.get("/api/v1/readings", params={"device": "agg", "format": "csv"})
    lines = csv.text.strip().splitlines()
    assert csv.headers["Content-Type"].startswith("text/csv")
    assert lines[0].startswith("time,measurement,device,field,value")
    assert [line.split(",")[4] for line in lines[1:]] == ["1", "2", "3", "4"] or \
        [float(line.split(",")[4]) for line in lines[1:]] == [1, 2, 3, 4]
    assert len(lines[1].split(",")[0].split(".")[1]) == 10  # nine digits and Z
    for fn, value in (("mean", 2.5), ("min", 1), ("max", 4), ("sum", 10), ("count", 4),
                      ("first", 1), ("last", 4)):
        found = connected.readings(device="agg", field="v", fn=fn)
        assert [reading["value"] for reading in found] == [value], fn


@pytest.mark.parametrize("query", [
    "", "from=yesterdayish&device=a", "device=a&every=0s", "device=a&every=-1m", "device=a&fn=mode",
    "device=a&format=xml", "device=a&from=2026-13-01", "device=a&every=5m", "device=%ff",
    "device=a&to=1e400", "device=a&every=99999999999999999999d"])
def test_bad_queries_are_named(gateway, query):
    answer = gateway.get("/api/v1/readings?" + query)
    assert answer.status_code in (200, 400)
    if query not in ("device=a&every=5m", "device=%ff"):
        assert answer.status_code == 400, answer.text
    if answer.status_code == 400:
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.json()["detail"]


class Events:
    """Server-sent events of an open answer, read in a thread."""

    def __init__(self, session, url, last_id=None):
        import threading
        headers = {"Accept": "text/event-stream"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        self.answer = session.get(url, headers=headers, stream=True, timeout=30)
        self.events = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        event = {}
        try:
            for raw in self.answer.iter_lines(chunk_size=1):
                line = raw.decode()
                if not line:
                    if event:
                        self.events.append(event)
                    event = {}
                elif not line.startswith(":"):
                    name, _, value = line.partition(":")
                    event[name] = value.strip()
        except Exception:  # the connection was closed under it
            pass

    def of(self, kind):
        return [event for event in list(self.events) if event.get("event") == kind]


def test_live_stream_and_resuming(connected, publisher):
    stream = connected.url + "/api/v1/stream?measurement=live"
    first = Events(connected.session(), stream)
    assert first.answer.status_code == 200
    assert first.answer.headers["Content-Type"].startswith("text/event-stream")
    time.sleep(0.2)
    begun = time.monotonic()
    publisher.publish("live/a", '{"v":1}')
    publisher.publish("other/a", '{"v":1}')
    event = wait_until(lambda: first.of("reading"))[0]
    assert time.monotonic() - begun < 2
    data = json.loads(event["data"])
    assert data["device"] == "a" and data["fields"] == {"v": 1} and data["initial"] is False
    first.answer.close()
    publisher.publish("live/a", '{"v":2}')
    publisher.publish("live/a", '{"v":3}')
    again = Events(connected.session(), stream, event["id"])
    wait_until(lambda: len(again.of("reading")) >= 2)
    assert [json.loads(e["data"])["fields"]["v"] for e in again.of("reading")] == [2, 3]
    again.answer.close()
    unknown = Events(connected.session(), stream, "no-such-id")
    wait_until(lambda: unknown.of("reset"))
    unknown.answer.close()
