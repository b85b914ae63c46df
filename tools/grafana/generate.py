#!/usr/bin/env python3
"""Writes deploy/grafana/dashboards: one dashboard a file, in each language.

    tools/grafana/generate.py            writes them (tests/test_grafana.py holds them equal)
    tools/grafana/generate.py --check    says which differ
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from air import AIR  # noqa: E402
from appliances import APPLIANCES  # noqa: E402
from care import CARE  # noqa: E402
from energy import ENERGY_BOARD  # noqa: E402
from health import HEALTH  # noqa: E402
from home import HOME  # noqa: E402
from parts import LANGUAGES, render  # noqa: E402

DASHBOARDS = (HOME, CARE, AIR, ENERGY_BOARD, APPLIANCES, HEALTH)
FOLDER = Path(__file__).resolve().parents[2] / "deploy/grafana/dashboards"


def files():
    """{path below FOLDER: text}"""
    return {f"{language}/{one['name']}.json":
            json.dumps(render(one, language), ensure_ascii=False, indent=1) + "\n"
            for language in LANGUAGES for one in DASHBOARDS}


def main(arguments):
    wanted = files()
    there = {str(path.relative_to(FOLDER)): path.read_text() for path in FOLDER.glob("*/*.json")}
    differ = sorted(name for name in wanted.keys() | there.keys()
                    if wanted.get(name) != there.get(name))
    if "--check" in arguments:
        print("\n".join(differ) or "all are as they are made")
        return 1 if differ else 0
    for name in differ:
        path = FOLDER / name
        if name not in wanted:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[name])
    print(f"{len(wanted)} dashboards, {len(differ)} written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
