"""What devices did, from the broker to the table device_events, in a file and in MariaDB."""

import json
import signal
import time

import pytest

from harness.process import wait_until


@pytest.fixture(params=["sqlite", "mariadb"])
def start(request, make_gateway, broker):
    """start(settings): a gateway with one of the two databases; `.database_server` is the server."""
    server = request.getfixturevalue("database_server") if request.param == "mariadb" else None

    def begin(**settings):
        gateway = make_gateway({"mqtt.url": broker.url, **settings,
                                **({"database.url": server.url} if server else {})})
        gateway.add_user()
        gateway.start()
        gateway.wait_connected()
        gateway.database_server = server
        return gateway
    return begin


def events(gateway, session=None, **query):
    answer = (session or gateway.session()).get(gateway.url + "/api/v1/events", params=query,
                                                timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(gateway, **query):
    return [(e["device"], e["kind"], e["value"]) for e in events(gateway, **query)["events"]][::-1]


def wait_events(gateway, wanted, timeout=20, **query):
    seen = []

    def there():
        seen[:] = told(gateway, **query)
        return len(seen) >= len(wanted)
    wait_until(there, timeout, step=0.1, what=f"{len(wanted)} events, {seen}")
    assert seen == wanted


def test_presses_doors_alarms_and_who_is_there(start, publisher):
    gateway = start()
    say = publisher.publish
    say("zigbee2mqtt/button", '{"action":"single","linkquality":80}')
    say("zigbee2mqtt/door", '{"contact":true,"battery":90}')
    say("zigbee2mqtt/door", '{"contact":false,"battery":90}')
    say("zigbee2mqtt/door", '{"contact":false,"battery":89}')
    say("zigbee2mqtt/kitchen", '{"smoke":true}')
    say("zigbee2mqtt/door/availability", '{"state":"online"}')
    say("zigbee2mqtt/door/availability", '{"state":"offline"}')
    say("zigbee2mqtt/button", '{"action":"single","linkquality":80}')
    wanted = [("button", "action", "single"), ("door", "contact", "open"), ("kitchen", "smoke", "on"),
              ("door", "online", "offline"), ("button", "action", "single")]
    wait_events(gateway, wanted)
    assert told(gateway, kind="contact") == [("door", "contact", "open")]
    assert told(gateway, device="button") == [("button", "action", "single")] * 2
    first = events(gateway, limit=2)
    second = events(gateway, limit=2, cursor=first["next"])
    third = events(gateway, limit=2, cursor=second["next"])
    ids = [e["id"] for page in (first, second, third) for e in page["events"]]
    assert len(ids) == len(set(ids)) == 5 and "next" not in third
    one = first["events"][0]
    assert one["measurement"] == "zigbee_event" and one["field"] == "action"
    assert told(gateway, to="2020-01-01") == []
    for bad in ("from=yesterday", "limit=0", "cursor=x", "cursor=1"):
        assert gateway.get("/api/v1/events?" + bad).status_code == 400, bad
    gateway.restart()
    gateway.wait_connected()
    say("zigbee2mqtt/door", '{"contact":true}')
    wait_events(gateway, wanted + [("door", "contact", "closed")])


def test_kill_loses_and_doubles_none(start, publisher):
    gateway = start()
    wanted = []
    for round_ in range(3):
        for n in range(10):
            publisher.publish("zigbee2mqtt/b", json.dumps({"action": f"a{round_}_{n}"}), qos=1)
            wanted.append(("b", "action", f"a{round_}_{n}"))
        wait_until(lambda: gateway.system()["acknowledged"] >= 10, 10, what="acknowledged")
        gateway.kill()
        gateway.start()
        gateway.wait_connected()
    wait_events(gateway, wanted)
    time.sleep(1.5)
    assert told(gateway) == wanted


def test_a_database_that_is_away_is_waited_for(make_gateway, broker, publisher, database_server):
    gateway = make_gateway({"mqtt.url": broker.url, "database.url": database_server.url})
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    session = gateway.session()
    publisher.publish("zigbee2mqtt/b", '{"action":"before"}')
    wait_events(gateway, [("b", "action", "before")])
    database_server.process.signal(signal.SIGSTOP)
    for n in range(20):
        publisher.publish("zigbee2mqtt/b", json.dumps({"action": f"a{n}"}))
    wait_until(lambda: session.get(gateway.url + "/api/v1/readings",
                                   params={"device": "b", "field": "action"}, timeout=30)
               .json()["readings"][20:], 30, what="readings go on")
    gateway.kill()
    database_server.process.signal(signal.SIGCONT)
    gateway.start()
    wait_events(gateway, [("b", "action", "before")] +
                [("b", "action", f"a{n}") for n in range(20)], timeout=60)


def test_everybody_sees_what_they_may(make_gateway, broker, publisher):
    roles = [{"name": "caregiver", "members": ["person:eve"], "grants": [{"areas": ["침실"]}]}]
    gateway = make_gateway({"mqtt.url": broker.url, "roles": roles})
    gateway.add_user()
    gateway.add_user("eve", "member")
    gateway.start()
    gateway.wait_connected()
    for name, area in (("bed", "침실"), ("bath", "욕실")):
        publisher.publish(f"homeassistant/binary_sensor/{name}/config", json.dumps(
            {"name": "Door", "uniq_id": name, "stat_t": f"{name}/door", "dev_cla": "door",
             "dev": {"ids": name, "name": name, "sa": area}}), retain=True)
        publisher.publish(f"{name}/door", "OFF")
    wait_until(lambda: len(gateway.devices()) == 2, 20, what="both devices")
    time.sleep(7)  # rooms and classes are looked at every few seconds
    for name in ("bed", "bath"):
        publisher.publish(f"{name}/door", "ON")
    wait_until(lambda: len(told(gateway)) == 2, 20, what="both doors")
    assert {(kind, value) for _, kind, value in told(gateway)} == {("contact", "open")}
    assert {e["area"] for e in events(gateway)["events"]} == {"침실", "욕실"}
    assert [e["area"] for e in events(gateway, area="욕실")["events"]] == ["욕실"]
    eve = gateway.session("eve", "member")
    wait_until(lambda: [e["area"] for e in events(gateway, eve)["events"]] == ["침실"], 15,
               what="eve sees the bedroom alone")
    assert gateway.client().get(gateway.url + "/api/v1/events").status_code == 401
