"""Three gateways for one home, each in a network namespace of its own, with a real Mosquitto,
MariaDB and InfluxDB: numbered messages are stored once each, whoever is killed or cut off."""

import collections
import json
import threading
import time

import pytest
import requests

from harness import influxdb as influx
from harness import mariadb, netns
from harness.mqtt import Publisher
from harness.process import wait_until

BROKER, DATABASE, STORE = range(3)  # addresses on the bridge
LEASE = 4
QUEUE = 100_000
WHY = netns.missing()

pytestmark = [
    pytest.mark.skipif(WHY is not None, reason=WHY or ""),
    pytest.mark.skipif(not mariadb.available(), reason=mariadb.MISSING),
    pytest.mark.skipif(not influx.available(), reason=influx.MISSING),
    pytest.mark.timeout(240),
]


class Numbers:
    """Publishes 0, 1, 2, … on six devices' topics, again and again; each acknowledged."""

    def __init__(self, broker, rate=200):
        self.publisher = Publisher(broker)
        self.pause = 1 / rate
        self.sent = 0
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        waiting = collections.deque()
        while not self.stopped.wait(self.pause):
            n = self.sent
            waiting.append(self.publisher.publish(
                f"numbers/dev{n % 6}", json.dumps({"n": n, "t": n / 10}), wait=False))
            self.sent += 1
            while len(waiting) > 500:
                waiting.popleft().wait_for_publish(10)
        for one in waiting:
            one.wait_for_publish(10)

    def stop(self):
        self.stopped.set()
        self.thread.join(30)
        self.publisher.close()


class Home:
    def __init__(self, network, broker, database, store, make_gateway):
        self.network, self.broker, self.store = network, broker, store
        self.gateways, self.spaces = {}, {}
        for name in "abc":
            space, address = network.add()
            self.spaces[name] = space
            self.gateways[name] = make_gateway({
                "mqtt.url": broker.url, "mqtt.keep_alive": "5s", "database.url": database.url,
                "influxdb.url": store.url, "influxdb.area_tag": False,
                "history.source": "influxdb", "metrics.allow": [network.network],
                "gateways.group": "home", "gateways.name": name, "gateways.lease": f"{LEASE}s",
                "gateways.broker_queue": QUEUE, "secret": "s" * 32, "master_key": "m" * 32,
                "log.access": False,
            }, name=name, prefix=["ip", "netns", "exec", space], host=address)
            self.gateways[name].settings["gateways.address"] = self.gateways[name].url
        self.gateways["a"].add_user()
        self.numbers = None

    def start(self):
        for one in self.gateways.values():
            one.start()
        wait_until(lambda: all(self.state(g, "mqtt") == "up" for g in self.gateways.values()), 20)
        self.wait_holder()

    def state(self, gateway, name):
        for one in gateway.ready().json()["dependencies"]:
            if one["name"] == name:
                return one["state"]
        return None

    def reason(self, gateway, name):
        for one in gateway.ready().json()["dependencies"]:
            if one["name"] == name:
                return one.get("reason", "")
        return ""

    def holders(self):
        return [name for name, one in self.gateways.items()
                if one.process.running and self.standing(one).get("holds_home")]

    def standing(self, gateway):
        return gateway.ready().json()["gateways"]

    def wait_holder(self, timeout=20, other_than=None):
        def one():
            names = self.holders()
            assert len(names) < 2, f"two work for the home: {names}"
            return names and names[0] != other_than and names[0]
        return wait_until(one, timeout, what="a gateway that works for the home")

    def stored(self):
        """{number: how often it is stored}"""
        counts = collections.Counter()
        for one in self.store.query('SELECT n FROM /.*/ GROUP BY *'):
            at = one["columns"].index("n")
            counts.update(int(row[at]) for row in one["values"] if row[at] is not None)
        return counts

    def wait_all(self, timeout=40):
        """Every number that was sent until now is stored, and none twice."""
        sent = set(range(self.numbers.sent))
        lost = set(sent)

        def all_there():
            lost.intersection_update(sent - set(self.stored()))
            return not lost
        try:
            wait_until(all_there, timeout, step=0.5)
        except AssertionError:
            raise AssertionError(f"{len(lost)} of {len(sent)} lost: {sorted(lost)[:20]}") from None
        doubled = [n for n, times in self.stored().items() if times > 1]
        assert not doubled, f"stored twice: {doubled[:20]} of {len(sent)}"

    def latest(self, gateway):
        """{device: its latest number}"""
        session = gateway.session()
        answer = session.get(gateway.url + "/api/v1/devices", timeout=10)
        assert answer.status_code == 200, answer.text
        found = {}
        for device in answer.json()["devices"]:
            for field in device["fields"]:
                if field["name"] == "n":
                    found[device["id"]] = field["value"]
        return found


@pytest.fixture
def home(tmp_path, make_gateway):
    network = netns.Network(servers=3)
    parts = []
    try:
        from harness.mosquitto import Mosquitto
        broker = Mosquitto(tmp_path / "broker", host=network.server(BROKER),
                           extra=[f"max_queued_messages {QUEUE}"])
        database = mariadb.MariaDB(tmp_path / "database", host=network.server(DATABASE))
        store = influx.InfluxDB(tmp_path / "store", host=network.server(STORE))
        for part in (broker, database, store):
            parts.append(part)
            part.start()
        one = Home(network, broker, database, store, make_gateway)
        one.start()
        one.numbers = Numbers(broker)
        yield one
        one.numbers.stop()
        for gateway in one.gateways.values():
            gateway.stop()
    finally:
        for part in parts:
            part.kill()
        network.close()


def received(gateway):
    # Without signing in, which needs the database (metrics.allow).
    for line in requests.get(gateway.url + "/metrics", timeout=10).text.splitlines():
        if line.startswith("caredian_ingest_received_total "):
            return float(line.split()[-1])
    return 0


def test_a_writer_is_killed_and_comes_back_and_then_the_one_that_works_for_the_home(home):
    time.sleep(3)
    shares = {name: received(one) for name, one in home.gateways.items()}
    assert min(shares.values()) > 0.8 * max(shares.values()), f"the broker deals evenly: {shares}"
    holder = home.wait_holder()
    writer = next(name for name in "abc" if name != holder)

    # A writer that does not work for the home.
    home.gateways[writer].kill()
    others = [one for name, one in home.gateways.items() if name != writer]
    for one in others:
        wait_until(lambda: home.state(one, "broker_queue") == "degraded", 15,
                   what="a warning that a gateway is away")
        assert home.reason(one, "broker_queue").startswith(f"{writer} is away for ")
        (away,) = home.standing(one)["away"]
        assert away["name"] == writer and away["waiting"] > 50 and away["full_in"] > 60, away
        assert home.state(one, "mqtt") == "up"
    time.sleep(2)
    assert home.holders() == [holder], "the lease stays"
    # Its share waits for it: a third of what came since.
    assert home.numbers.sent - len(home.stored()) > 100
    home.gateways[writer].start()
    for one in others:
        wait_until(lambda: home.state(one, "broker_queue") == "up", 15)
    home.wait_all()

    # The one that works for the home.
    home.gateways[holder].kill()
    killed = time.monotonic()
    after = home.wait_holder(timeout=LEASE * 1.2 + 3, other_than=holder)
    print(f"the next one began after {time.monotonic() - killed:.1f} s")
    def all_there():
        values = home.latest(home.gateways[after])
        return len(values) == 6 and min(values.values()) > home.numbers.sent - 200
    wait_until(all_there, 10, step=0.2, what="latest values at the next one")
    fence = home.standing(home.gateways[after])["fence"]
    home.gateways[holder].start()
    wait_until(lambda: home.state(home.gateways[holder], "mqtt") == "up", 15)
    time.sleep(LEASE)
    assert home.holders() == [after], "who comes back waits"
    assert home.standing(home.gateways[after])["fence"] == fence
    home.numbers.stop()
    home.wait_all()


def test_one_is_cut_off_from_the_database_or_from_the_broker(home):
    holder = home.wait_holder()
    home.network.cut(home.spaces[holder], DATABASE)
    after = home.wait_holder(timeout=LEASE * 1.2 + 6, other_than=holder)
    before = received(home.gateways[holder])
    time.sleep(2)
    assert received(home.gateways[holder]) > before, "its share goes on: the fields are known"
    home.network.heal(home.spaces[holder], DATABASE)
    wait_until(lambda: home.state(home.gateways[holder], "gateways") == "up", 30)
    assert home.holders() == [after]

    home.network.cut(home.spaces[holder], BROKER)
    wait_until(lambda: home.state(home.gateways[holder], "mqtt") != "up", 30)
    assert home.holders() == [after]
    home.network.heal(home.spaces[holder], BROKER)
    wait_until(lambda: home.state(home.gateways[holder], "mqtt") == "up", 40)
    home.numbers.stop()
    home.wait_all()


def test_a_type_is_the_same_whoever_sees_the_field_first(home):
    """Texts and numbers under one name, dealt out among all: one type keeps the name."""
    with Publisher(home.broker) as publisher:
        for k in range(60):
            publisher.publish("numbers/mixed", json.dumps({"m": "on" if k % 2 else k}))
    home.numbers.stop()

    def both():
        rows = home.store.query('SELECT m, m_string, m_float FROM /.*/')
        values = [dict(zip(one["columns"], row)) for one in rows for row in one["values"]]
        texts = [v.get("m_string") or v.get("m") for v in values]
        return len([t for t in texts if t == "on"]) == 30 and len(values) == 60 and values
    values = wait_until(both, 20, step=0.5, what="all sixty")
    plain = {type(v["m"]) for v in values if v.get("m") is not None}
    assert len(plain) == 1, plain


def test_who_does_not_work_for_the_home_asks_the_one_that_does(home):
    holder = home.wait_holder()
    other = next(name for name in "abc" if name != holder)
    url = home.gateways[other].url
    wait_until(lambda: home.standing(home.gateways[other])["holder"] == holder, 10)
    wait_until(lambda: len(home.latest(home.gateways[other])) == 6, 10,
               what="all devices, by way of the other one")
    session = home.gateways[other].session()
    with session.get(url + "/api/v1/stream", stream=True, timeout=10) as stream:
        assert next(line for line in stream.iter_lines() if line.startswith(b"data:"))
    named = session.patch(url + "/api/v1/devices/dev1", json={"name": "First"}, timeout=10,
                          headers={"Origin": url})
    assert named.status_code == 200, named.text
    assert requests.get(url + "/api/v1/devices", timeout=5).status_code == 401
    assert requests.get(url + "/readyz?home", timeout=5).status_code == 503
    assert requests.get(url + "/readyz", timeout=5).status_code == 200
    assert requests.get(home.gateways[holder].url + "/readyz?home", timeout=5).status_code == 200
    time.sleep(3)

    home.gateways[holder].kill()
    answer = session.get(url + "/api/v1/devices", timeout=10)
    assert answer.status_code == 503, answer.text
    assert answer.json()["detail"].startswith(f"the gateway {holder} works for the home")
    after = home.wait_holder(timeout=LEASE * 1.2 + 3, other_than=holder)

    def names():
        one = home.gateways[after]
        devices = one.session().get(one.url + "/api/v1/devices", timeout=10).json()["devices"]
        return {device["id"]: device["name"] for device in devices}
    wait_until(lambda: names().get("dev1") == "First", 10, what="the name that a person gave")

    # A clean stop lets the next one begin at once.
    begun = time.monotonic()
    home.gateways[after].stop()
    home.wait_holder(timeout=LEASE, other_than=after)
    print(f"after a clean stop: {time.monotonic() - begun:.1f} s")
