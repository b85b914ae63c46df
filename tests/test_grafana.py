"""The dashboards of deploy/grafana: every query returns rows of the demo home out of a real InfluxDB.

Grafana itself is not here (Debian has no package of it): what it puts into a query, its time filter,
interval and variables, is put in as its data source for InfluxDB does.
"""

import json
import re
import subprocess
import time

import pytest
import yaml

from harness.gateway import Gateway, binary
from harness.influxdb import MISSING, InfluxDB, available
from harness.mosquitto import Mosquitto
from harness.mqtt import Publisher
from harness.process import ROOT, wait_until
from harness.prometheus import MISSING as NO_PROMETHEUS
from harness.prometheus import Prometheus
from harness.prometheus import available as has_prometheus

FOLDER = ROOT / "deploy/grafana"
DAY = 86_400
PAST = 8  # days
# What the demo home has no device for.
BESIDES = [
    ("zigbee2mqtt/study/radar", '{"presence":true,"pm25":12,"voc":140}'),
    ("zigbee2mqtt/bedroom/call_button", '{"action":"hold","battery":81}'),
    ("zigbee2mqtt/bedroom/curtain", '{"position":60}'),
    ("study-node/status", "online"),
    *((f"study-node/sensor/{name}/state", value) for name, value in (
        ("humidity", "44.5"), ("illuminance", "210"), ("power", "31.5"), ("energy", "12.25"),
        ("battery", "77"), ("pressure", "1013"))),
    *((f"homeassistant/sensor/porch_{name}/state", value) for name, value in (
        ("temperature", "11.5"), ("humidity", "71"), ("illuminance", "900"), ("power", "12"),
        ("energy", "4.5"), ("co2", "420"), ("pm2_5", "9"), ("pm10", "20"), ("tvoc", "33"),
        ("pressure", "1011"), ("battery", "63"))),
    ("homeassistant/binary_sensor/porch_motion/state", "on"),
    ("homeassistant/binary_sensor/porch_door/state", "on"),
]


def load(language):
    return {path.stem: json.loads(path.read_text())
            for path in sorted((FOLDER / "dashboards" / language).glob("*.json"))}


EN, KO = load("en"), load("ko")


def panels():
    return [(name, panel) for name, board in EN.items() for panel in board["panels"]]


def queries(kind):
    return [pytest.param(name, target, id=f"{name}-{panel['id']}{target['refId']}")
            for name, panel in panels() for target in panel.get("targets", [])
            if target["datasource"]["type"] == kind]


def escaped(value):
    """As Grafana's format `regex` does."""
    return re.sub(r"[\\^$*+?.()|\[\]{}/]", r"\\\g<0>", value)


def filled_in(query, board, chosen=None, now=None):
    """`chosen` {variable: value}; the others stand on All."""
    now = now or time.time()
    for one in board["templating"]["list"]:
        name = one["name"]
        if one["type"] == "textbox":
            query = query.replace(f"${name}", one["query"])
        value = escaped(chosen[name]) if chosen and name in chosen else one.get("allValue", "")
        query = query.replace("${%s:regex}" % name, value)
    begin = now - PAST * DAY
    query = query.replace("$timeFilter", f"time >= {int(begin * 1e3)}ms and time <= {int(now * 1e3)}ms")
    query = query.replace("$__interval", "10m")
    assert "$" not in re.sub(r"\\?\$/", "", query), query
    return query


@pytest.fixture(scope="module")
def home(tmp_path_factory, build):
    """(influxdb, gateway): the demo home's last days, by the gateway's own history and backfill."""
    program = binary(build, "demo-home")
    if not available():
        pytest.skip(MISSING)
    if not program.is_file():
        pytest.skip(f"demo-home is not built (scripts/build {build} demo-home)")
    folder = tmp_path_factory.mktemp("grafana")
    influxdb = InfluxDB(folder / "influxdb").start()
    broker = Mosquitto(folder / "broker").start()
    gateway = Gateway(folder / "gateway", {"mqtt.url": broker.url, "influxdb.url": influxdb.url,
                                           "metrics.allow": ["127.0.0.1"]}, build=build)
    gateway.add_user()
    try:
        gateway.start()
        gateway.wait_connected()
        subprocess.run([program, "--url", broker.url, "--once", "--quiet"], check=True, timeout=60)
        wait_until(lambda: len([d for d in gateway.devices() if d["area"]]) >= 45, 30, 0.5,
                   "rooms of the demo home")
        past = subprocess.run([program, "--past", str(PAST), "--every", "600", "--quiet"],
                              capture_output=True, check=True, timeout=120).stdout
        (folder / "past.lp").write_bytes(past)
        gateway.cli("history", "import", "--format", "lp", folder / "past.lp", timeout=300)
        gateway.cli("backfill", timeout=300)
        with Publisher(broker) as publisher:
            publisher.publish_all(BESIDES)
        wait_until(lambda: len({row["device"] for row in influxdb.rows("ha")}) == 13, 20,
                   what="what the home has besides")
        yield influxdb, gateway
    finally:
        for one in (gateway.process, broker, influxdb):
            one.stop()
        gateway.check_clean()


def values(found):
    return [value for series in found for row in series["values"]
            for value in row[1:] if value is not None]


@pytest.mark.parametrize("name, target", queries("influxdb"))
def test_every_query_returns_rows(home, name, target):
    influxdb, _ = home
    found = influxdb.query(filled_in(target["query"], EN[name]))
    assert values(found), target["query"]
    for tag in re.findall(r"\$tag_(\w+)", target.get("alias", "")):
        assert all(tag in series["tags"] for series in found), target


@pytest.fixture(scope="module")
def prometheus(home, tmp_path_factory):
    if not has_prometheus():
        pytest.skip(NO_PROMETHEUS)
    one = Prometheus(tmp_path_factory.mktemp("prometheus"), home[1]).start()
    wait_until(lambda: one.query("rate(caredian_ingest_received_total[30s])"), 20, 0.5,
               "two looks at the gateway")
    yield one
    one.stop()


@pytest.mark.parametrize("name, target", queries("prometheus"))
def test_every_query_of_the_gateways_own_figures_returns_rows(prometheus, name, target):
    expression = target["expr"].replace("$__rate_interval", "30s")
    assert "$" not in expression
    found = prometheus.query(expression)
    assert found and "NaN" not in [one["value"][1] for one in found], expression
    for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
        assert all(label in one["metric"] for one in found), (expression, found)


@pytest.mark.parametrize("name", EN)
def test_every_variable_has_values(home, name):
    influxdb, _ = home
    for one in EN[name]["templating"]["list"]:
        if one["type"] == "query":
            found = values(influxdb.query(filled_in(one["query"], EN[name])))
            assert len(set(found)) >= 5, one


def test_a_room_and_a_device_narrow(home):
    influxdb, _ = home
    board = EN["home"]
    area, device = board["templating"]["list"]
    rooms = set(values(influxdb.query(area["query"])))
    assert {"kitchen", "living_room", "현관"} <= rooms, rooms
    found = set(values(influxdb.query(filled_in(device["query"], board, {"area": "kitchen"}))))
    assert "kitchen/climate" in found and not [d for d in found if "bedroom" in d], found
    target = board["panels"][1]["targets"][0]
    found = influxdb.query(filled_in(target["query"], board, {"area": "kitchen"}))
    assert {series["tags"]["area"] for series in found} == {"kitchen"}
    found = influxdb.query(filled_in(target["query"], board, {"device": "kitchen/climate"}))
    assert {series["tags"]["device"] for series in found} == {"kitchen/climate"}


def test_what_has_no_room_is_among_all(home):
    """Also where influxdb.area_tag is off."""
    influxdb, _ = home
    influxdb.write(f"zigbee,device=nowhere temperature=12.5 {time.time_ns()}\n")
    board = EN["home"]
    found = influxdb.query(filled_in(board["panels"][1]["targets"][0]["query"], board))
    assert [s["values"][0][1] for s in found if s["tags"] == {"area": "", "device": "nowhere"}] == [12.5]
    listed = values(influxdb.query(filled_in(board["templating"]["list"][1]["query"], board)))
    assert "nowhere" in listed


def test_movement_is_counted_by_room_and_hour(home):
    influxdb, _ = home
    board = EN["care"]
    panel = next(p for p in board["panels"] if p["title"] == "Movement by room and hour")
    found = influxdb.query(filled_in(panel["targets"][0]["query"], board))
    counts = {s["tags"]["area"]: [row[1] for row in s["values"]] for s in found}
    assert {"kitchen", "living_room", "bathroom"} <= counts.keys()
    assert all(len(rows) >= PAST * 24 and 0 in rows and sum(rows) > 20
               for area, rows in counts.items() if area), "hours without any are nought"
    quiet = next(p for p in board["panels"] if p["title"] == "Longest time without movement")
    longest = values(influxdb.query(filled_in(quiet["targets"][0]["query"], board)))
    assert len(longest) >= PAST - 1 and all(10 <= minutes < 24 * 60 for minutes in longest), longest


# ---- the files

def test_they_are_as_they_are_made():
    done = subprocess.run([ROOT / "tools/grafana/generate.py", "--check"], capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, f"tools/grafana/generate.py was not run: {done.stdout}{done.stderr}"


def sources():
    text = (FOLDER / "provisioning/datasources/caredian.yaml").read_text()
    return {one["uid"]: one for one in yaml.safe_load(text)["datasources"]}, text


def test_each_names_data_sources_that_are_provisioned():
    known = {(uid, one["type"]) for uid, one in sources()[0].items()}
    for board in [*EN.values(), *KO.values()]:
        used = re.findall(r'"datasource": \{"type": "(\w+)", "uid": "([\w-]+)"\}',
                          json.dumps(board))
        assert {(uid, kind) for kind, uid in used} <= known


def test_the_other_kinds_of_data_source_are_sound():
    """Each of those that are commented out, in place of the first."""
    _, text = sources()
    blocks = re.findall(r"^  # - name.*\n(?:  #   .*\n)+", text, re.M)
    found = [yaml.safe_load(re.sub(r"(?m)^  # ", "", block))[0] for block in blocks]
    assert len(found) == 2
    for one in found:
        assert one["uid"] == "caredian" and one["type"] == "influxdb" and one["jsonData"]["dbName"]


def test_folders_are_those_of_the_languages():
    text = (FOLDER / "provisioning/dashboards/caredian.yaml").read_text()
    paths = [one["options"]["path"] for one in yaml.safe_load(text)["providers"]]
    assert [path.rsplit("/", 1)[1] for path in paths] == ["en", "ko"]


def test_ids_are_unique_and_panels_do_not_overlap():
    uids = [board["uid"] for board in [*EN.values(), *KO.values()]]
    assert len(set(uids)) == len(uids) == 2 * len(EN) and all(len(uid) <= 40 for uid in uids)
    for board in [*EN.values(), *KO.values()]:
        assert board["id"] is None and board["schemaVersion"] >= 36
        ids = [panel["id"] for panel in board["panels"]]
        assert len(set(ids)) == len(ids)
        taken = set()
        for panel in board["panels"]:
            at = panel["gridPos"]
            assert at["x"] >= 0 and at["w"] > 0 and at["h"] > 0 and at["x"] + at["w"] <= 24
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                     for y in range(at["y"], at["y"] + at["h"])}
            assert not taken & cells, (board["uid"], panel["title"])
            taken |= cells
            letters = [target["refId"] for target in panel.get("targets", [])]
            assert len(set(letters)) == len(letters)
            assert panel["type"] == "row" or letters


def test_queries_ask_for_the_time_and_the_room_that_are_chosen():
    for name, panel in panels():
        for target in panel.get("targets", []):
            if target["datasource"]["type"] == "influxdb":
                assert "$timeFilter" in target["query"], (name, panel["title"])
                for variable in re.findall(r"\$\{(\w+):", target["query"]):
                    assert variable in [v["name"] for v in EN[name]["templating"]["list"]]


def shape(value):
    """Without what people read: those texts, and the language in names."""
    if isinstance(value, dict):
        return {"*" if re.search("[가-힣]", k) else k: shape(v) for k, v in value.items()
                if k not in ("title", "description", "label", "text", "displayName", "alias",
                           "legendFormat")}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return re.sub(r"-(en|ko)$", "", value) if isinstance(value, str) else value


def human(value, path=""):
    if isinstance(value, dict):
        for key, one in value.items():
            if key in ("title", "description", "label") and isinstance(one, str):
                yield f"{path}/{key}", one
            yield from human(one, f"{path}/{key}")
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from human(one, f"{path}/{number}")


@pytest.mark.parametrize("name", EN)
def test_both_languages_are_alike(name):
    assert EN.keys() == KO.keys()
    english, korean = dict(human(EN[name])), dict(human(KO[name]))
    assert english.keys() == korean.keys()
    for where, text in english.items():
        assert not re.search("[가-힣]", text), (where, text)
        if text not in ("CareDian", "PM2.5", "PM10", ""):
            assert re.search("[가-힣]", korean[where]), (where, korean[where])
    plain = [json.dumps(shape(board)["templating"]) for board in (EN[name], KO[name])]
    assert plain[0] == plain[1]
    targets = [[shape(panel.get("targets")) for panel in board["panels"]]
               for board in (EN[name], KO[name])]
    assert targets[0] == targets[1]
