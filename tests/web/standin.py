"""A stand-in for the gateway: the API's shapes of docs/openapi.json with made-up devices.

For states that a real home shows rarely (an alarm, an empty battery, a broker that is away), and for
looking at the console without building the gateway:

    python tests/web/standin.py [PORT]        # then http://127.0.0.1:PORT, anna / demo password

It serves web/dist under the policy that the gateway sends. Nothing of it is part of the program.
"""

import json
import math
import pathlib
import sys
import threading
import time
from datetime import datetime, timezone
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit

DIST = pathlib.Path(__file__).resolve().parents[2] / "web" / "dist"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {".webmanifest": "application/manifest+json", ".png": "image/png", ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
PASSWORD = "correct horse battery"


def rfc3339(t: float) -> str:
    return datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + f".{int(t % 1 * 1e9):09d}Z"


def day(t: float, low: float, high: float, peak_hour: float = 15) -> float:
    phase = ((t + 9 * 3600) / 3600 - peak_hour) / 24 * 2 * math.pi
    return low + (high - low) * (1 + math.cos(phase)) / 2 + 0.12 * math.sin(t / 97) + 0.05 * math.sin(t / 13)


def curve(low, high, digits=2, peak=15):
    return lambda t: round(day(t, low, high, peak), digits)


def pulse(period, length, offset=0):
    return lambda t: (t + offset) % period < length


def const(value):
    return lambda t: value


UNITS = {
    "temperature": "°C", "humidity": "%", "battery": "%", "illuminance": "lx", "power": "W", "energy": "kWh",
    "voltage": "V", "co2": "ppm", "pm25": "µg/m³", "linkquality": "lqi", "heart_rate": "bpm", "pressure": "hPa",
}


def climate(low=20.5, high=23.5):
    return {"temperature": curve(low, high), "humidity": curve(52, 44, 1), "battery": const(87), "linkquality": const(126)}


def make_home():
    """id -> (measurement, {field: function of time}, seconds since its last word)"""
    motion = lambda o: {"occupancy": pulse(240, 45, o), "illuminance": curve(2, 310, 0, 13), "battery": const(92), "linkquality": const(101)}
    door = lambda o: {"contact": lambda t: not pulse(900, 70, o)(t), "battery": const(76), "linkquality": const(84)}
    plug = lambda low, high: {"power": curve(low, high, 1), "energy": lambda t: round(83.4 + t % 86400 / 86400, 2), "state": const("ON"), "voltage": curve(219, 223, 1)}
    return {
        "living_room/climate": ("zigbee", climate(), 4),
        "living_room/motion": ("zigbee", motion(0), 12),
        "living_room/window": ("zigbee", door(300), 40),
        "living_room/air": ("home", {"co2": curve(520, 980, 0), "pm25": curve(6, 21, 0), "temperature": curve(21, 24)}, 3),
        "living_room/tv_plug": ("zigbee", plug(0.4, 118), 9),
        "kitchen/climate": ("zigbee", climate(21, 25), 6),
        "kitchen/leak": ("zigbee", {"water_leak": const(False), "battery": const(64), "linkquality": const(77)}, 400),
        "kitchen/smoke": ("zigbee", {"smoke": const(False), "battery": const(98)}, 900),
        "kitchen/fridge_plug": ("zigbee", plug(38, 92), 5),
        "kitchen/window": ("zigbee", door(0), 33),
        "bedroom/climate": ("zigbee", climate(18.5, 21), 8),
        "bedroom/bed": ("home", {"in_bed": pulse(600, 300), "heart_rate": curve(58, 74, 0), "respiration_rate": curve(12, 16, 1)}, 2),
        "bedroom/motion": ("zigbee", motion(90), 70),
        "bedroom/lamp": ("zigbee", {"state": const("OFF"), "brightness": const(128), "color_temp": const(370)}, 1800),
        "bathroom/climate": ("zigbee", climate(22, 26), 15),
        "bathroom/leak": ("zigbee", {"water_leak": const(True), "battery": const(71)}, 20),
        "bathroom/motion": ("zigbee", motion(33), 120),
        "entrance/door": ("zigbee", door(500), 55),
        "entrance/lock": ("zigbee", {"locked": const(True), "battery": const(41)}, 300),
        "entrance/motion": ("zigbee", {**motion(7), "battery": const(6)}, 18),
        "entrance/button": ("zigbee_event", {"action": const("single"), "battery": const(100)}, 5400),
        "study/climate": ("zigbee", climate(20, 24), 3 * 3600),
        "study/desk_plug": ("zigbee", plug(2, 160), 11),
        "balcony/weather": ("home", {"temperature": curve(-3, 6), "humidity": curve(70, 45, 0), "pressure": curve(1013, 1019, 1)}, 26),
        "sensor.outside_temperature": ("ha", {
            "value": curve(-3, 6), "unit_of_measurement": const("°C"), "device_class": const("temperature"),
            "friendly_name": const("바깥 온도 Outside"), "icon": const("mdi:thermometer"),
        }, 60),
        "wearable-e0e3": ("ble", {"heart_rate": curve(62, 88, 0), "steps": lambda t: int(t % 86400 / 14)}, 14),
    }


class Home:
    def __init__(self):
        self.devices = make_home()
        self.started = time.time()
        self.sessions = set()
        self.users = {"anna": ("admin", PASSWORD), "minsu": ("member", PASSWORD)}
        self.down = set()  # dependencies that are away
        self.stop = threading.Event()

    def kind(self, value):
        if isinstance(value, bool):
            return "boolean"
        return "string" if isinstance(value, str) else "float"

    def last(self, name, now):
        silent = self.devices[name][2]
        return now - now % 2 if silent <= 60 else now - silent

    def device(self, name, now):
        measurement, fields, _ = self.devices[name]
        t = self.last(name, now)
        return {
            "id": name, "name": name, "measurement": measurement, "tags": {}, "area": None, "last_seen": rfc3339(t),
            "fields": [
                {"name": f, "value": v(t), "type": self.kind(v(t)), "unit": UNITS.get(f), "time": rfc3339(t)}
                for f, v in fields.items()
            ],
        }

    def readings(self, query, now):
        name, field = query["device"][0], query["field"][0]
        start = datetime.fromisoformat(query["from"][0].replace("Z", "+00:00")).timestamp()
        every = float(query["every"][0].rstrip("s")) if "every" in query else 20.0
        fn = query.get("fn", ["mean"])[0]
        measurement, fields, _ = self.devices[name]
        end = self.last(name, now)
        t = start - start % every
        while t < end:
            hole = name == "study/desk_plug" and 0.4 < (end - t) / max(1, end - start) < 0.55
            value = fields[field](t)
            if fn in ("min", "max") and isinstance(value, float):
                value += (-1 if fn == "min" else 1) * abs(value) * 0.015
            if not hole and t >= start:
                yield {
                    "time": rfc3339(t), "time_ns": int(t * 1e9), "measurement": measurement, "device": name,
                    "field": field, "value": value, "tags": {},
                }
            t += every

    def system(self, now):
        up = now - self.started
        n = int(up * 14) + 48211
        names = {
            "mqtt": ("live values of devices", "mqtt://127.0.0.1:1883: session resumed"),
            "journal": ("keeping of messages", ""),
            "history": ("charts", ""),
            "home_assistant": ("calls to Home Assistant", "http://127.0.0.1:8123: connection refused"),
        }
        return {
            "version": "0.1.0", "started": rfc3339(self.started), "uptime_s": up + 93784, "received": n,
            "acknowledged": n - 3, "journaled": n, "decoded": n - 41, "described": 3, "dead": 2,
            "ignored": {"retained_unchanged": 31, "zigbee2mqtt_bridge": 8},
            "sinks": [{"name": "history", "written": n * 3, "cursor": n}, {"name": "devices", "written": n * 3, "cursor": n}],
            "journal": {"rows": 8120, "bytes": 2_310_144, "max_bytes": 268_435_456, "oldest": rfc3339(now - 540), "state": "ok"},
            "history": {"series": 74, "blocks": 9120, "points": 1_140_233, "bytes": 9_120_884},
            "rates": {"messages_per_s": round(14 + 4 * math.sin(now / 5), 1)},
            "dependencies": [
                {
                    "name": name, "state": "down" if name in self.down else "up", "since": rfc3339(self.started - 5000),
                    "reason": reason if name in self.down or name == "mqtt" else "", "feature": feature,
                }
                for name, (feature, reason) in names.items()
            ],
            "process": {"rss_bytes": 21_400_000, "cpu_s": 45.2},
        }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    home: Home

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", kind="application/json", headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def problem(self, status, detail):
        body = {"type": "about:blank", "title": "", "status": status, "detail": detail}
        self.answer(status, body, "application/problem+json")

    def user(self):
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("caredian_session")
        name = cookie.value if cookie else None
        return name if name in self.home.sessions else None

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/auth/login":
            form = {k: v[0] for k, v in parse_qs(body).items()}
            user = self.home.users.get(form.get("username", ""))
            if not user or user[1] != form.get("password"):
                return self.page_login(401, "alert")
            self.home.sessions.add(form["username"])
            return self.answer(303, b"", headers=[
                ("Set-Cookie", f"caredian_session={form['username']}; HttpOnly; SameSite=Lax; Path=/"),
                ("Location", form.get("return_to") or "/")])
        if self.path == "/auth/logout":
            self.home.sessions.discard(self.user())
            return self.answer(204)
        self.problem(404, "no such path")

    def page_login(self, status, role):
        html = (
            f"<!doctype html><html lang=en><title>Sign in</title><link rel=icon href=/favicon.svg><main><h1>Sign in</h1><p role={role}></p>"
            "<form method=post action=/auth/login><label>Name <input name=username></label>"
            "<label>Password <input name=password type=password></label>"
            f"<input type=hidden name=return_to value='{parse_qs(urlsplit(self.path).query).get('return_to', [''])[0]}'>"
            "<button>Sign in</button></form></main>"
        )
        self.answer(status, html.encode(), "text/html; charset=utf-8")

    def do_GET(self):
        url = urlsplit(self.path)
        path, query = url.path, parse_qs(url.query)
        now = time.time()
        if path == "/auth/login":
            return self.page_login(200, "note")
        file = DIST / path.lstrip("/")
        if path.startswith(("/assets/", "/favicon", "/icon", "/manifest")) and file.is_file():
            return self.answer(200, file.read_bytes(), TYPES[file.suffix])
        user = self.user()
        if path in ("/", "/system") or path.startswith("/devices/"):
            if not user:
                return self.answer(303, b"", headers=[("Location", f"/auth/login?return_to={quote(path)}")])
            return self.answer(200, (DIST / "index.html").read_bytes(), TYPES[".html"])
        if not user:
            return self.problem(401, "sign in first")
        role = self.home.users[user][0]
        if path == "/auth/me":
            later = rfc3339(now + 3600)
            return self.answer(200, {"username": user, "role": role, "language": "ko" if self.headers.get("Accept-Language", "").startswith("ko") else "en", "session": {"expires": later, "idle_expires": later}})
        if path == "/api/v1/devices":
            return self.answer(200, {"devices": [self.home.device(name, now) for name in sorted(self.home.devices)]})
        if path.startswith("/api/v1/devices/"):
            name = unquote(path.removeprefix("/api/v1/devices/"))
            return self.answer(200, self.home.device(name, now)) if name in self.home.devices else self.problem(404, "no such device")
        if path == "/api/v1/readings":
            if query.get("format") == ["csv"]:
                rows = [f"{r['time']},{r['measurement']},{r['device']},{r['field']},{r['value']}" for r in self.home.readings(query, now)]
                return self.answer(200, "\r\n".join(["time,measurement,device,field,value", *rows]).encode(), "text/csv")
            return self.answer(200, {"readings": list(self.home.readings(query, now))})
        if path == "/api/v1/system":
            return self.answer(200, self.home.system(now)) if role == "admin" else self.problem(403, "administrators only")
        if path == "/api/v1/stream":
            return self.stream(user)
        self.problem(404, "no such path")

    def stream(self, user):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        boot = str(int(self.home.started * 1000))
        seen = self.headers.get("Last-Event-ID", "")
        try:
            if seen and not seen.startswith(boot):
                self.wfile.write(b"event: reset\ndata: {}\n\n")
            n = 0
            while not self.home.stop.wait(0.4) and user in self.home.sessions:
                now = time.time()
                for name, (measurement, fields, silent) in self.home.devices.items():
                    if silent > 60:
                        continue
                    n += 1
                    event = {"time": rfc3339(now), "measurement": measurement, "device": name, "tags": {},
                             "fields": {f: v(now) for f, v in fields.items()}, "initial": False}
                    self.wfile.write(f"id: {boot}-{n}\nevent: reading\ndata: {json.dumps(event)}\n\n".encode())
                self.wfile.flush()
        except OSError:
            pass
        self.close_connection = True


class Server:
    """start() and stop() as often as wanted, on one port."""

    def __init__(self, port=0):
        self.port = port
        self.home = Home()
        self.httpd = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.home.stop = threading.Event()
        self.home.started = time.time()
        handler = type("Bound", (Handler,), {"home": self.home})
        ThreadingHTTPServer.allow_reuse_address = True
        self.httpd = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.httpd.daemon_threads = True
        self.port = self.httpd.server_port
        threading.Thread(target=self.httpd.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def stop(self):
        self.home.stop.set()
        self.httpd.shutdown()
        self.httpd.server_close()


if __name__ == "__main__":
    server = Server(int(sys.argv[1]) if len(sys.argv) > 1 else 0).start()
    print(f"{server.url}  anna / {PASSWORD}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.stop()
