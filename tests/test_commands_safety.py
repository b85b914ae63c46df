"""Commands to devices: who may, where they may go, and what is true after something broke."""

import json
import threading

import paho.mqtt.client as paho
import pytest
import requests
from paho.mqtt.enums import CallbackAPIVersion

from harness import home_assistant as ha
from harness import standins
from harness.mqtt import Publisher
from harness.process import wait_until
from test_commands import commandable, path_of, stand_in, tell  # noqa: F401

ROLES = [{"name": "carer", "members": ["person:eve"],
          "grants": [{"areas": ["침실"], "may": "control"}, {"areas": ["욕실"]}]}]


def switch(name, area, command, **more):
    return {"name": name, "uniq_id": name, "stat_t": f"{name}/state", "cmd_t": command,
            "dev": {"ids": name, "name": name, "sa": area}, **more}


class Listener:
    """All that is published below some filters, as it came."""

    def __init__(self, broker, *filters):
        self.heard, ready = [], threading.Event()
        self.client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        self.client.on_connect = lambda client, *_: client.subscribe([(f, 1) for f in filters])
        self.client.on_subscribe = lambda *_: ready.set()
        self.client.on_message = lambda _c, _d, m: self.heard.append((m.topic, m.payload.decode()))
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()
        assert ready.wait(10)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def listen(broker):
    made = []

    def make(*filters):
        made.append(Listener(broker, *filters))
        return made[-1]
    yield make
    for one in made:
        one.close()


def describe(publisher, **switches):
    for name, payload in switches.items():
        publisher.publish(f"homeassistant/switch/{name}/config", json.dumps(payload), retain=True)
        publisher.publish(payload["stat_t"], "OFF")


@pytest.fixture
def home(make_gateway, broker, publisher):
    gateway = make_gateway({"mqtt.url": broker.url, "mqtt.client_id": "safety", "roles": ROLES})
    for name, role in (("admin", "admin"), ("ben", "member"), ("eve", "member")):
        gateway.add_user(name, role)
    gateway.start()
    gateway.wait_connected()
    describe(publisher, bed=switch("bed", "침실", "bed/set"),
             bath=switch("bath", "욕실", "bath/set"))
    gateway.bed, gateway.bath = (commandable(gateway, name) for name in ("bed", "bath"))
    return gateway


def test_who_may(home, listen):
    told = listen("+/set")
    eve, ben = home.session("eve", "member"), home.session("ben", "member")
    wish = {"value": True, "timeout_ms": 200, "retries": 0}

    def of_eve():
        return tell(home, home.bed, eve, entity="bed", **wish).status_code
    wait_until(lambda: of_eve() == 504, 10, what="eve's right to her room")  # nobody answers
    sent = len(told.heard)
    assert tell(home, home.bath, eve, entity="bath", **wish).status_code == 403, "she may read it"
    assert tell(home, home.bed, ben, entity="bed", **wish).status_code == 403, "a member reads"
    listed = ben.get(home.url + path_of(home.bed), timeout=10).json()["commands"]
    assert listed and listed[0]["by"] == "eve"
    no_origin = eve.post(home.url + path_of(home.bed), json={"entity": "bed", "value": True},
                         headers={"Origin": "https://elsewhere.example"}, timeout=10)
    assert no_origin.status_code == 403
    assert home.client().post(home.url + path_of(home.bed), json={}, timeout=10).status_code == 401

    def key(scopes):
        return home.cli("key", "add", "program", "--user", "admin", "--role", "admin",
                        "--scopes", scopes).stdout.strip()

    def by_key(scopes):
        return requests.post(home.url + path_of(home.bed), json={"entity": "bed", **wish}, timeout=10,
                             headers={"X-API-Key": key(scopes)}).status_code
    assert by_key("read") == 403
    assert len(told.heard) == sent, told.heard
    assert by_key("read,control") == 504
    denied = home.get("/api/v1/audit?event=access_denied").json()["events"]
    assert {row["actor"] for row in denied} >= {"eve", "ben"}, denied


def test_a_rogue_description_reaches_nothing_else(home, publisher, listen, stand_in):  # noqa: F811
    stand_in(standins.Zigbee2Mqtt)
    stand_in(standins.Tasmota)
    commandable(home, "power_on_behavior")
    commandable(home, "POWER")
    told = listen("#", "$CONTROL/#")
    topics = ("$CONTROL/dynamic-security/v1", "zigbee2mqtt/bridge/request/permit_join",
              "homeassistant/switch/new/config", "caredian/enrolment/x/certificate",
              "zigbee2mqtt/lock/set", "zigbee2mqtt/lock/set/state", "cmnd/plug/Backlog",
              "cmnd/tasmotas/POWER", "tele/plug/STATE", "bed/#")
    for n, topic in enumerate(topics):
        name = f"rogue{n}"
        describe(publisher, **{name: switch(name, "침실", topic, pl_on="bad")})

    def ids():
        found = {d["name"]: d["id"] for d in home.devices()}
        return found if {f"rogue{n}" for n in range(len(topics))} <= set(found) else None
    found = wait_until(ids, 20, what="the rogues")
    for n, topic in enumerate(topics):
        answer = tell(home, found[f"rogue{n}"], entity=f"rogue{n}", value=True, timeout_ms=200)
        assert answer.status_code == 422, f"{topic}: {answer.status_code} {answer.text}"
    assert not [one for one in told.heard if one[1] == "bad"], told.heard
    wait_until(lambda: len(home.get("/api/v1/audit?event=access_denied").json()["events"])
               >= len(topics), 10, what="every refusal in the audit")


def test_a_shared_topic_needs_the_right_for_all(home, publisher, listen):
    told = listen("bath/set")
    describe(publisher, twin=switch("twin", "침실", "bath/set"))
    twin = commandable(home, "twin")
    eve = home.session("eve", "member")
    wish = {"entity": "twin", "value": True, "timeout_ms": 200, "retries": 0}
    wait_until(lambda: tell(home, twin, eve, **wish).status_code == 403, 10)
    assert not told.heard
    assert tell(home, twin, **wish).status_code == 504
    assert told.heard == [("bath/set", "ON")]


def test_a_broker_that_is_away(home, broker, listen):
    broker.stop()
    wait_until(lambda: home.ready().status_code and "down" in home.ready().text, 20)
    key = "once"
    away = tell(home, home.bed, key=key, entity="bed", value=True)
    assert away.status_code == 503 and "nothing was sent" in away.json()["detail"], away.text
    assert home.get(path_of(home.bed)).json() == {"commands": []}
    broker.start()
    home.wait_connected(40)
    told = listen("bed/set")
    back = tell(home, home.bed, key=key, entity="bed", value=True, timeout_ms=300, retries=0)
    assert back.status_code == 504, back.text
    assert told.heard == [("bed/set", "ON")], "what was refused came later"


def test_a_lost_connection_sends_nothing_again(home, broker, listen):
    """The broker dies between a command and its answer, and comes back with another state."""
    answers = []
    wish = {"entity": "bed", "value": True, "timeout_ms": 6000, "retries": 0}
    caller = threading.Thread(target=lambda: answers.append(tell(home, home.bed, **wish)))
    first = listen("bed/set")
    caller.start()
    wait_until(lambda: first.heard, 5)
    broker.kill()
    broker.start()
    told = listen("bed/set")
    caller.join(30)
    assert answers[0].status_code == 504, answers[0].text
    assert not told.heard, told.heard


def test_killed_between_command_and_answer(home, publisher):
    wish = {"entity": "bed", "value": True, "timeout_ms": 3000, "retries": 0, "wait": False}
    sent = tell(home, home.bed, key="k", **wish)
    assert sent.status_code == 202, sent.text
    home.kill()
    publisher.publish("bed/state", "ON")
    home.start()
    home.wait_connected()
    session = home.login()

    def state():
        return session.get(home.url + "/api/v1/commands/" + sent.json()["id"], timeout=10).json()
    assert state()["state"] in ("pending", "no_answer")
    wait_until(lambda: state()["state"] == "no_answer", 20, what="an honest end")
    assert "ended" in state()["error"]
    # The same request again does not switch it a second time.
    again = tell(home, home.bed, session, key="k", **wish)
    assert again.json()["id"] == sent.json()["id"] and again.status_code == 504, again.text


@pytest.mark.skipif(not ha.available(), reason=ha.MISSING)
def test_the_payloads_are_those_of_home_assistant(connected, broker, make_home_assistant, listen):
    """What Home Assistant itself sends for an entity that it discovered, we send, too."""
    configs = {
        "switch": ({"pl_on": "1", "pl_off": "0"}, True, ("switch", "turn_on", {})),
        "lock": ({}, "UNLOCK", ("lock", "unlock", {})),
        "number": ({"min": 5, "max": 30, "step": 0.5, "cmd_tpl": '{"n":{{ value }}}'}, 21.5,
                   ("number", "set_value", {"value": 21.5})),
        "select": ({"ops": ["eco", "comfort"]}, "eco",
                   ("select", "select_option", {"option": "eco"})),
        "cover": ({}, "CLOSE", ("cover", "close_cover", {})),
        "fan": ({}, True, ("fan", "turn_on", {})),
        "siren": ({}, True, ("siren", "turn_on", {})),
        "button": ({}, True, ("button", "press", {})),
        "light": ({"schema": "json"}, True, ("light", "turn_on", {})),
        "text": ({"max": 20}, "hello", ("text", "set_value", {"value": "hello"})),
    }
    with Publisher(broker) as publisher:
        for component, (more, _, _) in configs.items():
            publisher.publish(f"homeassistant/{component}/x/config", json.dumps({
                "name": None, "uniq_id": component, "obj_id": "x", "cmd_t": f"{component}/set",
                "dev": {"ids": component, "name": component}, **more}), retain=True)
    home = make_home_assistant(broker)
    told = listen("+/set")
    for component, (_, value, (domain, service, data)) in configs.items():
        entity = wait_until(lambda c=component: next(
            (s["entity_id"] for s in home.get("/api/states").json()
             if s["entity_id"] == c + ".x" and s["state"] != "unavailable"), None),
            60, step=0.5, what=component)
        told.heard.clear()
        home.request("POST", f"/api/services/{domain}/{service}",
                     json={"entity_id": entity, **data}).raise_for_status()
        theirs = wait_until(lambda: list(told.heard), 20, what=f"Home Assistant's {component}")
        told.heard.clear()
        device = commandable(connected, component)
        answer = tell(connected, device, entity=component, value=value)
        assert answer.status_code == 200 and not answer.json()["confirmed"], answer.text
        ours = wait_until(lambda: list(told.heard), 10, what=f"our {component}")
        assert ours == theirs, component
