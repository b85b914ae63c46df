"""docs/architecture.md, the build files and every #include say the same about the rooms."""

import re

import pytest

from harness.process import ROOT

SOURCE = ROOT / "src"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
ROW = re.compile(r"^\|\s*`(\w+)/`\s*\|[^|]*(?:`[^`]*`[^|]*)*\|\s*([^|]*?)\s*\|\s*$", re.MULTILINE)
ROOM_CALL = re.compile(r"caredian_room\(\s*(\w+)(.*?)\)", re.DOTALL)


def table():
    """{room: rooms it may use} of docs/architecture.md, in the order of the table."""
    rows = {}
    for name, uses in ROW.findall((ROOT / "docs/architecture.md").read_text()):
        rows[name] = [] if uses in ("–", "-", "") else uses.split()
    return rows


def build_files():
    """{room: rooms it may use} of src/*/CMakeLists.txt."""
    rows = {}
    for path in sorted(SOURCE.glob("*/CMakeLists.txt")):
        for name, rest in ROOM_CALL.findall(path.read_text()):
            uses = re.search(r"MAY_USE\s+([\w\s]*?)(?:\bLIBRARIES\b|$)", rest)
            rows[name] = uses.group(1).split() if uses else []
    return rows


def breaches(room, text, may_use):
    """The includes in `text` (a file of `room`) that its row doesn't allow."""
    allowed = {room, *may_use}
    rooms = {path.name for path in SOURCE.iterdir() if path.is_dir()}
    found = []
    for include in INCLUDE.findall(text):
        first = include.split("/")[0]
        if "/" in include and first in rooms and first not in allowed:
            found.append(include)
        if ".." in include.split("/"):
            found.append(include)  # goes around the rule
    return found


def test_the_table_was_found():
    rows = table()
    assert len(rows) >= 10 and rows["base"] == [] and rows["net"] == ["base"], rows


def test_every_room_has_a_row_and_every_row_a_room():
    folders = {path.name for path in SOURCE.iterdir() if path.is_dir()}
    assert folders == set(table())


def test_table_and_build_files_agree():
    assert build_files() == table()


def test_a_room_uses_only_rooms_above_it():
    order = list(table())
    for room, uses in table().items():
        below = [name for name in uses if order.index(name) >= order.index(room)]
        assert not below, f"{room}/ may not use {below}: they stand below it in the table"


def test_the_build_adds_the_rooms_in_the_order_of_the_table():
    added = re.findall(r"^add_subdirectory\((\w+)\)", (SOURCE / "CMakeLists.txt").read_text(), re.M)
    assert added == list(table())


@pytest.mark.parametrize("room", list(table()))
def test_includes_keep_the_direction(room):
    wrong = []
    for path in sorted((SOURCE / room).rglob("*")):
        if path.suffix in (".h", ".hpp", ".cpp", ".ipp"):
            for include in breaches(room, path.read_text(), table()[room]):
                wrong.append(f"{path.relative_to(ROOT)}: {include}")
    assert not wrong, f"{room}/ may use only {table()[room]}:\n" + "\n".join(wrong)


def test_the_test_can_fail():
    assert breaches("base", '#include "net/address.h"\n', []) == ["net/address.h"]
    assert breaches("base", '  # include "net/address.h"\n', []) == ["net/address.h"]
    assert breaches("net", '#include "net/../store/sqlite.h"\n', ["base"]) == [
        "net/../store/sqlite.h"]
    assert breaches("net", '#include "base/json.h"\n#include <store/x.h>\n', ["base"]) == []


def test_the_files_that_the_flows_name_are_there():
    """So that a newcomer can follow both flows, file by file."""
    text = (ROOT / "docs/architecture.md").read_text()
    rooms = "|".join(table())
    named = set(re.findall(rf"(?<!/)\b((?:{rooms})/[a-z0-9_/]+[a-z0-9_])", text))
    assert len(named) > 30, named
    gone = [name for name in sorted(named)
            if not (SOURCE / name).is_dir() and not list(SOURCE.glob(name + ".*"))]
    assert not gone, gone
    flows = text[text.index("## 2."):text.index("## 3.")]
    for path, functions in re.findall(r"`([a-z]+/[a-z0-9_/]+)` \(((?:`\w+`(?:, )?)+)\)", flows):
        source = "".join(found.read_text() for found in SOURCE.glob(path + ".*"))
        for function in re.findall(r"`(\w+)`", functions):
            assert re.search(rf"\b{function}\(", source), f"{path} has no {function}()"
