"""A whole home: payloads of real devices from a registry of 1,000 beside Telegraf, 200 browsers on
the live stream, memory and disk with the demo home and a year of its past.

    bench/home.py [--messages 100000] [--rounds 3] [--browsers 200] [--days 365]"""

import argparse
import json
import selectors
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from report import result  # noqa: E402

from ingest import TELEGRAF, measured, start_broker  # noqa: E402

from harness.gateway import Gateway, binary  # noqa: E402
from harness.process import Process, wait_until  # noqa: E402

DEVICES = 1000
# As real firmware sends them: a Zigbee plug with its settings, a metering Tasmota plug.
ZIGBEE = {"auto_off": None, "child_lock": "UNLOCK", "countdown": 0, "current": 0.24,
          "energy": 83.41, "indicator_mode": "off/on", "last_seen": "2026-01-10T12:05:00+09:00",
          "linkquality": 126, "power": 48.3, "power_outage_memory": "restore",
          "power_on_behavior": "previous", "state": "ON",
          "update": {"installed_version": 192, "latest_version": 192, "state": "idle"},
          "update_available": False, "voltage": 221}
TASMOTA = {"Time": "2026-01-10T12:05:00",
           "ENERGY": {"TotalStartTime": "2025-02-01T09:00:00", "Total": 83.412,
                      "Yesterday": 0.512, "Today": 0.203, "Period": 4, "Power": 48,
                      "ApparentPower": 55, "ReactivePower": 27, "Factor": 0.87, "Voltage": 221,
                      "Current": 0.249}}


def compact(payload):
    return json.dumps(payload, separators=(",", ":"))


def device_messages(count):
    """`count` messages, every second of a Zigbee and of a Tasmota plug, values that change."""
    for n in range(count):
        device = n // 2 % (DEVICES // 2)
        if n % 2:
            TASMOTA["ENERGY"]["Power"] = n % 2000
            yield f"tele/plug_{device}/SENSOR", compact(TASMOTA)
        else:
            ZIGBEE["power"] = n % 2000 / 10
            yield f"zigbee2mqtt/floor1/plug_{device}", compact(ZIGBEE)


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value % 128 | 128]), value // 128
    return out + bytes([value])


def receive(line):
    try:
        return line.recv(65536)
    except OSError:  # closed by us
        return b""


def blast(broker, messages):
    """QoS 1 as fast as the broker takes it (MQTT 3.1.1), returns when all are acknowledged."""
    with socket.create_connection(("127.0.0.1", broker.port)) as line:
        name = b"bench-home"
        body = struct.pack("!H4sBBH", 4, b"MQTT", 4, 2, 0) + struct.pack("!H", len(name)) + name
        line.sendall(b"\x10" + varint(len(body)) + body)
        assert line.recv(4) == b"\x20\x02\x00\x00", "the broker refused"
        sent = threading.Semaphore(0)

        def acknowledged():
            got = b""
            while piece := receive(line):
                got += piece
                for _ in range(len(got) // 4):
                    sent.release()
                got = got[len(got) // 4 * 4:]
        reader = threading.Thread(target=acknowledged, daemon=True)
        reader.start()
        count = open_ones = 0
        chunk = b""
        for topic, payload in messages:
            topic, payload = topic.encode(), payload.encode()
            head = struct.pack("!H", len(topic)) + topic + struct.pack("!H", count % 65000 + 1)
            chunk += b"\x32" + varint(len(head) + len(payload)) + head + payload
            count, open_ones = count + 1, open_ones + 1
            if len(chunk) > 32768:
                line.sendall(chunk)
                chunk = b""
                while open_ones > 5000:
                    sent.acquire()
                    open_ones -= 1
        line.sendall(chunk)
        for _ in range(open_ones):
            assert sent.acquire(timeout=60), "the broker did not acknowledge"
        line.shutdown(socket.SHUT_RDWR)
    return count


def start_gateway(folder, broker, **settings):
    gateway = Gateway(folder, {"mqtt.url": broker.url, "mqtt.client_id": "bench",
                               "log.level": "info", "log.access": False, **settings},
                      build="release")
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    gateway.session()
    return gateway


def written(gateway):
    system = gateway.system()
    return min(sink["written"] for sink in system["sinks"])


def plugs_ours(folder, count):
    broker = start_broker(folder)
    gateway = start_gateway(folder / "gateway", broker)
    try:
        blast(broker, device_messages(DEVICES * 2))  # every device is known
        wait_until(lambda: written(gateway) >= DEVICES * 2, 60, 0.2, "the registry")
        before = gateway.system()["history"]["values"]
        with measured(gateway.process, broker, count) as figures:
            blast(broker, device_messages(count))
            wait_until(lambda: written(gateway) >= count + DEVICES * 2, 300, 0.2, "all messages")
        system = gateway.system()
        figures["devices"], figures["dead"] = system["devices"]["count"], system["dead"]
        figures["values"] = system["history"]["values"] - before
    finally:
        gateway.process.kill()
        broker.kill()
    return figures


def plugs_telegraf(folder, count):
    if not (program := shutil.which("telegraf")):
        return None
    broker = start_broker(folder)
    out = folder / "out.lp"
    (folder / "telegraf.conf").write_text(TELEGRAF.format(port=broker.port, out=out))
    process = Process([program, "--config", folder / "telegraf.conf"], folder / "telegraf.log")
    process.start()
    try:
        process.wait_output("Connected", 20)
        time.sleep(1)
        with measured(process, broker, count) as figures:
            blast(broker, device_messages(count))
            wait_until(lambda: out.exists() and out.read_bytes().count(b"\n") >= count, 300, 0.5,
                       "all messages in Telegraf's file")
        return figures
    finally:
        process.kill()
        broker.kill()


def plugs(work, arguments):
    ours, other = [], []
    for at in range(arguments.rounds):
        for kept, run in ((ours, plugs_ours), (other, plugs_telegraf)):
            folder = work / f"{run.__name__}-{at}"
            folder.mkdir()
            if figures := run(folder, arguments.messages):
                kept.append(figures)
                print(f"  {run.__name__}: {figures['cpu_us']:.2f} µs", flush=True)
    cpu = statistics.median(run["cpu_us"] for run in ours)
    assert all(run["dead"] == 0 and run["devices"] == DEVICES for run in ours), ours
    theirs = statistics.median(run["cpu_us"] for run in other) if other else None
    return [{
        "what": f"Zigbee2MQTT and Tasmota plugs ({len(compact(ZIGBEE))} and "
                f"{len(compact(TASMOTA))} B), {DEVICES:,} devices in the registry: CPU a message, "
                f"median of {len(ours)}",
        "ours": f"{cpu:.1f} µs" + (f", **{cpu / theirs:.2f} ×**" if theirs else ""),
        "neighbour": f"Telegraf → file: {theirs:.1f} µs" if theirs else "not on this machine",
        "goal": "≤ 0.25 ×", "met": cpu <= theirs / 4 if theirs else None}]


class Browsers(threading.Thread):
    """Readers of the live stream that only count."""

    def __init__(self, gateway, number):
        super().__init__(daemon=True)
        cookies = "; ".join(f"{c.name}={c.value}" for c in gateway.session().cookies)
        self.selector, self.bytes, self.ended = selectors.DefaultSelector(), 0, False
        self.sockets = []
        for _ in range(number):
            line = socket.create_connection(("127.0.0.1", gateway.port))
            line.sendall(f"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n"
                         "Accept: text/event-stream\r\n\r\n".encode())
            assert line.recv(12) == b"HTTP/1.1 200", "the stream was refused"
            self.selector.register(line, selectors.EVENT_READ)
            self.sockets.append(line)

    def run(self):
        while not self.ended:
            for key, _ in self.selector.select(0.2):
                self.bytes += len(key.fileobj.recv(65536))

    def end(self):
        self.ended = True
        self.join()
        for line in self.sockets:
            line.close()


def paced(broker, count, rate):
    """Plain messages at `rate` a second."""
    subprocess.run([str(binary("release", "mqtt-load")), "--url", broker.url, "--count", str(count),
                    "--topics", "50", "--clients", "1", "--prefix", "sensors", "--rate", str(rate)],
                   check=True, stdout=subprocess.DEVNULL, timeout=300)


def stream(work, arguments):
    broker = start_broker(work)
    gateway = start_gateway(work / "gateway", broker)
    count, rate = 4000, 200
    try:
        def cost():
            begun, target = gateway.process.cpu(), written(gateway) + count
            paced(broker, count, rate)
            wait_until(lambda: written(gateway) >= target, 30, 0.2, "all messages")
            time.sleep(1)
            return gateway.process.cpu() - begun
        alone = cost()
        watching = Browsers(gateway, arguments.browsers)
        watching.start()
        with_all = cost()
        seen = watching.bytes
        watching.end()
        memory = gateway.process.rss()
    finally:
        gateway.process.kill()
        broker.kill()
    each = (with_all - alone) / count / arguments.browsers * 1e6
    assert seen > count * arguments.browsers * 50, f"the browsers saw only {seen} B"
    return [{"what": f"{arguments.browsers} browsers on the live stream, {rate} messages/s: CPU an "
                     "event and browser", "ours": f"{each:.2f} µs", "goal": "≤ 1 µs",
             "met": each <= 1.0},
            {"what": "memory then", "ours": f"{memory / 1e6:.0f} MB", "met": None}]


def demo(work, arguments):
    broker = start_broker(work)
    gateway = start_gateway(work / "gateway", broker)
    demo_home = Process([binary("release", "demo-home"), "--url", broker.url, "--speed", "60",
                         "--quiet"], work / "demo.log", name="demo-home")
    try:
        past = work / "past.lp"
        with open(past, "wb") as out:
            subprocess.run([str(binary("release", "demo-home")), "--past", str(arguments.days),
                            "--quiet"], check=True, stdout=out)
        begun, cpu = time.monotonic(), gateway.process.cpu()
        gateway.cli("history", "import", "--format", "lp", str(past), timeout=600)
        took, used = time.monotonic() - begun, gateway.process.cpu() - cpu
        peak = gateway.process.rss()
        values = gateway.system()["history"]["values"]
        demo_home.start()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            peak = max(peak, gateway.process.rss())
            gateway.get("/api/v1/devices")
            time.sleep(1)
        system = gateway.system()
        assert system["devices"]["count"] >= 50, system["devices"]
        history = system["history"]
    finally:
        demo_home.kill()
        gateway.process.kill()
        broker.kill()
    bytes_each = history["bytes_per_value"]
    return [{"what": f"{arguments.days} days of the demo home imported ({values:,} values)",
             "ours": f"{took:.0f} s, {used:.0f} s of CPU",
             "goal": "a year in 60 s", "met": took <= 60 * arguments.days / 365},
            {"what": "memory with the demo home: after that import and an hour at 60 × speed, most",
             "ours": f"{peak / 1e6:.0f} MB", "goal": "≤ 40 MB", "met": peak <= 40e6},
            {"what": "disk for each stored value", "ours": f"{bytes_each:.2f} B", "goal": "≤ 3 B",
             "met": bytes_each <= 3}]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--browsers", type=int, default=200)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--only", default="plugs,stream,demo")
    arguments = parser.parse_args()
    rows = []
    for measure in (plugs, stream, demo):
        if measure.__name__ in arguments.only.split(","):
            with tempfile.TemporaryDirectory() as work:
                rows += measure(Path(work), arguments)
    result("A whole home", 40, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
