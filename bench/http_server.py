"""The HTTP server beside nginx: session check, relay, TLS. CPU of the server for each request, ours
and nginx by turns in one run; the median of the rounds' ratios counts.

    bench/http_server.py [--rounds 15] [--seconds 1] [--only verify,relay,tls]"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from report import result  # noqa: E402  (finds the harness, too)

from load import Server, handshakes, wrk  # noqa: E402
from nginx import NO_CONTENT, Nginx, proxy, tls  # noqa: E402

from harness.certificates import Authority  # noqa: E402
from harness.gateway import Gateway  # noqa: E402

KIB, MIB = 1024, 1024 * 1024
BODIES = {"2k": 2 * KIB, "256k": 256 * KIB, "8m": 8 * MIB}


def start_gateway(folder, workers, settings, user=True):
    """The gateway, with an administrator if there is to be one."""
    gateway = Gateway(folder, {"workers": workers, "log.level": "info", "log.access": False,
                               **settings}, build="release")
    if user:
        gateway.add_user()
    gateway.start(wait=False)
    return gateway


def ours(gateway, authority=None):
    gateway.verify = str(authority) if authority else True
    gateway.process.wait_ready(gateway.healthy, 30, "/healthz")
    cookies = gateway.session().cookies
    return Server(gateway.url, gateway.process.cpu,
                  {"Cookie": "; ".join(f"{c.name}={c.value}" for c in cookies)}, authority)


def beside(nginx, our, status=200):
    """nginx gets the very same requests; `status` is what it answers."""
    return Server(nginx.url, nginx.cpu, our.headers, our.authority, status)


def by_turns(rounds, measure, our, other):
    """`measure` of both in each round: [(ours, the other's)]. Many short rounds: another program's
    burst spoils a few, not the median."""
    runs = []
    for number in range(rounds):
        pair = [measure(our), measure(other)] if number % 2 == 0 else \
            [measure(other), measure(our)][::-1]
        runs.append(pair)
    return runs


def spread(runs, what):
    """(median ratio, quartiles) of one figure."""
    ratios = sorted(getattr(ours, what) / getattr(other, what) for ours, other in runs)
    quarter = len(ratios) // 4  # half of the rounds lie between
    return statistics.median(ratios), ratios[quarter], ratios[-1 - quarter]


def medians(runs, side, *figures):
    return {what: statistics.median(getattr(pair[side], what) for pair in runs)
            for what in figures}


def compare(rounds, measure, our, other):
    """((median ratio of the cost, quartiles), our medians, the other's medians)."""
    runs = by_turns(rounds, measure, our, other)
    return spread(runs, "cpu_us"), *(
        medians(runs, side, "cpu_us", "rate", "p50_ms", "p99_ms") for side in (0, 1))


def cost_row(what, limit, compared):
    (ratio, low, high), our, other = compared
    return {"what": f"{what}: CPU a request",
            "ours": f"{our['cpu_us']:.1f} µs, **{ratio:.2f} ×** ({low:.2f} to {high:.2f})",
            "neighbour": f"{other['cpu_us']:.1f} µs", "goal": f"≤ {limit:.2f} ×",
            "met": round(ratio, 2) <= limit}


def wait_row(what, compared):
    def text(side):
        return f"{side['rate']:,.0f}/s, {side['p50_ms']:.1f} / {side['p99_ms']:.1f} ms"
    return {"what": f"{what}: rate, p50 / p99", "ours": text(compared[1]),
            "neighbour": text(compared[2]), "met": None}


def load_rows(what, limit, arguments, sides, path, connections=(64, 512), **expected):
    """Cost at the first number of connections, waiting at all of them."""
    rows = []
    for number in connections:
        print(f"{what}, {number} connections", file=sys.stderr, flush=True)
        compared = compare(arguments.rounds, lambda server: wrk(
            server, path, number, arguments.seconds, **expected), *sides)
        if number == connections[0]:
            rows.append(cost_row(what, limit, compared))
        rows.append(wait_row(f"{what}, {number} connections", compared))
    return rows


def verify(work, arguments):
    gateway = start_gateway(work / "gateway", arguments.workers, {})
    nginx = Nginx(work / "nginx", arguments.workers, NO_CONTENT).start()
    try:
        our = ours(gateway)
        return load_rows("`/auth/verify` beside nginx `return 204`", 1.0, arguments,
                         (our, beside(nginx, our, 204)), "/auth/verify")
    finally:
        gateway.process.kill()
        nginx.process.kill()


def relay(work, arguments):
    """Both pass on to one nginx that answers at once: 2 kB from memory, the others from files."""
    (work / "files/api").mkdir(parents=True)
    for name, size in BODIES.items():
        (work / "files/api" / name).write_bytes(b"x" * size)
    upstream = Nginx(work / "upstream", 1, (
        f"root {work}/files; keepalive_timeout 600; default_type application/json;"
        f' location /api/2k {{ return 200 "{"x" * BODIES["2k"]}"; }}')).start()
    (work / "token").write_text("token-of-the-home")
    (work / "token").chmod(0o600)
    gateway = start_gateway(work / "gateway", arguments.workers, {
        "home_assistant.url": upstream.url, "home_assistant.token_file": str(work / "token")})
    http, server = proxy(upstream.port)
    nginx = Nginx(work / "nginx", arguments.workers, server, http).start()
    rows = []
    try:
        our = ours(gateway)
        sides = our, beside(nginx, our)
        for name, size, connections in (("2k", "2 kB", (64, 512)), ("256k", "256 kB", (64, 512)),
                                        ("8m", "8 MB", (16,))):
            rows += load_rows(f"relay of {size} beside nginx `proxy_pass`", 1.0, arguments, sides,
                              f"/ha/api/{name}", connections, size=BODIES[name])
    finally:
        for process in (gateway.process, nginx.process, upstream.process):
            process.kill()
    return rows


def secure(work, arguments):
    authority = Authority(work / "ca")
    certificate, key = authority.issue("server")
    gateway = start_gateway(work / "gateway", arguments.workers, {
        "tls.certificate": str(certificate), "tls.key": str(key)})
    nginx = Nginx(work / "nginx", arguments.workers, tls(certificate, key) + NO_CONTENT,
                  listen="ssl").start()
    try:
        our = ours(gateway, authority.certificate)
        sides = our, beside(nginx, our, 204)
        rows = load_rows("TLS 1.3, `/auth/verify` on kept connections", 1.05, arguments, sides,
                         "/auth/verify", (64,))
        compared = compare(arguments.rounds, lambda server: handshakes(
            server, "/auth/verify", arguments.seconds), *sides)
        return [*rows, cost_row("TLS 1.3, a full handshake for each request", 1.05, compared)]
    finally:
        gateway.process.kill()
        nginx.process.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="verify,relay,tls")
    arguments = parser.parse_args()
    rows = []
    for name, measure in (("verify", verify), ("relay", relay), ("tls", secure)):
        if name in arguments.only.split(","):
            with tempfile.TemporaryDirectory() as work:
                rows += measure(Path(work), arguments)
    result("HTTP", 10, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
