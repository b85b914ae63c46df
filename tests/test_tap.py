"""The measuring instruments themselves."""

import json

from harness.fake_broker import packet, publish, variable
from harness.mqtt import Publisher
from harness.process import ROOT, wait_until
from harness.tap import PUBLISH, Packets, Tap, publish_parts


def test_packets_are_cut_wherever_the_pieces_end():
    stream = publish("a/b", b"x" * 300, 5) + packet(0xD0, b"") + publish("c", b"y", 6, dup=True)
    for size in (1, 2, 3, 7, 100, len(stream)):
        packets, found = Packets(), []
        for start in range(0, len(stream), size):
            found += packets.feed(stream[start:start + size])
        assert [kind for kind, _, _ in found] == [PUBLISH, 13, PUBLISH]
        assert publish_parts(*found[0][1:], 5) == ("a/b", 5, b"x" * 300)
        assert publish_parts(*found[2][1:], 5) == ("c", 6, b"y")
        assert found[2][1] & 8


def test_lengths():
    assert [variable(n) for n in (0, 127, 128, 268_435_455)] == [
        b"\x00", b"\x7f", b"\x80\x01", b"\xff\xff\xff\x7f"]


def test_the_tap_sees_what_passes(broker):
    import paho.mqtt.client as paho
    from paho.mqtt.enums import CallbackAPIVersion
    tap = Tap(broker.port, key=lambda _, payload: json.loads(payload)["n"]).start()
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="listener",
                         protocol=paho.MQTTv5, manual_ack=True)
    taken = []
    client.on_message = lambda _c, _u, message: taken.append(message)
    client.connect("127.0.0.1", tap.port)
    client.subscribe("t/#", 1)
    client.loop_start()
    wait_until(lambda: tap.seen.connections == 1)
    with Publisher(broker) as publisher:
        wait_until(lambda: "SUBACK" in broker.log())
        for number in range(10):
            publisher.publish("t/x", json.dumps({"n": number}))
    wait_until(lambda: len(taken) == 10)
    assert tap.seen.sent_new == {n: 1 for n in range(10)} and not tap.seen.acked
    for message in taken[:4]:
        client.ack(message.mid, message.qos)
    wait_until(lambda: len(tap.seen.acked) == 4)
    assert set(tap.seen.acked) == {0, 1, 2, 3}
    client.disconnect()
    client.loop_stop()
    tap.stop()


def test_the_suite_sums_reports(tmp_path):
    import sys
    sys.path.insert(0, str(ROOT / "scripts"))
    import suite
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="a" name="good"/>'
        '<testcase classname="a" name="bad"><failure message="x"/></testcase>'
        '<testcase classname="a" name="worse"><error message="x"/></testcase>'
        '<testcase classname="a" name="away"><skipped message="no HA"/></testcase>'
        '<testcase name="off" status="disabled"/></testsuite></testsuites>')
    total = suite.Sum()
    total.add_junit(report)
    assert (total.passed, total.failed) == (1, ["a: bad", "a: worse"])
    assert total.skipped == [("a: away", "no HA"), ("off", "disabled")]
