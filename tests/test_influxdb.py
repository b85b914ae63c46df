"""Readings into a real InfluxDB 1."""

import time

import pytest

from harness.influxdb import Scripted
from harness.nginx import Below
from harness.process import wait_until


def state_of(gateway, name="influxdb"):
    for dependency in gateway.ready().json()["dependencies"]:
        if dependency["name"] == name:
            return dependency["state"], dependency.get("reason", "")
    return None, ""


def metric(gateway, name, **labels):
    want = "{" + ",".join(f'{k}="{v}"' for k, v in sorted(labels.items())) + "}" if labels else ""
    for line in gateway.get("/metrics").text.splitlines():
        if line.startswith(f"caredian_{name}{want} "):
            return float(line.split()[-1])
    return None


@pytest.fixture
def start(make_gateway, broker):
    def begin(url, **settings):
        gateway = make_gateway({"mqtt.url": broker.url, "influxdb.url": url, **settings})
        gateway.add_user()
        gateway.start()
        gateway.wait_connected()
        return gateway
    return begin


@pytest.fixture
def scripted():
    made = []

    def make(**options):
        made.append(Scripted(**options))
        return made[-1]
    yield make
    for one in made:
        one.close()


def wait_rows(influxdb, measurement, count, timeout=20, **options):
    found = []

    def enough():
        found[:] = influxdb.rows(measurement, **options)
        return len(found) >= count
    wait_until(enough, timeout, step=0.1, what=f"{count} rows of {measurement}; {found}")
    return found


def test_readings_are_stored_with_their_types_tags_and_times(start, publisher, influxdb):
    gateway = start(influxdb.url)
    publisher.publish("zigbee2mqtt/거실 온도", '{"temperature":21.5,"battery":97,"open":true,'
                                          '"note":"say \\"hi\\", \\\\o/","bad":null}')
    publisher.publish("home/kitchen/lamp", "ON")
    row = wait_rows(influxdb, "zigbee", 1)[0]
    assert row["device"] == "거실 온도"
    assert (row["temperature"], row["battery"], row["open"]) == (21.5, 97, True)
    assert row["note"] == 'say "hi", \\o/'
    here = gateway.wait_readings(4, device="거실 온도")
    assert {r["time"][:19] for r in here} == {
        time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(row["time"] // 10**9))}
    assert here[0]["time"].rstrip("Z").split(".")[1] == f"{row['time'] % 10**9:09}"
    lamp = wait_rows(influxdb, "home", 1)[0]
    assert lamp["value_bool"] is True and lamp["path"] == "kitchen"
    assert state_of(gateway) == ("up", "")
    assert metric(gateway, "sink_lines_total", sink="influxdb") == 2


def test_a_server_below_a_path_is_made_ready_written_and_asked(start, publisher, influxdb, tmp_path):
    proxy = Below(tmp_path / "nginx", influxdb.url, "/store/one").start()
    try:
        gateway = start(proxy.url + "/store/one/")
        publisher.publish("home/a", '{"n":1}')
        wait_rows(influxdb, "home", 1)
        there = wait_until(lambda: gateway.readings(device="a", source="influxdb"))
        assert [r["value"] for r in there] == [1]
    finally:
        proxy.stop()


def test_a_missing_database_is_made_when_that_is_allowed(start, publisher, influxdb):
    gateway = start(influxdb.url, **{"influxdb.database": "my home", "influxdb.retention": "90d"})
    publisher.publish("home/a", '{"n":1}')
    wait_rows(influxdb, "home", 1, database="my home")
    policies = influxdb.query('SHOW RETENTION POLICIES ON "my home"')[0]
    assert "2160h0m0s" in [row[policies["columns"].index("duration")] for row in policies["values"]]
    assert "made" in gateway.process.output(whole=True)


def test_without_leave_it_waits_and_says_so(start, publisher, influxdb):
    gateway = start(influxdb.url, **{"influxdb.create": False})
    publisher.publish("home/a", '{"n":1}')
    wait_until(lambda: state_of(gateway)[0] == "down")
    assert "database not found" in state_of(gateway)[1]
    influxdb.query("CREATE DATABASE caredian")
    wait_rows(influxdb, "home", 1)


def test_who_may_not_write_waits_and_the_password_is_not_shown(start, publisher, make_influxdb):
    influxdb = make_influxdb(users={"admin": "the admin word", "gw": "hunter22-wrong"})
    gateway = start(influxdb.url, **{"influxdb.username": "gw", "influxdb.password": "hunter22"})
    publisher.publish("home/a", '{"n":1}')
    wait_until(lambda: state_of(gateway)[0] == "down")
    assert "authorization failed" in state_of(gateway)[1]
    assert "hunter22" not in gateway.process.output(whole=True)


def test_a_signed_in_user_writes(start, publisher, make_influxdb):
    influxdb = make_influxdb(users={"admin": "the admin word"})
    start(influxdb.url, **{"influxdb.username": "admin", "influxdb.password": "the admin word"})
    publisher.publish("home/a", '{"n":1}')
    wait_rows(influxdb, "home", 1)


def test_gzip_when_it_is_asked_for(start, publisher, influxdb):
    start(influxdb.url, **{"influxdb.gzip": "on"})
    publisher.publish_all([("home/a", f'{{"n":{n}}}') for n in range(500)])
    assert len(wait_rows(influxdb, "home", 500)) == 500


def test_backfill_sends_what_the_history_has(make_gateway, broker, publisher, influxdb):
    gateway = make_gateway({"mqtt.url": broker.url})
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    publisher.publish_all([("home/a", f'{{"n":{n},"s":"on","b":true}}') for n in range(3000)])
    publisher.publish("other/b", "21.5")
    gateway.wait_readings(1, device="b")
    gateway.restart()
    gateway.process.stop(30)
    (gateway.data / "journal.db").unlink()  # what was sent is not there any more
    gateway.settings["influxdb.url"] = influxdb.url
    gateway.start()
    done = gateway.cli("backfill", "--measurement", "home")
    assert done.stdout == "3000 lines stored, 0 set aside\n"
    rows = influxdb.rows("home")
    assert [r["n"] for r in rows] == list(range(3000)) and rows[0]["s"] == "on"
    assert influxdb.rows("other") == []
    here = gateway.readings(device="a", field="n")
    assert here[7]["time"].rstrip("Z").split(".")[1] == f"{rows[7]['time'] % 10**9:09}"
    assert gateway.cli("backfill").stdout == "3001 lines stored, 0 set aside\n"
    assert influxdb.count("home", "n") == 3000, "the same points"
    listed = gateway.cli("sink", "list").stdout
    assert "influxdb  " + influxdb.url in listed and "lines 6001" in listed


def test_the_command_line_shows_what_was_set_aside(start, publisher, scripted):
    server = scripted()
    server.script += [(400, {"error": "unable to parse 'home ...': the reason"})]
    gateway = start(server.url)
    publisher.publish("home/a", '{"n":1}')
    wait_until(lambda: "the reason" in gateway.cli("sink", "set-aside").stdout)
    shown = gateway.cli("sink", "set-aside", "influxdb").stdout
    assert "home,device=a n=1 " in shown
    refused = gateway.cli("sink", "set-aside", "banana", check=False)
    assert refused.returncode == 1 and "no such sink: influxdb" in refused.stderr
    assert "no readings" not in shown


def test_without_a_server_the_commands_say_so(gateway):
    done = gateway.cli("backfill", check=False)
    assert done.returncode == 1 and "influxdb.url" in done.stderr
    assert gateway.cli("sink", "list").stdout == ""


def test_home_assistants_layout(start, publisher, influxdb):
    start(influxdb.url, **{"influxdb.layout": "home_assistant"})
    publisher.publish("homeassistant/sensor/living/unit_of_measurement", '"°C"')
    publisher.publish("homeassistant/sensor/living/state", "21.4")
    publisher.publish("homeassistant/light/hall/state", "on")
    publisher.publish("zigbee2mqtt/Bed Room", '{"temperature":19.5}')
    rows = wait_rows(influxdb, "°C", 2)
    assert [(r["domain"], r["entity_id"], r["value"]) for r in rows] == [
        ("sensor", "living", 21.4), ("sensor", "bed_room_temperature", 19.5)]
    lamp = wait_rows(influxdb, "light.hall", 1)[0]
    assert (lamp["value"], lamp["state"], lamp["entity_id"]) == (1, "on", "hall")


def test_the_same_question_has_the_same_answer_from_the_server(start, publisher, influxdb):
    gateway = start(influxdb.url)
    publisher.publish_all([("zigbee2mqtt/hall", f'{{"temperature":{20 + n % 7},"on":true}}')
                           for n in range(200)])
    wait_rows(influxdb, "zigbee", 200)
    gateway.wait_readings(200, device="hall", field="temperature")
    for asked in ({}, {"field": "temperature", "fn": "mean", "every": "1s"}, {"fn": "count"},
                  {"field": "temperature", "width": 50}, {"format": "csv"}):
        here, there = (gateway.get("/api/v1/readings", params={"device": "hall", **asked, **more})
                       for more in ({}, {"source": "influxdb"}))
        assert there.status_code == 200, there.text
        if asked.get("format") == "csv":
            assert sorted(here.text.splitlines()) == sorted(there.text.splitlines())
        else:
            def key(reading):
                return reading["time"], reading["field"]
            assert sorted(here.json()["readings"], key=key) == sorted(
                there.json()["readings"], key=key), asked
    refused = gateway.get("/api/v1/readings", params={"device": "hall", "source": "banana"})
    assert refused.status_code == 400 and "influxdb, local" in refused.json()["detail"]
    influxdb.kill()
    away = gateway.get("/api/v1/readings", params={"device": "hall", "source": "influxdb"})
    assert away.status_code in (500, 503)
