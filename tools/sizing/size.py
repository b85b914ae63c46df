#!/usr/bin/env python3
"""What so many homes need, computed from measured costs (tools/sizing/costs.toml), and whether that
holds in a simulation. docs/scale.md explains it.

    tools/sizing/size.py --homes 5000                        a plan
    tools/sizing/size.py --homes 5000 --simulate --seed 7    and its simulation
    tools/sizing/size.py --homes 5000 --kind flat=1,10,12    other homes: share, devices,
                                                             messages of a device in an hour
    tools/sizing/size.py --docs                              writes the tables of docs/scale*.md
    tools/sizing/size.py --check                             says which differ
"""

import argparse
import dataclasses
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import inputs as given  # noqa: E402
import model  # noqa: E402
import simulate  # noqa: E402
import tables  # noqa: E402

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"en": DOCS / "scale.md", "ko": DOCS / "scale.ko.md"}
TABLE = re.compile(r"(<!-- size\.py: (\w+) -->\n)(.*?)(<!-- to here -->)", re.S)


def arguments(words):
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default, _, _, _, reason in given.OPTIONS:
        parser.add_argument(f"--{name}", metavar="N", default=argparse.SUPPRESS,
                            help=f"{reason} ({default:g})".replace("%", "%%"))
    parser.add_argument("--kind", action="append", metavar="NAME=SHARE,DEVICES,PER_HOUR",
                        help="a kind of home; given once, the defaults go")
    parser.add_argument("--simulate", action="store_true")
    parser.add_argument("--seed", default="1", help="of the simulation (1)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("--check", action="store_true")
    return parser.parse_args(words)


def documents():
    """{path: text as it should be}."""
    made = tables.Tables(given.costs())
    out = {}
    for language, path in PAGES.items():
        out[path] = TABLE.sub(
            lambda one, language=language:
            f"{one[1]}\n{made.table(one[2], language)}\n\n{one[4]}", path.read_text())
    return out


def write(check):
    differ = [path for path, text in documents().items() if path.read_text() != text]
    if check:
        print("\n".join(str(path.name) for path in differ) or "all are as they are made")
        return 1 if differ else 0
    for path, text in documents().items():
        path.write_text(text)
    print(f"{len(differ)} written anew")
    return 0


def printed(plan):
    """What a person reads."""
    d, number, size = plan.demand, tables.number, tables.size
    cores = d.gateway_cores + d.broker_cores + d.people_cores
    yield f"{d.homes:,} homes, {number(d.devices)} devices, {number(d.connections)} connections"
    yield (f"messages: {number(d.rate)}/s, {number(d.peak)}/s in the busiest hour "
           f"({number(d.values)} values/s)")
    yield (f"cells: {plan.cells:,} of {plan.homes_per_cell:,} homes ({plan.cell_limit}), each: one "
           f"Mosquitto (max_queued_messages {plan.queue}), {plan.gateways} gateways of "
           f"{size(plan.cell_memory)}")
    yield (f"machines: {plan.machines} of {plan.inputs.vcpu} vCPU and {plan.inputs.memory:g} GB, "
           f"{plan.inputs.spare} to spare ({plan.machine_limit}); {number(cores)} cores in use in "
           "the busiest hour")
    yield (f"InfluxDB: {plan.influxdbs} ({plan.influxdb_limit}), {number(d.series)} series, "
           f"{size(d.disk_year)} a year, {size(d.disk_downsampled)} with "
           f"{plan.inputs.raw_days} days of points")
    yield (f"MariaDB: {size(d.database_bytes)} of accounts, {size(d.audit_year)} of audit a year, "
           f"{number(d.audit_writes)} rows/s; Redis: {number(d.sessions)} sessions, "
           f"{size(d.redis_bytes)}, {number(d.redis_ops)} asked/s")
    yield f"network: {size(d.network_in)}/s in, {size(d.network_out)}/s to people"


def main(words):
    options = vars(arguments(words))
    try:
        kinds = dict(map(given.kind, options.pop("kind") or ())) or None
        seed = given._number("seed", options.pop("seed"), 0, 2**31, True)
        flags = {name: options.pop(name) for name in ("simulate", "json", "docs", "check")}
        if flags["docs"] or flags["check"]:
            return write(flags["check"])
        cost = given.costs()
        plan = model.plan(given.Inputs(kinds, **options), cost)
    except given.BadInput as problem:
        print(f"size.py: {problem}", file=sys.stderr)
        return 2
    seen, wrong = simulate.check(plan, cost, seed) if flags["simulate"] else ({}, [])
    if flags["json"]:
        print(json.dumps({
            "demand": dataclasses.asdict(plan.demand),
            "plan": {name: getattr(plan, name) for name in (
                "cells", "cell_limit", "gateways", "machines", "machine_limit", "influxdbs",
                "influxdb_limit", "cell_memory", "queue", "journal_hours")},
            "simulation": {name: dataclasses.asdict(one) for name, one in seen.items()},
            "wrong": wrong}, indent=1))
    else:
        print("\n".join(printed(plan)))
        for name, one in seen.items():
            print(f"{name}: p99 {one.p99:.2f} s, slowest {one.slowest:.2f} s, nothing waits after "
                  f"{one.drained:.1f} s, at the broker at most {one.queue:,.0f}")
        for one in wrong:
            print(f"NOT MET: {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
