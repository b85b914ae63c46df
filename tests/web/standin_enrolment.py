"""The made-up devices of the stand-in that sign in at the broker."""

import re
import time
from datetime import datetime, timezone
from urllib.parse import unquote

SQUARE = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img"><path d="M1 1h3v3h-3zM5 1h3v3h-3z'
          'M1 5h3v3h-3zM5 6h1v2h2v-1h-2v-1z"/></svg>')
DAY = 24 * 3600


def rfc3339(t):
    return datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def device(name, convention="generic", by="certificate", state="active", days=200):
    end = {"not_after": rfc3339(time.time() + days * DAY), "serial": "0" * 32} if days and by == "certificate" else {}
    return {"id": name, "convention": convention, "topic": name, "by": by, "state": state,
            "created": rfc3339(time.time() - 9e6), "publish": [f"devices/{name}/#"], "subscribe": [f"commands/{name}/#"], **end}


class Enrolment:
    PREFIX = "/api/v1/enrolment/devices"

    def __init__(self):
        self.has_broker = True
        self.devices = [device("attic-sensor", days=12), device("hall-panel", days=0), device("kitchen"),
                        device("old-plug", "tasmota", "password"), device("sold-washer", state="revoked")]

    def look(self):
        return {"has_broker": self.has_broker, "broker": "home.example.org:8883", "devices": self.devices}

    def given(self, one, code=False):
        if code:
            return {"code": "K7PM-2QXA-9FNT-HW3C-Y8RD", "expires": rfc3339(time.time() + 3600), "qr": SQUARE,
                    "fetch": "https://home.example.org/api/v1/enrolment/fetch"}
        about = {"id": one["id"], "broker": "home.example.org:8883", "told": True, "ca": "-----BEGIN CERTIFICATE-----\nA\n"}
        if one["by"] == "password":
            return about | {"username": one["id"], "password": "made-up-" + "p" * 24}
        one.update(not_after=rfc3339(time.time() + 397 * DAY))
        return about | {"certificate": "-----BEGIN CERTIFICATE-----\nB\n", "key": "-----BEGIN PRIVATE KEY-----\nC\n",
                        "not_after": one["not_after"]}

    def change(self, method, path, body):
        parts = [unquote(part) for part in path.removeprefix(self.PREFIX).strip("/").split("/") if part]
        if not parts:
            if not re.fullmatch("[a-z0-9_-]{1,64}", body["id"]):
                return 400, "a device's id is 1 to 64 of a-z, 0-9, _ and -"
            if body["id"] == "admin":
                return 400, "that id is reserved: who sees it in a log would take it for an administrator"
            if any(one["id"] == body["id"] for one in self.devices):
                return 409, "there is a device of that id"
            self.devices.append(device(body["id"], body["convention"], body["by"], days=0))
            return 201, self.given(self.devices[-1], body["code"])
        one = next((d for d in self.devices if d["id"] == parts[0]), None)
        if not one:
            return 404, "there is no device of that id"
        if method == "DELETE":
            self.devices.remove(one)
            return 200, {"told": True}
        if parts[1] == "revoke":
            one["state"] = "revoked"
            return 200, {"told": True}
        return 200, self.given(one, parts[1] == "code")
