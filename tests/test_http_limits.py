"""Slow, greedy and many clients, and what HTTP/1.1 asks of a server, on raw sockets."""

import time

import pytest

from harness.raw import Raw, exchange, own, request

POST = "POST /auth/login HTTP/1.1\r\n"


@pytest.fixture(scope="module")
def impatient(module_gateway):
    return module_gateway({"http.header_timeout": "1s", "http.body_timeout": "1s",
                           "http.idle_timeout": "2s"})


def closes_within(raw, seconds):
    begun = time.monotonic()
    answer = raw.read(seconds + 2, until_closed=True)
    assert answer.closed, f"still open after {seconds + 2} s: {answer}"
    assert time.monotonic() - begun <= seconds + 1.5
    return answer


def test_slow_headers(impatient):
    with Raw(impatient.port) as raw:
        raw.send(b"GET /healthz HTTP/1.1\r\n")
        for _ in range(5):  # a byte now and then doesn't buy more time
            time.sleep(0.3)
            raw.send(b"X: 1\r\n")
        answer = closes_within(raw, 1)
        assert answer.status in (408, None)


def test_slow_body(impatient):
    with Raw(impatient.port) as raw:
        raw.send((POST + own(impatient) + "Content-Length: 1000\r\n"
                  "Content-Type: application/json\r\n\r\n{").encode())
        answer = closes_within(raw, 2)
        assert answer.status in (400, 408, None)


def test_idle_connection(impatient):
    with Raw(impatient.port) as raw:
        raw.send(request().encode())
        assert raw.read().status == 200
        closes_within(raw, 3)


def test_a_connection_that_says_nothing(impatient):
    with Raw(impatient.port) as raw:
        closes_within(raw, 3)


def test_body_limits(served):
    """A body beyond its route's limit is refused by its announcement, or when it gets there."""
    big = "x" * 3_000_000
    head = POST + own(served) + "Content-Type: application/json\r\n"
    announced = exchange(served.port, f"{head}Content-Length: {len(big)}\r\n\r\n".encode(),
                         timeout=3.0)
    assert announced.status == 413, announced
    streamed = exchange(served.port, (f"{head}Transfer-Encoding: chunked\r\n\r\n"
                                      f"{len(big):x}\r\n{big}\r\n0\r\n\r\n").encode(), timeout=5.0)
    assert streamed.status in (413, None) and streamed.closed, streamed


def test_expect_continue(served):
    with Raw(served.port) as raw:
        raw.send((POST + own(served) + "Content-Length: 2\r\nContent-Type: application/json\r\n"
                  "Expect: 100-continue\r\n\r\n").encode())
        raw.socket.settimeout(3)
        assert raw.socket.recv(1000).startswith(b"HTTP/1.1 100 ")
        raw.send(b"{}")
        assert raw.read().status in (400, 401, 422)


def test_pipelined_requests_are_answered_in_order(served):
    with Raw(served.port) as raw:
        raw.send((request() + request(line="GET /no/such HTTP/1.1") + request(
            "Connection: close\r\n")).encode())
        answer = raw.read(3, until_closed=True)
    statuses = [part.split(b" ")[0] for part in answer.data.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"404", b"200"]


def test_five_thousand_idle_sockets(module_gateway):
    """They cost the healthy ones nothing."""
    import resource
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 6000:
        pytest.skip(f"this shell may open only {hard} files (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000), hard))
    gateway = module_gateway({"workers": 2})
    idle = []
    try:
        for _ in range(5000):
            idle.append(Raw(gateway.port, timeout=10))
        with Raw(gateway.port) as raw:
            times = []
            for _ in range(200):
                begun = time.monotonic()
                raw.send(request().encode())
                assert raw.read().status == 200
                times.append(time.monotonic() - begun)
        times.sort()
        assert times[-3] < 0.25, f"slowest healthy requests: {times[-3:]}"
        print(f"5,000 idle sockets: median {times[100] * 1e3:.2f} ms, "
              f"{gateway.process.rss() / 1e6:.0f} MB")
    finally:
        for raw in idle:
            raw.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert gateway.healthy()
