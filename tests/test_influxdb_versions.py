"""InfluxDB 2 and 3, by stand-ins that are strict about what those servers refuse
(harness/influxdb_standin.py) and keep points in a real InfluxDB 1."""

import pytest

from harness.influxdb_standin import ORG, TOKEN, StandIn
from harness.process import wait_until
from test_influxdb import metric, state_of, wait_rows


@pytest.fixture(params=[2, 3])
def server(request, influxdb):
    one = StandIn(influxdb, request.param, buckets=["home"] if request.param == 2 else [])
    yield one
    one.close()


@pytest.fixture
def start(make_gateway, broker, server):
    def begin(**settings):
        gateway = make_gateway({
            "mqtt.url": broker.url, "influxdb.url": server.url, "influxdb.token": TOKEN,
            "influxdb.org": ORG, "influxdb.database": "home", **settings})
        gateway.add_user()
        gateway.start()
        gateway.wait_connected()
        return gateway
    return begin


def test_the_version_is_found_and_readings_are_stored_and_asked_for(start, publisher, server,
                                                                    influxdb):
    gateway = start(**{"influxdb.gzip": "on"})
    publisher.publish("zigbee2mqtt/거실 온도", '{"temperature":21.5,"open":true,"note":"a \\"b\\" c"}')
    row = wait_rows(influxdb, "zigbee", 1, database="home")[0]
    assert (row["device"], row["temperature"], row["open"], row["note"]) == (
        "거실 온도", 21.5, True, 'a "b" c')
    gateway.wait_readings(3, device="거실 온도")
    there = gateway.readings(device="거실 온도", source="influxdb")
    assert sorted(r["field"] for r in there) == ["note", "open", "temperature"]
    version = {2: "v2.7.12", 3: "3.0.1"}[server.version]
    assert f'version="{version}"' in gateway.process.output(whole=True)


def test_a_missing_bucket_is_made(start, publisher, server, influxdb):
    start(**{"influxdb.database": "다른 집", "influxdb.retention": "90d"})
    publisher.publish("home/a", '{"n":1}')
    wait_rows(influxdb, "home", 1, database="다른 집")


def test_a_wrong_token_waits_and_is_not_shown(start, publisher, server):
    gateway = start(**{"influxdb.token": "hunter22hunter22"})
    publisher.publish("home/a", '{"n":1}')
    wait_until(lambda: state_of(gateway)[0] == "down" and "unauthorized" in state_of(gateway)[1])
    assert "hunter22" not in gateway.process.output(whole=True)


def test_a_field_of_another_type_gets_its_name_and_the_rest_gets_through(start, publisher, server,
                                                                         influxdb):
    import time

    import requests
    write = {2: "/api/v2/write?org=%EC%A7%91&bucket=home&precision=ns",
             3: "/api/v3/write_lp?db=home&precision=nanosecond"}[server.version]
    requests.post(server.url + write, timeout=10, headers={"Authorization": f"Token {TOKEN}"},
                  data=f'home,device=x n="text",state=1i {time.time_ns()}\n'.encode())
    gateway = start(**{"influxdb.flush_interval": "300ms"})
    publisher.publish_all([("home/a", f'{{"n":{n},"m":{n},"state":"on"}}') for n in range(50)]
                          + [("other/b", f'{{"n":{n}}}') for n in range(50)])
    rows = [r for r in wait_rows(influxdb, "home", 51, database="home") if r["device"] == "a"]
    assert [r["n_float"] for r in rows] == list(range(50))
    assert {r["state_string"] for r in rows} == {"on"}
    assert len(wait_rows(influxdb, "other", 50, database="home")) == 50
    assert metric(gateway, "sink_set_aside_total", sink="influxdb") == 0


def test_quota_and_trouble_are_waited_for(start, publisher, server, influxdb):
    server.fail += [(429, {"code": "too many requests", "message": "quota"}, {"Retry-After": "1"}),
                    (503, {"code": "unavailable", "message": "x"}), (500, b"<html>")]
    gateway = start()
    publisher.publish("home/a", '{"n":1}')
    wait_rows(influxdb, "home", 1, database="home")
    assert metric(gateway, "sink_failures_total", sink="influxdb") == 3
