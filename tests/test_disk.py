"""The disk fills up; the data folder is read-only. A clear error, no acknowledgement, and when
space returns everything that waited arrives.

The gateway runs in a mount namespace of its own, its data folder on a small tmpfs or bound
read-only. That needs the right to make namespaces; without it the tests are skipped by name (the
journal's own unit tests do the same with SQLite's page limit)."""

import json
import os
import shutil
import subprocess
import time

import pytest

from harness.gateway import binary
from harness.mqtt import Publisher
from harness.process import PATH, wait_until
from harness.tap import Tap

# As root a mount namespace is enough; a plain user also needs a user namespace.
UNSHARE = ["unshare", "--mount", "--propagation", "private"] + (
    [] if os.geteuid() == 0 else ["--user", "--map-root-user"])


def namespaces():
    if not shutil.which("unshare", path=PATH):
        return False
    done = subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    return done.returncode == 0


pytestmark = pytest.mark.skipif(not namespaces(), reason="may not make a mount namespace here")


def inside(mounts):
    """A prefix that runs the gateway behind these mount commands."""
    return [*UNSHARE, "sh", "-c", f'{mounts} && exec "$@"', "sh"]


def in_namespace(gateway, *command, **arguments):
    """A command that sees the gateway's mounts."""
    enter = ["nsenter", "--mount", f"--target={gateway.process.pid}"] + (
        [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"])
    return subprocess.run([*enter, *map(str, command)], capture_output=True, text=True, timeout=20,
                          **arguments)


def state_of(gateway, name):
    found = [d for d in gateway.ready().json()["dependencies"] if d["name"] == name]
    return (found[0]["state"], found[0].get("reason", "")) if found else (None, "")


def started(make_gateway, url, megabytes, **settings):
    data = f'mkdir -p "$CAREDIAN_DATA_DIR" && mount -t tmpfs -o size={megabytes}m,mode=700 none ' \
           '"$CAREDIAN_DATA_DIR"'
    gateway = make_gateway({"mqtt.url": url, "mqtt.client_id": "full", **settings},
                           prefix=inside(data))
    gateway.start()
    # The accounts' database is on the small disk too; the CLI speaks to the gateway's socket.
    done = in_namespace(gateway, "env", f"CAREDIAN_DATA_DIR={gateway.data}", "CAREDIAN_CONFIG=",
                        binary(gateway.build), "user", "add", "admin", "--role", "admin",
                        "--password-stdin",
                        input="a long enough passphrase 1\n")
    assert done.returncode == 0, done.stderr
    gateway._sessions["admin"] = gateway.login()
    gateway.wait_connected()
    return gateway


def test_disk_full_and_space_again(make_gateway, make_broker):
    broker = make_broker(extra=["max_queued_messages 100000"])
    tap = Tap(broker.port, key=lambda _, payload: json.loads(payload)["n"]).start()
    gateway = started(make_gateway, tap.url, 24)
    # Somebody else fills the disk.
    filled = in_namespace(gateway, "sh", "-c", f"cat /dev/zero > {gateway.data}/ballast")
    assert filled.returncode != 0
    pad = "x" * 2000
    with Publisher(broker) as publisher:
        for number in range(3000):
            publisher.publish("full/dev", json.dumps({"n": number, "pad": pad}), wait=False)
        wait_until(lambda: state_of(gateway, "journal")[0] in ("down", "degraded"), 30)
        assert "full" in state_of(gateway, "journal")[1].lower() or \
            "space" in state_of(gateway, "journal")[1].lower(), state_of(gateway, "journal")
        time.sleep(1)
        stuck = len(tap.seen.acked)
        time.sleep(1.5)
        assert len(tap.seen.acked) == stuck < 3000, "it acknowledges what it cannot keep"
        assert gateway.healthy()
        assert "full" in gateway.process.output().lower() or \
            "no space" in gateway.process.output().lower()
        in_namespace(gateway, "rm", f"{gateway.data}/ballast")
        wait_until(lambda: state_of(gateway, "journal")[0] == "up", 60, 0.2)
        wait_until(lambda: len(tap.seen.acked) == 3000, 60, 0.2,
                   what="every message acknowledged at last")
    values = [r["value"] for r in gateway.wait_readings(3000, 60, device="dev", field="n")]
    assert sorted(set(values)) == list(range(3000))
    tap.stop()


def test_disk_full_with_a_server_that_comes_back(make_gateway, make_broker, make_influxdb):
    """What it has on disk goes into InfluxDB although it cannot write down how far it is; what the
    broker holds comes when there is space again; nothing is there twice."""
    broker = make_broker(extra=["max_queued_messages 100000"])
    influxdb = make_influxdb()
    gateway = started(make_gateway, broker.url, 24, **{"influxdb.url": influxdb.url})
    pad = "x" * 500
    messages = [("full/dev", json.dumps({"n": n, "pad": pad})) for n in range(1000)]
    with Publisher(broker) as publisher:
        publisher.publish_all(messages[:100])
        wait_until(lambda: influxdb.count("full", "n") == 100, 30)
        influxdb.stop()
        publisher.publish_all(messages[100:])
        gateway.wait_readings(1000, 60, device="dev", field="n")
        filled = in_namespace(gateway, "sh", "-c", f"cat /dev/zero > {gateway.data}/ballast")
        assert filled.returncode != 0
        for n in range(1000, 3000):
            publisher.publish("full/dev", json.dumps({"n": n, "pad": pad}), wait=False)
        wait_until(lambda: state_of(gateway, "journal")[0] in ("down", "degraded"), 30)
        influxdb.start()
        wait_until(lambda: influxdb.count("full", "n") >= 1000, 60, 0.2, "what was on disk")
        assert gateway.healthy()
        in_namespace(gateway, "rm", f"{gateway.data}/ballast")
        wait_until(lambda: influxdb.count("full", "n") >= 3000, 90, 0.2, "everything")
    assert sorted(row["n"] for row in influxdb.rows("full", fields="n")) == list(range(3000))


READ_ONLY = 'mkdir -p "$CAREDIAN_DATA_DIR" && mount --bind "$CAREDIAN_DATA_DIR" ' \
            '"$CAREDIAN_DATA_DIR" && mount -o remount,bind,ro "$CAREDIAN_DATA_DIR"'


@pytest.mark.parametrize("used", [False, True], ids=["new", "used"])
def test_a_read_only_data_folder_at_start(make_gateway, make_broker, used):
    broker = make_broker()
    gateway = make_gateway({"mqtt.url": broker.url})
    gateway.add_user()
    if used:
        gateway.start()
        gateway.wait_connected()
        with Publisher(broker) as publisher:
            publisher.publish("ro/dev", '{"n":1}')
        gateway.wait_readings(1, device="dev", field="n")
        gateway.stop()
    else:
        shutil.rmtree(gateway.data)
    connections = broker.log().count("as caredian")
    command = gateway.process.command
    gateway.process.command = [*inside(READ_ONLY), *command]
    gateway.start(wait=False)
    assert gateway.process.wait(20) == 1
    said = gateway.process.output()
    assert str(gateway.data) in said and ("read-only" in said.lower() or "readonly" in said.lower()
                                          or "permission" in said.lower()), said
    assert broker.log().count("as caredian") == connections, \
        "it went to the broker without a place to keep anything"
    # Writable again: it starts, and nothing is lost or left that hinders it.
    gateway.process.command = command
    if not used:
        gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    if used:
        assert [r["value"] for r in gateway.readings(device="dev", field="n")] == [1]
