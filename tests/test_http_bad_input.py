"""HTTP as no client library sends it, against the real program: one table, raw sockets.

A line of the table must be refused (and the connection closed, so that what follows in the same
bytes can never become a request of its own), or taken as exactly one request."""

import pytest

from harness.raw import HOST, Raw, exchange, own, request

# If the server ever took the bytes after a bad request as the next one, this would answer too.
SMUGGLED = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Smuggled: 1\r\n\r\n"
POST = "POST /auth/login HTTP/1.1\r\n"


def chunked(chunks, headers="", line="POST /auth/login HTTP/1.1"):
    return request("Transfer-Encoding: chunked\r\n" + headers, line, chunks)


REFUSED = [
    # framing: two parsers could see two lengths
    ("CL and TE", request("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", POST.strip(),
                          "0\r\n\r\n")),
    ("TE and CL", request("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", POST.strip(),
                          "0\r\n\r\n")),
    ("two CL, different", request("Content-Length: 0\r\nContent-Length: 5\r\n", POST.strip())),
    ("two CL, equal", request("Content-Length: 2\r\nContent-Length: 2\r\n", POST.strip(), "{}")),
    ("listed CL", request("Content-Length: 2, 2\r\n", POST.strip(), "{}")),
    ("negative CL", request("Content-Length: -1\r\n", POST.strip())),
    ("CL with a plus", request("Content-Length: +2\r\n", POST.strip(), "{}")),
    ("CL in hex", request("Content-Length: 0x2\r\n", POST.strip(), "{}")),
    ("CL of 40 digits", request("Content-Length: " + "9" * 40 + "\r\n", POST.strip())),
    ("CL empty", request("Content-Length:\r\n", POST.strip())),
    ("CL with a blank inside", request("Content-Length: 1 1\r\n", POST.strip(), "x" * 11)),
    ("TE gzip", request("Transfer-Encoding: gzip\r\n", POST.strip(), "0\r\n\r\n")),
    ("TE xchunked", request("Transfer-Encoding: xchunked\r\n", POST.strip(), "0\r\n\r\n")),
    ("TE chunked, identity", request("Transfer-Encoding: chunked, identity\r\n", POST.strip(),
                                     "0\r\n\r\n")),
    ("TE identity", request("Transfer-Encoding: identity\r\n", POST.strip())),
    ("TE gzip, chunked", request("Transfer-Encoding: gzip, chunked\r\n", POST.strip(),
                                 "0\r\n\r\n")),
    ("TE twice", request("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                         POST.strip(), "0\r\n\r\n")),
    ("TE chunked, chunked", request("Transfer-Encoding: chunked, chunked\r\n", POST.strip(),
                                    "0\r\n\r\n")),
    ("TE with a vertical tab", request("Transfer-Encoding: \x0bchunked\r\n", POST.strip(),
                                       "0\r\n\r\n")),
    ("TE on 1.0", request("Transfer-Encoding: chunked\r\n", "POST /auth/login HTTP/1.0",
                          "0\r\n\r\n")),
    ("blank before the colon", request("Transfer-Encoding : chunked\r\n", POST.strip(),
                                       "0\r\n\r\n")),
    ("obs-fold", request("X-A: 1\r\n folded\r\n")),
    ("Connection with a blank inside", request("Connection: 0 close\r\n")),
    ("obs-fold of TE", request("Transfer-Encoding:\r\n chunked\r\n", POST.strip(), "0\r\n\r\n")),
    # line ends
    ("bare LF everywhere", f"GET /healthz HTTP/1.1\n{HOST.strip()}\n\n"),
    ("bare LF after a header", "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\nX-A: 1\r\n\r\n"),
    ("bare LF at the end of the header", f"GET /healthz HTTP/1.1\r\n{HOST}\n"),
    ("bare CR in a header", request("X-A: 1\rX-B: 2\r\n")),
    ("NUL in a header", request("X-A: 1\x002\r\n")),
    ("bare LF after a chunk's size", chunked("2\n{}\r\n0\r\n\r\n")),
    ("bare LF after a chunk", chunked("2\r\n{}\n0\r\n\r\n")),
    ("bare LF at the end of the last chunk", chunked("2\r\n{}\r\n0\r\n\n")),
    ("chunk size with a minus", chunked("-2\r\n{}\r\n0\r\n\r\n")),
    ("chunk size 0x2", chunked("0x2\r\n{}\r\n0\r\n\r\n")),
    ("chunk size of 17 digits", chunked("1" + "0" * 16 + "\r\n{}\r\n0\r\n\r\n")),
    ("chunk longer than its size", chunked("2\r\n{}x\r\n0\r\n\r\n")),
    ("chunk size missing", chunked("\r\n{}\r\n0\r\n\r\n")),
    ("chunk extension of 20 kB", chunked("2;" + "a" * 20_000 + "\r\n{}\r\n0\r\n\r\n")),
    # Host
    ("no Host", "GET /healthz HTTP/1.1\r\n\r\n"),
    ("two Hosts", request(HOST)),
    ("two Hosts, different", request("Host: evil.example\r\n")),
    ("Host is not the absolute-form's", request(line="GET http://evil.example/healthz HTTP/1.1")),
    ("Host with a path", request(host="Host: 127.0.0.1/x\r\n")),
    ("Host with a user", request(host="Host: a@127.0.0.1\r\n")),
    ("Host empty", request(host="Host:\r\n")),
    ("Host with a blank", request(host="Host: 127.0.0.1 x\r\n")),
    # request line
    ("# in the target", request(line="GET /healthz#x HTTP/1.1")),
    ("target not ASCII", request(line="GET /h\xe9althz HTTP/1.1")),
    ("target with a control", request(line="GET /health\x01z HTTP/1.1")),
    ("blank in the target", request(line="GET /health z HTTP/1.1")),
    ("target without a slash", request(line="GET healthz HTTP/1.1")),
    ("target *", request(line="GET * HTTP/1.1")),
    ("no target", request(line="GET HTTP/1.1")),
    ("HTTP/1.2", request(line="GET /healthz HTTP/1.2")),
    ("HTTP/2.0", request(line="GET /healthz HTTP/2.0")),
    ("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("http/1.1 in small letters", request(line="GET /healthz http/1.1")),
    ("HTTP/0.9", "GET /healthz\r\n\r\n"),
    ("two blanks", request(line="GET  /healthz HTTP/1.1")),
    ("method with a control", request(line="G\x01T /healthz HTTP/1.1")),
    ("method of 1 kB", request(line="A" * 1024 + " /healthz HTTP/1.1")),
    ("CONNECT", request(line="CONNECT 127.0.0.1:80 HTTP/1.1")),
    ("header without a colon", request("Nonsense\r\n")),
    ("header with an empty name", request(": 1\r\n")),
    ("header name with a blank", request("X A: 1\r\n")),
    ("header name not ASCII", request("X-\xe9: 1\r\n")),
    ("17 kB of headers", request("X-A: " + "a" * 17_000 + "\r\n")),
    ("5,000 headers", request("".join(f"X-{n}: 1\r\n" for n in range(5000)))),
    ("a target of 20 kB", request(line="GET /" + "a" * 20_000 + " HTTP/1.1")),
    ("TLS to a plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x00" * 100),
    ("noise", "".join(chr(n % 256) for n in range(1, 300)) + "\r\n\r\n"),
]


@pytest.mark.parametrize("data", [data for _, data in REFUSED], ids=[name for name, _ in REFUSED])
def test_refused_and_closed(served, data):
    answer = exchange(served.port, (data + SMUGGLED).encode("latin-1"))
    assert answer.closed, f"the connection stays open after a bad request: {answer}"
    assert answer.answers <= 1, f"one request was read as two: {answer}"
    assert answer.status in (400, 405, 411, 413, 414, 421, 431, 501, 505, None), answer
    if answer.status is None:
        assert answer.data == b"", answer
    assert served.healthy()


TAKEN = [
    ("plain", request(), 200),
    ("HTTP/1.0", request(line="GET /healthz HTTP/1.0"), 200),
    ("absolute-form with its Host", request(line="GET http://127.0.0.1/healthz HTTP/1.1"), 200),
    ("HEAD", request(line="HEAD /healthz HTTP/1.1"), 200),
    ("Connection: close", request("Connection: close\r\n"), 200),
    ("an unknown method", request(line="BREW /healthz HTTP/1.1"), 405),
    ("a wrong method", request(line="DELETE /healthz HTTP/1.1"), 405),
    ("unknown path", request(line="GET /no/such/path HTTP/1.1"), 404),
    ("TRACE", request(line="TRACE /healthz HTTP/1.1"), 405),
    ("Host unknown", request(host="Host: evil.example\r\n"), 421),
    ("a name of *.local", request(host="Host: box.local:8080\r\n"), 200),
    ("IPv6 Host", request(host="Host: [::1]:8080\r\n"), 200),
    ("chunked with an extension", chunked("2;a=b\r\n{}\r\n0\r\n\r\n"), None),
    ("empty list elements", request("Accept: ,,\r\n"), 200),
]


@pytest.mark.parametrize("data, status", [(data, status) for _, data, status in TAKEN],
                         ids=[name for name, _, _ in TAKEN])
def test_taken_as_one_request(served, data, status):
    with Raw(served.port) as raw:
        raw.send(data.encode("latin-1"))
        answer = raw.read(3, until_closed="HEAD" in data)
    assert answer.answers == 1, answer
    if status:
        assert answer.status == status, answer
    if status == 405:
        assert "get" in answer.headers["allow"].lower()


def test_errors_are_problem_documents(served):
    for data in (request("Content-Length: 2, 2\r\n", POST.strip()), request(line="GET /no HTTP/1.1"),
                 request(line="PUT /healthz HTTP/1.1")):
        answer = exchange(served.port, data.encode(), timeout=1.0)
        assert answer.headers["content-type"].startswith("application/problem+json"), answer
        assert b'"title"' in answer.body and b'"status"' in answer.body


# --- trailers and identity from outside ----------------------------------------------------------

IDENTITY = ["Cookie: caredian_session=stolen", "Authorization: Bearer stolen",
            "X-Remote-User: admin", "X-Forwarded-For: 10.0.0.1", "Host: evil.example",
            "Content-Length: 500", "Transfer-Encoding: chunked", "X_Remote_User: admin"]


@pytest.mark.parametrize("trailer", IDENTITY)
def test_trailers_carry_nothing(served, trailer):
    head = POST + own(served) + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    with_trailer = exchange(served.port, f"{head}2\r\n{{}}\r\n0\r\n{trailer}\r\n\r\n".encode(), 2.0)
    without = exchange(served.port, f"{head}2\r\n{{}}\r\n0\r\n\r\n".encode(), 2.0)
    assert with_trailer.answers == 1
    assert with_trailer.status in (400, without.status), (with_trailer, without)


@pytest.mark.parametrize("header", [
    "X-Remote-User: admin", "X_Remote_User: admin", "X-Remote-Groups: admin", "Remote-User: admin",
    "X-Forwarded-User: admin", "X-Authentik-Username: admin", "X-User: admin",
    "Authorization: Bearer admin", "Authorization: Basic YWRtaW46YWRtaW4="])
def test_identity_headers_from_outside_sign_nobody_in(relayed, header):
    gateway, _ = relayed
    for path in ("/auth/me", "/api/v1/devices", "/api/v1/system", "/ha/api/states"):
        answer = exchange(gateway.port, request(header + "\r\n", f"GET {path} HTTP/1.1").encode(),
                          timeout=3.0, until_closed=False)
        assert answer.status == 401, (path, answer)


# --- the relay's paths -----------------------------------------------------------------------

PATHS = ["/ha/api/../auth", "/ha/api/%2e%2e/auth", "/ha/api/%2E%2e/", "/ha/api/.%2e/x",
         "/ha/api/..%2fauth", "/ha/api/a%2fb", "/ha/api/a%2Fb", "/ha/api/a%5cb", "/ha/api/a\\b",
         "/ha/api/./x", "/ha/api/x/.", "/ha/api//x", "/ha//api/x", "/ha/apix", "/ha/", "/ha",
         "/ha/auth/token", "/ha/api/%00", "/ha/api/%zz", "/ha/api/%", "/ha/api/..;/x",
         "/ha/%61pi/states", "/ha/api/%252e%252e/x", "/ha/api/x%0d%0aX-Y:1", "/ha/frontend_latest"]


@pytest.mark.parametrize("path", PATHS)
def test_path_tricks_never_reach_home_assistant(relayed, path):
    gateway, upstream = relayed
    before = len(upstream.requests)
    cookie = "; ".join(f"{c.name}={c.value}" for c in gateway.session().cookies)
    for line in (f"GET {path} HTTP/1.1", f"GET http://127.0.0.1:{gateway.port}{path} HTTP/1.1"):
        answer = exchange(gateway.port, (
            f"{line}\r\nHost: 127.0.0.1:{gateway.port}\r\nCookie: {cookie}\r\n"
            "Connection: close\r\n\r\n").encode(), timeout=3.0)
        assert answer.answers == 1
        if path == "/ha/api/%252e%252e/x":  # once decoded it is a plain name: HA sees it as sent
            continue
        assert answer.status in (400, 403, 404), (line, answer)
    if path != "/ha/api/%252e%252e/x":
        assert len(upstream.requests) == before, upstream.requests[before:]


def test_the_relay_sends_its_own_headers_only(relayed):
    """No cookie, no authorization, no hop-by-hop header of the caller; and no X-Forwarded-*, to which
    Home Assistant answers 400 until it is told to trust the gateway."""
    gateway, upstream = relayed
    answer = gateway.get("/ha/api/echo?x=1", headers={
        "Authorization": "Bearer stolen", "X-Forwarded-For": "10.9.8.7",
        "X-Forwarded-Host": "evil.example", "Forwarded": "for=10.9.8.7", "TE": "trailers",
        "Connection": "keep-alive, X-Drop-Me", "X-Drop-Me": "1", "X-Remote-User": "admin",
        "Keep-Alive": "timeout=5", "X-Real-IP": "10.9.8.7", "Accept": "application/json"})
    assert answer.status_code == 200
    line, headers = upstream.requests[-1]
    assert line == "GET /api/echo?x=1 HTTP/1.1"
    names = [name.lower() for name, _ in headers]
    values = dict((name.lower(), value) for name, value in headers)
    assert values["authorization"] == "Bearer the-gateways-own-token"
    assert "stolen" not in str(headers) and "10.9.8.7" not in str(headers)
    assert "evil.example" not in str(headers) and "caredian_session" not in str(headers)
    for gone in ("cookie", "x-drop-me", "te", "keep-alive", "x-remote-user", "forwarded"):
        assert gone not in names, headers
    assert not [name for name in names if name.startswith("x-forwarded")], headers
    assert values["host"] == f"127.0.0.1:{upstream.port}"
    assert values["accept"] == "application/json"
