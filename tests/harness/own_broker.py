"""A Mosquitto as `caredian broker init` sets it up, and clients with certificates."""

import contextlib
import json
import shutil
import ssl
import subprocess
import threading
import time
from pathlib import Path

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from .process import PATH, Process, free_port, listens, wait_until

PLUGIN = next(Path("/usr/lib").glob("*/mosquitto_dynamic_security.so"), None)
MISSING = "" if PLUGIN and shutil.which("mosquitto", path=PATH) else (
    "mosquitto with its dynamic security plugin is not installed (scripts/setup test)")
DENIED = "Not authorized"


def state_of(gateway, name):
    """Of a dependency, as /readyz says on loopback."""
    for dependency in gateway.ready().json()["dependencies"]:
        if dependency["name"] == name:
            return dependency["state"]
    return None


class OwnBroker:
    """`gateway` has the settings for it; it is not started here."""

    def __init__(self, folder, make_gateway, settings=None, arguments=()):
        self.folder = Path(folder)
        self.directory = self.folder / "mosquitto"
        self.port, self.password_port, self.lan_port = free_port(), free_port(), free_port()
        self.pid_file = self.folder / "mosquitto.pid"
        self.gateway = make_gateway({
            "mqtt.url": f"mqtts://localhost:{self.port}", "broker.directory": str(self.directory),
            "broker.pid_file": str(self.pid_file), **(settings or {})}, name="gateway")
        self.gateway.folder.mkdir(parents=True, exist_ok=True)
        user = subprocess.check_output(["id", "-un"], text=True).strip()
        self.init = self.gateway.cli(
            "broker", "init", "--directory", self.directory, "--host", "localhost", "--host",
            "127.0.0.1", "--port", self.port, "--bind", "127.0.0.1", "--user", user, "--group", "",
            "--pid-file", self.pid_file, *arguments)
        self.process = Process(
            [shutil.which("mosquitto", path=PATH) or "mosquitto", "-c",
             self.directory / "mosquitto.conf"],
            self.folder / "mosquitto.log", name="mosquitto")

    def start(self):
        self.process.start()
        self.process.wait_ready(lambda: listens(self.port), 10, "a listening broker")
        return self

    def log(self):
        return self.process.output(whole=True)

    @property
    def ca(self):
        return self.directory / "ca.crt"

    def add(self, name, *arguments):
        """(certificate, key) of a new device, as files."""
        folder = self.folder / "devices"
        self.gateway.cli("device", "add", name, "--directory", folder, *arguments)
        return folder / f"{name}.crt", folder / f"{name}.key"

    def connect(self, certificate=None, **options):
        return Client(self, certificate, **options)


class Client:
    """One connection; never made again by itself. `why` says how it ended."""

    def __init__(self, broker, certificate=None, port=None, username=None, password=None, ca=None,
                 versions=None, client_id="", will=None, wait=5):
        self.got, self.why, self.codes = [], None, {}
        self.connected, self.gone = threading.Event(), threading.Event()
        c = self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id=client_id,
                                      protocol=paho.MQTTv5, reconnect_on_failure=False)
        if port != broker.lan_port:
            context = ssl.create_default_context(cafile=str(ca or broker.ca))
            if versions:
                context.minimum_version, context.maximum_version = versions
            if certificate:
                context.load_cert_chain(*map(str, certificate))
            c.tls_set_context(context)
        if username:
            c.username_pw_set(username, password)
        if will:
            c.will_set(*will)
        c.on_connect = self._on_connect
        c.on_disconnect = self._on_disconnect
        c.on_message = lambda _, __, m: self.got.append((m.topic, m.payload))
        c.on_subscribe = lambda _, __, mid, codes, ___: self.codes.__setitem__(mid, codes)
        self.refused = None
        try:
            c.connect("localhost" if port != broker.lan_port else "127.0.0.1", port or broker.port,
                      keepalive=30)
            c.loop_start()
        except OSError as problem:
            self.refused = str(problem)
            self.gone.set()
            return
        until = time.monotonic() + wait
        while time.monotonic() < until and not (self.connected.is_set() or self.gone.is_set()):
            time.sleep(0.02)
        if not self.connected.is_set():
            self.refused = str(self.why)

    def _on_connect(self, _, __, ___, code, ____):
        if not code.is_failure:
            self.connected.set()
        else:
            self.why = code

    def _on_disconnect(self, _, __, ___, code, ____):
        self.why = self.why or code
        self.gone.set()

    def publish(self, topic, payload, qos=1, retain=False):
        """The reason code of its acknowledgement."""
        codes = []
        self.client.on_publish = lambda _, __, ___, code, ____: codes.append(code)
        if not isinstance(payload, (str, bytes)):
            payload = json.dumps(payload)
        self.client.publish(topic, payload, qos=qos, retain=retain).wait_for_publish(5)
        wait_until(lambda: codes or self.gone.is_set())
        return codes[0].getName() if codes else f"gone: {self.why}"

    def subscribe(self, topic):
        """The word of its SUBACK: "Granted QoS 1", "Not authorized"."""
        _, mid = self.client.subscribe(topic, 1)
        wait_until(lambda: mid in self.codes or self.gone.is_set())
        return self.codes[mid][0].getName() if mid in self.codes else f"gone: {self.why}"

    def alive(self):
        return self.connected.is_set() and not self.gone.is_set()

    def close(self):
        with contextlib.suppress(Exception):
            self.client.disconnect()
        self.client.loop_stop()
