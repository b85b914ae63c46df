"""Devices get and renew their identity over HTTP and over the broker; grants are the broker's rules."""

import json
import subprocess
import time

import pytest

from harness.own_broker import DENIED, MISSING
from harness.process import wait_until

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def files_of(folder, given, key=None):
    """(certificate, key) of an answer, as files."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate = folder / f"{given['serial']}.crt"
    certificate.write_text(given["certificate"])
    if key is None:
        key = folder / f"{given['serial']}.key"
        key.write_text(given["key"])
    return certificate, key


def make_request(folder, name, *more):
    """(PEM, key file) of a signing request that openssl makes, as a device would."""
    folder.mkdir(parents=True, exist_ok=True)
    key, request = folder / f"{name}-{time.monotonic_ns()}.key", folder / "request"
    subprocess.run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request, *more],
                   check=True, capture_output=True)
    return request.read_text(), key


def test_a_device_fetches_its_certificate_by_a_code(own_broker, tmp_path):
    home = own_broker()
    admin, at = home.gateway.session(), home.gateway.url + "/api/v1/enrolment"
    made = admin.post(at + "/devices", json={"id": "panel", "code": True}, timeout=30)
    assert made.status_code == 201, made.text
    assert made.json()["qr"].startswith("<svg") and "certificate" not in made.json()
    anybody = home.gateway.client()
    request, key = make_request(tmp_path / "panel", "panel")
    for body in ({"code": "K7PM-2QXA-9FNT-HW3C-Y8RD"}, {"code": ""}, {"code": "x" * 5000}):
        assert anybody.post(at + "/fetch", json=body, timeout=30).status_code == 403
    assert anybody.post(at + "/fetch", json={}, timeout=30).status_code == 400
    other, _ = make_request(tmp_path / "other", "kitchen")
    code = made.json()["code"]
    assert anybody.post(at + "/fetch", json={"code": code, "request": other},
                        timeout=30).status_code == 400, "another's name; the code stays good"
    given = anybody.post(at + "/fetch", json={"code": code.lower(), "request": request}, timeout=30)
    assert given.status_code == 200, given.text
    assert "key" not in given.json() and given.json()["broker"] == f"localhost:{home.port}"
    assert given.headers["Cache-Control"] == "no-store"
    assert anybody.post(at + "/fetch", json={"code": code}, timeout=30).status_code == 403
    panel = home.connect(files_of(tmp_path / "panel", given.json(), key))
    assert panel.publish("devices/panel", {"n": 1}) == "Success"
    assert code not in home.gateway.process.output(whole=True)
    for secret in (code, code.replace("-", "")):
        assert secret.encode() not in (home.gateway.data / "caredian.db").read_bytes()


def test_administrators_alone(own_broker):
    home = own_broker()
    at = home.gateway.url + "/api/v1/enrolment/devices"
    member, nobody = home.gateway.session("eve", "member"), home.gateway.client()
    admin = home.gateway.session()
    for session, code in ((member, 403), (nobody, 401)):
        assert session.get(at, timeout=30).status_code == code
        assert session.post(at, json={"id": "x"}, timeout=30).status_code == code
        for path in ("/x/certificate", "/x/code", "/x/revoke"):
            assert session.post(at + path, json={}, timeout=30).status_code == code
        assert session.delete(at + "/x", timeout=30).status_code == code
    for body, code in (({"id": "Kitchen"}, 400), ({"id": "root"}, 400), ({"id": 7}, 400),
                       ({"id": "k", "convention": "nothing"}, 400), ({"id": "k", "topic": "a/b"}, 400),
                       ({"id": "k", "by": "name"}, 400), ({"id": "k", "request": "x"}, 400),
                       ({}, 400)):
        answer = admin.post(at, json=body, timeout=30)
        assert answer.status_code == code, (body, answer.text)
    assert "administrator" in admin.post(at, json={"id": "root"}, timeout=30).json()["detail"]
    assert admin.post(at, json={"id": "kitchen"}, timeout=30).json()["told"] is True
    assert admin.post(at, json={"id": "kitchen"}, timeout=30).status_code == 409
    assert admin.post(at, json={"id": "hall", "topic": "kitchen"}, timeout=30).status_code == 409
    assert admin.post(at + "/nobody/revoke", timeout=30).status_code == 404
    listed = admin.get(at, timeout=30).json()
    assert listed["has_broker"] and [d["id"] for d in listed["devices"]] == ["kitchen"]
    assert listed["devices"][0]["publish"] == ["devices/kitchen/#"]
    assert "key" not in listed["devices"][0] and "PRIVATE" not in admin.get(at, timeout=30).text
    assert admin.post(at + "/kitchen/revoke", timeout=30).json() == {"told": True}
    assert admin.delete(at + "/kitchen", timeout=30).status_code == 200
    assert admin.get(at, timeout=30).json()["devices"] == []
    events = [row["event"] for row in admin.get(home.gateway.url + "/api/v1/audit", timeout=30)
              .json()["events"]]
    assert {"device_added", "device_certified", "device_revoked", "device_removed"} <= set(events)


def test_a_device_renews_over_the_broker(own_broker, tmp_path):
    home = own_broker()
    kitchen = home.connect(home.add("kitchen"))
    assert kitchen.subscribe("caredian/enrolment/kitchen/certificate") == "Granted QoS 1"
    request, key = make_request(tmp_path / "renewed", "kitchen")
    assert kitchen.publish("caredian/enrolment/kitchen/request", request) == "Success"
    wait_until(lambda: kitchen.got)
    given = json.loads(kitchen.got[0][1])
    certificate = tmp_path / "renewed" / "new.crt"
    certificate.write_text(given["certificate"])
    assert kitchen.alive()
    again = home.connect((certificate, key))
    assert again.publish("devices/kitchen", {"n": 1}) == "Success"
    home.gateway.wait_readings(1, device="kitchen")
    assert not home.gateway.readings(measurement="caredian"), "requests are no readings"
    # What was lost: the old one ends now, the new one goes on.
    lost = home.add("hall")
    newer = home.gateway.cli("device", "rotate", "hall", "--at-once", "--directory", tmp_path / "new")
    assert newer.returncode == 0
    assert home.connect(lost).refused
    assert home.connect((tmp_path / "new" / "hall.crt", tmp_path / "new" / "hall.key")).alive()


def test_the_gateways_own_certificate_rotates_and_nothing_is_lost(own_broker):
    home = own_broker({"broker.certificate_lifetime": "1m"})
    own = home.gateway.data / "broker" / "caredian.crt"
    first = own.read_bytes()
    kitchen = home.connect(home.add("kitchen"))
    number, until = 0, time.monotonic() + 90
    while own.read_bytes() == first and time.monotonic() < until:
        number += 1
        assert kitchen.publish("devices/kitchen", {"n": number}) == "Success"
        time.sleep(0.2)
    assert own.read_bytes() != first, "it was not renewed"
    # The next connection takes it; what came meanwhile was kept by the broker.
    connections = home.log().count("as caredian (")
    home.gateway.stop()
    for _ in range(20):
        number += 1
        assert kitchen.publish("devices/kitchen", {"n": number}, qos=0) is not None
    home.gateway.start()
    home.gateway.wait_connected(30)
    assert home.log().count("as caredian (") > connections
    values = [r["value"] for r in home.gateway.wait_readings(number, timeout=30, device="kitchen",
                                                             field="n")]
    assert values == list(range(1, number + 1))


def test_grants_are_the_brokers_rules_too(own_broker):
    home = own_broker()
    admin, at = home.gateway.session(), home.gateway.url + "/api/v1"
    panel, hall = home.connect(home.add("panel")), home.connect(home.add("hall"))
    assert panel.subscribe("devices/hall/#") == DENIED
    grant = admin.post(at + "/grants", timeout=30,
                       json={"who": ["device:panel"], "devices": ["hall"], "may": "read"})
    assert grant.status_code == 201, grant.text
    wait_until(lambda: panel.subscribe("devices/hall/#") == "Granted QoS 1", 10, 0.3)
    assert hall.publish("devices/hall", {"n": 1}) == "Success"
    wait_until(lambda: panel.got)
    assert panel.publish("commands/hall/x", "on") == DENIED
    assert panel.subscribe("devices/other/#") == DENIED
    changed = admin.patch(at + f"/grants/{grant.json()['id']}", json={"may": "control"}, timeout=30)
    assert changed.status_code == 200, changed.text
    hall.subscribe("commands/hall/#")
    wait_until(lambda: panel.publish("commands/hall/x", "on") == "Success", 10, 0.3)
    wait_until(lambda: hall.got)
    assert admin.delete(at + f"/grants/{grant.json()['id']}", timeout=30).status_code == 204
    wait_until(lambda: panel.publish("commands/hall/x", "on") == DENIED, 10, 0.3)
    panel.got.clear()
    assert hall.publish("devices/hall", {"n": 2}) == "Success"
    time.sleep(1)
    assert not panel.got, "the old subscription brings nothing any more"
    assert panel.alive() and hall.alive(), "nobody was thrown out for it"
