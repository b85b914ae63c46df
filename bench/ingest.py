"""Ingest: QoS 1 messages of four fields, from a real Mosquitto until all answer in
/api/v1/readings. CPU of the gateway for each message, its memory, what was lost; then a million
messages over a thousand series, where the memory must stay flat. Telegraf gets the same messages
when it is on the PATH.

    bench/ingest.py [--messages 200000] [--long 1000000] [--series 1000]"""

import argparse
import os
import select
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from report import result  # noqa: E402

from harness.fake_broker import packet  # noqa: E402
from harness.gateway import Gateway  # noqa: E402
from harness.mosquitto import Mosquitto  # noqa: E402
from harness.process import Process, wait_until  # noqa: E402

WINDOW = 2000  # messages that the broker may have on its way to us


def messages(count, series):
    """PUBLISH packets, MQTT 3.1.1, QoS 1: sensors/dev<k> {"n":…, three floats}."""
    topics = [b"sensors/dev%d" % k for k in range(series)]
    for number in range(count):
        topic = topics[number % series]
        payload = b'{"n":%d,"temperature":%.2f,"humidity":%.1f,"power":%.3f}' % (
            number, 20 + number % 700 / 100, 40 + number % 300 / 10, number % 9000 / 7)
        body = len(topic).to_bytes(2, "big") + topic + (number % 65_000 + 1).to_bytes(2, "big")
        yield packet(0x32, body + payload)


def publish(port, count, series):
    """Sends them as fast as the broker acknowledges; in a child, so that it has a core."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert status == 0, "the publisher failed"
        return
    try:
        _blast(port, count, series)
        os._exit(0)
    except BaseException as problem:
        print("publisher:", problem, file=sys.stderr)
        os._exit(1)


def _blast(port, count, series):
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"))
        assert sock.recv(4) == b"\x20\x02\x00\x00"
        source, out, sent, acked = messages(count, series), bytearray(), 0, 0
        partial = 0
        while acked < count:
            while sent - acked < WINDOW and len(out) < 65536:
                one = next(source, None)
                if one is None:
                    break
                out += one
                sent += 1
            readable, writable, _ = select.select([sock], [sock] if out else [], [], 30)
            if writable:
                del out[:sock.send(out)]
            if readable:
                data = sock.recv(65536)
                assert data, "the broker closed"
                partial += len(data)
                acked += partial // 4  # every PUBACK of 3.1.1 has four bytes
                partial %= 4
            assert readable or writable, "the broker stands still"


def gateway_run(folder, count, series):
    """{cpu_us, rss, peak, seconds, lost, samples} of one run with a fresh gateway."""
    broker = Mosquitto(folder / "broker", extra=["max_queued_messages 0", "max_inflight_messages 0",
                                                 "log_type none"]).start()
    gateway = Gateway(folder / "gateway", {
        "mqtt.url": broker.url, "mqtt.client_id": "bench", "log.level": "info",
        "log.access": False}, build="release")
    gateway.add_user()
    gateway.start()
    try:
        gateway.wait_connected()
        gateway.session()
        time.sleep(0.5)
        idle, cpu, begun = gateway.process.rss(), gateway.process.cpu(), time.monotonic()
        samples = []
        import threading
        done = threading.Event()

        def sample():
            while not done.wait(0.2):
                samples.append(gateway.process.rss())
        watcher = threading.Thread(target=sample)
        watcher.start()
        publish(broker.port, count, series)

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
  metric_batch_size = 5000
  metric_buffer_limit = 1000000
  omit_hostname = true
[[inputs.mqtt_consumer]]
  servers = ["tcp://127.0.0.1:{port}"]
  topics = ["#"]
  qos = 1
  persistent_session = true
  client_id = "telegraf"
  max_undelivered_messages = 5000
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
        publish(broker.port, count, series)

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
