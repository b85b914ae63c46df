"""What all measures share: one result = one JSON file in .cache/bench, one table in
docs/performance.md; tables of measures that were not run stay. A figure that misses its goal stays
in its table as a miss."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".cache/bench"
PAGE = ROOT / "docs/performance.md"
BEGIN, END = "<!-- bench/run writes from here -->", "<!-- to here -->"
sys.path.insert(0, str(ROOT / "tests"))


def result(name, order, rows):
    """Keeps the rows of one measure: [{"what", "ours", "neighbour", "goal", "met", "note"}]; all
    texts but `met` (True, False or None = no goal)."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{order:02}-{name}.json").write_text(json.dumps(
        {"name": name, "when": time.strftime("%Y-%m-%d"), "machine": machine(), "rows": rows},
        ensure_ascii=False, indent=1))
    for row in rows:
        print("  {what}: {ours}  (goal {goal}: {met})".format(
            **{"goal": "–", **row, "met": {True: "met", False: "MISSED", None: "–"}[row.get("met")]}),
            flush=True)


def _first_line(*command):
    if not shutil.which(command[0]):
        return None
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip().splitlines()[0]


def machine():
    """One paragraph: what the figures were measured on."""
    cpu = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text()
                .splitlines() if line.startswith(("model name", "Model"))), platform.machine())
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    versions = [_first_line("g++", "--version"), _first_line("mosquitto", "-h"),
                _first_line("nginx", "-v"), _first_line("telegraf", "--version")]
    return (f"Machine: {os.cpu_count()} × {cpu}, {memory:.0f} GB, Linux {platform.release()}. "
            + "; ".join(version for version in versions if version) + ".")


def section(measure):
    """One measure as a heading, what it was measured on, and a table."""
    lines = [f"### {measure['name']} ({measure['when']})", "", measure["machine"], "",
             "| what | ours | neighbour, same run | goal | |", "|---|---|---|---|---|"]
    for row in measure["rows"]:
        met = {True: "met", False: "**missed**", None: ""}[row.get("met")]
        note = f" {row['note']}" if row.get("note") else ""
        lines.append(f"| {row['what']} | {row['ours']} | {row.get('neighbour', '–')} | "
                     f"{row.get('goal', '–')} | {met}{note} |")
    return "\n".join(lines)


def merged(before, measures):
    """The sections `before`, those that were measured now in the place of their older form."""
    sections = {re.match(r"### (.*) \(", text)[1]: text.strip()
                for text in re.split(r"^(?=### )", before, flags=re.M) if text.startswith("### ")}
    for measure in measures:
        sections[measure["name"]] = section(measure)
    return "\n\n".join(sections.values())


def write_page():
    """Puts what was measured between the two marks of docs/performance.md."""
    measures = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    before, _, rest = PAGE.read_text().partition(BEGIN)
    old, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{merged(old, measures)}\n\n{END}{after}")


if __name__ == "__main__":
    write_page()
    print(PAGE)
