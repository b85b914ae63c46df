"""The original's /influx routes: its names and JSON, without its holes."""

import time

import pytest
import requests

from harness.process import wait_until


def key(gateway, scopes, user="admin"):
    return gateway.cli("key", "add", "program", "--user", user, "--scopes", scopes).stdout.strip()


def ask(gateway, path, body=None, key=None, session=None):
    call = session or requests
    headers = {"X-API-Key": key} if key else {}
    if body is None:
        return call.get(gateway.url + path, headers=headers, timeout=30)
    return call.post(gateway.url + path, json=body, headers=headers, timeout=30)


@pytest.fixture
def with_influxdb(make_gateway, influxdb):
    gateway = make_gateway({"influxdb.url": influxdb.url})
    gateway.add_user()
    gateway.start()
    return gateway, influxdb


def test_points_go_in_and_come_out(with_influxdb):
    gateway, influxdb = with_influxdb
    writer, reader = key(gateway, "readings:write"), key(gateway, "influx:query")
    now = time.time_ns()
    points = [{"tags": {"device_id": "esp32", "location": "home"}, "time": now,
               "fields": {"prob": 0.9, "fall_state": 1}},
              {"tags": {"device_id": "esp32"}, "fields": {"prob": 0.1}, "measurement": "other"}]
    answer = ask(gateway, "/influx/write/point",
                 {"points": points, "default_measurement": "fall_events"}, writer)
    assert (answer.status_code, answer.json()) == (200, {"written": 2})
    assert gateway.wait_readings(1, device="esp32", field="prob", measurement="fall_events")
    wait_until(lambda: influxdb.rows("fall_events"), 20, what="a row of fall_events")
    found = ask(gateway, "/influx/query",
                {"q": "SELECT prob, device FROM fall_events"}, reader).json()
    series = found["results"][0]["series"][0]
    assert series["name"] == "fall_events" and series["columns"] == ["time", "prob", "device"]
    assert series["values"] == [[now, 0.9, "esp32"]]
    shown = ask(gateway, "/influx/query", {"q": "SHOW MEASUREMENTS"}, reader).json()
    assert ["fall_events"] in shown["results"][0]["series"][0]["values"]
    wait_until(lambda: ask(gateway, "/influx/ping", session=gateway.session()).json()["ok"], 10,
               what="ping")
    influxdb.write("\n".join(f"many n={n} {now + n}" for n in range(10_050)))
    many = ask(gateway, "/influx/query", {"q": "SELECT * FROM many"}, reader).json()["results"][0]
    assert many["partial"] is True
    assert sum(len(s["values"]) for s in many["series"]) == 10_000
    bad = ask(gateway, "/influx/query", {"q": "SELECT nonsense("}, reader)
    assert bad.status_code == 400 and "InfluxDB says" in bad.text
    influxdb.kill()
    assert ask(gateway, "/influx/query", {"q": "SELECT 1 FROM m"}, reader).status_code == 502


@pytest.mark.parametrize("statement", [
    "DROP DATABASE caredian", "SELECT * FROM kept; DROP MEASUREMENT kept", "DROP MEASUREMENT kept",
    "SELECT * INTO stolen FROM kept", "SELECT n*1.0INTO stolen FROM kept",
    "DELETE FROM kept", "SHOW DATABASES", "SHOW USERS",
    "SELECT * FROM _internal..runtime", 'SELECT * FROM "_internal"."monitor"."runtime"',
    "CREATE DATABASE x", "SHOW TAG VALUES ON _internal WITH KEY = hostname", "", " ;"])
def test_a_question_only_reads_the_gateways_own(asked, statement):
    gateway, influxdb, session = asked
    answer = ask(gateway, "/influx/query", {"q": statement}, session=session)
    assert answer.status_code == 400, answer.text
    assert len(influxdb.rows("kept")) == 1


@pytest.fixture(scope="module")
def asked(module_gateway, tmp_path_factory):
    from harness import influxdb
    if not influxdb.available():
        pytest.skip(influxdb.MISSING)
    server = influxdb.InfluxDB(tmp_path_factory.mktemp("influxdb"))
    server.start()
    server.query("CREATE DATABASE caredian")
    server.write("kept n=1 1")
    gateway = module_gateway({"influxdb.url": server.url})
    yield gateway, server, gateway.session()
    server.stop()


def test_who_may(with_influxdb):
    gateway, _ = with_influxdb
    gateway.session("ben", role="member")
    ben, admin = gateway.login("ben"), gateway.session()
    q = {"q": "SHOW MEASUREMENTS"}
    point = {"points": [{"tags": {"device": "roof"}, "fields": {"n": 1}}]}
    wait_until(lambda: ask(gateway, "/influx/query", q, session=admin).status_code == 200, 20,
               what="the database is there")
    for path, body, rows in [
            ("/influx/ping", None, [(401, {}), (200, {"session": ben}),
                                    (200, {"key": key(gateway, "read")}),
                                    (403, {"key": key(gateway, "influx:query")})]),
            ("/influx/query", q, [(401, {}), (403, {"session": ben}), (200, {"session": admin}),
                                  (403, {"key": key(gateway, "read,control")}),
                                  (403, {"key": key(gateway, "readings:write")}),
                                  (200, {"key": key(gateway, "influx:query")})]),
            ("/influx/write/point", point, [
                (401, {}), (403, {"session": ben}), (200, {"session": admin}),
                (403, {"key": key(gateway, "influx:query")}),
                (403, {"key": key(gateway, "readings:write:cellar")}),
                (200, {"key": key(gateway, "readings:write:roof")}),
                (200, {"key": key(gateway, "readings:write")})])]:
        for status, who in rows:
            answer = ask(gateway, path, body, **who)
            assert answer.status_code == status, (path, status, who, answer.text)


def test_without_influxdb(gateway):
    admin = gateway.session()
    assert ask(gateway, "/influx/ping", session=admin).json() == {"ok": False}
    answer = ask(gateway, "/influx/query", {"q": "SHOW MEASUREMENTS"}, session=admin)
    assert answer.status_code == 409 and "InfluxDB" in answer.json()["detail"]
    for body, status in [({}, 400), ({"points": []}, 400), ({"points": [{"fields": {"n": 1}}]}, 422),
                         ({"points": [{"tags": {"device": "d"}, "fields": {"n": None}}]}, 422)]:
        assert ask(gateway, "/influx/write/point", body, session=admin).status_code == status, body
    point = {"points": [{"tags": {"device": "d"}, "fields": {"n": 1}}]}
    assert ask(gateway, "/influx/write/point", point, session=admin).json() == {"written": 1}
    assert gateway.wait_readings(1, device="d", measurement="readings", field="n")
