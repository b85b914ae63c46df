"""With a real Home Assistant 2024.3.3: its REST API through the relay, its statestream as input."""

import json
import time

import pytest

from harness.process import wait_until


@pytest.fixture(scope="module")
def through(module_gateway, home_assistant):
    """A gateway in front of the shared Home Assistant."""
    return module_gateway({"home_assistant.url": home_assistant.url,
                           "home_assistant.token": home_assistant.token})


def call(gateway, method, path, **arguments):
    return gateway.session().request(method, gateway.url + "/ha/api" + path, timeout=30, **arguments)


def test_states_are_the_same_as_asked_directly(through, home_assistant):
    relayed = {s["entity_id"]: s for s in call(through, "GET", "/states").json()}
    direct = {s["entity_id"]: s for s in home_assistant.states()}
    assert relayed.keys() == direct.keys() and len(relayed) >= 90
    assert call(through, "GET", "/").json() == {"message": "API running."}
    assert call(through, "GET", "/config").json()["version"] == "2024.3.3"


def test_one_state_set_and_deleted(through):
    path = "/states/sensor.from_the_test"
    made = call(through, "POST", path, json={"state": "21.5", "attributes": {"a": "ü"}})
    assert made.status_code == 201 and made.headers["Location"].endswith(path)
    assert call(through, "POST", path, json={"state": "22"}).status_code == 200
    assert call(through, "GET", path).json()["state"] == "22"
    assert call(through, "DELETE", path).status_code == 200
    assert call(through, "GET", path).status_code == 404


def test_a_service_switches_a_light(through, home_assistant):
    for service, state in (("turn_on", "on"), ("turn_off", "off")):
        answer = call(through, "POST", f"/services/light/{service}",
                      json={"entity_id": "light.kitchen_lights"})
        assert answer.status_code == 200 and isinstance(answer.json(), list)
        now = home_assistant.get("/api/states/light.kitchen_lights").json()
        assert now["state"] == state


def test_template(through):
    answer = call(through, "POST", "/template", json={"template": "{{ 6 * 7 }}"})
    assert (answer.status_code, answer.text) == (200, "42")


@pytest.mark.parametrize("method, path, body, status", [
    ("GET", "/states/sensor.nobody", None, 404),
    ("POST", "/services/light/no_such", "{}", 400),
    ("POST", "/states/sensor.x", "{", 400),
    ("POST", "/template", '{"template":"{{ broken"}', 400),
    ("GET", "/no/such/thing", None, 404),
    ("PATCH", "/states/sensor.x", "{}", 405),
])
def test_errors_come_through_as_they_are(through, home_assistant, method, path, body, status):
    relayed = call(through, method, path, data=body)
    direct = home_assistant.request(method, "/api" + path, data=body)
    assert relayed.status_code == direct.status_code == status
    assert relayed.text == direct.text


def test_only_the_gateways_token_reaches_it(through):
    """A caller's own bearer token is not passed on: HA would answer 401 and count a failed login."""
    answer = call(through, "GET", "/", headers={"Authorization": "Bearer not-a-token"})
    assert answer.status_code in (200, 401)
    assert call(through, "GET", "/").status_code == 200


def test_other_paths_of_home_assistant_are_not_reached(through):
    for path in ("/ha/auth/providers", "/ha/", "/ha/lovelace", "/ha/local/x", "/ha/api",
                 "/ha/manifest.json"):
        assert through.get(path).status_code == 404, path


def test_event_stream_is_not_held_back(through, home_assistant):
    answer = call(through, "GET", "/stream?restrict=test_event", stream=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    lines = answer.iter_lines(chunk_size=1)
    assert next(line for line in lines if line) == b"data: ping"
    for number in range(3):
        begun = time.monotonic()
        home_assistant.request("POST", "/api/events/test_event", json={"n": number})
        line = next(line for line in lines if line)
        assert json.loads(line[6:])["data"] == {"n": number}
        assert time.monotonic() - begun < 1
    answer.close()


def test_camera_stream(through):
    """MJPEG of the demo camera: pictures come one by one and never end."""
    answer = call(through, "GET", "/camera_proxy_stream/camera.demo_camera", stream=True)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("multipart/x-mixed-replace")
    data = b""
    for piece in answer.iter_content(4096):
        data += piece
        if data.count(b"\xff\xd8\xff") >= 2:
            break
    answer.close()
    still = call(through, "GET", "/camera_proxy/camera.demo_camera")
    assert still.status_code == 200 and still.content[:3] == b"\xff\xd8\xff"


def test_a_wrong_token_is_told_not_hidden(module_gateway, home_assistant):
    gateway = module_gateway({"home_assistant.url": home_assistant.url,
                              "home_assistant.token": "wrong"})
    answer = gateway.get("/ha/api/states")
    assert answer.status_code in (401, 502)


def test_home_assistant_stops_and_comes_back(make_gateway, make_home_assistant):
    upstream = make_home_assistant()
    gateway = make_gateway({"home_assistant.url": upstream.url,
                            "home_assistant.token": upstream.token})
    gateway.add_user()
    gateway.start()
    assert gateway.get("/ha/api/").status_code == 200
    upstream.stop()
    answer = gateway.get("/ha/api/")
    assert answer.status_code in (502, 504)
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert gateway.healthy() and gateway.ready().status_code == 200
    upstream.start()
    wait_until(lambda: gateway.get("/ha/api/").status_code == 200, 20, 0.2)


# --- statestream -------------------------------------------------------------------------------

ABSENT = ("unknown", "unavailable")


@pytest.mark.timeout(240)
def test_demo_entities_arrive_through_statestream_with_their_types(
        make_gateway, broker, make_home_assistant):
    gateway = make_gateway({"mqtt.url": broker.url})
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    upstream = make_home_assistant(broker)
    states = [state for state in upstream.states() if "." in state["entity_id"]]
    for state in states:
        upstream.touch(state)
    present = [s for s in states if s["state"] not in ABSENT]
    assert len(present) >= 80, f"only {len(present)} of {len(states)} demo entities have a state"

    def arrived():
        readings = gateway.readings(measurement="ha")
        found = {}
        for reading in readings:
            found.setdefault(entity_of(reading), []).append(reading)
        return found

    def missing():
        found = arrived()
        return [s["entity_id"] for s in present if s["entity_id"] not in found]
    try:
        wait_until(lambda: not missing(), 60, 1.0)
    except AssertionError:
        raise AssertionError(f"never arrived: {missing()}") from None

    found = arrived()
    wrong = []
    for state in present:
        values = [(r["field"], r["value"]) for r in found[state["entity_id"]]
                  if r["field"] in VALUES]
        if not any(same(field, value, state) for field, value in values):
            wrong.append((state["entity_id"], state["state"], values))
    assert not wrong, wrong
    # Attributes come with their own types.
    outside = found["sensor.outside_temperature"]
    assert [r["value"] for r in outside if r["field"] == "unit_of_measurement"] == ["°C"]
    system = gateway.wait_system(
        lambda s: s if s["received"] == s["decoded"] + s["described"] + s["dead"] + sum(
            s["ignored"].values()) else None,
        what="every message decoded, described, dead or ignored by name")
    assert system["dead"] == 0, gateway.readings(measurement="mqtt_raw")


def entity_of(reading):
    tags = reading["tags"]
    entity = tags.get("entity_id") or reading["device"]
    domain = tags.get("domain")
    return entity if "." in entity or not domain else f"{domain}.{entity}"


VALUES = {"value": (int, float), "value_bool": bool, "state": str}
ON_OFF = ("automation", "binary_sensor", "calendar", "fan", "humidifier", "input_boolean", "light",
          "remote", "siren", "switch", "update")
NUMBERS = ("sensor", "number", "air_quality", "geo_location", "zone")


def same(field, value, state):
    """Is this what Home Assistant's state text says, in the field and type its domain asks for?"""
    text, domain = state["state"], state["entity_id"].split(".")[0]
    if not isinstance(value, VALUES[field]):
        return False
    if domain in ON_OFF and text in ("on", "off"):
        return field == "value_bool" and value is (text == "on")
    if domain in NUMBERS and number(text) is not None:
        return field == "value" and number(text) == value
    return str(value) == text or (field == "value" and number(text) == value)


def number(text):
    try:
        return float(text)
    except ValueError:
        return None
