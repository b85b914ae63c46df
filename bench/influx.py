"""Into a real InfluxDB 1: QoS 1 messages of four fields, from a real Mosquitto until all can be
asked for at InfluxDB; Telegraf the same, round by round in turn (medians count). How long a message
takes until it can be asked for, while 2,000 a second come; how fast what waited during an outage is
stored; what the gateway writes to its disk; 10,000 clients that publish once a minute.

    bench/influx.py [--messages 200000] [--rounds 3] [--outage 400000] [--minutes 10]"""

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ingest import measured, median, publish, start_broker  # noqa: E402
from report import result  # noqa: E402

from harness.gateway import Gateway, binary  # noqa: E402
from harness.influxdb import InfluxDB  # noqa: E402
from harness.mqtt import Publisher  # noqa: E402
from harness.process import Process, wait_until  # noqa: E402

PAYLOAD_FIELDS = "n"  # of mqtt-load: the message's number


def start_influxdb(folder):
    # The data fits: no figure is one of the server's garbage collection over old shards.
    server = InfluxDB(folder / "influxdb").start()
    server.query("CREATE DATABASE caredian")
    return server


def start_gateway(folder, broker, influxdb, **settings):
    gateway = Gateway(folder / "gateway", {
        "mqtt.url": broker.url, "mqtt.client_id": "bench", "log.level": "info",
        "log.access": False, "influxdb.url": influxdb.url, "influxdb.version": 1,
        **settings}, build="release")
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    return gateway


def count_all(influxdb, measurement="sensors"):
    return influxdb.count(measurement, PAYLOAD_FIELDS)


def gateway_run(folder, count, series):
    broker, influxdb = start_broker(folder), start_influxdb(folder)
    gateway = start_gateway(folder, broker, influxdb)
    try:
        time.sleep(0.5)
        server_cpu = influxdb.process.cpu()
        with measured(gateway.process, broker, count) as figures:
            publish(broker, count, series)
            wait_until(lambda: count_all(influxdb) >= count, 600, 0.2, "all messages stored")
        figures["server_us"] = (influxdb.process.cpu() - server_cpu) / count * 1e6
        figures["lost"] = count - count_all(influxdb)
        assert gateway.stop() == 0
        return figures
    finally:
        for one in (gateway.process, broker, influxdb):
            one.kill()


TELEGRAF = """
[agent]
  interval = "1s"
  flush_interval = "1s"
  metric_batch_size = 5000
  metric_buffer_limit = 100000
  omit_hostname = true
[[inputs.mqtt_consumer]]
  servers = ["tcp://127.0.0.1:{port}"]
  topics = ["#"]
  qos = 1
  persistent_session = true
  client_id = "telegraf"
  max_undelivered_messages = 10000
  data_format = "json"
  name_override = "sensors"
[[outputs.influxdb]]
  urls = ["{url}"]
  database = "caredian"
  skip_database_creation = true
  content_encoding = "identity"
"""


def telegraf_run(folder, count, series):
    program = shutil.which("telegraf")
    if not program:
        return None
    broker, influxdb = start_broker(folder), start_influxdb(folder)
    (folder / "telegraf.conf").write_text(TELEGRAF.format(port=broker.port, url=influxdb.url))
    process = Process([program, "--config", folder / "telegraf.conf"], folder / "telegraf.log")
    process.start()
    try:
        process.wait_output("Connected", 20)
        time.sleep(1)
        # It gives points of one flush the same time now and then: those that met are not waited for.
        last = [0, time.monotonic()]

        def settled():
            now = count_all(influxdb)
            if now != last[0]:
                last[:] = [now, time.monotonic()]
            return now >= count or (now > 0 and time.monotonic() - last[1] > 8)
        with measured(process, broker, count) as figures:
            publish(broker, count, series)
            wait_until(settled, 600, 0.2, "all messages stored by Telegraf")
        figures["lost"] = count - count_all(influxdb)
        if figures["lost"]:
            figures["seconds"] -= 8
        return figures
    finally:
        for one in (process, broker, influxdb):
            one.kill()


def rounds(work, count, number):
    runs = {"gateway": [], "telegraf": []}
    for at in range(number):
        for name, run in (("gateway", gateway_run), ("telegraf", telegraf_run)):
            folder = work / f"{name}-{at}"
            folder.mkdir()
            if figures := run(folder, count, 20):
                runs[name].append(figures)
                print(f"  {name}, round {at + 1}: {figures['cpu_us']:.2f} µs, "
                      f"{figures['seconds']:.1f} s, {figures['peak'] / 1e6:.0f} MB", flush=True)
            shutil.rmtree(folder)
    return runs


def rows_of_rounds(runs, count):
    ours, other = runs["gateway"], runs["telegraf"]
    cpu, peak = median(ours, "cpu_us"), max(run["peak"] for run in ours)
    rate = count / median(ours, "seconds")
    theirs = count / median(other, "seconds") if other else None
    spread = f"{min(r['cpu_us'] for r in ours):.1f} to {max(r['cpu_us'] for r in ours):.1f}"
    lost = sum(run["lost"] for run in ours)

    def beside(text, key, scale):
        return text.format(median(other, key) / scale) if other else "Telegraf not on this machine"
    return [
        {"what": f"CPU a message, {count:,} QoS 1 of 4 fields, until InfluxDB has all; "
                 f"median of {len(ours)}", "ours": f"{cpu:.1f} µs ({spread})", "goal": "≤ 6 µs",
         "met": cpu <= 6, "neighbour": beside("Telegraf → InfluxDB: {:.1f} µs", "cpu_us", 1)
         + f"; Mosquitto: {median(ours, 'broker_us'):.1f} µs; "
           f"InfluxDB itself: {median(ours, 'server_us'):.1f} µs"},
        {"what": "messages a second", "ours": f"{rate:,.0f}", "goal": "≥ 1.5 × Telegraf's",
         "met": rate >= 1.5 * theirs if theirs else None,
         "neighbour": f"Telegraf: {theirs:,.0f}" if theirs else "–"},
        {"what": "memory at most", "ours": f"{peak / 1e6:.0f} MB", "goal": "≤ 40 MB",
         "met": peak <= 40e6, "neighbour": beside("Telegraf: {:.0f} MB", "peak", 1e6)},
        {"what": "lost", "ours": str(lost), "goal": "0", "met": lost == 0}]


def load(broker, rate, seconds, clients=4, prefix="sensors", topics=100):
    return subprocess.Popen(
        ["setsid", str(binary("release", "mqtt-load")), "--url", broker.url, "--count", "0",
         "--rate", str(rate), "--seconds", str(seconds), "--topics", str(topics),
         "--clients", str(clients), "--prefix", prefix], stdout=subprocess.DEVNULL)


def latency(folder, rate=2000, seconds=30):
    """Milliseconds from publishing a message until a query finds it, while `rate` others come."""
    broker, influxdb = start_broker(folder), start_influxdb(folder)
    gateway = start_gateway(folder, broker, influxdb)
    took = []
    try:
        running = load(broker, rate, seconds)
        time.sleep(2)
        with Publisher(broker) as publisher:
            number = 0
            while running.poll() is None:
                number += 1
                begun = time.monotonic()
                publisher.publish("probe/one", f'{{"p":{number}}}', wait=False)
                while True:
                    found = influxdb.query('SELECT last("p") FROM "probe"')
                    if found and found[0]["values"][0][1] == number:
                        break
                    if time.monotonic() - begun > 5:
                        break
                    time.sleep(0.002)
                took.append((time.monotonic() - begun) * 1e3)
                time.sleep(0.03)
    finally:
        for one in (gateway.process, broker, influxdb):
            one.kill()
    took.sort()
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    return [{"what": f"message → found by a query at InfluxDB, {rate:,} a second, "
                     f"{len(took)} probes", "ours": f"p50 {p50:.0f} ms, p99 {p99:.0f} ms",
             "goal": "p50 ≤ 50 ms, p99 ≤ 500 ms", "met": p50 <= 50 and p99 <= 500}]


def outage(folder, count):
    """What came while InfluxDB was away: readings a second once it is back."""
    broker, influxdb = start_broker(folder), start_influxdb(folder)
    gateway = start_gateway(folder, broker, influxdb)
    try:
        influxdb.stop()
        publish(broker, count, 20)
        gateway.wait_system(lambda s: s["decoded"] >= count, 600)
        gateway.session()
        cpu = gateway.process.cpu()
        influxdb.start()
        wait_until(lambda: count_all(influxdb) > 0, 60, 0.01, "the first that is stored")
        first, begun = count_all(influxdb), time.monotonic()
        wait_until(lambda: count_all(influxdb) >= count, 600, 0.05, "all that waited")
        seconds = time.monotonic() - begun
        used = (gateway.process.cpu() - cpu) / count * 1e6
    finally:
        for one in (gateway.process, broker, influxdb):
            one.kill()
    rate = (count - first) / seconds
    return [{"what": f"catching up after an outage, {count:,} messages from the journal",
             "ours": f"{rate:,.0f} readings/s", "goal": "≥ 50,000/s", "met": rate >= 50_000,
             "note": f"CPU {used:.1f} µs each"}]


def written(process):
    for line in Path(f"/proc/{process.pid}/io").read_text().splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1])
    return 0


def disk(folder, sync, rate=100, seconds=60):
    broker, influxdb = start_broker(folder), start_influxdb(folder)
    gateway = start_gateway(folder, broker, influxdb, **{"journal.sync_interval": sync})
    try:
        time.sleep(2)
        before, received = written(gateway.process), gateway.system()["received"]
        load(broker, rate, seconds).wait()
        time.sleep(2)
        system = gateway.system()
        messages = system["received"] - received
        payload = messages * 45  # of mqtt-load: four fields, with numbers of five digits
        return (written(gateway.process) - before) / payload, messages
    finally:
        for one in (gateway.process, broker, influxdb):
            one.kill()


def rows_of_disk(work):
    (work / "disk-1s").mkdir()
    (work / "disk-0").mkdir()
    gathered, messages = disk(work / "disk-1s", "1s")
    at_once, _ = disk(work / "disk-0", "0")
    return [{"what": f"bytes written by the gateway for each byte of payload, 100 messages/s, "
                     f"{messages:,} messages, journal.sync_interval 1s",
             "ours": f"{gathered:.1f}", "goal": "≤ 10", "met": gathered <= 10,
             "note": f"with 0: {at_once:.1f}"}]


def many(folder, minutes, clients=10_000):
    """So many clients, each once a minute: the memory of both halves."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 30_000), hard))
    broker, influxdb = start_broker(folder), start_influxdb(folder)
    gateway = start_gateway(folder, broker, influxdb)
    try:
        running = load(broker, clients / 60, minutes * 60, clients=clients, topics=clients)
        samples = []
        while running.poll() is None:
            samples.append(gateway.process.rss())
            time.sleep(1)
        samples = samples[len(samples) // 10:]
        half = len(samples) // 2
        early, late = max(samples[:half]), max(samples[half:])
        stored = count_all(influxdb)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for one in (gateway.process, broker, influxdb):
            one.kill()
    return [{"what": f"memory with {clients:,} clients that publish once a minute, {minutes} min, "
                     f"{stored:,} messages",
             "ours": f"{early / 1e6:.0f} MB in the first half, {late / 1e6:.0f} MB in the second",
             "goal": "flat", "met": late <= early * 1.1}]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--outage", type=int, default=400_000)
    parser.add_argument("--minutes", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        for name in ("latency", "outage", "many"):
            (work / name).mkdir()
        rows = rows_of_rounds(rounds(work, arguments.messages, arguments.rounds),
                              arguments.messages)
        rows += latency(work / "latency")
        rows += outage(work / "outage", arguments.outage)
        rows += rows_of_disk(work)
        if arguments.minutes:
            rows += many(work / "many", arguments.minutes)
    result("InfluxDB", 35, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
