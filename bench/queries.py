"""Questions while messages come: a year of one sensor (every 30 s, 1.05 M points) asked over HTTP
as the console's chart asks it, by day and by 5 minutes, with 10,000 series kept and 2,000 messages
a second being stored beside it. How long an answer takes, and whether ingest kept up.

    bench/queries.py [--series 10000] [--rate 2000] [--seconds 60] [--days 365]"""

import argparse
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from report import result  # noqa: E402

from home import start_gateway, written  # noqa: E402
from ingest import start_broker  # noqa: E402

from harness.gateway import binary  # noqa: E402
from harness.process import wait_until  # noqa: E402

DEVICE, FIELD, STEP = "living/climate", "temperature", 30
GOAL = 0.050  # s
# name → (question, goal; a plot of 800 pixels is the console's own)
QUESTIONS = {
    "as a chart of 800 pixels": ({"width": 800}, GOAL),
    "by day, mean": ({"every": "1d", "fn": "mean"}, GOAL),
    "by 5 minutes, mean (105,120 windows)": ({"every": "5m", "fn": "mean"}, None),
    "its last day, as a chart": ({"width": 800, "from": "-24h"}, GOAL),
}
EACH = 4  # windows of 105,120 are asked for once while the others are asked four times


def past(file, days):
    """Line protocol of the sensor until an hour ago, so that all of it can be rolled up."""
    dice, value = random.Random(1), 21.0
    end = int(time.time()) - 3600
    with open(file, "w") as out:
        for at in range(end - days * 86_400, end, STEP):
            value += (21.5 - value) / 200 + dice.uniform(-0.05, 0.05)
            out.write(f"zigbee,device={DEVICE} {FIELD}={value:.2f} {at}000000000\n")


def rolled_up(gateway):
    with sqlite3.connect(f"file:{gateway.data}/history.db?mode=ro", uri=True) as db:
        marked = db.execute("SELECT count(*) FROM series WHERE length(dirty)>0").fetchone()[0]
    return marked == 0 and gateway.system()["history"]["rollup_bytes"] > 0


def load(broker, count, series, rate=0):
    command = [str(binary("release", "mqtt-load")), "--url", broker.url, "--count", str(count),
               "--topics", str(series), "--clients", "4", "--prefix", "sensors"]
    return subprocess.Popen(command + (["--rate", str(rate)] if rate else []),
                            stdout=subprocess.DEVNULL)


def ask(gateway, days, question):
    """Seconds until the whole answer is here, and its bytes."""
    query = {"device": DEVICE, "field": FIELD, "from": f"-{days}d", **question}
    begun = time.monotonic()
    answer = gateway.get("/api/v1/readings", params=query)
    took = time.monotonic() - begun
    assert answer.status_code == 200 and len(answer.content) > 1000, answer.text[:300]
    return took, len(answer.content)


def asked(gateway, arguments, until):
    took = {name: [] for name in QUESTIONS}
    size = {}
    at = 0
    while time.monotonic() < until:
        for name, (question, goal) in QUESTIONS.items():
            if goal is None and at % EACH:
                continue
            seconds, size[name] = ask(gateway, arguments.days, question)
            took[name].append(seconds)
            time.sleep(0.05)
        at += 1
    return took, size


def rows(took, size, company):
    out = []
    for name, (_, goal) in QUESTIONS.items():
        times = sorted(took[name])
        p50, p99 = statistics.median(times), times[int(0.99 * (len(times) - 1))]
        out.append({
            "what": f"a year of one sensor, {name} ({size[name] / 1000:,.0f} kB), {company}: "
                    f"p50 / p99 of {len(times)}",
            "ours": f"{p50 * 1e3:.1f} / {p99 * 1e3:.1f} ms",
            "goal": f"≤ {goal * 1e3:.0f} ms" if goal else "–",
            "met": p99 <= goal if goal else None})
    return out


def measure(work, arguments):
    broker = start_broker(work)
    gateway = start_gateway(work / "gateway", broker)
    try:
        past(work / "past.lp", arguments.days)
        gateway.cli("history", "import", "--format", "lp", str(work / "past.lp"), timeout=600)
        assert load(broker, arguments.series, arguments.series).wait(300) == 0
        wait_until(lambda: written(gateway) >= arguments.series, 120, 0.2, "all series")
        wait_until(lambda: rolled_up(gateway), 300, 0.5, "the rollups")
        series = gateway.system()["history"]["series"]
        assert series > arguments.series, series
        alone, size = asked(gateway, arguments, time.monotonic() + arguments.seconds / 4)

        count, before = arguments.rate * arguments.seconds, written(gateway)
        begun, cpu = time.monotonic(), gateway.process.cpu()
        sender = load(broker, count, arguments.series, arguments.rate)
        try:
            time.sleep(2)
            beside, size = asked(gateway, arguments, begun + arguments.seconds - 1)
            assert sender.wait(arguments.seconds + 60) == 0
        finally:
            sender.kill()
        sent = time.monotonic() - begun
        wait_until(lambda: written(gateway) >= before + count, 60, 0.1, "all messages")
        behind, used = time.monotonic() - begun - sent, gateway.process.cpu() - cpu
        memory = gateway.process.rss()
    finally:
        gateway.process.kill()
        broker.kill()
    company = f"beside {arguments.rate:,} messages/s, {series:,} series kept"
    return [*rows(beside, size, company), *rows(alone, size, "nothing beside"),
            {"what": f"ingest then: {count:,} messages sent in {sent:.0f} s: all stored after",
             "ours": f"{behind:.1f} s more, {used / sent * 100:.0f} % of a core for both",
             "goal": "≤ 2 s", "met": behind <= 2},
            {"what": "memory then", "ours": f"{memory / 1e6:.0f} MB", "met": None}]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=2_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--days", type=int, default=365)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        result("Questions", 50, measure(Path(work), arguments))
    return 0


if __name__ == "__main__":
    sys.exit(main())
