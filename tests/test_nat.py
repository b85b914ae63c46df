"""A home behind NAT: its Mosquitto dials out to the broker beside the gateway. The two real brokers
run on the files of deploy/mosquitto/bridge, with this machine's ports and certificates."""

import json
import os
import re
import subprocess

import pytest

from harness.mqtt import Publisher
from harness.process import PATH, ROOT, Process, free_port, listens, wait_until

FILES = ROOT / "deploy/mosquitto/bridge"


def settings_of(name):
    return (FILES / name).read_text()


class Broker:
    def __init__(self, folder, configuration, port):
        self.folder, self.port = folder, port
        folder.mkdir(parents=True, exist_ok=True)
        user = subprocess.check_output(["id", "-un"], text=True).strip()
        (folder / "conf").write_text(
            f"user {user}\nlog_dest stderr\nlog_type all\n" + configuration
            + f"\npersistence_location {folder}/\n")
        self.process = Process(["mosquitto", "-c", folder / "conf"], folder / "log",
                               env={**os.environ, "PATH": PATH})

    def start(self):
        self.process.start()
        self.process.wait_ready(lambda: listens(self.port), 10, "a listening broker")
        return self


@pytest.fixture
def brokers(tmp_path, authority):
    """(home, cloud): started."""
    tls_port, local_port, home_port = free_port(), free_port(), free_port()
    acl = tmp_path / "acl"
    acl.write_text(settings_of("cloud.acl"))
    acl.chmod(0o600)
    server, server_key = authority.issue("server")
    home, home_key = authority.issue("home-1")

    def placed(text, names):
        for name, path in names.items():
            text = text.replace(f"/etc/mosquitto/caredian/{name}", str(path))
        assert "/etc/mosquitto" not in re.sub(r"(?m)^#.*$", "", text)
        return text
    cloud = placed(settings_of("cloud.conf"), {
        "ca.pem": authority.certificate, "server.pem": server, "server.key": server_key,
        "cloud.acl": acl})
    cloud = cloud.replace("listener 8883", f"listener {tls_port} 127.0.0.1")
    cloud = cloud.replace("listener 1883 127.0.0.1", f"listener {local_port} 127.0.0.1")
    bridge = placed(settings_of("home.conf"), {
        "ca.pem": authority.certificate, "home-1.pem": home, "home-1.key": home_key})
    bridge = bridge.replace("cloud.example.org:8883", f"127.0.0.1:{tls_port}")
    bridge = f"listener {home_port} 127.0.0.1\nallow_anonymous true\n" + bridge
    made = (Broker(tmp_path / "home", bridge, home_port),
            Broker(tmp_path / "cloud", cloud, local_port))
    made[1].start()
    made[0].start()
    yield made
    for one in made:
        one.process.kill()


@pytest.fixture
def gateway(make_gateway, brokers):
    one = make_gateway({"mqtt.url": f"mqtt://127.0.0.1:{brokers[1].port}"})
    one.add_user()
    one.start()
    one.wait_connected()
    return one


def bridged(brokers):
    wait_until(lambda: "home-1" in brokers[1].process.output(), 20, what="the home dials in")


def test_what_the_home_says_arrives_once_though_the_line_and_both_ends_fail(gateway, brokers):
    home, cloud = brokers
    bridged(brokers)
    sent = 0
    with Publisher(home) as publisher:
        def publish(count, qos):
            nonlocal sent
            publisher.publish_all([("zigbee2mqtt/hall", f'{{"n":{n}}}')
                                   for n in range(sent, sent + count)], qos=qos)
            sent += count
        publish(20, 1)
        publish(20, 0)  # as most firmware does
        gateway.wait_readings(40, device="hall", field="n")
        cloud.process.kill()
        publish(50, 1)
        publish(50, 0)
        cloud.start()
        gateway.wait_connected(60)
        publish(10, 1)
        found = gateway.wait_readings(150, timeout=60, device="hall", field="n")
    assert sorted(int(r["value"]) for r in found) == list(range(sent))


def test_commands_come_in_and_nothing_else_does(gateway, brokers):
    home, cloud = brokers
    bridged(brokers)
    heard = []
    with Publisher(home) as inside, Publisher(cloud) as outside:
        inside.client.on_message = lambda *a: heard.append((a[2].topic, a[2].payload.decode()))
        inside.client.subscribe("#", 1)
        wait_until(lambda: (outside.publish("zigbee2mqtt/lamp/set", json.dumps({"state": "ON"})),
                            ("zigbee2mqtt/lamp/set", '{"state": "ON"}') in heard)[1], 20)
        outside.publish("zigbee2mqtt/lamp", '{"state":"OFF"}')
        outside.publish("zigbee2mqtt/bridge/request/permit_join", "true")
        outside.publish("cmnd/plug/POWER", "ON")
        wait_until(lambda: ("cmnd/plug/POWER", "ON") in heard, 10)
    assert {topic for topic, _ in heard} == {"zigbee2mqtt/lamp/set", "cmnd/plug/POWER"}


def test_who_has_no_certificate_of_the_authority_does_not_dial_in(brokers, tmp_path,
                                                                  tmp_path_factory):
    from harness.certificates import Authority
    _, cloud = brokers
    tls_port = int(re.search(r"listener (\d+) 127", (cloud.folder / "conf").read_text()).group(1))
    other = Authority(tmp_path_factory.mktemp("other"))
    certificate, key = other.issue("home-1")
    done = subprocess.run(
        ["mosquitto_pub", "-p", str(tls_port), "-t", "x", "-m", "x", "--cafile",
         str(other.certificate), "--insecure", "--cert", str(certificate), "--key", str(key)],
        capture_output=True, env={**os.environ, "PATH": PATH}, timeout=20)
    assert done.returncode != 0
