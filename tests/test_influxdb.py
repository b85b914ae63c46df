"""Readings into a real InfluxDB 1, and into servers at fault."""

import socket
import threading
import time

import pytest

from harness.influxdb import Scripted
from harness.mqtt import Publisher
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


def test_a_server_that_comes_late_and_goes_away_misses_nothing(start, publisher, make_influxdb):
    influxdb = make_influxdb()
    influxdb.stop()
    gateway = start(influxdb.url)
    for n in range(50):
        publisher.publish("home/a", f'{{"n":{n}}}')
    wait_until(lambda: state_of(gateway)[0] == "down")
    influxdb.start()
    assert [r["n"] for r in wait_rows(influxdb, "home", 50, timeout=40)] == list(range(50))
    influxdb.kill()
    for n in range(50, 100):
        publisher.publish("home/a", f'{{"n":{n}}}')
    influxdb.start()
    assert [r["n"] for r in wait_rows(influxdb, "home", 100, timeout=40)] == list(range(100))
    assert state_of(gateway)[0] == "up"


def test_a_gateway_that_is_killed_sends_what_it_had_acknowledged(start, publisher, make_influxdb):
    influxdb = make_influxdb()
    influxdb.stop()
    gateway = start(influxdb.url, **{"influxdb.buffer": "64KiB"})
    publisher.publish_all([("home/a", f'{{"n":{n}}}') for n in range(3000)])
    gateway.wait_system(lambda s: s["decoded"] >= 3000)
    gateway.kill()
    gateway.start()
    influxdb.start()
    assert [r["n"] for r in wait_rows(influxdb, "home", 3000, timeout=60)] == list(range(3000))


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


def test_a_type_that_is_another_one_there_gets_a_name_of_its_own(start, publisher, influxdb):
    influxdb.query("CREATE DATABASE caredian")
    now = time.time_ns()  # a shard has types of its own
    influxdb.write(f'home,device=x n="a text",state=1 {now}\n')
    gateway = start(influxdb.url)
    for n in range(5):
        publisher.publish("home/a", f'{{"n":{n},"m":{n},"state":"on"}}')
    rows = [r for r in wait_rows(influxdb, "home", 6) if r["device"] == "a"]
    assert [r["n_float"] for r in rows] == list(range(5))
    assert [r["state_string"] for r in rows] == ["on"] * 5
    assert [r["m"] for r in rows] == list(range(5))
    assert metric(gateway, "sink_set_aside_total", sink="influxdb") == 0
    failures = metric(gateway, "sink_failures_total", sink="influxdb")
    gateway.restart()
    gateway.wait_connected()
    publisher.publish("home/a", '{"n":9}')
    wait_until(lambda: any(r.get("n_float") == 9 for r in influxdb.rows("home")))
    assert failures <= 4 and metric(gateway, "sink_failures_total", sink="influxdb") == 0, (
        "what was learned is kept")


def test_a_batch_that_is_too_large_goes_in_pieces(start, publisher, make_influxdb):
    influxdb = make_influxdb(max_body=20_000)
    influxdb.stop()
    start(influxdb.url)
    publisher.publish_all([("home/a", f'{{"n":{n},"text":"{"x" * 100}"}}') for n in range(1000)])
    influxdb.start()
    assert [r["n"] for r in wait_rows(influxdb, "home", 1000, timeout=40)] == list(range(1000))


def test_answers_that_mean_later(start, publisher, influxdb, scripted):
    """429, 503, 500, half an answer, a connection that is cut: once each, and all is stored once."""
    def cut(handler, _):
        handler.connection.shutdown(socket.SHUT_RDWR)

    def half(handler, _):
        handler.wfile.write(b"HTTP/1.1 204 No Con")
        handler.wfile.flush()
        handler.close_connection = True

    influxdb.query("CREATE DATABASE caredian")
    server = scripted(behind=influxdb)
    server.script += [(429, {"error": "quota"}, {"Retry-After": "1"}), (503, ""),
                      (500, {"error": "timeout"}), half, cut]
    gateway = start(server.url)
    begun = time.monotonic()
    publisher.publish("home/a", '{"n":1}')
    wait_rows(influxdb, "home", 1)
    assert time.monotonic() - begun > 0.8, "Retry-After is kept"
    assert len(set(server.writes()[:5])) == 1, "the same again each time"
    assert influxdb.count("home", "n") == 1
    assert metric(gateway, "sink_failures_total", sink="influxdb") == 5


def test_a_server_that_hangs_is_left_and_asked_again(start, publisher, influxdb, scripted):
    free = threading.Event()
    server = scripted(behind=influxdb)
    server.script += [lambda handler, _: (free.wait(30), handler.connection.shutdown(socket.SHUT_RDWR))]
    start(server.url, **{"influxdb.timeout": "1s"})
    publisher.publish("home/a", '{"n":1}')
    wait_rows(influxdb, "home", 1)
    free.set()


def test_a_line_that_is_refused_is_set_aside_with_its_reason(start, publisher, influxdb, scripted):
    def picky(handler, body):
        if b"poison" in body:
            server.script.insert(0, picky)
            return handler.answer(400, b'{"error":"unable to parse \'...\': poison"}')
        server.script.insert(0, picky)
        import requests
        passed = requests.post(influxdb.url + handler.path, data=body, timeout=10)
        handler.answer(passed.status_code, passed.content)

    server = scripted(behind=influxdb)
    server.script.append(picky)
    gateway = start(server.url, **{"influxdb.flush_interval": "500ms"})
    publisher.publish_all([("home/a", f'{{"n":{n},"s":"{"poison" if n == 33 else "fine"}"}}')
                           for n in range(100)])
    rows = wait_rows(influxdb, "home", 99)
    assert [r["n"] for r in rows] == [n for n in range(100) if n != 33]
    assert metric(gateway, "sink_set_aside_total", sink="influxdb") == 1


def test_a_slow_server_holds_up_no_other(make_gateway, broker, publisher, influxdb, scripted):
    free = threading.Event()
    slow = scripted()
    slow.script += [lambda handler, _: (free.wait(60), handler.answer(204, b""))]
    gateway = make_gateway({
        "mqtt.url": broker.url, "influxdb.url": influxdb.url,
        "influxdb.more": [{"name": "slow", "url": slow.url, "version": 1, "timeout": "60s",
                           "buffer": "64KiB"}]})
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    publisher.publish_all([("home/a", f'{{"n":{n},"text":"{"x" * 100}"}}') for n in range(2000)])
    assert len(wait_rows(influxdb, "home", 2000)) == 2000
    assert len(gateway.wait_readings(2000, device="a", field="n")) == 2000
    assert sum(body.count(b"home,") for body in slow.writes()) < 1000
    free.set()
    wait_until(lambda: sum(body.count(b"home,") for body in slow.writes()) >= 2000, 30,
               what="the slow one catches up")
    sent = [line for body in slow.writes() for line in body.splitlines()]
    assert len(sent) == len(set(sent)) == 2000


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
