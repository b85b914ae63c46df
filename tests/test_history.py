"""History over long times: rollups, charts, retention, export and import, kill -9 in between."""

import csv
import io
import json
import random
import sqlite3
import time

import pytest

from harness.process import wait_until

DAY = 86_400
NS = 1_000_000_000


def past(device="kitchen", days=40, step=300, field="temperature", end=None, seed=1):
    """Line protocol of a sensor that ends an hour and more ago, so that all of it is rolled up."""
    dice = random.Random(seed)
    end = end or int(time.time()) - 7_200
    value = 21.0
    lines = []
    for at in range(end - days * DAY, end, step):
        value += round(dice.uniform(-0.2, 0.2), 2)
        lines.append(f"zigbee,device={device} {field}={value:.2f},on={'t' if dice.random() < .5 else 'f'}"
                     f" {at * NS + dice.randrange(1000)}")
    return lines


def put(gateway, text, check=True, **parameters):
    if isinstance(text, list):
        text = "\n".join(text) + "\n"
    answer = gateway.session().post(gateway.url + "/api/v1/import", data=text.encode(), timeout=60,
                                    params={"format": "lp", **parameters})
    if check:
        assert answer.status_code == 200, answer.text
        assert answer.json()["rejected"] == 0, answer.text
    return answer


def wait_rolled_up(gateway, timeout=60):
    gateway.wait_system(lambda s: s["history"]["rollup_bytes"] > 0, timeout, what="rollups")


def marks(gateway):
    """Chunks whose rollups are to be made anew, over all series."""
    with sqlite3.connect(f"file:{gateway.data}/history.db?mode=ro", uri=True) as db:
        return db.execute("SELECT count(*) FROM series WHERE length(dirty)>0").fetchone()[0]


def wait_settled(gateway, timeout=60):
    wait_rolled_up(gateway)
    wait_until(lambda: marks(gateway) == 0, timeout, step=0.2, what="no chunk that is marked")


def windows(gateway, **parameters):
    return [(r["time_ns"], r["field"], r["value"]) for r in gateway.readings(**parameters)]


def by_hand(lines, width, of, field="temperature"):
    """The same windows out of the lines themselves."""
    found = {}
    for line in lines:
        _, fields, stamp = line.split(" ")
        value = dict(f.split("=") for f in fields.split(","))[field]
        found.setdefault(int(stamp) // (width * NS) * width * NS, []).append(float(value))
    return {start: of(values) for start, values in found.items()}


def test_windows_are_the_same_from_rollups_as_from_points(gateway):
    lines = past()
    put(gateway, lines)
    wait_settled(gateway)
    assert gateway.system()["history"]["rollup_bytes"] > 10_000
    for width, every in ((300, "5m"), (3_600, "1h"), (21_600, "6h")):
        for fn, of in (("min", min), ("max", max), ("count", len),
                       ("mean", lambda v: round(sum(v) * 100) / 100 / len(v))):
            got = windows(gateway, device="kitchen", field="temperature", every=every, fn=fn)
            want = by_hand(lines, width, of)
            assert len(got) == len(want)
            assert all(abs(want[t] - v) < 1e-9 for t, _, v in got), (every, fn)
    # What came late is in the answer at once, and in the rollups after.
    late = int(time.time()) - 20 * DAY
    put(gateway, [f"zigbee,device=kitchen temperature=99.5 {late * NS}"])
    lines.append(f"zigbee,device=kitchen temperature=99.5,on=t {late * NS}")
    for _ in range(2):
        got = windows(gateway, device="kitchen", field="temperature", every="1h", fn="max")
        assert dict((t, v) for t, _, v in got) == by_hand(lines, 3_600, max)
        wait_settled(gateway)


def test_a_chart_of_any_width_is_bounded_and_keeps_spikes(gateway):
    lines = past(days=60, step=60)
    spike = lines[len(lines) // 3].rsplit(" ", 1)[1]
    lines.append(f"zigbee,device=kitchen temperature=500 {int(spike) + 5}")
    put(gateway, lines)
    for width in (1, 50, 400, 800, 10_000):
        answer = gateway.get("/api/v1/readings", params={
            "device": "kitchen", "field": "temperature", "width": width}).json()
        assert 0 < len(answer["readings"]) <= max(width, 2), width
        assert answer["every_s"] > 0
        assert max(r["max"] for r in answer["readings"]) == 500
        assert all(r["min"] <= r["value"] <= r["max"] for r in answer["readings"])
    recent = gateway.get("/api/v1/readings", params={
        "device": "kitchen", "field": "temperature", "width": 800, "from": "-5h"}).json()
    assert recent["every_s"] == 0 and 170 < len(recent["readings"]) <= 180
    for wrong in ("0", "-5", "many", "10001"):
        assert gateway.get("/api/v1/readings",
                           params={"device": "kitchen", "width": wrong}).status_code == 400


def test_points_go_and_what_they_sum_up_stays(make_gateway):
    gateway = make_gateway({"history.retention": "10d", "history.retention_5m": "20d"})
    gateway.add_user()
    gateway.start()
    lines = past(days=30)
    put(gateway, lines)
    first = wait_until(lambda: gateway.system()["history"]["first"], 10)
    wait_rolled_up(gateway)
    # Deletion goes by the hour, and the first round may have come before the import.
    gateway.restart()
    wait_until(lambda: gateway.system()["history"]["points"] < 12 * 288, 60, step=0.3,
               what="old points deleted")
    assert gateway.readings(device="kitchen", field="temperature", fn="count")[0]["value"] == len(lines)
    got = windows(gateway, device="kitchen", field="temperature", every="1h", fn="max")
    assert dict((t, v) for t, _, v in got) == by_hand(lines, 3_600, max)
    # After a start it is told once a round of upkeep has passed.
    kept = wait_until(lambda: gateway.system()["history"]["first"], 10)
    assert kept[:13] == first[:13], "hours reach back as far"
    assert 10 * 288 <= len(gateway.readings(device="kitchen", field="temperature")) < 12 * 288


def test_an_export_imported_elsewhere_answers_the_same(gateway, make_gateway):
    put(gateway, past(days=2, device="a"))
    put(gateway, past(days=2, device="b", field="humidity", seed=2))
    put(gateway, ['log,device=c,zone=a\\,b\\ c text="two\nlines \\"q\\" \\\\",n=7i,on=t 1700000000000000001'])
    for form in ("csv", "lp"):
        text = gateway.get("/api/v1/export", params={"format": form}).text
        other = make_gateway(name=f"other-{form}")
        other.add_user()
        other.start()
        report = put(other, text, format=form).json()
        assert report["values"] == 2 * 2 * 288 * 2 + 3
        for asked in ({"device": "a"}, {"device": "b"}, {"device": "c"},
                      {"device": "a", "every": "1h", "fn": "mean"}, {"device": "b", "fn": "sum"}):
            key = lambda r: (r["time_ns"], r["field"])  # noqa: E731
            assert (sorted(other.readings(**asked), key=key)
                    == sorted(gateway.readings(**asked), key=key)), asked
        series = [{k: s[k] for k in ("tags", "field", "type", "points")}
                  for s in other.get("/api/v1/series").json()["series"]]
        assert {"tags": {"device": "c", "zone": "a,b c"}, "field": "n", "type": "integer",
                "points": 1} in series
        assert len(series) == 7
        other.restart()  # on disk
        assert len(other.readings(device="a")) == 2 * 2 * 288
    rows = list(csv.reader(io.StringIO(gateway.get("/api/v1/export", params={"device": "c"}).text)))
    assert rows[0] == ["time", "measurement", "device", "field", "type", "value", "zone"]


def test_the_command_line_exports_and_imports(gateway, make_gateway, tmp_path):
    put(gateway, past(days=3))
    out = tmp_path / "out.csv"
    gateway.cli("history", "export", "--device", "kitchen", out)
    header, *lines = out.read_text().splitlines()
    assert header == "time,measurement,device,field,type,value" and len(lines) == 3 * 288 * 2
    alone = make_gateway(name="alone")
    alone.folder.mkdir(parents=True, exist_ok=True)
    done = alone.cli("history", "import", out)  # no gateway runs there
    assert f"{len(lines)} lines" in done.stdout
    assert alone.cli("history", "export").stdout.splitlines() == [header, *lines]
    alone.add_user()
    alone.start()
    assert len(alone.readings(device="kitchen")) == len(lines)
    # Beside a running one, from standard input; wrong lines are named.
    done = alone.cli("history", "import", "--format", "lp", "--precision", "s", "-", check=False,
                     input="zigbee,device=new v=1 1700000000\nbroken\n")
    assert done.returncode == 1 and "line 2: the fields are missing" in done.stderr
    assert alone.readings(device="new")[0]["time_ns"] == 1_700_000_000 * NS
    assert alone.cli("history", "export", "--from", "yesterday", check=False).returncode == 1
    assert alone.cli("history", "import", tmp_path / "nothing", check=False).returncode == 1


BAD = [
    ("lp", "m v=1 1\n", 200), ("lp", "\x00\x01\x02\n", 200), ("lp", '"' * 5000, 200),
    ("lp", "m,device=d s=\"" + "x" * 1_500_000, 200), ("csv", "a,b\n", 400), ("csv", '"', 400),
    ("xml", "", 400), ("lp", "m,device=" + "n" * 200_000 + " v=1 1\n", 200),
]


@pytest.mark.parametrize("form, text, status", BAD, ids=[f"{f}-{i}" for i, (f, _, _) in enumerate(BAD)])
def test_bad_imports_harm_nobody(served, form, text, status):
    answer = put(served, text, check=False, format=form)
    assert answer.status_code == status, answer.text
    if status == 200:
        report = answer.json()
        assert report["rejected"] + (report["values"] > 0) >= 1, report
        assert all(error["line"] >= 1 and error["reason"] for error in report["errors"])
    assert served.system()["history"]["corrupt_blocks"] == 0


def test_only_administrators_import(served):
    member = served.session("member", role="member")
    assert member.post(served.url + "/api/v1/import?format=lp", data=b"").status_code == 403
    assert member.get(served.url + "/api/v1/export?device=nobody").status_code == 200
    assert member.get(served.url + "/api/v1/series").status_code == 200
    stranger = served.client()
    assert stranger.post(served.url + "/api/v1/import?format=lp", data=b"").status_code == 401
    assert stranger.get(served.url + "/api/v1/export").status_code == 401


def test_kill_9_while_it_rolls_up_and_folds(make_gateway):
    gateway = make_gateway()
    gateway.add_user()
    gateway.start()
    dice = random.Random(5)
    lines = past(days=60, step=600)
    put(gateway, lines)
    for round_ in range(6):
        some = [line for line in past(days=60, step=601, seed=round_) if dice.random() < 0.01]
        put(gateway, some)
        lines += some
        time.sleep(dice.uniform(0.0, 0.6))
        gateway.kill()
        gateway.start()
    wait_settled(gateway)
    for width, every in ((300, "5m"), (3_600, "1h"), (DAY, "1d")):
        got = windows(gateway, device="kitchen", field="temperature", every=every, fn="max")
        assert dict((t, v) for t, _, v in got) == by_hand(lines, width, max)
        got = windows(gateway, device="kitchen", field="temperature", every=every, fn="count")
        assert dict((t, v) for t, _, v in got) == by_hand(lines, width, len)
    assert gateway.system()["history"]["corrupt_blocks"] == 0


def test_size_and_age_are_told(gateway):
    empty = gateway.system()["history"]
    assert empty["first"] is None and empty["bytes_per_value"] is None
    put(gateway, past(days=10))
    wait_settled(gateway)
    kept = gateway.system()["history"]
    assert kept["size_bytes"] > kept["bytes"] > 0
    assert 0 < kept["bytes_per_value"] < 6 and kept["values"] == 2 * 10 * 288
    assert kept["first"].startswith(time.strftime("%Y-%m-%d", time.gmtime(
        int(time.time()) - 7_200 - 10 * DAY)))
    metrics = gateway.get("/metrics").text
    for name in ("history_series", "history_block_bytes", "history_rollup_bytes",
                 "history_file_bytes", "history_first_timestamp_seconds"):
        assert f"caredian_{name} " in metrics, name


def test_what_comes_live_and_an_import_do_not_disturb_each_other(connected, publisher):
    for number in range(100):
        publisher.publish("zigbee2mqtt/kitchen", json.dumps({"temperature": 20 + number / 100}))
    connected.wait_readings(100, device="kitchen", field="temperature")
    put(connected, past(days=5))
    for number in range(100):
        publisher.publish("zigbee2mqtt/kitchen", json.dumps({"temperature": 21 + number / 100}))
    found = connected.wait_readings(200 + 5 * 288, device="kitchen", field="temperature")
    assert len(found) == 200 + 5 * 288
    assert [r["time_ns"] for r in found] == sorted(r["time_ns"] for r in found)
    connected.restart()
    assert connected.readings(device="kitchen", field="temperature") == found

