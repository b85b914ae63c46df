"""Kill test: numbered messages at 1,000 a second, kill -9 at random, counted at the wire.

    bench/kill.py --victims gateway --rounds 5
    bench/kill.py --victims both --rounds 200 --keep docs/performance/kill.jsonl    (goes on there)

Between gateway and broker stands a tap that writes down what the broker sent (as new: DUP = 0, or
again) and what the gateway acknowledged. After each round the gateway's own /api/v1/readings is asked
what it has. Counted as our failure:

    lost      acknowledged by the gateway, and not in the readings
    doubled   in the readings more often than the broker sent it as new (at least once)

Counted apart, as not ours: what the broker acknowledged to the publisher and never sent (it died
between two saves; Mosquitto runs with autosave_interval 1), and what it sent as new a second time
(it came back from an older save). The publisher never sends a number twice.

With --store influxdb a real InfluxDB is asked instead of the gateway's own history, and it may be
killed, too (--victims store: it alone; all: the three of them).

Every second home has a journal of 1 MiB and messages of 400 bytes: consumers save and rows are cut
about once a second, so that kills meet this too."""

import argparse
import asyncio
import collections
import json
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from harness.fake_broker import publish as publish_v5  # noqa: E402
from harness.fake_broker import packet  # noqa: E402
from harness.gateway import Gateway  # noqa: E402
from harness.influxdb import InfluxDB  # noqa: E402
from harness.mosquitto import Mosquitto  # noqa: E402
from harness.tap import PUBACK, Packets, Tap  # noqa: E402


class Numbers:
    """Publishes 0, 1, 2, … with QoS 1 at `rate` a second, in a thread of its own. A number that was
    under way when the connection broke is not sent again; `acked` holds those the broker took."""

    def __init__(self, port, topic, rate, padding=b""):
        self.port, self.topic, self.rate = port, topic, rate
        self.padding = b',"padding":"%s"' % padding if padding else b""
        self.sent = 0
        self.acked = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self):
        self._thread.start()
        return self

    def stop(self):
        self._stop.set()
        self._thread.join(15)

    async def _run(self):
        begun, skipped = time.monotonic(), 0
        while not self._stop.is_set():
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            under_way = {}
            reading = asyncio.ensure_future(self._acks(reader, under_way))
            try:
                writer.write(packet(0x10, b"\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00"))
                # What was due while nobody listened is not made up for: the pace stays.
                skipped = (time.monotonic() - begun) * self.rate - self.sent
                while not self._stop.is_set() and not reading.done():
                    due = int((time.monotonic() - begun) * self.rate - skipped)
                    for number in range(self.sent, due):
                        packet_id = number % 60_000 + 1
                        under_way[packet_id] = number
                        payload = b'{"n":%d%s}' % (number, self.padding)
                        writer.write(publish_v5(self.topic, payload, packet_id))
                        self.sent = number + 1
                    await writer.drain()
                    await asyncio.sleep(0.005)
                if not reading.done():  # the last acknowledgements
                    await asyncio.wait({reading}, timeout=0.5)
            except OSError:
                pass
            finally:
                reading.cancel()
                writer.close()

    async def _acks(self, reader, under_way):
        packets = Packets()
        try:
            while data := await reader.read(65536):
                for kind, _, body in packets.feed(data):
                    if kind == PUBACK:
                        number = under_way.pop(int.from_bytes(body[:2], "big"), None)
                        if number is not None:
                            self.acked.add(number)
        except OSError:
            pass


class Home:
    """Broker, tap, gateway: kept over some rounds, so that journal and history grow old."""

    def __init__(self, folder, build, small_journal, store="local"):
        self.influxdb = InfluxDB(folder / "influxdb").start() if store == "influxdb" else None
        self.padding = b"x" * 400 if small_journal else b""
        self.broker = Mosquitto(folder / "broker", persistence=True,
                                extra=["max_queued_messages 1000000", "max_inflight_messages 1000"])
        self.broker.start()
        self.tap = Tap(self.broker.port, key=self._key).start()
        self.gateway = Gateway(folder / "gateway", {
            "mqtt.url": self.tap.url, "mqtt.client_id": "kill-test", "log.level": "info",
            "log.access": False,
            **({"influxdb.url": self.influxdb.url} if self.influxdb else {}),
            **({"journal.max_bytes": 2**20} if small_journal else {})},
            build=build)
        self.gateway.add_user()
        self.gateway.start()
        self.gateway.wait_connected(30)

    @staticmethod
    def _key(topic, payload):
        if not topic.startswith("kill/"):
            return None
        return int(topic.rsplit("/", 1)[1][1:]), json.loads(payload)["n"]

    def values(self, device):
        """Every number that is stored for this device, as often as it is."""
        if not self.influxdb:
            return [reading["value"] for reading in self.gateway.readings(device=device, field="n")]
        rows = self.influxdb.rows("kill", where=f"WHERE device = '{device}'", fields='"n"')
        return [row["n"] for row in rows]

    def stop(self):
        code = self.gateway.stop()
        self.gateway.check_clean()
        self.tap.stop()
        self.broker.kill()
        if self.influxdb:
            self.influxdb.kill()
        return code


def strike(home, victims, pause):
    """kill -9, at nearly the same moment, and up again a little later."""
    struck = [one for one, kinds in (
        (home.gateway, ("gateway", "both", "all")), (home.broker, ("both", "all")),
        (home.influxdb, ("store", "all"))) if one and victims in kinds]
    targets = [one.kill for one in struck]
    random.shuffle(targets)
    for kill in targets:
        kill()
        time.sleep(random.uniform(0, 0.05))
    time.sleep(pause)
    for one in (home.broker, home.influxdb, home.gateway):
        if one in struck:
            one.start()


def settle(home, device, acked):
    """Waits until nothing moves any more; {number: how often it is in the readings}."""
    home.gateway.wait_connected(60)
    last, since = None, time.monotonic()
    deadline = since + 60
    counts = collections.Counter()
    while time.monotonic() < deadline:
        state = (sum(home.tap.seen.sent_new.values()), sum(home.tap.seen.sent_again.values()),
                 sum(home.tap.seen.acked.values()))
        if state != last:
            last, since = state, time.monotonic()
        elif time.monotonic() - since > 1.0:
            counts = collections.Counter(int(value) for value in home.values(device))
            if all(number in counts for number in acked()) or time.monotonic() - since > (20 if home.influxdb else 6):
                break
        time.sleep(0.1)
    return counts


def play(home, number, victims, seconds, rate):
    """One round; its figures."""
    device = f"r{number}"
    numbers = Numbers(home.broker.port, f"kill/{device}", rate, home.padding).start()
    kill_after = random.uniform(0.3, seconds - 1.0)
    time.sleep(kill_after)
    strike(home, victims, random.uniform(0, 0.5))
    time.sleep(max(0, seconds - kill_after))
    numbers.stop()

    def of_round(counts):
        return {n: count for (r, n), count in dict(counts).items() if r == number}
    counts = settle(home, device, lambda: of_round(home.tap.seen.acked))
    seen = home.tap.seen
    new, again, acked = (of_round(c) for c in (seen.sent_new, seen.sent_again, seen.acked))
    lost = [n for n in acked if n not in counts]
    doubled = {n: c for n, c in counts.items() if c > max(1, new.get(n, 0))}
    return {
        "round": number, "victims": victims, "small_journal": bool(home.padding),
        "killed_after_s": round(kill_after, 2),
        "published": numbers.sent, "broker_took": len(numbers.acked),
        "gateway_acknowledged": len(acked), "stored": sum(counts.values()),
        "lost": len(lost), "doubled": sum(c - max(1, new.get(n, 0)) for n, c in doubled.items()),
        "sent_again": sum(again.values()),
        "broker_lost": len([n for n in numbers.acked if n not in new and n not in again]),
        "broker_restored": sum(count - 1 for count in new.values() if count > 1),
        **({"examples": {"lost": lost[:5], "doubled": sorted(doubled)[:5]}}
           if lost or doubled else {}),
    }


def rounds(victims, count, seconds=5.0, rate=1000, build="release", start=0, folder=None,
           per_home=10, store="local"):
    """The rounds one after another; yields each one's figures."""
    home = None
    with tempfile.TemporaryDirectory(dir=folder) as work:
        try:
            for number in range(start, start + count):
                if home is None or number % per_home == 0:
                    if home:
                        home.stop()
                    home = Home(Path(work) / str(number), build,
                                small_journal=number // per_home % 2 == 1, store=store)
                yield play(home, number, victims, seconds, rate)
        finally:
            if home:
                home.gateway.process.kill()
                home.broker.kill()
                if home.influxdb:
                    home.influxdb.kill()
                home.tap.stop()


def summary(lines):
    """One row per kind of victims."""
    out = []
    for victims in ("gateway", "both", "store", "all"):
        mine = [line for line in lines if line["victims"] == victims]
        if mine:
            out.append({"victims": victims, "rounds": len(mine), **{
                key: sum(line[key] for line in mine) for key in (
                    "published", "broker_took", "gateway_acknowledged", "stored", "lost", "doubled",
                    "sent_again", "broker_lost", "broker_restored")}})
    return out


def report(kept, store):
    """Rows of the table in docs/performance.md."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from report import result
    rows = []
    for row in summary(kept):
        who = {"gateway": "gateway", "both": "gateway and broker", "store": "InfluxDB",
               "all": "gateway, broker and InfluxDB"}[row["victims"]]
        small = sum(line.get("small_journal", False) for line in kept
                    if line["victims"] == row["victims"])
        what = (f"kill -9 of {who}, {row['rounds']} rounds ({small} with a journal of 1 MiB), "
                f"{row['published']:,} messages")
        rows += [
            {"what": f"{what}: lost after the gateway's ack", "ours": str(row["lost"]), "goal": "0",
             "met": row["lost"] == 0},
            {"what": f"{what}: stored more often than sent as new", "ours": str(row["doubled"]),
             "goal": "0", "met": row["doubled"] == 0,
             "note": f"(of the broker: {row['broker_lost']:,} lost, {row['broker_restored']:,} "
                     "sent as new again)"}]
    result("Kill test" if store == "local" else "Kill test, InfluxDB as the store",
           40 if store == "local" else 41, rows)


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--victims", choices=["gateway", "both", "store", "all"],
                        default="gateway")
    parser.add_argument("--store", choices=["local", "influxdb"], default="local")
    parser.add_argument("--rounds", type=int, default=5, help="until there are this many in --keep")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--build", default="release")
    parser.add_argument("--keep", type=Path, help="a file of one JSON line per round; goes on there")
    arguments = parser.parse_args()
    kept = read(arguments.keep) if arguments.keep else []
    done = len([line for line in kept if line["victims"] == arguments.victims])
    bad = 0
    for line in rounds(arguments.victims, max(0, arguments.rounds - done), arguments.seconds,
                       arguments.rate, arguments.build, start=done, store=arguments.store):
        bad += line["lost"] + line["doubled"]
        kept.append(line)
        if arguments.keep:
            arguments.keep.parent.mkdir(parents=True, exist_ok=True)
            with open(arguments.keep, "a") as out:
                out.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)
    report(kept, arguments.store)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
