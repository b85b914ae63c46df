"""The sensor catalogue, made from what devices really sent: over the API and on the command line."""

import csv
import io
import json

import pytest

from harness.process import wait_until

ROLES = [{"name": "caregiver", "members": ["person:eve"], "grants": [{"areas": ["침실"]}]}]


def describe(publisher, device, area, field, unit, kind):
    publisher.publish(f"homeassistant/sensor/{device}/{field}/config", json.dumps({
        "name": field, "uniq_id": f"{device}-{field}", "stat_t": f"zigbee2mqtt/{device}",
        "value_template": "{{ value_json.%s }}" % field, "unit_of_meas": unit, "dev_cla": kind,
        "dev": {"ids": device, "name": device, "sa": area}}), retain=True)


@pytest.fixture
def home(make_gateway, broker, publisher):
    gateway = make_gateway({"mqtt.url": broker.url, "roles": ROLES})
    for name, role in (("admin", "admin"), ("eve", "member")):
        gateway.add_user(name, role)
    gateway.start()
    gateway.wait_connected()
    describe(publisher, "bed", "침실", "temperature", "°C", "temperature")
    describe(publisher, "bath", "욕실", "temperature", "°C", "temperature")
    describe(publisher, "bath", "욕실", "noise", "dB", "sound_pressure")
    publisher.publish("zigbee2mqtt/bed", '{"temperature":19.5,"state":"ON"}')
    publisher.publish("zigbee2mqtt/bath", '{"temperature":22.5,"noise":41,"state":true}')
    publisher.publish("home/kitchen/=SUM(A1)", '{"a|b":1,"@x":"y"}')
    wait_until(lambda: len(fields(gateway)) >= 6, 20, what="all fields")
    wait_until(lambda: sum(bool(f["device_class"]) for f in fields(gateway)) == 2, 20,
               what="what it is said to be")
    return gateway


def fields(gateway, who="admin"):
    answer = gateway.session(who).get(gateway.url + "/api/v1/catalogue", timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()["fields"]


def test_every_field_with_what_is_known_of_it(home):
    answer = home.get("/api/v1/catalogue")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.json()
    assert found["devices"] == 3 and found["truncated"] is False
    of = {(f["measurement"], f["field"], f["type"]): f for f in found["fields"]}
    assert of["zigbee", "temperature", "float"] | {"last_seen": ""} == {
        "measurement": "zigbee", "tags": ["device"], "field": "temperature", "type": "float",
        "unit": "°C", "device_class": "temperature", "devices": 2, "last_seen": ""}
    assert of["zigbee", "noise", "float"]["device_class"] == "sound_pressure"
    assert of["zigbee", "state", "string"]["devices"] == of["zigbee", "state", "boolean"]["devices"] == 1
    assert of["home", "a|b", "float"]["tags"] == ["device", "path"]
    assert of["home", "a|b", "float"]["unit"] is None


def test_as_a_file(home):
    answer = home.get("/api/v1/catalogue?format=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert 'filename="caredian-catalogue.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(r["measurement"], r["field"], r["type"], r["unit"]) for r in rows] == [
        (f["measurement"], f["field"].replace("@", "'@"), f["type"], f["unit"] or "")
        for f in fields(home)]
    page = home.get("/api/v1/catalogue?format=markdown&lang=ko")
    assert page.headers["Content-Type"] == "text/markdown; charset=utf-8"
    text = page.content.decode()
    assert "# 센서 목록" in text and "| `temperature` | `float` | `°C` | `temperature` | 2 |" in text
    assert "`a\\|b`" in text
    assert "# Sensor catalogue" in home.get("/api/v1/catalogue?format=markdown").text


@pytest.mark.parametrize("query", ["format=xml", "format=CSV", "lang=de", "format=markdown&lang="])
def test_what_it_does_not_know(home, query):
    answer = home.get("/api/v1/catalogue?" + query)
    assert answer.status_code == 400 and answer.json()["detail"]


def test_each_sees_what_they_may_see(home):
    wait_until(lambda: fields(home, "eve"), 5, what="eve's room")
    assert {(f["field"], f["devices"]) for f in fields(home, "eve")} == {("temperature", 1), ("state", 1)}
    eve = home.session("eve")
    for form in ("csv", "markdown"):
        text = eve.get(f"{home.url}/api/v1/catalogue?format={form}", timeout=10).text
        assert "temperature" in text and "noise" not in text
    assert home.client().get(home.url + "/api/v1/catalogue", timeout=10).status_code == 401


def test_on_the_command_line(home):
    assert home.cli("catalogue").stdout.startswith("# Sensor catalogue\n")
    assert "| `noise` | `float` | `dB` |" in home.cli("catalogue", "--language", "ko").stdout
    assert json.loads(home.cli("catalogue", "--format", "json").stdout)["fields"] == fields(home)
    assert home.cli("catalogue", "--format", "csv").stdout.count("\n") == len(fields(home)) + 1


def test_a_catalogue_that_is_longer_than_one_answer(home, publisher):
    for n in range(5):
        publisher.publish(f"home/many/d{n}", json.dumps({f"{'x' * 60}{n}_{k}": k for k in range(200)}))
    wait_until(lambda: len(fields(home)) >= 1000, 20, what="many fields")
    text = home.cli("catalogue").stdout
    assert len(text) > 100_000 and text.count("\n| `x") == 1000


def test_without_a_gateway(home):
    assert home.stop() == 0
    refused = home.cli("catalogue", check=False)
    assert refused.returncode == 1 and "does not run" in refused.stderr
