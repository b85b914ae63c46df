"""The MQTT client against real brokers, and against one that does what no broker should."""

import json
import queue
import re
import time

import pytest

from harness.fake_broker import FakeBroker, packet, publish, variable
from harness.mqtt import Publisher
from harness.process import wait_until
from harness.tap import Tap


def state_of(gateway, name="mqtt"):
    """(state, reason) of a dependency, as /readyz says on loopback."""
    for dependency in gateway.ready().json()["dependencies"]:
        if dependency["name"] == name:
            return dependency["state"], dependency.get("reason", "")
    return None, ""


def start(make_gateway, **settings):
    gateway = make_gateway({"mqtt.client_id": "caredian-test",
                            **{f"mqtt.{key}": value for key, value in settings.items()}})
    gateway.add_user()
    return gateway.start()


def test_a_broker_that_restarts(make_gateway, make_broker):
    broker = make_broker(persistence=True)
    gateway = start(make_gateway, url=broker.url)
    gateway.wait_connected()
    with Publisher(broker) as publisher:
        publisher.publish("home/a", '{"n":1}')
    gateway.wait_readings(1, device="a")
    broker.stop()
    wait_until(lambda: state_of(gateway)[0] in ("down", "degraded"))
    assert gateway.healthy() and gateway.ready().status_code == 200
    broker.start()
    gateway.wait_connected(30)
    with Publisher(broker) as publisher:
        publisher.publish("home/a", '{"n":2}')
    assert [r["value"] for r in gateway.wait_readings(2, device="a")] == [1, 2]


def test_a_broker_that_comes_late(make_gateway, make_broker, tmp_path):
    from harness.process import free_port
    port = free_port()
    gateway = start(make_gateway, url=f"mqtt://127.0.0.1:{port}")
    state, reason = state_of(gateway)
    assert state in ("down", "starting", "degraded")
    make_broker(port=port)
    gateway.wait_connected(30)


def test_a_network_that_is_cut_again_and_again(make_gateway, make_broker):
    broker = make_broker(persistence=True, extra=["max_queued_messages 100000"])
    tap = Tap(broker.port, key=lambda _, payload: json.loads(payload)["n"]).start()
    gateway = start(make_gateway, url=tap.url)
    gateway.wait_connected()
    with Publisher(broker) as publisher:
        for number in range(3000):
            publisher.publish("cut/a", json.dumps({"n": number}), wait=False)
            if number % 500 == 250:
                time.sleep(0.5)
                tap.cut()
        publisher.publish("cut/end", '{"n":-1}')
    gateway.wait_connected(30)
    gateway.wait_readings(1, timeout=60, device="end")
    values = [r["value"] for r in gateway.wait_readings(3000, timeout=60, device="a", field="n")]
    assert set(values) == set(range(3000))
    more = {n: values.count(n) for n in set(values) if values.count(n) > tap.seen.sent_new.get(n, 1)}
    assert not more, f"stored more often than sent as new: {more}"
    assert tap.seen.connections > 2
    tap.stop()


def test_a_slow_broker(make_gateway, broker, publisher):
    tap = Tap(broker.port, delay=0.3).start()
    gateway = start(make_gateway, url=tap.url)
    gateway.wait_connected(20)
    for number in range(20):
        publisher.publish("slow/a", json.dumps({"n": number}))
    values = [r["value"] for r in gateway.wait_readings(20, 30, device="a")]
    assert values == list(range(20))
    tap.stop()


def test_another_client_with_our_id_is_no_endless_fight(make_gateway, broker):
    """Mosquitto 2.0.11 closes the older connection without a word; the pauses must grow."""
    gateway = start(make_gateway, url=broker.url)
    gateway.wait_connected()
    with Publisher(broker, client_id="caredian-test"):
        wait_until(lambda: state_of(gateway)[0] != "up")
        time.sleep(6)
        fights = broker.log().count("as caredian-test (p5, c0, k30)")
        assert fights <= 8, f"{fights} connections of ours in six seconds"
    gateway.wait_connected(60)


def test_wrong_password_is_readable(make_gateway, make_broker):
    broker = make_broker(users={"caredian": "right"})
    gateway = start(make_gateway, url=broker.url, username="caredian", password="wrong")
    state, reason = wait_until(lambda: state_of(gateway)[1] and state_of(gateway))
    assert state in ("down", "degraded")
    assert re.search("not authori[sz]ed|user name|password", reason, re.I), reason
    assert "wrong" not in gateway.process.output(), "the password is in the log"


def test_a_filter_that_the_broker_denies(make_gateway, make_broker):
    broker = make_broker(users={"caredian": "right", "sensor": "s"},
                         acl=["user caredian", "topic read home/#", "user sensor", "topic #"])
    gateway = start(make_gateway, url=broker.url, username="caredian", password="right",
                    topics=["home/#", "secret/#"])
    with Publisher(broker, username="sensor", password="s") as publisher:
        wait_until(lambda: "caredian-test" in broker.log())
        time.sleep(0.5)
        publisher.publish("home/a", '{"n":1}')
    gateway.wait_readings(1, device="a")


def test_tls(make_gateway, make_broker, authority):
    broker = make_broker(authority=authority)
    gateway = start(make_gateway, url=broker.url, ca=authority.certificate)
    gateway.wait_connected()
    with Publisher(broker, authority=authority) as publisher:
        publisher.publish("home/tls", '{"n":1}')
    gateway.wait_readings(1, device="tls")


def test_tls_with_an_authority_we_do_not_know(make_gateway, make_broker, authority, tmp_path):
    from harness.certificates import Authority
    stranger = Authority(tmp_path / "stranger", "Somebody else")
    broker = make_broker(authority=authority)
    gateway = start(make_gateway, url=broker.url, ca=stranger.certificate)
    reason = wait_until(lambda: state_of(gateway)[1])
    assert re.search("certificate|verify", reason, re.I), reason
    assert state_of(gateway)[0] != "up"


def test_mutual_tls(make_gateway, make_broker, authority):
    broker = make_broker(authority=authority, client_certificates=True)
    certificate, key = authority.issue("gateway-1")
    gateway = start(make_gateway, url=broker.url, ca=authority.certificate,
                    certificate=certificate, key=key)
    gateway.wait_connected()
    assert "gateway-1" in broker.log()  # its name at the broker is the certificate's
    without = start(make_gateway, url=broker.url, ca=authority.certificate)
    wait_until(lambda: state_of(without)[0] in ("down", "degraded"))


# --- what no broker should do ------------------------------------------------------------------


@pytest.fixture
def fake():
    one = FakeBroker()
    yield one
    one.stop()


def counter(number):
    return json.dumps({"n": number}).encode()


def test_session_taken_over_backs_off_and_says_so(make_gateway, fake):
    gateway = start(make_gateway, url=fake.url)
    fake.next().send(packet(0xE0, b"\x8e\x00"))
    reason = wait_until(lambda: state_of(gateway)[1])
    assert "taken over" in reason and "another client" in reason, reason
    with pytest.raises(queue.Empty):
        fake.next(5)
    assert "taken over" in gateway.process.output()


def test_a_refused_subscription_is_readable(make_gateway):
    fake = FakeBroker(refuses={"secret/#": 0x87})
    gateway = start(make_gateway, url=fake.url, topics=["home/#", "secret/#"])
    connection = fake.next()
    state, reason = wait_until(lambda: state_of(gateway)[1] and state_of(gateway))
    assert state == "degraded"
    assert "secret/#" in reason and "0x87 not authorized" in reason, reason
    assert "0x87 not authorized" in gateway.process.output()
    connection.send(publish("home/a", counter(1)))  # the other filter works
    gateway.wait_readings(1, device="a")
    fake.stop()


# CONNACK's reason code, and the words for it.
REFUSALS = [(0x85, "client identifier not valid"),
            (0x87, "not authorized"), (0x88, "server unavailable"), (0x89, "server busy"),
            (0x8A, "banned"), (0x9F, "connection rate exceeded")]


@pytest.mark.parametrize("code, words", REFUSALS, ids=[words for _, words in REFUSALS])
def test_why_a_broker_refuses_is_readable(make_gateway, code, words):
    fake = FakeBroker(connack=code)
    gateway = start(make_gateway, url=fake.url)
    state, reason = wait_until(lambda: state_of(gateway)[1] and state_of(gateway))
    assert state == "down" and words in reason and f"0x{code:02X}" in reason, reason
    gateway.process.wait_output(words)
    assert gateway.healthy() and gateway.ready().status_code == 200
    fake.stop()


@pytest.mark.parametrize("heard", [True, False], ids=["acks arrived", "acks were lost"])
def test_five_hundred_in_flight_killed_after_three_hundred(make_gateway, fake, heard):
    """One fast device with 500 messages in flight; the gateway is killed when 300 of them are in
    the journal and answered. The broker sends again with DUP what it has no answer for (all 500,
    when the answers were lost on the way), and ten new ones under used ids: 510 are counted."""
    gateway = start(make_gateway, url=fake.url)
    first = fake.next()
    for number in range(300):
        first.send(publish("fast/dev", counter(number), packet_id=number + 1))
    acked = set(first.wait_acks(300))
    first.send(b"".join(publish("fast/dev", counter(number), packet_id=number + 1)
                        for number in range(300, 500)))
    gateway.kill()
    while not first.acks.empty():
        acked.add(first.acks.get())
    gateway.start()
    second = fake.next()
    again = [number for number in range(500) if not heard or number + 1 not in acked]
    for number in again:
        second.send(publish("fast/dev", counter(number), packet_id=number + 1, dup=True))
    second.wait_acks(len(again))  # an id is free again only then
    for number in range(500, 510):
        second.send(publish("fast/dev", counter(number), packet_id=number - 499))
    second.wait_acks(10)
    values = [r["value"] for r in gateway.wait_readings(510, device="dev", field="n")]
    assert sorted(values) == list(range(510))


def test_sent_again_is_not_stored_again(make_gateway, fake):
    """The acknowledgement is lost with the connection: the same message with DUP is one point; an
    equal payload as new (DUP = 0) under the same id is another."""
    gateway = start(make_gateway, url=fake.url)
    first = fake.next()
    first.send(publish("again/dev", counter(1), packet_id=7))
    first.wait_acks(1)
    first.close()
    second = fake.next()
    second.send(publish("again/dev", counter(1), packet_id=7, dup=True))
    second.wait_acks(1)
    second.send(publish("again/dev", counter(1), packet_id=7))
    second.wait_acks(1)
    second.send(publish("again/dev", counter(2), packet_id=8))
    second.wait_acks(1)
    wait_until(lambda: [r["value"] for r in gateway.readings(device="dev")] == [1, 1, 2])


MALFORMED = [
    ("QoS 3", packet(0x36, b"\x00\x01a\x00\x01\x00x")),
    ("packet id 0", publish("a", b"x", packet_id=0)),
    ("DUP on QoS 0", publish("a", b"x", qos=0, dup=True)),
    ("NUL in the topic", publish(b"a\x00b", b"x")),
    ("# in the topic", publish("a/#", b"x")),
    ("+ in the topic", publish("a/+/b", b"x")),
    ("empty topic without an alias", publish("", b"x")),
    ("topic that is not UTF-8", publish(b"a\xff", b"x")),
    ("topic longer than the packet", packet(0x30, b"\xff\xffab")),
    ("property length beyond the packet", packet(0x30, b"\x00\x01a\x7f")),
    ("property length of five bytes", packet(0x30, b"\x00\x01a\xff\xff\xff\xff\x7f")),
    ("unknown property", publish("a", b"x", properties=b"\x7f\x00")),
    ("property twice", publish("a", b"x", properties=b"\x01\x00\x01\x00")),
    ("topic alias 0", publish("a", b"x", properties=b"\x23\x00\x00")),
    ("topic alias above the maximum", publish("a", b"x", properties=b"\x23\xff\xff")),
    ("256 MB announced", b"\x30" + variable(268_435_455) + b"\x00\x01a\x00"),
    ("length of five bytes", b"\x30\xff\xff\xff\xff\x01"),
    ("packet type 0", packet(0x00, b"")),
    ("packet type 15 (AUTH) unasked", packet(0xF0, b"")),
    ("CONNECT from the broker", packet(0x10, b"\x00\x04MQTT\x05\x00\x00\x00\x00\x00\x00")),
    ("a second CONNACK", packet(0x20, b"\x00\x00\x00")),
    ("SUBACK for nothing", packet(0x90, b"\x7f\xff\x00\x00")),
    ("PUBREL with wrong flags", packet(0x60, b"\x00\x01")),
    ("PUBACK without an id", packet(0x40, b"\x00")),
    ("PINGRESP with a body", packet(0xD0, b"\x00")),
    ("noise", bytes(range(1, 200))),
]


def test_malformed_packets_end_the_connection_and_nothing_else(make_gateway, fake):
    """Each ends the connection; the next one delivers."""
    gateway = start(make_gateway, url=fake.url)
    silent = []
    for number, (name, data) in enumerate(MALFORMED):
        if number % 3 == 0:  # a broker that goes on like this is asked ever more rarely
            gateway.stop()
            while not fake.connections.empty():
                fake.next()
            gateway.start()
        connection = fake.next(60)
        connection.send(publish("alive/dev", counter(number), packet_id=number + 1))
        connection.wait_acks(1)
        connection.send(data)
        if not connection.closed.wait(3):
            silent.append(name)
            connection.close()
    last = fake.next(60)
    last.send(publish("alive/dev", counter(len(MALFORMED)), packet_id=1000))
    last.wait_acks(1)
    found = gateway.wait_readings(len(MALFORMED) + 1, device="dev")
    assert [r["value"] for r in found] == list(range(len(MALFORMED) + 1))
    assert gateway.process.rss() < 2_000_000_000
    assert not silent, f"the connection stayed open after: {silent}"
