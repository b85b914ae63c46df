"""A stand-in for Authentik's API (GET /api/v3/core/users/): the fields that are documented there,
for people a test writes down. Authentik itself needs PostgreSQL and containers."""

import http.server
import json
import threading
from urllib.parse import parse_qs, urlsplit


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        standin = self.server.standin
        standin.asked.append(self.path)
        path = urlsplit(self.path)
        if standin.broken:
            return self.send(500, {"detail": "broken"})
        if self.headers.get("Authorization") != "Bearer " + standin.token:
            return self.send(403, {"detail": "Token invalid/expired"})
        if path.path == "/api/v3/core/users/":
            return self.send(200, standin.page(int(parse_qs(path.query).get("page", ["1"])[0])))
        number = path.path.rstrip("/").rsplit("/", 1)[1]
        if not number.isdigit() or int(number) not in standin.users:
            return self.send(404, {"detail": "No User matches the given query."})
        self.send(200, standin.user(int(number)))

    def send(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class AuthentikStandIn:
    token = "an API token of the stand-in"

    def __init__(self, page_size=2):
        self.users = {}  # pk: {"username", "name", "groups", "is_active"}
        self.broken = False
        self.asked = []
        self.page_size = page_size
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.standin = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def user(self, pk):
        said = self.users[pk]
        return {"pk": pk, "username": said["username"], "name": said.get("name", ""),
                "is_active": said.get("is_active", True), "last_login": None, "is_superuser": False,
                "email": said.get("email", ""), "groups": [f"{n:032x}" for n in range(3)],
                "groups_obj": [{"pk": f"{n:032x}", "name": name, "is_superuser": False}
                               for n, name in enumerate(said.get("groups", []))],
                "avatar": "", "attributes": {}, "uid": f"{pk:064x}", "path": "users",
                "type": "internal", "uuid": f"{pk:032x}"}

    def page(self, number):
        all_pks = sorted(self.users)
        first = (number - 1) * self.page_size
        here = all_pks[first:first + self.page_size]
        more = first + self.page_size < len(all_pks)
        return {"pagination": {"next": number + 1 if more else 0, "previous": number - 1,
                               "count": len(all_pks), "current": number, "total_pages": 0,
                               "start_index": first + 1, "end_index": first + len(here)},
                "results": [self.user(pk) for pk in here]}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
