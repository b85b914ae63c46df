"""The pages of docs/devices: one for each family, in both languages, whose example is of that family."""

import re
import shlex

import pytest

from harness.process import ROOT

PAGES = ROOT / "docs/devices"
# What `caredian ingest explain` says of each page's example: decoder, and how its reading begins.
FAMILIES = {
    "zigbee2mqtt": ("zigbee2mqtt", "zigbee,device=kitchen/climate "),
    "tasmota": ("tasmota", "tasmota,"),
    "esphome": ("esphome", "esphome,"),
    "shelly-gen1": ("shelly_gen1", "shelly,"),
    "shelly-gen2": ("shelly_gen2", "shelly,"),
    "bluetooth": ("ble_gateway", "ble,"),
    "rtl_433": ("rtl_433", "rtl_433,"),
    "frigate": ("frigate", "frigate,"),
    "valetudo": ("valetudo", "valetudo,"),
    "wled": ("wled", "wled,"),
    "homie": ("homie", "homie,"),
    "espresense": ("espresense", "espresense,"),
    "home-assistant": ("statestream", "ha,"),
    "sparkplug": ("known_topics", None),
}


def test_every_family_has_its_page_and_the_list_names_them():
    names = {file.name.removesuffix(".md").removesuffix(".ko") for file in PAGES.glob("*.md")}
    assert names == set(FAMILIES)
    for ext in ("", ".ko"):
        listed = re.findall(r"\(devices/(\S+)\.md\)", (ROOT / f"docs/devices{ext}.md").read_text())
        assert sorted(listed) == sorted(name + ext for name in FAMILIES)


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("ext", ["", ".ko"])
def test_its_example_is_of_this_family(make_gateway, name, ext):
    text = (PAGES / f"{name}{ext}.md").read_text()
    line, = re.findall(r"^caredian (ingest explain .+)$", text, re.M)
    gateway = make_gateway()
    gateway.folder.mkdir(parents=True)
    said = gateway.cli(*shlex.split(line)).stdout
    decoder, begins = FAMILIES[name]
    assert f"decoder: {decoder}\n" in said, said
    readings = re.findall(r"^reading: (.+)$", said, re.M)
    if begins is None:
        assert "outcome: ignored" in said and not readings, said
    else:
        assert readings and all(one.startswith(begins) for one in readings), said
