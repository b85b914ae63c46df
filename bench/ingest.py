"""Ingest: QoS 1 messages of four fields, from a real Mosquitto until all answer in
/api/v1/readings. CPU of the gateway for each message, its memory, what was lost; then a million
messages over a thousand series, where the memory must stay flat. Telegraf gets the same messages
when it is on the PATH, round by round in turn; medians count.

    bench/ingest.py [--messages 200000] [--rounds 5] [--long 1000000] [--series 1000]"""

import argparse
import contextlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from report import result  # noqa: E402

from harness.gateway import Gateway, binary  # noqa: E402
from harness.mosquitto import Mosquitto  # noqa: E402
from harness.process import Process, wait_until  # noqa: E402

def publish(broker, count, series):
    """mqtt-load: as fast as the broker acknowledges, numbered, four fields."""
    subprocess.run(["setsid", "--wait", str(binary("release", "mqtt-load")), "--url", broker.url,
                    "--count", str(count), "--topics", str(series), "--clients", "4",
                    "--prefix", "sensors"], check=True, stdout=subprocess.DEVNULL, timeout=900)


def start_broker(folder):
    return Mosquitto(folder / "broker", extra=[
        "max_queued_messages 0", "max_inflight_messages 0", "log_type none"]).start()


@contextlib.contextmanager
def measured(process, broker, count):
    """Fills in what `process` and `broker` used for `count` messages while the body ran."""
    figures = {"samples": []}
    done = threading.Event()

    def sample():
        while not done.wait(0.2):
            figures["samples"].append(process.rss())
    watcher = threading.Thread(target=sample)
    idle, cpu, broker_cpu, begun = process.rss(), process.cpu(), broker.process.cpu(), \
        time.monotonic()
    watcher.start()
    try:
        yield figures
        figures.update(
            cpu_us=(process.cpu() - cpu) / count * 1e6, idle=idle,
            broker_us=(broker.process.cpu() - broker_cpu) / count * 1e6,
            seconds=time.monotonic() - begun, peak=max([idle, *figures["samples"]]))
    finally:
        done.set()
        watcher.join()


def gateway_run(folder, count, series):
    """Figures of one run with a fresh gateway, and `lost`."""
    broker = start_broker(folder)
    gateway = Gateway(folder / "gateway", {
        "mqtt.url": broker.url, "mqtt.client_id": "bench", "log.level": "info",
        "log.access": False}, build="release")
    gateway.add_user()
    gateway.start()
    try:
        gateway.wait_connected()
        gateway.session()
        time.sleep(0.5)

        def stored():
            system = gateway.system()
            return system["decoded"] >= count and all(
                sink["written"] >= count for sink in system["sinks"])
        with measured(gateway.process, broker, count) as figures:
            publish(broker, count, series)
            wait_until(stored, 600, 0.2, "all messages decoded and written")
        answered = sum(int(r["value"]) for r in gateway.readings(field="n", fn="count"))
        assert gateway.stop() == 0
    finally:
        gateway.process.kill()
        broker.kill()
    return {**figures, "lost": count - answered}


TELEGRAF = """
[agent]
  interval = "1s"
  flush_interval = "1s"
  metric_batch_size = 1000
  metric_buffer_limit = 10000
  omit_hostname = true
[[inputs.mqtt_consumer]]
  servers = ["tcp://127.0.0.1:{port}"]
  topics = ["#"]
  qos = 1
  persistent_session = true
  client_id = "telegraf"
  max_undelivered_messages = 1000
  data_format = "json"
[[outputs.file]]
  files = ["{out}"]
  data_format = "influx"
"""


def telegraf_run(folder, count, series):
    """The same messages into Telegraf, which writes line protocol to a file (and never syncs it);
    None without it."""
    program = shutil.which("telegraf")
    if not program:
        return None
    broker = start_broker(folder)
    out = folder / "out.lp"
    (folder / "telegraf.conf").write_text(TELEGRAF.format(port=broker.port, out=out))
    process = Process([program, "--config", folder / "telegraf.conf"], folder / "telegraf.log")
    process.start()
    try:
        process.wait_output("Connected", 20)
        time.sleep(1)

        def stored():
            return out.exists() and out.read_bytes().count(b"\n") >= count
        with measured(process, broker, count) as figures:
            publish(broker, count, series)
            wait_until(stored, 600, 0.5, "all messages in Telegraf's file")
        return figures
    finally:
        process.kill()
        broker.kill()


def rounds(work, count, number):
    """Both in turn, `number` times: {"gateway": [figures], "telegraf": [figures or nothing]}."""
    runs = {"gateway": [], "telegraf": []}
    for at in range(number):
        for name, run in (("gateway", gateway_run), ("telegraf", telegraf_run)):
            folder = work / f"{name}-{at}"
            folder.mkdir()
            if figures := run(folder, count, 20):
                runs[name].append(figures)
                print(f"  {name}, round {at + 1}: {figures['cpu_us']:.2f} µs", flush=True)
            shutil.rmtree(folder)
    return runs


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def rows_of_rounds(runs, count):
    ours, other = runs["gateway"], runs["telegraf"]

    def neighbour(text, key, scale):
        return text.format(median(other, key) / scale) if other else "Telegraf not on this machine"
    cpu, peak = median(ours, "cpu_us"), max(run["peak"] for run in ours)
    lost = sum(run["lost"] for run in ours)
    seconds = median(ours, "seconds")
    spread = f"{min(r['cpu_us'] for r in ours):.1f} to {max(r['cpu_us'] for r in ours):.1f}"
    return [
        {"what": f"CPU a message, {count:,} QoS 1 of 4 fields, until all answer; "
                 f"median of {len(ours)}",
         "ours": f"{cpu:.1f} µs ({spread})", "goal": "≤ 6 µs", "met": cpu <= 6,
         "neighbour": neighbour("Telegraf → file: {:.1f} µs", "cpu_us", 1)
         + f"; Mosquitto itself: {median(ours, 'broker_us'):.1f} µs"},
        {"what": "messages a second", "ours": f"{count / seconds:,.0f}", "met": None,
         "neighbour": f"Telegraf: {count / median(other, 'seconds'):,.0f}" if other else "–"},
        {"what": "lost", "ours": str(lost), "goal": "0", "met": lost == 0},
        {"what": "memory at most", "ours": f"{peak / 1e6:.0f} MB", "goal": "≤ 40 MB",
         "met": peak <= 40e6,
         "neighbour": neighbour("Telegraf: {:.0f} MB", "peak", 1e6) if other else "–"}]


def rows_of_long_run(long, count, series):
    half = len(long["samples"]) // 2
    early, late = max(long["samples"][:half]), max(long["samples"][half:])
    return [
        {"what": f"memory over {count:,} messages and {series:,} series",
         "ours": f"{early / 1e6:.0f} MB in the first half, {late / 1e6:.0f} MB in the second",
         "goal": "≤ 40 MB, flat", "met": late <= 40e6 and late <= early * 1.1},
        {"what": "CPU a message there", "ours": f"{long['cpu_us']:.1f} µs", "met": None},
        {"what": "lost there", "ours": str(long["lost"]), "goal": "0", "met": long["lost"] == 0}]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", type=int, default=1_000_000)
    parser.add_argument("--series", type=int, default=1000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        rows = rows_of_rounds(rounds(work, arguments.messages, arguments.rounds),
                              arguments.messages)
        if arguments.long:
            (work / "long").mkdir()
            long = gateway_run(work / "long", arguments.long, arguments.series)
            rows += rows_of_long_run(long, arguments.long, arguments.series)
    result("Ingest", 30, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
