"""Stand-ins for InfluxDB 2 and 3, whose servers no package registry has. They answer as the
products' sources say (paths, headers, status codes, bodies), refuse what those refuse, and keep
points in a real InfluxDB 1 behind them, so that /query answers for real."""

import gzip
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import requests

TOKEN = "the-token-of-the-tests"
ORG = "집"


class BadLine(Exception):
    pass


def _split(text, separators):
    """Up to the first separator that no backslash precedes: (head, separator, rest)."""
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            at += 2
            continue
        if text[at] in separators:
            return text[:at], text[at], text[at + 1:]
        at += 1
    return text, "", ""


def parse_line(line):
    """(measurement, {tag: value}, {field: type}) of one line; BadLine."""
    measurement, separator, rest = _split(line, ", ")
    if not measurement:
        raise BadLine("missing measurement")
    tags = {}
    while separator == ",":
        key, equals, rest = _split(rest, "=")
        value, separator, rest = _split(rest, ", ")
        if not key or equals != "=" or not value:
            raise BadLine("missing tag value")
        if key in tags:
            raise BadLine("duplicate tags")
        if key in ("time", "_field", "_measurement"):
            raise BadLine(f"cannot use reserved tag key {key}")
        tags[key] = value
    fields = {}
    while True:
        name, equals, rest = _split(rest, "=")
        if not name or equals != "=":
            raise BadLine("missing field value")
        if rest.startswith('"'):
            found = re.match(r'"((?:[^"\\]|\\.)*)"', rest, re.S)
            if not found:
                raise BadLine("unbalanced quotes")
            kind, rest = "string", rest[found.end():]
        else:
            value = re.match(r"[^, ]*", rest).group()
            rest = rest[len(value):]
            if re.fullmatch(r"-?\d+i", value):
                kind = "integer"
            elif re.fullmatch(r"t|T|true|True|TRUE|f|F|false|False|FALSE", value):
                kind = "boolean"
            elif re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value):
                kind = "float"
            else:
                raise BadLine("invalid number")
        fields[re.sub(r"\\([,= ])", r"\1", name)] = kind
        if not rest.startswith(","):
            break
        rest = rest[1:]
    if rest and not re.fullmatch(r" -?\d+", rest):
        raise BadLine("bad timestamp")
    return re.sub(r"\\([, ])", r"\1", measurement), tags, fields


def lines_of(text):
    """Lines; a line break inside a quoted text belongs to it."""
    out, current, quoted, escaped = [], "", False, False
    for c in text:
        if c == "\n" and not quoted:
            out.append(current)
            current = ""
            continue
        current += c
        if escaped:
            escaped = False
        elif c == "\\":
            escaped = True
        elif c == '"':
            quoted = not quoted
    return [line for line in [*out, current] if line and not line.startswith("#")]


class StandIn:
    """version 2 or 3, before a real InfluxDB 1."""

    def __init__(self, behind, version, buckets=()):
        self.behind, self.version = behind, version
        self.buckets = set(buckets)  # of version 2; version 3 makes databases itself
        self.tables = {}             # of version 3: (database, measurement) → {column: type}
        self.writes, self.fail = [], []
        for bucket in buckets:
            behind.query(f'CREATE DATABASE "{bucket}"')
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                outer.handle(self, b"")

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                outer.handle(self, body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, to, status, body=None, headers=None):
        text = b"" if body is None else (body if isinstance(body, bytes)
                                         else json.dumps(body).encode())
        to.send_response(status)
        to.send_header("X-Influxdb-Version", "v2.7.12" if self.version == 2 else "3.0.1")
        for name, value in (headers or {}).items():
            to.send_header(name, value)
        if status != 204:
            to.send_header("Content-Length", str(len(text)))
        to.end_headers()
        to.wfile.write(text)

    def refuse(self, to, status, code, message):
        return self.answer(to, status, {"code": code, "message": message} if self.version == 2
                           else {"error": message})

    def handle(self, to, body):
        url = urlsplit(to.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/ping":
            return self.answer(to, 204 if self.version == 2 else 200,
                               None if self.version == 2 else {"version": "3.0.1"})
        scheme = {2: ("Token", "Bearer"), 3: ("Bearer", "Token")}[self.version]
        if to.headers.get("Authorization") not in [f"{word} {TOKEN}" for word in scheme]:
            return self.refuse(to, 401, "unauthorized", "unauthorized access")
        if self.fail and "write" in url.path:
            return self.answer(to, *self.fail.pop(0))
        route = {
            2: {"/api/v2/write": self.write2, "/api/v2/orgs": self.orgs,
                "/api/v2/buckets": self.make_bucket, "/query": self.query},
            3: {"/api/v3/write_lp": self.write3, "/api/v3/configure/database": self.make_database,
                "/query": self.query}}[self.version].get(url.path)
        if not route:
            return self.refuse(to, 404, "not found", "path not found")
        return route(to, query, body)

    # version 2

    def orgs(self, to, query, _):
        found = [{"id": "0123456789abcdef", "name": ORG}] if query.get("org") == ORG else []
        if not found:
            return self.refuse(to, 404, "not found", f'organization name "{query.get("org")}" not found')
        return self.answer(to, 200, {"orgs": found})

    def make_bucket(self, to, _, body):
        asked = json.loads(body)
        if asked["orgID"] != "0123456789abcdef":
            return self.refuse(to, 404, "not found", "organization not found")
        if asked["name"] in self.buckets:
            return self.refuse(to, 422, "conflict", "bucket with name already exists")
        self.buckets.add(asked["name"])
        self.behind.query(f'CREATE DATABASE "{asked["name"]}"')
        return self.answer(to, 201, {"id": "b", **asked})

    def write2(self, to, query, body):
        if query.get("org") != ORG:
            return self.refuse(to, 404, "not found", "organization not found")
        if query.get("bucket") not in self.buckets:
            return self.refuse(to, 404, "not found", f'bucket "{query.get("bucket")}" not found')
        if query.get("precision", "ns") not in ("ns", "us", "ms", "s"):
            return self.refuse(to, 400, "invalid", "invalid precision; valid precision units are ns, us, ms, and s")
        wrong = []
        for line in lines_of(body.decode()):
            try:
                parse_line(line)
            except BadLine as bad:
                wrong.append(f"unable to parse '{line}': {bad}")
        if wrong:  # nothing of it is written
            return self.refuse(to, 400, "invalid", "\n".join(wrong))
        self.writes.append(body)
        passed = requests.post(self.behind.url + "/write", data=body, timeout=30,
                               params={"db": query["bucket"], "precision": "ns"})
        if passed.status_code == 204:
            return self.answer(to, 204)
        message = "failure writing points to database: " + passed.json()["error"]
        return self.refuse(to, 422, "unprocessable entity", message)

    # version 3

    def make_database(self, to, _, body):
        self.behind.query(f'CREATE DATABASE "{json.loads(body)["db"]}"')
        return self.answer(to, 200)

    def write3(self, to, query, body):
        if query.get("precision", "auto") not in (
                "auto", "nanosecond", "microsecond", "millisecond", "second", "ns", "n", "us", "u",
                "ms", "s"):
            return self.refuse(to, 400, "", "invalid precision")
        if len(body) > 10 * 2**20:
            return self.refuse(to, 413, "", "request too large")
        database = query["db"]
        self.behind.query(f'CREATE DATABASE "{database}"')
        good, wrong = [], []
        for number, line in enumerate(lines_of(body.decode()), 1):
            try:
                measurement, tags, fields = parse_line(line)
                table = self.tables.setdefault((database, measurement), {})
                wanted = {**{name: "tag" for name in tags},
                          **{name: "field::" + kind for name, kind in fields.items()}}
                for name, kind in wanted.items():
                    if table.get(name, kind) != kind:
                        raise BadLine(f"invalid column type for column '{name}', expected "
                                      f"iox::column_type::{table[name]}, got iox::column_type::{kind}")
                table.update(wanted)
                good.append(line)
            except BadLine as bad:
                wrong.append({"original_line": line[:20], "line_number": number,
                              "error_message": str(bad)})
        self.writes.append(body)
        if wrong and query.get("accept_partial", "true") != "true":
            good = []
        if good:
            passed = requests.post(self.behind.url + "/write", timeout=30,
                                   data="\n".join(good).encode() + b"\n",
                                   params={"db": database, "precision": "ns"})
            assert passed.status_code == 204, passed.text
        if wrong:
            return self.answer(to, 400, {"error": "partial write of line protocol occurred",
                                         "data": wrong})
        return self.answer(to, 204)

    # both: InfluxQL

    def query(self, to, query, body):
        asked = {**query, **{name: values[0] for name, values in parse_qs(body.decode()).items()}}
        passed = requests.post(self.behind.url + "/query", data=asked, timeout=30)
        return self.answer(to, passed.status_code, passed.content,
                           {"Content-Type": "application/json"})
