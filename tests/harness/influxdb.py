"""A real InfluxDB 1 on loopback, and a server that answers as it is told."""

import json
import os
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from .process import PATH, Process, free_port, wait_until

MISSING = "influxd is not installed (scripts/setup test)"


def available():
    return bool(shutil.which("influxd", path=PATH))


class InfluxDB:
    """users: {name: password}, the first an administrator; then everybody must sign in. Restarts on
    the same port with the same data. `extra`: lines of its section [http]."""

    def __init__(self, folder, users=None, max_body=None, data_lines=(), extra=(),
                 host="127.0.0.1"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, self.rpc = free_port(), free_port()
        self.host = host
        self.users = users or {}
        self.max_body = max_body
        self.data_lines = list(data_lines)
        self.extra = list(extra)
        self.process = Process(
            [shutil.which("influxd", path=PATH) or "influxd", "run", "-config",
             self.folder / "influxdb.conf"],
            self.folder / "influxdb.log", env={**os.environ, "PATH": PATH, "HOME": str(self.folder)},
            name="influxd")

    def _configure(self, auth):
        lines = [
            "reporting-disabled = true", f'bind-address = "127.0.0.1:{self.rpc}"',
            "[meta]", f'  dir = "{self.folder}/meta"',
            "[data]", f'  dir = "{self.folder}/data"', f'  wal-dir = "{self.folder}/wal"',
            "  query-log-enabled = false", *self.data_lines,
            "[monitor]", "  store-enabled = false",
            "[http]", f'  bind-address = "{self.host}:{self.port}"', "  log-enabled = false",
            f"  auth-enabled = {'true' if auth else 'false'}", *self.extra,
        ]
        if self.max_body:
            lines.append(f"  max-body-size = {self.max_body}")
        (self.folder / "influxdb.conf").write_text("\n".join(lines) + "\n")

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    def healthy(self):
        try:
            return requests.get(self.url + "/ping", timeout=2).status_code == 204
        except requests.RequestException:
            return False

    def start(self):
        self._configure(auth=bool(self.users))
        self.process.start()
        self.process.wait_ready(self.healthy, 30, "/ping")
        for number, (name, password) in enumerate(self.users.items()):
            rights = "WITH ALL PRIVILEGES" if number == 0 else ""
            auth = None if number == 0 else next(iter(self.users.items()))
            requests.post(self.url + "/query", auth=auth, timeout=10, data={
                "q": f'CREATE USER "{name}" WITH PASSWORD \'{password}\' {rights}'})
        return self

    def stop(self):
        return self.process.stop()

    def kill(self):
        self.process.kill()

    def query(self, statement, database="caredian", **parameters):
        """The series of one statement: [{name, tags, columns, values}]."""
        auth = next(iter(self.users.items())) if self.users else None
        answer = requests.post(self.url + "/query", timeout=30, auth=auth, data={
            "db": database, "q": statement, "epoch": "ns", **parameters})
        answer.raise_for_status()
        result = answer.json()["results"][0]
        if "database not found" in result.get("error", ""):
            return []
        assert "error" not in result, result
        return result.get("series", [])

    def write(self, lines, database="caredian"):
        auth = next(iter(self.users.items())) if self.users else None
        answer = requests.post(self.url + "/write", timeout=30, auth=auth, data=lines.encode(),
                               params={"db": database, "precision": "ns"})
        assert answer.status_code == 204, answer.text

    def rows(self, measurement, database="caredian", where="", fields="*"):
        """[{time, tag…, field…}] of a measurement, in the order of time."""
        found = self.query(f'SELECT {fields} FROM "{measurement}" {where}', database)
        return [dict(zip(one["columns"], row)) for one in found for row in one["values"]]

    def count(self, measurement, field, database="caredian"):
        found = self.query(f'SELECT count("{field}") FROM "{measurement}"', database)
        return found[0]["values"][0][1] if found else 0


class Scripted:
    """Stands in for a server at fault: each write takes the next answer of `script`
    (status, body[, headers]), a function of the handler and the body, or passes to `behind`."""

    def __init__(self, behind=None, version="1.8.10"):
        self.script, self.seen = [], []
        self.behind, self.version = behind, version
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                self.answer(204, b"", {"X-Influxdb-Version": outer.version})

            def answer(self, status, body, headers=None):
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.seen.append((self.path, dict(self.headers), body))
                is_write = "/write" in self.path
                step = outer.script.pop(0) if is_write and outer.script else None
                if callable(step):
                    return step(self, body)
                if step is not None:
                    status, text, *headers = step
                    text = json.dumps(text) if isinstance(text, dict) else text
                    return self.answer(status, text.encode(), headers[0] if headers else {})
                if outer.behind is None:
                    return self.answer(204, b"")
                headers = {name: value for name, value in self.headers.items()
                           if name.lower() not in ("host", "content-length", "connection")}
                passed = requests.post(outer.behind.url + self.path, data=body, headers=headers,
                                       timeout=30)
                self.answer(passed.status_code, passed.content)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def writes(self):
        return [body for path, _, body in self.seen if "/write" in path]

    def wait_writes(self, count, timeout=20):
        wait_until(lambda: len(self.writes()) >= count, timeout, what=f"{count} writes")

    def close(self):
        self.server.shutdown()
        self.server.server_close()
