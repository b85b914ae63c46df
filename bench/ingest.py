"""Ingest: QoS 1 messages of four fields, from a real Mosquitto until all answer in
/api/v1/readings. CPU of the gateway for each message, its memory, what was lost; then a million
messages over a thousand series, where the memory must stay flat. Telegraf gets the same messages
when it is on the PATH.

    bench/ingest.py [--messages 200000] [--long 1000000] [--series 1000]"""

import argparse
import shutil
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


def gateway_run(folder, count, series):
    """{cpu_us, rss, peak, seconds, lost, samples} of one run with a fresh gateway."""
    broker = Mosquitto(folder / "broker", extra=["max_queued_messages 0", "max_inflight_messages 0",
                                                 "log_type none"]).start()
    gateway = Gateway(folder / "gateway", {
        "mqtt.url": broker.url, "mqtt.client_id": "bench", "log.level": "info",
        "log.access": False}, build="release")
    gateway.add_user()
    gateway.start()
    done = threading.Event()
    try:
        gateway.wait_connected()
        gateway.session()
        time.sleep(0.5)
        idle, cpu, begun = gateway.process.rss(), gateway.process.cpu(), time.monotonic()
        samples = []

        def sample():
            while not done.wait(0.2):
                samples.append(gateway.process.rss())
        watcher = threading.Thread(target=sample)
        watcher.start()
        publish(broker, count, series)

        def stored():
            system = gateway.system()
            return system["decoded"] >= count and all(
                sink["written"] >= count for sink in system["sinks"])
        wait_until(stored, 600, 0.5, "all messages decoded and written")
        seconds, cpu = time.monotonic() - begun, gateway.process.cpu() - cpu
        done.set()
        watcher.join()
        answered = sum(int(r["value"]) for r in gateway.readings(field="n", fn="count"))
        assert gateway.stop() == 0
    finally:
        done.set()
        gateway.process.kill()
        broker.kill()
    return {"cpu_us": cpu / count * 1e6, "idle": idle, "peak": max(samples), "seconds": seconds,
            "lost": count - answered, "samples": samples}


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
    """The same messages into Telegraf, which writes line protocol to a file; None without it."""
    program = shutil.which("telegraf")
    if not program:
        return None
    broker = Mosquitto(folder / "broker", extra=["max_queued_messages 0", "max_inflight_messages 0",
                                                 "log_type none"]).start()
    out = folder / "out.lp"
    (folder / "telegraf.conf").write_text(TELEGRAF.format(port=broker.port, out=out))
    process = Process([program, "--config", folder / "telegraf.conf"], folder / "telegraf.log")
    process.start()
    try:
        process.wait_output("Connected", 20)
        time.sleep(1)
        cpu, begun = process.cpu(), time.monotonic()
        publish(broker, count, series)

        def stored():
            return out.exists() and out.read_bytes().count(b"\n") >= count
        wait_until(stored, 600, 1.0, "all messages in Telegraf's file")
        return {"cpu_us": (process.cpu() - cpu) / count * 1e6, "peak": process.rss(),
                "seconds": time.monotonic() - begun}
    finally:
        process.kill()
        broker.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--long", type=int, default=1_000_000)
    parser.add_argument("--series", type=int, default=1000)
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        (work / "telegraf").mkdir()
        one = gateway_run(work / "one", arguments.messages, 20)
        other = telegraf_run(work / "telegraf", arguments.messages, 20)
        rows += [
            {"what": f"CPU a message, {arguments.messages:,} QoS 1 of 4 fields, until all answer",
             "ours": f"{one['cpu_us']:.1f} µs", "goal": "≤ 6 µs", "met": one["cpu_us"] <= 6,
             "neighbour": f"Telegraf → file: {other['cpu_us']:.1f} µs" if other
             else "Telegraf not on this machine"},
            {"what": "messages a second, one publisher", "met": None,
             "ours": f"{arguments.messages / one['seconds']:,.0f}",
             "neighbour": f"Telegraf: {arguments.messages / other['seconds']:,.0f}" if other else "–"},
            {"what": "lost", "ours": str(one["lost"]), "goal": "0", "met": one["lost"] == 0},
            {"what": "memory at most", "ours": f"{one['peak'] / 1e6:.0f} MB", "goal": "≤ 40 MB",
             "met": one["peak"] <= 40e6,
             "neighbour": f"Telegraf: {other['peak'] / 1e6:.0f} MB" if other else "–"}]
        if arguments.long:
            long = gateway_run(work / "long", arguments.long, arguments.series)
            half = len(long["samples"]) // 2
            early, late = max(long["samples"][:half]), max(long["samples"][half:])
            rows += [
                {"what": f"memory over {arguments.long:,} messages and {arguments.series:,} series",
                 "ours": f"{early / 1e6:.0f} MB in the first half, {late / 1e6:.0f} MB in the second",
                 "goal": "≤ 40 MB, flat", "met": late <= 40e6 and late <= early * 1.1},
                {"what": "CPU a message there", "ours": f"{long['cpu_us']:.1f} µs", "met": None},
                {"what": "lost there", "ours": str(long["lost"]), "goal": "0",
                 "met": long["lost"] == 0}]
    result("Ingest", 30, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
