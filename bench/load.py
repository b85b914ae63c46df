"""Load on one server, and what it cost: every generator runs in a session of its own, as every
server does (the kernel's autogroups otherwise favour one side), and no wrong answer is measured."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import requests

HERE = Path(__file__).resolve().parent


@dataclasses.dataclass
class Server:
    """One side of a comparison. `cpu` gives its CPU seconds so far."""
    url: str
    cpu: object
    headers: dict
    authority: Path = None
    status: int = 200


@dataclasses.dataclass
class Run:
    cpu_us: float  # for each request
    rate: float    # requests a second
    p50_ms: float = 0
    p99_ms: float = 0
    requests: int = 0


def probe(server, path, size):
    """One request that is looked at whole."""
    answer = requests.get(server.url + path, headers=server.headers, timeout=30,
                          verify=str(server.authority) if server.authority else True)
    assert (answer.status_code, len(answer.content)) == (server.status, size), (
        f"{server.url}{path}: {answer.status_code}, {len(answer.content)} B: {answer.text[:200]}")


def generate(*command):
    done = subprocess.run(["setsid", "--wait", *map(str, command)], capture_output=True, text=True,
                          timeout=300)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    return json.loads(done.stdout.strip().splitlines()[-1])


def ask(server, path, connections, seconds, *cookies):
    """wrk with one thread; what it counted. `cookies`: what bench/wrk.lua takes."""
    headers = [part for name, value in server.headers.items() for part in ("-H", f"{name}: {value}")]
    return generate("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
                    "-s", HERE / "wrk.lua", *headers, server.url + path, *cookies)


def wrk(server, path, connections, seconds, size=0, cookies=(), refused=0):
    """Every answer counts as good or bad by its status; all of them together by their bytes. Of
    the answers at most the part `refused` may be bad."""
    probe(server, path, size)
    before = server.cpu()
    seen = ask(server, path, connections, seconds, *cookies)
    cpu = server.cpu() - before
    assert seen["bad_status"] <= refused * seen["requests"] and seen["broken"] == 0, (
        f"{server.url}{path}: {seen}")
    assert seen["requests"] > 0 and seen["bytes"] >= seen["requests"] * size, seen
    return Run(cpu / seen["requests"] * 1e6, seen["requests"] / seen["us"] * 1e6,
               seen["p50_us"] / 1e3, seen["p99_us"] / 1e3, seen["requests"])


def handshakes(server, path, seconds):
    """Connections with a full TLS 1.3 handshake and one request each."""
    before = server.cpu()
    seen = generate(sys.executable, HERE / "handshakes.py", server.url.rsplit(":", 1)[1],
                    server.authority, path, server.headers["Cookie"], server.status, seconds)
    return Run((server.cpu() - before) / seen["requests"] * 1e6,
               seen["requests"] / seen["us"] * 1e6)
