"""The room of a device among the tags of a real InfluxDB 1."""

import time

import pytest

from harness.process import wait_until


@pytest.fixture
def start(make_gateway, broker, influxdb):
    def begin(**settings):
        gateway = make_gateway({"mqtt.url": broker.url, "influxdb.url": influxdb.url, **settings})
        gateway.add_user()
        gateway.start()
        gateway.wait_connected()
        return gateway
    return begin


def put(gateway, area):
    wait_until(gateway.devices, what="the device")
    device = gateway.devices()[0]["id"].replace("/", "%2F")
    answer = gateway.session().patch(f"{gateway.url}/api/v1/devices/{device}", json={"area": area},
                                     timeout=10)
    assert answer.ok, answer.text
    time.sleep(1.2)  # rooms are looked at once a second


def rooms(influxdb):
    return [row.get("area") for row in influxdb.rows("zigbee")]


def wait_rows(influxdb, count):
    wait_until(lambda: len(influxdb.rows("zigbee")) >= count, what=f"{count} rows")
    return influxdb.rows("zigbee")


def test_a_move_makes_no_second_point(start, publisher, influxdb):
    gateway = start()

    def say(n):
        publisher.publish("zigbee2mqtt/hall_sensor", f'{{"n":{n},"area":{n}}}')
        return wait_rows(influxdb, n)[-1]

    assert say(1)["area_float"] == 1, "a name is a tag or a field"
    put(gateway, "hall")
    assert say(2)["area"] == "hall"
    put(gateway, "living room")
    assert say(3)["area"] == "living room"
    assert rooms(influxdb) == [None, "hall", "living room"]
    for restart in (False, True):
        if restart:
            gateway.restart()
        assert gateway.cli("backfill").stdout == "3 lines stored, 0 set aside\n"
        assert rooms(influxdb) == [None, "hall", "living room"]


def test_none_is_told_where_that_is_not_wanted(start, publisher, influxdb):
    gateway = start(**{"influxdb.area_tag": False})
    publisher.publish("zigbee2mqtt/hall_sensor", '{"n":1,"area":2}')
    wait_rows(influxdb, 1)
    put(gateway, "hall")
    publisher.publish("zigbee2mqtt/hall_sensor", '{"n":2,"area":3}')
    wait_rows(influxdb, 2)
    assert rooms(influxdb) == [2, 3], "its own field"
