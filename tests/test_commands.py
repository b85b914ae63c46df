"""Devices are told what to do, each in its own convention, by a real broker and stand-ins."""

import json
import time
import uuid
from urllib.parse import quote

import pytest

from harness import standins
from harness.process import wait_until


@pytest.fixture
def stand_in(broker):
    """stand_in(family): one that speaks to `broker`."""
    made = []

    def make(family, at=broker):
        made.append(family(at))
        return made[-1]
    yield make
    for one in made:
        one.close()


def commandable(gateway, entity):
    """The device with an entity of that id that can be told something."""
    def found():
        for device in gateway.devices():
            detail = gateway.get("/api/v1/devices/" + quote(device["id"], safe="")).json()
            for one in detail.get("entities", ()):
                if one["id"] == entity and one.get("commandable"):
                    return detail
        return None
    return wait_until(found, 20, step=0.1, what=f"a device with {entity} that can be told")


def path_of(device):
    id = device if isinstance(device, str) else device["id"]
    return f"/api/v1/devices/{quote(id, safe='')}/commands"


def tell(gateway, device, session=None, key=None, **body):
    headers = {"Idempotency-Key": key} if key else {}
    return (session or gateway.session()).post(gateway.url + path_of(device), json=body,
                                               headers=headers, timeout=90)


def entity_of(device, name):
    return next(e for e in device["entities"] if e["id"] == name)


@pytest.mark.parametrize("family", standins.FAMILIES, ids=lambda family: family.__name__)
def test_every_convention(connected, stand_in, family):
    device = stand_in(family)
    home = commandable(connected, family.entity)
    told = {"entity": family.entity, "value": family.value}

    answer = tell(connected, home, **told)
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert (done["state"], done["attempts"], done["confirmed"]) == ("done", 1, True), done
    assert done["by"] == "admin" and done["request"] == told and done["error"] is None
    topic, payload = device.heard[-1]
    assert topic == family.told[0] and family.told[1] in (None, payload)
    assert connected.get("/api/v1/commands/" + done["id"]).json() == done

    device.behaviour = standins.SILENT
    device.heard.clear()
    silent = tell(connected, home, timeout_ms=600, **told)
    assert (silent.status_code, silent.json()["state"]) == (504, "no_answer"), silent.text
    assert silent.json()["attempts"] == 2 == len(device.heard)
    assert len({payload for _, payload in device.heard}) == 1, "the same request twice"

    device.behaviour = standins.WRONG
    wrong = tell(connected, home, timeout_ms=400, retries=0, **told)
    assert (wrong.status_code, wrong.json()["state"]) == (502, "failed"), wrong.text
    assert "something else" in wrong.json()["error"]

    if family.refuses:
        device.behaviour = standins.REFUSE
        refused = tell(connected, home, **told)
        assert (refused.status_code, refused.json()["state"]) == (502, "failed"), refused.text

    device.behaviour, device.delay = standins.LATE, 0.9
    late = tell(connected, home, timeout_ms=300, retries=0, **told)
    assert late.status_code == 504, late.text
    wait_until(lambda: connected.get("/api/v1/commands/" + late.json()["id"]).json()["state"]
               == "late", 10, what="the late answer")

    device.behaviour = standins.TWICE
    twice = tell(connected, home, **told)
    assert (twice.status_code, twice.json()["state"]) == (200, "done"), twice.text
    listed = connected.get(path_of(home) + "?limit=2").json()["commands"]
    assert [c["id"] for c in listed] == [twice.json()["id"], late.json()["id"]]
    assert not device.broken, device.broken


def test_what_can_be_told_is_shown_and_checked(connected, stand_in):
    device = stand_in(standins.Zigbee2Mqtt)
    lamp = commandable(connected, "brightness")
    level = entity_of(lamp, "brightness")
    assert (level["kinds"], level["min"], level["max"]) == (["number"], 0, 254)
    assert entity_of(lamp, "state")["kinds"] == ["boolean"]
    choice = entity_of(lamp, "power_on_behavior")
    assert (choice["kinds"], choice["options"]) == (["option"], ["off", "on", "previous"])

    many = tell(connected, lamp, values={"state": "ON", "brightness": 128,
                                         "color": {"x": 0.3, "y": 0.4}})
    assert many.status_code == 200, many.text
    assert json.loads(device.heard[-1][1]) == {"state": "ON", "brightness": 128,
                                               "color": {"x": 0.3, "y": 0.4}}
    heard = len(device.heard)
    for body, status, word in (
            ({"entity": "brightness", "value": 255}, 422, "0 to 254"),
            ({"entity": "power_on_behavior", "value": "x"}, 422, '"previous"'),
            ({"entity": "linkquality", "value": 1}, 422, "no entity"),
            ({"values": {"linkquality": 1}}, 422, "no attribute"),
            ({"values": {}}, 422, "at least"),
            ({"entity": "state"}, 400, "entity and value"),
            ({"entity": "state", "value": True, "values": {}}, 400, "either"),
            ({"entity": "state", "value": True, "timeout_ms": 99}, 400, "100"),
            ({"entity": "state", "value": True, "retries": 4}, 400, "retries"),
            ({"entity": "state", "value": True, "wait": 1}, 400, "wait"),
            ({"entity": "state", "value": True, "topic": "x"}, 400, "nobody knows")):
        answer = tell(connected, lamp, **body)
        assert answer.status_code == status and word in answer.json()["detail"], answer.text
    for key in ("a b", "x" * 129, "ä"):
        answer = tell(connected, lamp, key=key.encode(), entity="state", value=True)
        assert answer.status_code == 400, answer.text
    form = connected.session().post(connected.url + path_of(lamp), data={"entity": "state"})
    assert form.status_code == 415
    assert tell(connected, "nobody", entity="state", value=True).status_code == 404
    assert connected.get("/api/v1/commands/nothing").status_code == 404
    assert connected.get(path_of("nobody")).status_code == 404
    assert connected.get(path_of(lamp) + "?limit=0").status_code == 400
    assert len(device.heard) == heard, "what was refused was sent"
    audit = connected.get("/api/v1/audit?event=access_denied").json()
    assert "0 to 254" in json.dumps(audit), audit
    assert connected.get("/api/v1/audit?event=device_command").json()["events"]


def test_without_waiting_and_one_at_a_time(connected, stand_in):
    device = stand_in(standins.Zigbee2Mqtt)
    lamp = commandable(connected, "state")
    device.behaviour = standins.SILENT
    begun = time.monotonic()
    first = tell(connected, "lamp", entity="state", value=True, wait=False, timeout_ms=1500)
    assert first.status_code == 202 and first.json()["state"] == "pending", first.text
    assert time.monotonic() - begun < 1.4
    busy = tell(connected, "lamp", entity="state", value=False)
    assert busy.status_code == 429 and busy.headers["Retry-After"] == "1"
    device.behaviour = standins.ANSWER
    assert tell(connected, lamp, entity="brightness", value=9).status_code == 200
    # The second attempt of the first is answered.
    wait_until(lambda: connected.get("/api/v1/commands/" + first.json()["id"]).json()["state"]
               == "done", 10, what="the second attempt")


def test_an_idempotency_key_is_done_once(connected, stand_in):
    device = stand_in(standins.Zigbee2Mqtt)
    lamp = commandable(connected, "state")
    key = str(uuid.uuid4())
    first = tell(connected, lamp, key=key, entity="state", value=True)
    again = tell(connected, lamp, key=key, entity="state", value=True)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json() and len(device.heard) == 1
    assert tell(connected, lamp, key=key, entity="state", value=False).status_code == 409
    assert tell(connected, "lock", key=key, entity="state", value=True).status_code == 409
    connected.restart()
    connected.wait_connected()
    after = tell(connected, lamp, key=key, session=connected.login(), entity="state", value=True)
    assert after.status_code == 200 and after.json() == first.json(), after.text
    assert len(device.heard) == 1
    # What was described is known after a restart.
    assert tell(connected, lamp, entity="state", value=False).status_code == 200
