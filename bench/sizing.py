"""What tools/sizing needs besides: Mosquitto with many clients, InfluxDB's disk, and whether the
model's CPU for a message is true of real runs with the messages of 10 and of 100 homes.

    bench/sizing.py [--clients 10000] [--days 30] [--seconds 60] [--build release] [--no-gateway]"""

import argparse
import random
import resource
import shutil
import socket
import struct
import sys
import tempfile
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(ROOT / "tools/sizing"))
import inputs as given  # noqa: E402
import model  # noqa: E402
from report import result  # noqa: E402

from harness.gateway import Gateway  # noqa: E402
from harness.influxdb import InfluxDB  # noqa: E402
from harness.mosquitto import Mosquitto  # noqa: E402
from harness.mqtt import Publisher  # noqa: E402
from harness.process import Process, free_port, wait_until  # noqa: E402


def clients(folder, count):
    """So many clients with one subscription each: Mosquitto's memory and CPU for one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 1000), hard))
    broker = Mosquitto(folder / "broker", extra=["log_type none"]).start()
    lines = []
    try:
        memory, cpu = broker.process.rss(), broker.process.cpu()
        for at in range(count):
            line = socket.create_connection(("127.0.0.1", broker.port))
            lines.append(line)
            name, topic = b"home-%d" % at, b"home-%d/commands/#" % at
            body = struct.pack("!H4sBBHH", 4, b"MQTT", 4, 2, 600, len(name)) + name
            wanted = struct.pack("!HH", 1, len(topic)) + topic + b"\x01"
            line.sendall(b"\x10" + bytes([len(body)]) + body
                         + b"\x82" + bytes([len(wanted)]) + wanted)
        for line in lines:
            answer = b""
            while len(answer) < 9:
                piece = line.recv(9 - len(answer))
                assert piece, "Mosquitto closed a connection"
                answer += piece
            assert answer[3] == 0 and answer[8] == 1, answer
        used = (broker.process.cpu() - cpu) / count * 1e6
        each = (broker.process.rss() - memory) / count
    finally:
        for line in lines:
            line.close()
        broker.kill()
    return [{"what": f"Mosquitto with {count:,} clients of one subscription each",
             "ours": f"{each:,.0f} B, {used:.0f} µs to connect and subscribe"}]


def points(days, devices=100, every=300, fields=4, seed=1):
    """Line protocol as the gateway writes it: sensors that report every five minutes, at times of
    arrival in nanoseconds; temperature, humidity, battery and signal."""
    chance = random.Random(seed)
    state = [[chance.uniform(18, 24), chance.uniform(35, 60), 100.0, chance.randint(40, 200)]
             for _ in range(devices)]
    begin = (int(time.time()) // 86_400 - days) * 86_400
    for tick in range(days * 86_400 // every):
        lines = []
        for device, one in enumerate(state):
            one[0] += chance.gauss(0, 0.1)
            one[1] += chance.gauss(0, 0.4)
            one[2] -= chance.random() < 0.001
            at = int((begin + tick * every + device + chance.random()) * 1e6) * 1000 + tick % 1000
            lines.append(
                f"zigbee,area=room{device % 9},device=room{device % 9}/sensor{device} "
                f"temperature={one[0]:.1f},humidity={one[1]:.1f},battery={one[2]:.0f},"
                f"linkquality={one[3] + chance.randint(-8, 8)} {at}")
        yield lines


def means(days, devices=100, fields=4, seed=2):
    """What `caredian sink downsample --every 1h` leaves: means with all their digits, on the hour."""
    chance = random.Random(seed)
    begin = (int(time.time()) // 86_400 - days) * 86_400
    for hour in range(days * 24):
        yield [f"zigbee,area=room{device % 9},device=room{device % 9}/sensor{device} "
               + ",".join(f"mean_{name}={chance.gauss(40, 10)!r}" for name in "abcd"[:fields])
               + f" {(begin + hour * 3600) * 10**9}" for device in range(devices)]


def influxdb_disk(folder, made):
    """Bytes of its files of points for a value of `made`, when nothing changes any more."""
    server = InfluxDB(folder / "influxdb", data_lines=[
        '  cache-snapshot-write-cold-duration = "5s"',
        '  compact-full-write-cold-duration = "5s"']).start()

    def disk(pattern):
        return sum(path.stat().st_size for path in (folder / "influxdb").rglob(pattern))
    try:
        server.query("CREATE DATABASE caredian")
        batch, values = [], 0
        for lines in made:
            batch += lines
            values += 4 * len(lines)
            if len(batch) >= 5000:
                server.write("\n".join(batch))
                batch = []
        if batch:
            server.write("\n".join(batch))
        stored, still, deadline = -1, 0, time.monotonic() + 240
        while still < 4 and time.monotonic() < deadline:
            time.sleep(5)
            now = disk("*.tsm") + disk("*.wal")
            still = still + 1 if now == stored and disk("*.wal") == 0 else 0
            stored = now
    finally:
        server.kill()
    return stored / values


def victoriametrics_disk(folder, made):
    """The same in VictoriaMetrics, when it is on the PATH; else None."""
    program = shutil.which("victoria-metrics")
    if not program:
        return None
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = Process([program, f"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=100y",
                       f"-storageDataPath={folder}/data", "-loggerLevel=ERROR"],
                      folder / "victoriametrics.log").start()

    def healthy():
        try:
            return requests.get(url + "/health", timeout=1).ok
        except requests.RequestException:
            return False
    try:
        process.wait_ready(healthy, 20, "/health")
        values = 0
        for lines in made:
            values += 4 * len(lines)
            answer = requests.post(url + "/write?db=caredian&precision=ns", timeout=30,
                                   data="\n".join(lines))
            assert answer.status_code == 204, answer.text
        for step in ("flush", "merge"):
            requests.get(f"{url}/internal/force_{step}", timeout=30)
            time.sleep(5)
        stored = sum(path.stat().st_size for path in (folder / "data").rglob("*")
                     if path.is_file())
    finally:
        process.kill()
    return stored / values


def homes(folder, number, seconds, build):
    """Real messages at the pace of the model's busiest hour, eight times faster where that is
    slow; CPU of the gateway for a message beside what the model says."""
    from home import device_messages  # payloads of real plugs
    inputs, cost = given.Inputs(homes=number), given.costs()
    rate = inputs.rate * inputs.peak * number * 8
    broker = Mosquitto(folder / "broker", extra=["log_type none"]).start()
    influxdb = InfluxDB(folder / "influxdb").start()
    influxdb.query("CREATE DATABASE caredian")
    gateway = Gateway(folder / "gateway", {
        "mqtt.url": broker.url, "mqtt.client_id": "sizing", "log.level": "info",
        "log.access": False, "influxdb.url": influxdb.url, "influxdb.version": 1}, build=build)
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    gateway.session()
    try:
        count = int(rate * seconds)
        with Publisher(broker) as publisher:
            def stored(least):
                return all(one["written"] >= least for one in gateway.system()["sinks"])
            messages = device_messages(count + 2000)
            publisher.publish_all([next(messages) for _ in range(2000)])
            wait_until(lambda: stored(2000), 60, 0.2, "the registry")
            idle = gateway.process.cpu()
            time.sleep(10)
            idle = (gateway.process.cpu() - idle) / 10
            cpu, server = gateway.process.cpu(), influxdb.process.cpu()
            begun = time.monotonic()
            for at in range(count):
                publisher.publish(*next(messages), wait=False)
                ahead = begun + at / rate - time.monotonic()
                if ahead > 0:
                    time.sleep(ahead)
            wait_until(lambda: stored(count + 2000), 60, 0.2, "all messages")
            took = time.monotonic() - begun
            used = (gateway.process.cpu() - cpu - idle * took) / count * 1e6
            server = (influxdb.process.cpu() - server) / count * 1e6
        memory = gateway.process.rss()
    finally:
        for one in (gateway.process, broker, influxdb):
            one.kill()
    values = 10  # of these plugs
    said = model.message_us(cost, values)
    return [{"what": f"messages of {number} homes' busiest hour, 8 times as fast "
                     f"({rate:,.0f}/s for {took:.0f} s, {count:,} messages): CPU a message",
             "ours": f"{used:.0f} µs, **{used / said:.1f} ×** the model's {said:.1f} µs",
             "neighbour": f"InfluxDB itself: {server:.0f} µs",
             "note": f"idle: {idle * 100:.2f} % of a core; memory {memory / 1e6:.0f} MB"}]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--build", default="release")
    parser.add_argument("--no-gateway", action="store_true")
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        for name in ("clients", "disk", "means", "other", "10", "100"):
            (work / name).mkdir()
        rows += clients(work / "clients", arguments.clients)
        each = influxdb_disk(work / "disk", points(arguments.days))
        hour = influxdb_disk(work / "means", means(arguments.days * 12))
        other = victoriametrics_disk(work / "other", points(arguments.days))
        rows += [{"what": "InfluxDB 1: disk for each value of sensors that report every five "
                          "minutes, compacted", "ours": f"{each:.1f} B",
                  "neighbour": f"VictoriaMetrics: {other:.1f} B" if other else "–",
                  "note": "a time of arrival in nanoseconds takes 8 of them in each field"},
                 {"what": "InfluxDB 1: disk for each hourly mean, compacted",
                  "ours": f"{hour:.1f} B"}]
        if not arguments.no_gateway:
            for number in (10, 100):
                rows += homes(work / str(number), number, arguments.seconds, arguments.build)
    result("Sizing", 36, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
