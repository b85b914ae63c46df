"""tools/sizing: costs are the measured ones, plans hold in the simulation and would not with less,
docs/scale.md says what the program says."""

import dataclasses
import importlib
import json
import re
import subprocess
import sys

import pytest

from harness.process import ROOT

FOLDER = ROOT / "tools/sizing"
PAGES = {"en": ROOT / "docs/scale.md", "ko": ROOT / "docs/scale.ko.md"}


def module(name):
    sys.path.insert(0, str(FOLDER))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(FOLDER))


given, model, simulate, tables = map(module, ("inputs", "model", "simulate", "tables"))
COST = given.costs()


def run(*words):
    return subprocess.run([sys.executable, FOLDER / "size.py", *map(str, words)],
                          capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def made():
    """All sizes, planned and simulated once."""
    return tables.Tables(COST)


# what things cost

@pytest.mark.parametrize("name, one", given.table().items(), ids=given.table())
def test_a_cost_is_what_was_measured(name, one):
    assert set(one) - {"value", "unit", "row", "says", "section", "limit", "estimate"} == set()
    assert len({"row", "limit", "estimate"} & set(one)) == 1, "one source"
    if "estimate" in one:
        assert len(one["estimate"]) > 30
        return
    if "limit" in one:
        found = re.findall(one["says"], (ROOT / one["limit"]).read_text())
    else:
        text = (ROOT / "docs/performance.md").read_text()
        if "section" in one:
            text = re.search(rf"^### {one['section']} \(.*?(?=^### |\Z)", text, re.M | re.S)[0]
        rows = [line for line in text.splitlines() if line.startswith(f"| {one['row']} |")]
        assert len(rows) == 1, rows
        found = re.findall(one["says"], rows[0])
    # What stands first is ours, the neighbour's comes after it.
    assert found and float(re.sub("[,']", "", found[0])) == one["value"], found


# what is typed

@pytest.mark.parametrize("words, said", [
    (["--homes", -1], "--homes: -1 is not in 1 to 10,000,000"),
    (["--homes", 0], "--homes: 0 is not in"),
    (["--homes", "many"], "--homes: not a number: 'many'"),
    (["--homes", "nan"], "--homes: nan is not in"),
    (["--homes", "1e99"], "--homes: 1e99 is not in"),
    (["--homes", "10.5"], "--homes: 10.5 is not a whole number"),
    (["--peak", 0.5], "--peak: 0.5 is not in"),
    (["--peak", "inf"], "--peak: inf is not in"),
    (["--utilisation", 1], "--utilisation: 1 is not in"),
    (["--direct", 1.1], "--direct: 1.1 is not in"),
    (["--vcpu", 0], "--vcpu: 0 is not in"),
    (["--memory", -4], "--memory: -4 is not in"),
    (["--spread", 30, "--burst-within", 5], "--spread: longer than --burst-within"),
    (["--return-spread", 90], "--return-spread: longer than --return-within"),
    (["--kind", "family"], "--kind: 'family' is not NAME=SHARE,DEVICES,MESSAGES_AN_HOUR"),
    (["--kind", "a=1,10"], "is not NAME=SHARE"),
    (["--kind", "a=x,10,10"], "--kind: not a number: 'x'"),
    (["--kind", "a=1,0,10"], "--kind: 0 is not in"),
    (["--kind", "a=0.5,10,10"], "--kind: the shares add up to 0.5, not to 1"),
    (["--seed", -3, "--simulate"], "--seed: -3 is not in"),
    (["--home", 3], "unrecognized arguments: --home 3"),
    (["--homes"], "expected one argument"),
], ids=lambda one: " ".join(map(str, one)) if isinstance(one, list) else "")
def test_a_mistake_is_named(words, said):
    done = run(*words)
    assert done.returncode == 2 and said in done.stderr, done
    assert not done.stdout and "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [
    ["--homes", 1], ["--homes", 10_000_000], ["--people", 0], ["--watching", 0],
    ["--top-of-hour", 0], ["--hello", 0], ["--direct", 0], ["--spare", 0],
    ["--kind", "silent=1,1,0"], ["--kind", "flat=1,100000,360000", "--homes", 2]])
def test_the_ends_of_what_is_allowed_give_a_plan(words):
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)["plan"]
    assert min(plan["cells"], plan["gateways"], plan["machines"], plan["influxdbs"]) >= 1


def test_the_same_seed_gives_the_same():
    one, two, other = (run("--homes", 100, "--simulate", "--json", "--seed", seed).stdout
                       for seed in (5, 5, 6))
    assert one == two != other


# plans and their simulation

def test_every_size_holds(made):
    for seen in made.seen:  # asserts that nothing is wrong
        assert len(seen) == 5
        assert seen["busiest hour"].p99 <= simulate.QUIET


def less(plan, what):
    return dataclasses.replace(plan, **{what: getattr(plan, what) - 1})


@pytest.mark.parametrize("what", ["cells", "gateways", "machines", "influxdbs"])
@pytest.mark.parametrize("at", range(len(tables.SIZES)), ids=map(str, tables.SIZES))
def test_one_less_does_not_hold(made, at, what):
    _, wrong = simulate.check(less(made.plans[at], what), COST, 1, only=("all at :00",))
    assert wrong


@pytest.mark.parametrize("at", range(len(tables.SIZES)), ids=map(str, tables.SIZES))
def test_half_of_the_queue_is_too_small_for_what_a_gateway_misses(made, at):
    plan = made.plans[at]
    small = round(plan.cell.peak * simulate.LOST / plan.gateways * 0.9)
    _, wrong = simulate.check(dataclasses.replace(plan, queue=small), COST, 1,
                              only=("gateway lost",))
    assert len(wrong) == 1 and "wait at the broker" in wrong[0], wrong


@pytest.mark.parametrize("changed, scenario", [
    ({"memory": 256}, "power back"), ({"memory": 256, "direct": 0}, "all at :00")],
    ids=["handshakes", "messages"])
def test_where_cpu_decides_the_simulation_itself_finds_one_machine_less(changed, scenario):
    """Nothing of the model's own arithmetic: the queues last longer than they may."""
    plan = model.plan(given.Inputs(homes=1_000_000, **changed), COST)
    assert plan.machine_limit == scenario.removeprefix("all at ")
    assert simulate.check(plan, COST, 1, only=(scenario,))[1] == []
    _, wrong = simulate.check(less(plan, "machines"), COST, 1, only=(scenario,))
    assert [one for one in wrong if one.startswith(f"{scenario}: ")], wrong


def test_a_queue_that_cannot_keep_up_is_seen():
    """Twice the messages that the machines have CPU for: p99 and the end of the queue."""
    plan = model.plan(given.Inputs(homes=1_000_000), COST)
    poor = {**COST, "message_us": COST["message_us"] * 50, "broker_us": COST["broker_us"] * 50}
    _, wrong = simulate.check(plan, poor, 1, only=("busiest hour",))
    assert any(one.startswith("busiest hour: p99") for one in wrong), wrong


def test_the_model_adds_up():
    """By hand, of one kind of home."""
    inputs = given.Inputs({"flat": given.Kind(1, 10, 36)}, homes=1000, peak=3, values=8)
    d = model.demand(inputs, COST)
    assert (d.rate, d.peak, d.values) == pytest.approx((100, 300, 2400))
    sink = COST["plain_with_sink_us"] - COST["plain_us"]
    assert d.gateway_cores == pytest.approx(300 * (COST["message_us"] + 2 * sink) / 1e6)
    assert d.influxdb_cores == pytest.approx(300 * 2 * COST["influxdb_us"] / 1e6)
    assert d.disk_year == pytest.approx(100 * 8 * 365 * 86_400 * COST["influxdb_value_bytes"])
    assert d.connections == pytest.approx(1000 * (1 + 10 * 0.2))


# the pages

def test_the_pages_say_what_the_program_says(made):
    size = module("size")
    for language, path in PAGES.items():
        text = path.read_text()
        names = [name for _, name, _, _ in size.TABLE.findall(text)]
        assert sorted(names) == sorted(tables.NAMES), path
        for name, body in [(one[1], one[2]) for one in size.TABLE.findall(text)]:
            assert body.strip() == made.table(name, language), (
                f"{path.name}, {name}: tools/sizing/size.py --docs writes it anew")


def test_both_languages_say_as_much():
    english, korean = (path.read_text() for path in PAGES.values())
    for part in (r"^#+ ", r"^\|", r"^```", r"^\d\. ", r"^- ", r"\]\(", r"`[^`\n]+`"):
        counts = [len(re.findall(part, text, re.M)) for text in (english, korean)]
        assert counts[0] == counts[1], (part, counts)


def test_estimates_are_named_on_the_page():
    assert len([one for one in given.table().values() if "estimate" in one]) == 6
    for text in (path.read_text() for path in PAGES.values()):
        part = text.split("## What is estimated" if "## What is" in text else "## 추정한 것")[1]
        for word in ("sbc-bench", "1,000,000", "10,000", "Redis", "MariaDB", "626"):
            assert word in part


@pytest.mark.parametrize("language", PAGES)
def test_its_rule_keeps_homes_apart(make_gateway, tmp_path, language):
    block, = [one for one in re.findall(r"^```yaml\n(.*?)^```", PAGES[language].read_text(),
                                        re.S | re.M) if "mappings" in one]
    config = tmp_path / "caredian.yaml"
    config.write_text(block)
    gateway = make_gateway(config=str(config))
    gateway.folder.mkdir(parents=True)
    said = gateway.cli("ingest", "explain", "home17/zigbee2mqtt/kitchen/climate",
                       '{"temperature":21.4}', "--config", config).stdout
    assert ("reading: zigbee,area=kitchen,device=home17-kitchen-climate,home=home17 "
            "temperature=21.4") in said, said
