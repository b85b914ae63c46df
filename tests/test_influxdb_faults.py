"""InfluxDB away, slow, full, or refusing: nothing is lost, nothing stored twice, nobody held up."""

import socket
import threading
import time

from harness.process import wait_until
from test_influxdb import metric, scripted, start, state_of, wait_rows  # noqa: F401 (fixtures)


def test_a_server_that_comes_late_and_goes_away_misses_nothing(start, publisher, make_influxdb):
    influxdb = make_influxdb()
    influxdb.stop()
    gateway = start(influxdb.url)
    for n in range(50):
        publisher.publish("home/a", f'{{"n":{n}}}')
    wait_until(lambda: state_of(gateway)[0] == "down")
    influxdb.start()
    assert [r["n"] for r in wait_rows(influxdb, "home", 50, timeout=40)] == list(range(50))
    influxdb.kill()
    for n in range(50, 100):
        publisher.publish("home/a", f'{{"n":{n}}}')
    influxdb.start()
    assert [r["n"] for r in wait_rows(influxdb, "home", 100, timeout=40)] == list(range(100))
    assert state_of(gateway)[0] == "up"


def test_a_gateway_that_is_killed_sends_what_it_had_acknowledged(start, publisher, make_influxdb):
    influxdb = make_influxdb()
    influxdb.stop()
    gateway = start(influxdb.url, **{"influxdb.buffer": "64KiB"})
    publisher.publish_all([("home/a", f'{{"n":{n}}}') for n in range(3000)])
    gateway.wait_system(lambda s: s["decoded"] >= 3000)
    gateway.kill()
    gateway.start()
    influxdb.start()
    assert [r["n"] for r in wait_rows(influxdb, "home", 3000, timeout=60)] == list(range(3000))


def test_a_journal_that_gets_full_lets_go_and_the_history_fills_the_gap(start, publisher,
                                                                       make_influxdb):
    influxdb = make_influxdb()
    influxdb.stop()
    gateway = start(influxdb.url, **{"journal.max_bytes": 2**20, "influxdb.buffer": "64KiB"})
    filler = "x" * 200
    for batch in range(8):
        publisher.publish_all([("home/a", f'{{"n":{n},"s":"{filler}"}}')
                               for n in range(batch * 1000, batch * 1000 + 1000)])
        gateway.wait_system(lambda s: s["decoded"] >= batch * 1000 + 1000)
    assert gateway.system()["journal"]["state"] == "up", "one server that is away stops nobody"
    gateway.kill()
    gateway.start()
    influxdb.start()
    rows = wait_rows(influxdb, "home", 8000, timeout=90)
    assert [r["n"] for r in rows] == list(range(8000))
    wait_until(lambda: "was sent from the history" in gateway.process.output(whole=True))


def test_a_type_that_is_another_one_there_gets_a_name_of_its_own(start, publisher, influxdb):
    influxdb.query("CREATE DATABASE caredian")
    now = time.time_ns()  # a shard has types of its own
    influxdb.write(f'home,device=x n="a text",state=1 {now}\n')
    gateway = start(influxdb.url)
    for n in range(5):
        publisher.publish("home/a", f'{{"n":{n},"m":{n},"state":"on"}}')
    rows = [r for r in wait_rows(influxdb, "home", 6) if r["device"] == "a"]
    assert [r["n_float"] for r in rows] == list(range(5))
    assert [r["state_string"] for r in rows] == ["on"] * 5
    assert [r["m"] for r in rows] == list(range(5))
    assert metric(gateway, "sink_set_aside_total", sink="influxdb") == 0
    failures = metric(gateway, "sink_failures_total", sink="influxdb")
    gateway.restart()
    gateway.wait_connected()
    publisher.publish("home/a", '{"n":9}')
    wait_until(lambda: any(r.get("n_float") == 9 for r in influxdb.rows("home")))
    assert failures <= 4 and metric(gateway, "sink_failures_total", sink="influxdb") == 0, (
        "what was learned is kept")


def test_a_batch_that_is_too_large_goes_in_pieces(start, publisher, make_influxdb):
    influxdb = make_influxdb(max_body=20_000)
    influxdb.stop()
    start(influxdb.url)
    publisher.publish_all([("home/a", f'{{"n":{n},"text":"{"x" * 100}"}}') for n in range(1000)])
    influxdb.start()
    assert [r["n"] for r in wait_rows(influxdb, "home", 1000, timeout=40)] == list(range(1000))


def test_answers_that_mean_later(start, publisher, influxdb, scripted):
    """429, 503, 500, half an answer, a connection that is cut: once each, and all is stored once."""
    def cut(handler, _):
        handler.connection.shutdown(socket.SHUT_RDWR)

    def half(handler, _):
        handler.wfile.write(b"HTTP/1.1 204 No Con")
        handler.wfile.flush()
        handler.close_connection = True

    influxdb.query("CREATE DATABASE caredian")
    server = scripted(behind=influxdb)
    server.script += [(429, {"error": "quota"}, {"Retry-After": "1"}), (503, ""),
                      (500, {"error": "timeout"}), half, cut]
    gateway = start(server.url)
    begun = time.monotonic()
    publisher.publish("home/a", '{"n":1}')
    wait_rows(influxdb, "home", 1)
    assert time.monotonic() - begun > 0.8, "Retry-After is kept"
    assert len(set(server.writes()[:5])) == 1, "the same again each time"
    assert influxdb.count("home", "n") == 1
    assert metric(gateway, "sink_failures_total", sink="influxdb") == 5


def test_a_server_that_hangs_is_left_and_asked_again(start, publisher, influxdb, scripted):
    free = threading.Event()
    server = scripted(behind=influxdb)
    server.script += [lambda handler, _: (free.wait(30), handler.connection.shutdown(socket.SHUT_RDWR))]
    start(server.url, **{"influxdb.timeout": "1s"})
    publisher.publish("home/a", '{"n":1}')
    wait_rows(influxdb, "home", 1)
    free.set()


def test_a_line_that_is_refused_is_set_aside_with_its_reason(start, publisher, influxdb, scripted):
    def picky(handler, body):
        if b"poison" in body:
            server.script.insert(0, picky)
            return handler.answer(400, b'{"error":"unable to parse \'...\': poison"}')
        server.script.insert(0, picky)
        import requests
        passed = requests.post(influxdb.url + handler.path, data=body, timeout=10)
        handler.answer(passed.status_code, passed.content)

    server = scripted(behind=influxdb)
    server.script.append(picky)
    gateway = start(server.url, **{"influxdb.flush_interval": "500ms"})
    publisher.publish_all([("home/a", f'{{"n":{n},"s":"{"poison" if n == 33 else "fine"}"}}')
                           for n in range(100)])
    rows = wait_rows(influxdb, "home", 99)
    assert [r["n"] for r in rows] == [n for n in range(100) if n != 33]
    assert metric(gateway, "sink_set_aside_total", sink="influxdb") == 1


def test_a_slow_server_holds_up_no_other(make_gateway, broker, publisher, influxdb, scripted):
    free = threading.Event()
    slow = scripted()
    slow.script += [lambda handler, _: (free.wait(60), handler.answer(204, b""))]
    gateway = make_gateway({
        "mqtt.url": broker.url, "influxdb.url": influxdb.url,
        "influxdb.more": [{"name": "slow", "url": slow.url, "version": 1, "timeout": "60s",
                           "buffer": "64KiB"}]})
    gateway.add_user()
    gateway.start()
    gateway.wait_connected()
    publisher.publish_all([("home/a", f'{{"n":{n},"text":"{"x" * 100}"}}') for n in range(2000)])
    assert len(wait_rows(influxdb, "home", 2000)) == 2000
    assert len(gateway.wait_readings(2000, device="a", field="n")) == 2000
    assert sum(body.count(b"home,") for body in slow.writes()) < 1000
    free.set()
    wait_until(lambda: sum(body.count(b"home,") for body in slow.writes()) >= 2000, 30,
               what="the slow one catches up")
    sent = [line for body in slow.writes() for line in body.splitlines()]
    assert len(sent) == len(set(sent)) == 2000
