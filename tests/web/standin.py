"""A stand-in for the gateway: the API's shapes of docs/openapi.json with made-up devices.

For states that a real home shows rarely (an alarm, an empty battery, a broker that is away), and for
looking at the console without building the gateway:

    python tests/web/standin.py [PORT]        # then http://127.0.0.1:PORT, anna / demo password

It serves web/dist under the policy that the gateway sends. Nothing of it is part of the program.
"""

import json
import pathlib
import sys
import threading
import time
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit

try:
    from .standin_catalogue import catalogue
    from .standin_commands import Commands
    from .standin_enrolment import Enrolment
    from .standin_home import PASSWORD, Home, rfc3339
    from .standin_people import PREFIXES, People
except ImportError:  # run by hand
    from standin_catalogue import catalogue
    from standin_commands import Commands
    from standin_enrolment import Enrolment
    from standin_home import PASSWORD, Home, rfc3339
    from standin_people import PREFIXES, People

DIST = pathlib.Path(__file__).resolve().parents[2] / "web" / "dist"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {".webmanifest": "application/manifest+json", ".png": "image/png", ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

PAGES = ("/", "/access", "/account", "/audit", "/catalogue", "/devices", "/enrolment", "/history", "/keys", "/mapping", "/people", "/roles", "/system")


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
        if self.path == "/api/v1/api-keys":
            return self.add_key(json.loads(body or "{}"))
        if self.path.endswith("/commands"):
            return self.tell(json.loads(body))
        if self.may_change():
            self.change(json.loads(body or "{}"))

    def change_people(self, body):
        status, answer = self.home.who.change(self.command, self.path, body, self.user())
        self.problem(status, answer) if isinstance(answer, str) else self.answer(status, b"" if answer is None else answer)

    do_PATCH = do_POST

    def add_key(self, body):
        user = self.user()
        if not user:
            return self.problem(401, "sign in first")
        if not body["scopes"]:
            return self.problem(400, "scopes are read, control, admin, verify; at least one")
        key = self.home.add_key(user, **body)
        self.answer(201, {**key, "key": f"cdk_{key['id']}_" + "s" * 43})

    def tell(self, body):
        user = self.user()
        if not user:
            return self.problem(401, "sign in first")
        device = unquote(self.path.split("/")[4])
        status, answer = self.home.commands.tell(user, device, body, self.headers.get("Idempotency-Key"))
        self.problem(status, answer) if isinstance(answer, str) else self.answer(status, answer)

    def do_DELETE(self):
        if not self.user():
            return self.problem(401, "sign in first")
        if self.path.startswith(Enrolment.PREFIX):
            return self.change({}) if self.may_change() else None
        if self.path.startswith(PREFIXES):
            return self.change_people({}) if self.may_change() else None
        if self.path.startswith("/auth/sessions/"):
            self.home.who.ended.append(self.path.rsplit("/", 1)[1])
            return self.answer(204)
        kept = self.home.keys
        self.home.keys = [key for key in kept if not self.path.endswith("/" + key["id"])]
        self.answer(204) if len(self.home.keys) < len(kept) else self.problem(404, "no such key")

    def may_change(self):
        user = self.user()
        if not user:
            self.problem(401, "sign in first")
        elif self.home.users[user][0] != "admin":
            self.problem(403, "administrators only")
        elif self.home.old:
            self.problem(404, "no such path")
        else:
            return True
        return False

    def change(self, body):
        home = self.home
        if self.path.startswith(Enrolment.PREFIX):
            status, answer = self.home.enrolment.change(self.command, self.path, body)
            return self.problem(status, answer) if isinstance(answer, str) else self.answer(status, answer)
        if self.path.startswith(PREFIXES):
            return self.change_people(body)
        if self.path == "/api/v1/ingest/explain":
            return self.answer(200, home.explain(body["topic"], body["payload"]))
        parts = self.path.removeprefix("/api/v1/devices/").split("/")
        name = unquote(parts[0])
        if name not in home.devices:
            return self.problem(404, "no such device")
        if self.command == "PATCH":
            for key, kept in (("name", home.names), ("area", home.areas)):
                if key in body:
                    kept.pop(name, None) if body[key] is None else kept.update({name: body[key]})
        elif parts[1:] == ["merge"]:
            home.merged[body["with"]] = name
        elif parts[1:] == ["split"]:
            home.merged.pop(body["source"]["device"], None)
        self.answer(200, home.detail(name, time.time()))

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
        if path.startswith(("/assets/", "/favicon", "/icon", "/chevron", "/manifest")) and file.is_file():
            return self.answer(200, file.read_bytes(), TYPES[file.suffix])
        if path == "/openapi.json":
            return self.answer(200, self.document())
        user = self.user()
        if path in PAGES or path.startswith("/devices/"):
            if not user:
                return self.answer(303, b"", headers=[("Location", f"/auth/login?return_to={quote(self.path)}")])
            return self.answer(200, (DIST / "index.html").read_bytes(), TYPES[".html"])
        if not user:
            return self.problem(401, "sign in first")
        role = self.home.users[user][0]
        if path == "/api/v1/api-keys":
            whose = query.get("user", [""])[0] if "user=" in url.query else user
            return self.answer(200, {"keys": [key for key in self.home.keys if whose in ("", key["user"])]})
        if path == Enrolment.PREFIX:
            found = self.home.enrolment.look()
            return self.answer(200, found) if role == "admin" else self.problem(403, "only administrators may do this")
        if path.startswith(PREFIXES):
            found = self.home.who.get(path, query, self.home.devices)
            return self.answer(200, found) if role == "admin" else self.problem(403, "only administrators may do this")
        if path == "/auth/account":
            return self.answer(200, self.home.account(user, now))
        if path == "/auth/sessions":
            ended = self.home.who.ended
            return self.answer(200, {"sessions": [s | {"current": s["current"] and "user" not in query} for s in self.home.own_sessions(now) if s["id"] not in ended]})
        if path == "/auth/me":
            later = rfc3339(now + 3600)
            return self.answer(200, {"username": user, "role": role, "language": "ko" if self.headers.get("Accept-Language", "").startswith("ko") else "en", "session": {"expires": later, "idle_expires": later}})
        if path == "/api/v1/devices":
            after = query.get("after", [""])[0]
            shown = [name for name in sorted(self.home.devices) if name not in self.home.merged and name > after]
            if who := query.get("as", [""])[0]:
                shown = [name for name in shown if self.home.who.sees(who, query.get("at", [""])[0], name.split("/")[0])[0]]
            page = {"devices": [self.home.device(name, now) for name in shown[:1000]]}
            return self.answer(200, page | ({"next": shown[999]} if len(shown) > 1000 else {}))
        if path == "/api/v1/catalogue":
            return self.answer(200, catalogue(self.home, now))
        if path.startswith("/api/v1/devices/"):
            return self.one_device(path.removeprefix("/api/v1/devices/").split("/"), now)
        if path == "/api/v1/readings":
            return self.readings(query, now)
        if path == "/api/v1/dead-letters" and not self.home.old and role == "admin":
            letters = [letter | {"time": rfc3339(now - letter["time"]), "bytes": len(letter["payload"].encode())} for letter in self.home.dead_letters]
            return self.answer(200, {"dead_letters": letters})
        if path == "/api/v1/system":
            return self.answer(200, self.home.system(now)) if role == "admin" else self.problem(403, "administrators only")
        if path == "/api/v1/stream":
            return self.stream(user)
        self.problem(404, "no such path")

    def document(self):
        """Of the routes that some gateways lack, those that are here."""
        routes = {} if self.home.old else {
            "/api/v1/devices/{id}": ("get", "patch"), "/api/v1/devices/{id}/merge": ("post",), "/api/v1/devices/{id}/split": ("post",),
            "/api/v1/devices/{id}/messages": ("get",), "/api/v1/ingest/explain": ("post",), "/api/v1/dead-letters": ("get",),
            "/api/v1/catalogue": ("get",), "/api/v1/devices/{id}/commands": ("get", "post"),
        }
        readings = {"get": {"parameters": [{"name": "width"}] if not self.home.old else []}}
        return {"paths": {path: {method: {} for method in methods} for path, methods in routes.items()} | {"/api/v1/readings": readings}}

    def one_device(self, parts, now):
        name = unquote(parts[0])
        if name not in self.home.devices or (len(parts) > 1 and (parts[1] not in ("messages", "commands") or self.home.old)):
            return self.problem(404, "no such path")
        if parts[1:] == ["commands"]:
            return self.answer(200, self.home.commands.of(name))
        if len(parts) > 1:
            return self.answer(200, {"messages": self.home.messages(name, now)})
        detail = self.home.detail(name, now)
        if "entities" in detail:
            detail["entities"] = self.home.commands.entities(name, detail["entities"])
        self.answer(200, detail)

    def readings(self, query, now):
        if self.home.old and "width" in query:
            return self.problem(400, 'Unknown parameter "width"')
        if query["device"][0] not in self.home.devices or query["field"][0] not in self.home.devices[query["device"][0]][1]:
            return self.answer(200, {"readings": []})
        rows, every = self.home.readings(query, now)
        if query.get("format") == ["csv"]:
            lines = [f"{r['time']},{r['measurement']},{r['device']},{r['field']},{r['value']}" for r in rows]
            return self.answer(200, "\r\n".join(["time,measurement,device,field,value", *lines]).encode(), "text/csv")
        self.answer(200, ({} if self.home.old else {"every_s": every}) | {"readings": list(rows)})

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
        self.home.who = People()
        self.home.enrolment = Enrolment()
        self.home.commands = Commands()
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
