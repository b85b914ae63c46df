"""A real Home Assistant (PyPI, in .cache/venv-ha) with its demo entities."""

import asyncio
import json
import os
from pathlib import Path

import requests
import websockets

from .process import ROOT, Process, free_port, wait_until

HASS = ROOT / ".cache/venv-ha/bin/hass"
MISSING = "Home Assistant is not installed here (scripts/setup home-assistant)"

CONFIGURATION = """\
homeassistant:
  name: Test home
  latitude: 37.5
  longitude: 127.0
  elevation: 10
  unit_system: metric
  time_zone: Asia/Seoul
http:
  server_host: 127.0.0.1
  server_port: {port}
api:
websocket_api:
config:
automation: !include automations.yaml
onboarding:
demo:
"""

STATESTREAM = """\
mqtt_statestream:
  base_topic: ha
  publish_attributes: true
  publish_timestamps: true
"""


def available():
    return HASS.is_file()


class HomeAssistant:
    """`broker`: its mqtt and mqtt_statestream integrations speak to that one."""

    def __init__(self, folder, broker=None):
        self.folder = Path(folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.token = None  # long-lived, of the owner
        storage = self.folder / ".storage"
        storage.mkdir(parents=True)
        (self.folder / "configuration.yaml").write_text(
            CONFIGURATION.format(port=self.port) + (STATESTREAM if broker else ""))
        (self.folder / "automations.yaml").write_text("[]\n")
        if broker:
            (storage / "core.config_entries").write_text(json.dumps(self._entry(broker)))
        # --skip-pip: everything it needs is in the venv; a test downloads nothing.
        self.process = Process([HASS, "-c", self.folder, "--skip-pip"], self.folder / "stdout.log",
                               env={**os.environ, "HOME": str(self.folder)}, name="hass")

    @staticmethod
    def _entry(broker):
        entry = {"entry_id": "mqtt0001", "version": 1, "minor_version": 1, "domain": "mqtt",
                 "title": "broker", "data": {"broker": "127.0.0.1", "port": broker.port},
                 "options": {}, "pref_disable_new_entities": False, "pref_disable_polling": False,
                 "source": "user", "unique_id": None, "disabled_by": None}
        return {"version": 1, "minor_version": 1, "key": "core.config_entries",
                "data": {"entries": [entry]}}

    def start(self):
        self.process.start()
        self.process.wait_ready(self._answers, 120, "Home Assistant's API")
        if self.token is None:
            self._make_owner()
        wait_until(lambda: self.get("/api/config").json().get("state") == "RUNNING", 60,
                   step=0.1, what="Home Assistant's state RUNNING")
        return self

    def stop(self):
        return self.process.stop(30)

    def _answers(self):
        try:
            # 404 once onboarding is over; any answer will do.
            return requests.get(self.url + "/api/onboarding", timeout=2).status_code < 500
        except requests.RequestException:
            return False

    def _make_owner(self):
        client = self.url + "/"
        code = requests.post(self.url + "/api/onboarding/users", timeout=30, json={
            "client_id": client, "name": "Owner", "username": "owner",
            "password": "a long enough passphrase 1", "language": "en"}).json()["auth_code"]
        tokens = requests.post(self.url + "/auth/token", timeout=30, data={
            "grant_type": "authorization_code", "code": code, "client_id": client}).json()
        self.token = asyncio.run(self._long_lived(tokens["access_token"]))

    async def _long_lived(self, access_token):
        async with websockets.connect(f"ws://127.0.0.1:{self.port}/api/websocket") as socket:
            await socket.recv()
            await socket.send(json.dumps({"type": "auth", "access_token": access_token}))
            assert json.loads(await socket.recv())["type"] == "auth_ok"
            await socket.send(json.dumps({"id": 1, "type": "auth/long_lived_access_token",
                                          "client_name": "CareDian", "lifespan": 30}))
            answer = json.loads(await socket.recv())
            assert answer["success"], answer
            return answer["result"]

    def request(self, method, path, **arguments):
        headers = {"Authorization": f"Bearer {self.token}", **arguments.pop("headers", {})}
        return requests.request(method, self.url + path, timeout=30, headers=headers, **arguments)

    def get(self, path, **arguments):
        return self.request("GET", path, **arguments)

    def registry(self, kind):
        """What it keeps of its entities, devices or areas: config/<kind>_registry/list."""
        return asyncio.run(self._command({"type": f"config/{kind}_registry/list"}))

    async def _command(self, command):
        url = f"ws://127.0.0.1:{self.port}/api/websocket"
        async with websockets.connect(url, max_size=16 * 1024 * 1024) as socket:
            await socket.recv()
            await socket.send(json.dumps({"type": "auth", "access_token": self.token}))
            assert json.loads(await socket.recv())["type"] == "auth_ok"
            await socket.send(json.dumps({"id": 1, **command}))
            answer = json.loads(await socket.recv())
            assert answer["success"], answer
            return answer["result"]

    def states(self):
        return self.get("/api/states").json()

    def touch(self, state):
        """Fires state_changed for it though nothing changed, so that statestream publishes it."""
        answer = self.request("POST", f"/api/states/{state['entity_id']}", json={
            "state": state["state"], "attributes": state["attributes"], "force_update": True})
        assert answer.status_code in (200, 201), answer.text
