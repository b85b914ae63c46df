"""Devices with certificates of their own, at a real Mosquitto that `caredian broker init` set up."""

import ssl
import subprocess
import time

import pytest

from harness.certificates import Authority
from harness.own_broker import DENIED, MISSING, state_of
from harness.process import ROOT, wait_until

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def test_from_an_empty_folder_to_a_reading(own_broker):
    home = own_broker()
    kitchen = home.connect(home.add("kitchen"))
    assert kitchen.publish("devices/kitchen", {"temperature": 21.5}) == "Success"
    found = home.gateway.wait_readings(1, device="kitchen")
    assert found[0]["value"] == 21.5


def test_what_a_device_may_not(own_broker):
    home = own_broker()
    kitchen, hall = home.connect(home.add("kitchen")), home.connect(home.add("hall"))
    assert kitchen.subscribe("commands/kitchen/#") == "Granted QoS 1"
    for topic in ("devices/hall", "devices/hall/x", "devices", "commands/hall/x", "tele/kitchen/x",
                  "$CONTROL/dynamic-security/v1", "$SYS/broker/version", "$share/a/devices/hall",
                  "caredian/enrolment/hall/request", "caredian/enrolment/kitchen/certificate"):
        assert kitchen.publish(topic, {"n": 1}) == DENIED, topic
    for topic in ("#", "+/kitchen", "devices/#", "devices/+", "devices/kitchen", "commands/hall/#",
                  "commands/#", "commands/+/x", "$SYS/#", "$CONTROL/#",
                  "$CONTROL/dynamic-security/v1/response", "$share/a/#",
                  "$share/a/commands/kitchen/#", "caredian/#",
                  "caredian/enrolment/hall/certificate"):
        assert kitchen.subscribe(topic) == DENIED, topic
    # As a will, too; and nobody takes over a session by a client id of another.
    dying = home.connect(home.add("dying"), will=("devices/hall", b'{"n":9}', 1, False),
                         client_id="caredian")
    assert dying.alive()
    dying.client._sock_close()
    assert hall.alive() and state_of(home.gateway, "mqtt") == "up"
    assert kitchen.publish("devices/kitchen", {"n": 2}) == "Success"
    home.gateway.wait_readings(1, device="kitchen")
    assert not home.gateway.readings(device="hall")


def test_who_is_not_let_in(own_broker, tmp_path):
    home = own_broker()
    good = home.add("kitchen")
    stranger = Authority(tmp_path / "stranger", "Somebody else")
    home_ca, home_name = stranger.certificate, "kitchen"
    assert home.connect(None).refused, "without a certificate"
    assert home.connect(stranger.issue(home_name, None)).refused, "of another authority"
    assert home.connect(good, ca=home_ca).refused, "the broker's certificate is of our authority"
    assert home.connect(good, versions=(ssl.TLSVersion.TLSv1_2,) * 2).refused, "TLS 1.2"
    # The broker's own certificate is for servers alone.
    server = home.directory / "server.crt", home.directory / "server.key"
    assert home.connect(server).refused, "a server's certificate"
    assert home.connect(good).alive()


def test_a_certificate_that_has_expired(own_broker):
    home = own_broker({"broker.certificate_lifetime": "1m"})
    kitchen = home.add("kitchen")
    first = home.connect(kitchen)
    assert first.alive()
    end = subprocess.run(["openssl", "x509", "-in", kitchen[0], "-noout", "-checkend", "0"],
                         check=False, capture_output=True)
    assert end.returncode == 0
    wait_until(lambda: subprocess.run(
        ["openssl", "x509", "-in", kitchen[0], "-noout", "-checkend", "0"], check=False,
        capture_output=True).returncode == 1, 75, 1)
    assert home.connect(kitchen).refused
    # The gateway's own was renewed meanwhile, and a broker that is started again lets it in.
    home.process.stop()
    home.start()
    home.gateway.wait_connected(30)


def test_revoked_at_once_and_nobody_else(own_broker):
    home = own_broker()
    kitchen_files, hall = home.add("kitchen"), home.connect(home.add("hall"))
    kitchen = home.connect(kitchen_files)
    kitchen.subscribe("commands/kitchen/#")
    begun = time.monotonic()
    home.gateway.cli("device", "revoke", "kitchen")
    assert kitchen.gone.wait(5), "it is still connected"
    assert time.monotonic() - begun < 5
    assert home.connect(kitchen_files).refused, "it came back"
    assert hall.alive() and hall.publish("devices/hall", {"n": 1}) == "Success"
    home.gateway.wait_readings(1, device="hall")
    assert home.log().count("Client hall disconnected") == 0
    assert home.log().count("Client caredian disconnected") == 0
    time.sleep(6)  # it is thrown out once more: nobody else is
    assert hall.alive()
    assert home.gateway.cli("device", "add", "kitchen", check=False).returncode == 1


def test_it_has_no_right_before_the_broker_reads_the_list(own_broker):
    """Mosquitto reads the revocation list when it is told to: until then the account is gone."""
    home = own_broker({"broker.pid_file": ""})
    kitchen_files = home.add("kitchen")
    kitchen = home.connect(kitchen_files)
    home.gateway.cli("device", "revoke", "kitchen")
    assert kitchen.gone.wait(5)
    again = home.connect(kitchen_files)
    if not again.refused:
        assert again.publish("devices/kitchen", {"n": 1}) == DENIED
        assert again.subscribe("commands/kitchen/#") == DENIED
        assert again.gone.wait(10), "it is thrown out once more"


def test_no_listener_without_tls_by_default(own_broker):
    home = own_broker(start=False)
    conf = (home.directory / "mosquitto.conf").read_text()
    assert conf.count("\nlistener ") == 1 and "tls_version tlsv1.3" in conf


def test_the_committed_sample_is_what_init_writes(make_gateway, tmp_path):
    gateway = make_gateway()
    gateway.folder.mkdir(parents=True)
    made, state = tmp_path / "made", tmp_path / "state"
    gateway.cli("broker", "init", "--directory", made, "--state", state, "--group", "", "--host",
                "home.example.org", "--log", "syslog", "--plugin",
                "/usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so")
    written = (made / "mosquitto.conf").read_text()
    for folder, place in ((made, "/etc/mosquitto/caredian"), (state, "/var/lib/mosquitto/caredian")):
        written = written.replace(str(folder), place)
    assert written == (ROOT / "deploy/mosquitto/mosquitto.conf").read_text()
    for page in ("docs/broker.md", "docs/broker.ko.md"):
        explained = (ROOT / page).read_text()
        for line in written.splitlines():
            if line and not line.startswith("#"):
                assert f"`{line.split()[0]}" in explained, f"{page} does not explain {line}"
    assert (made / "server.key").stat().st_mode & 0o777 == 0o640


def test_devices_with_a_password(own_broker):
    home = own_broker(start=False)
    home.process.stop()
    home.gateway.cli("broker", "init", "--directory", home.directory, "--host", "localhost",
                     "--port", home.port, "--bind", "127.0.0.1", "--group", "", "--user", "root",
                     "--pid-file", home.pid_file, "--lan-listener", home.lan_port,
                     "--password-listener", home.password_port)
    home.start()
    home.gateway.add_user()
    home.gateway.start()
    home.gateway.wait_connected()
    password = home.gateway.cli("device", "add", "plug", "--password").stdout.strip()
    certificate = home.add("kitchen")
    for port in (home.lan_port, home.password_port):
        plug = home.connect(port=port, username="plug", password=password)
        assert plug.publish("devices/plug", {"power": 4}) == "Success"
        assert plug.publish("devices/kitchen", {"power": 4}) == DENIED
        plug.close()
        assert home.connect(port=port, username="plug", password="wrong").refused
        assert home.connect(port=port, username="kitchen", password="").refused
        assert home.connect(port=port, username="caredian-control", password="").refused
    home.gateway.wait_readings(2, device="plug")
    plug = home.connect(port=home.lan_port, username="plug", password=password)
    newer = home.gateway.cli("device", "rotate", "plug").stdout.strip()
    assert newer != password and plug.gone.wait(5)
    assert home.connect(port=home.lan_port, username="plug", password=password).refused
    plug = home.connect(port=home.lan_port, username="plug", password=newer)
    home.gateway.cli("device", "revoke", "plug")
    assert plug.gone.wait(5)
    assert home.connect(port=home.lan_port, username="plug", password=newer).refused
    assert home.connect(certificate).alive()
