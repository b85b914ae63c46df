"""The relay against a recording upstream: what passes, what never does, who leaves first.
tests/test_home_assistant.py asks the real one."""

import threading
import time

import pytest

from harness.process import wait_until
from harness.raw import Raw


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_and_its_body(relayed, method):
    gateway, upstream = relayed
    body = b'{"entity_id":"light.kitchen"}' if method not in ("GET", "OPTIONS") else None
    answer = gateway.session().request(method, gateway.url + "/ha/api/echo?a=b%20c", data=body,
                                       headers={"Content-Type": "application/json"})
    assert answer.status_code == 200 and answer.json()["message"] == "API running."
    assert upstream.requests[-1][0] == f"{method} /api/echo?a=b%20c HTTP/1.1"
    assert upstream.bodies[-1] == (body or b"")


def test_head(relayed):
    gateway, upstream = relayed
    answer = gateway.session().head(gateway.url + "/ha/api/bytes/1000")
    assert answer.status_code == 200 and answer.headers["Content-Length"] == "1000"
    assert answer.content == b""


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 1_000_000, 8_000_000])
def test_bodies_of_every_size(relayed, size):
    gateway, upstream = relayed
    assert len(gateway.get(f"/ha/api/bytes/{size}").content) == size
    sent = b"y" * size
    answer = gateway.session().post(gateway.url + "/ha/api/echo", data=sent)
    assert answer.status_code == 200 and upstream.bodies[-1] == sent


def test_a_chunked_request_body(relayed):
    gateway, upstream = relayed
    pieces = [b"one", b"two", b"x" * 100_000]
    answer = gateway.session().post(gateway.url + "/ha/api/echo", data=iter(pieces))
    assert answer.status_code == 200 and upstream.bodies[-1] == b"".join(pieces)


def test_headers_of_the_answer(relayed):
    gateway, _ = relayed
    answer = gateway.get("/ha/api/headers")
    assert answer.text == "ok" and answer.headers["X-Own"] == "kept"
    for gone in ("X-Hop", "Keep-Alive", "Set-Cookie"):
        assert gone not in answer.headers, answer.headers


@pytest.mark.parametrize("path", ["cut", "garbage", "smuggle"])
def test_a_broken_upstream_is_never_a_whole_answer(relayed, path):
    gateway, _ = relayed
    cookie = gateway.session().cookies["caredian_session"]
    with Raw(gateway.port) as raw:
        raw.send((f"GET /ha/api/{path} HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\n"
                  f"Cookie: caredian_session={cookie}\r\n\r\n").encode())
        answer = raw.read(5)
    if path == "cut":
        assert answer.closed and len(answer.body) < 1000
    else:
        assert answer.status == 502 and answer.answers == 1, answer
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert gateway.get("/ha/api/echo").status_code == 200


def test_streams_are_not_held_back(relayed):
    gateway, upstream = relayed
    answer = gateway.session().get(gateway.url + "/ha/api/endless", stream=True, timeout=10)
    times = []
    for line in answer.iter_lines(chunk_size=1):
        if line.startswith(b"data:"):
            times.append(time.monotonic())
        if len(times) == 6:
            break
    gaps = [b - a for a, b in zip(times, times[1:])]
    assert max(gaps) < 2, f"events come in bursts: {gaps}"
    answer.close()
    assert upstream.left.wait(5), "the client left, the upstream request goes on"


def ended(raw, seconds):
    """Did the answer end, by a closed connection or its last chunk, within so many seconds?"""
    raw.socket.settimeout(0.1)
    deadline, data = time.monotonic() + seconds, b""
    while time.monotonic() < deadline:
        try:
            piece = raw.socket.recv(65536)
        except TimeoutError:
            continue
        data = data[-10:] + piece
        if not piece or data.endswith(b"0\r\n\r\n"):
            return True
    return False


@pytest.mark.parametrize("path", ["/ha/api/endless", "/api/v1/stream"])
def test_a_stream_ends_with_its_session(relayed, path):
    gateway, _ = relayed

    def stream(session):
        raw = Raw(gateway.port)
        raw.send((f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\n"
                  f"Cookie: caredian_session={session.cookies['caredian_session']}\r\n\r\n").encode())
        assert raw.socket.recv(12) == b"HTTP/1.1 200"
        return raw
    staying, leaving = gateway.login(), gateway.login()
    with stream(staying) as stays, stream(leaving) as ends:
        assert not ended(ends, 0.3)
        assert leaving.post(gateway.url + "/auth/logout").status_code in (200, 204)
        assert ended(ends, 2), "it goes on after the logout"
        assert not ended(stays, 0.5), "another session's stream ended"


def test_a_client_that_leaves_ends_the_upstream_request(relayed):
    gateway, upstream = relayed
    cookie = gateway.session().cookies["caredian_session"]
    upstream.waiting.clear()
    with Raw(gateway.port) as raw:
        raw.send((f"GET /ha/api/never HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\n"
                  f"Cookie: caredian_session={cookie}\r\n\r\n").encode())
        assert upstream.waiting.wait(5)
        assert not upstream.left.is_set()
    assert upstream.left.wait(5)


def test_only_administrators(relayed):
    gateway, upstream = relayed
    before = len(upstream.requests)
    assert gateway.client().get(gateway.url + "/ha/api/states").status_code == 401
    member = gateway.session("mia", "member")
    assert member.get(gateway.url + "/ha/api/states").status_code == 403
    assert member.post(gateway.url + "/ha/api/services/light/turn_on").status_code == 403
    stranger = gateway.login()
    stranger.headers["Origin"] = "http://evil.example"
    assert stranger.post(gateway.url + "/ha/api/services/light/turn_on").status_code == 403
    assert len(upstream.requests) == before


def test_upstream_away(make_gateway):
    from harness.process import free_port
    gateway = make_gateway({"home_assistant.url": f"http://127.0.0.1:{free_port()}",
                            "home_assistant.token": "t"})
    gateway.add_user()
    gateway.start()
    answer = gateway.get("/ha/api/states")
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert gateway.ready().status_code == 200


def test_upstream_that_never_answers(make_gateway):
    import socket
    with socket.create_server(("127.0.0.1", 0)) as silent:
        gateway = make_gateway({
            "home_assistant.url": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "home_assistant.token": "t", "home_assistant.first_byte_timeout": "1s"})
        gateway.add_user()
        gateway.start()
        begun = time.monotonic()
        answer = gateway.get("/ha/api/states")
        assert answer.status_code == 504 and 0.8 < time.monotonic() - begun < 5


def test_no_home_assistant_configured(served):
    answer = served.get("/ha/api/states")
    assert answer.status_code in (404, 502, 503)
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_slow_reader_costs_no_memory(relayed):
    """8 MB towards clients that don't read: the relay waits, it doesn't gather."""
    gateway, _ = relayed
    cookie = gateway.session().cookies["caredian_session"]
    before = gateway.process.rss()
    readers = []
    for _ in range(30):
        raw = Raw(gateway.port)
        raw.send((f"GET /ha/api/bytes/8000000 HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\n"
                  f"Cookie: caredian_session={cookie}\r\n\r\n").encode())
        readers.append(raw)
    time.sleep(2)
    grown = gateway.process.rss() - before
    for raw in readers:
        raw.close()
    assert grown < 100_000_000, f"{grown / 1e6:.0f} MB for 30 slow readers of 8 MB"


def test_many_at_once(relayed):
    gateway, _ = relayed
    session = gateway.session()
    statuses = []

    def ask():
        for _ in range(20):
            statuses.append(session.get(gateway.url + "/ha/api/echo", timeout=20).status_code)
    threads = [threading.Thread(target=ask) for _ in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert statuses == [200] * 320
    wait_until(gateway.healthy)
