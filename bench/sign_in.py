"""Who is calling, with sessions in Redis: the session check with many live sessions that come and
go beside nginx, the check of one that is not known yet beside nginx with Lua, sessions that end at
once at two gateways, the check while people sign in, and what a decision by grants costs.

    bench/sign_in.py [--sessions 100000] [--rounds 15] [--seconds 1] [--only many,cold,…]"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from report import ROOT, result  # noqa: E402  (finds the harness, too)

from http_server import by_turns, cost_row, medians, spread, wait_row  # noqa: E402
from load import Server, ask, wrk  # noqa: E402
from logins import Logins  # noqa: E402
from nginx import NO_CONTENT, Nginx, session_check  # noqa: E402
from sessions import SECRET, Sessions, found  # noqa: E402

VERIFY = "/auth/verify"
CONNECTIONS = 64


def many(work, arguments):
    """wrk asks with any of all cookies. In every round, ours and nginx's, a part of the sessions
    ends and as many begin, as another gateway on this Redis would do it."""
    sessions = Sessions(work / "ours", arguments.workers)
    gateway = sessions.gateways[0]
    nginx = Nginx(work / "nginx", arguments.workers, NO_CONTENT).start()
    try:
        sessions.begin(arguments.sessions)
        sessions.known(gateway)
        changed = max(1, round(arguments.sessions * arguments.churn))

        def measure(server):
            cookies = sessions.cookies(), "random", 0
            with sessions.churn(changed, arguments.seconds):
                return wrk(server, VERIFY, CONNECTIONS, arguments.seconds, cookies=cookies,
                           refused=2 * arguments.churn)
        our = sessions.server(gateway)
        before = found(gateway)
        runs = by_turns(arguments.rounds, measure, our,
                        Server(nginx.url, nginx.cpu, our.headers, status=204))
        cache, store = (now - then for now, then in zip(found(gateway), before))
        memory = gateway.process.rss()
    finally:
        sessions.kill()
        nginx.process.kill()
    what = (f"`{VERIFY}` beside nginx `return 204`, {arguments.sessions:,} live sessions in Redis, "
            f"{arguments.churn:.0%} of them end and begin in each round")
    compared = spread(runs, "cpu_us"), *(
        medians(runs, side, "cpu_us", "rate", "p50_ms", "p99_ms") for side in (0, 1))
    cost = cost_row(what, 1.0, compared)
    cost["note"] = f"({store / (cache + store):.1%} asked Redis)"
    return [cost, wait_row(what, compared),
            {"what": "memory then", "ours": f"{memory / 1e6:.0f} MB", "met": None}]


def cold(work, arguments):
    """Each cookie once. Ours starts anew for each round, so that its cache is empty."""
    sessions = Sessions(work / "ours", arguments.workers)
    gateway = sessions.gateways[0]
    main, http, server = session_check(sessions.redis.port, SECRET)
    nginx = Nginx(work / "nginx", arguments.workers, server, http, main=main).start()
    try:
        sessions.begin(arguments.sessions)
        cookies = sessions.cookies(), "once", 0
        our = sessions.server(gateway)
        other = Server(nginx.url, nginx.cpu, our.headers)

        def measure(server):
            if server is our:
                sessions.restart(gateway)
            before = sessions.redis.process.cpu()
            run = wrk(server, VERIFY, CONNECTIONS, arguments.seconds, cookies=cookies)
            assert run.requests <= len(sessions.live), (
                f"{run.requests} requests: each of {len(sessions.live)} cookies only once")
            redis_us = (sessions.redis.process.cpu() - before) / run.requests * 1e6
            run.with_redis_us = run.cpu_us + redis_us
            return run
        runs = by_turns(arguments.rounds, measure, our, other)
    finally:
        sessions.kill()
        nginx.process.kill()
    what = f"`{VERIFY}`, session not known yet, beside nginx + Lua + Redis"
    rows = []
    for name, figure, unit, goal in (("rate", "rate", "/s", "≥ 1.20 ×"),
                                     ("CPU a request", "cpu_us", " µs", "≤ 0.83 ×"),
                                     ("CPU with that of Redis", "with_redis_us", " µs", "–")):
        ratio, low, high = spread(runs, figure)
        ours, neighbour = (medians(runs, side, figure)[figure] for side in (0, 1))
        digits = ",.0f" if figure == "rate" else ".1f"
        met = {"rate": round(ratio, 2) >= 1.2, "cpu_us": round(ratio, 2) <= 0.83}
        rows.append({
            "what": f"{what}: {name}", "goal": goal, "met": met.get(figure),
            "ours": f"{ours:{digits}}{unit}, **{ratio:.2f} ×** ({low:.2f} to {high:.2f})",
            "neighbour": f"{neighbour:{digits}}{unit}"})
    return rows


def ends(work, arguments):
    """wrk asks both gateways for all of one person's sessions while that person is disabled. What
    counts is the last good answer, from the moment that the disabling is answered; and that each
    cookie was asked for and refused since."""
    sessions = Sessions(work / "ours", arguments.workers, gateways=2)
    one = sessions.gateways[0]
    before, after = 4, 10  # seconds
    try:
        one.add_user("ben", "member")
        sessions.begin(arguments.ended, "--account", sessions.account("ben"), "--username", "ben")
        admin = one.session()
        cookies = sessions.cookies(), "once", 1, "watch"
        for gateway in sessions.gateways:
            sessions.known(gateway, 4)
        with ThreadPoolExecutor() as threads:
            asking = [threads.submit(ask, sessions.server(gateway), VERIFY, CONNECTIONS,
                                     before + after, *cookies) for gateway in sessions.gateways]
            time.sleep(before)
            begun = time.monotonic()
            answer = admin.patch(f"{one.url}/api/v1/users/ben", json={"disabled": True}, timeout=60)
            ended = time.monotonic()
            assert answer.status_code == 200, answer.text
            seen = [run.result() for run in asking]
        for gateway, run in zip(sessions.gateways, seen):
            assert run["last_good"] > begun - 1, f"it was not asked before: {run}"
            assert run["since_good"] >= len(sessions.live) + CONNECTIONS, f"not all refused: {run}"
        assert len(sessions.redis.keys()) == 1, "sessions are left beside the administrator's"
    finally:
        sessions.kill()
    last = max(run["last_good"] for run in seen) - ended
    return [{"what": f"{arguments.ended:,} sessions of one person, who is disabled, asked for at "
                     "two gateways: last one let in, from the answer",
             "ours": f"{last * 1e3:.0f} ms" if last > 0 else f"{-last * 1e3:.0f} ms before",
             "goal": "≤ 1 s", "met": last <= 1},
            {"what": "the answer itself", "ours": f"{(ended - begun) * 1e3:.0f} ms", "met": None}]


def signing_in(work, arguments):
    """At a rate that leaves the machine half idle: wrk pauses before each request. With and without
    sign-ins by turns."""
    sessions = Sessions(work / "ours", arguments.workers)
    gateway = sessions.gateways[0]
    people = [f"person{number}" for number in range(10)]
    seconds = max(arguments.seconds, 3)
    counts = []
    try:
        for name in people:
            gateway.add_user(name, "member")
        sessions.begin(1000)
        sessions.known(gateway)
        server = sessions.server(gateway)
        cookies = sessions.cookies(), "random", 10

        def measure(rate):
            if not rate:
                return wrk(server, VERIFY, CONNECTIONS, seconds, cookies=cookies)
            with Logins(gateway, people, rate) as logins:
                run = wrk(server, VERIFY, CONNECTIONS, seconds, cookies=cookies)
            counts.append(logins.counts)
            return run
        runs = by_turns(max(3, arguments.rounds // 3), measure, arguments.logins, 0)
    finally:
        sessions.kill()
    ratio, low, high = spread(runs, "p99_ms")
    busy, idle = (medians(runs, side, "rate", "p50_ms", "p99_ms") for side in (0, 1))
    done = {status: sum(count.get(status, 0) for count in counts) for status in (200, 429)}
    share = statistics.mean(sum(count.values()) for count in counts) / seconds
    return [{"what": f"`{VERIFY}` at {busy['rate']:,.0f}/s with {arguments.logins} sign-ins a "
                     f"second offered ({share:.0f} came; {done[200]:,} let in, {done[429]:,} told "
                     "to wait): p99 beside the same without",
             "ours": f"{busy['p99_ms']:.2f} ms, **{ratio:.2f} ×** ({low:.2f} to {high:.2f})",
             "neighbour": f"idle: {idle['p99_ms']:.2f} ms", "goal": "≤ 2.00 ×",
             "met": round(ratio, 2) <= 2}]


CASES = {"decide_last/0": "the last of 200 allows, each names another room",
         "decide_last/1": "the last of 200 allows, all name the same room",
         "decide_none": "none of 200 allows",
         "decide_all_fit": "all 200 name the very same thing and none holds at this hour"}


LIMITS = {"known_key/1/threads:1": "a client that is known, and remembered for other gateways",
          "known_key/1/threads:2": "the same on two threads",
          "many_clients": "8,192 clients in turn, who make room for each other",
          "refused": "a request that is refused"}


def cpu_of(program, arguments):
    """{case: CPU in ns, the median}"""
    done = subprocess.run([ROOT / "build/bench/bench" / program, "--benchmark_format=json",
                           f"--benchmark_repetitions={arguments.rounds}",
                           "--benchmark_report_aggregates_only=true"],
                          check=True, capture_output=True, text=True)
    return {run["run_name"]: run["cpu_time"] for run in json.loads(done.stdout)["benchmarks"]
            if run["aggregate_name"] == "median"}


def limits(_, arguments):
    median = cpu_of("limits_bench", arguments)
    return [{"what": f"rate limit, key and bucket and clock: {text}",
             "ours": f"{median[name]:.0f} ns"} for name, text in LIMITS.items()]


def grants(_, arguments):
    median = cpu_of("access_bench", arguments)
    return [{"what": f"decision with 200 grants: {text}", "ours": f"{median[name] / 1e3:.2f} µs",
             "goal": "≤ 1 µs", "met": round(median[name] / 1e3, 2) <= 1}
            for name, text in CASES.items()]


def main():
    measures = {"many": many, "cold": cold, "ends": ends, "logins": signing_in, "grants": grants,
                "limits": limits}
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--churn", type=float, default=0.01, help="part of them, in each round")
    parser.add_argument("--ended", type=int, default=10_000)
    parser.add_argument("--logins", type=int, default=50, help="a second")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--only", default=",".join(measures))
    arguments = parser.parse_args()
    rows = []
    for name in arguments.only.split(","):
        print(name, file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as work:
            rows += measures[name](Path(work), arguments)
    result("Signing in and access", 20, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
