"""Every Zigbee model that Zigbee2MQTT knows, as Zigbee2MQTT shows it, by a real broker.

All of them take about 45 s on the sanitized build; CAREDIAN_MODEL_STRIDE=10 takes each tenth.
"""

import json
import os
import shutil
import subprocess

import pytest

from harness.mqtt import Publisher
from harness.process import PATH, ROOT, wait_until

FOLDER = ROOT / "tests/converters"
STRIDE = int(os.environ.get("CAREDIAN_MODEL_STRIDE", 1))
BATCH = 1_500_000  # bytes of one list of devices
TYPES = {bool: "boolean", int: "float", float: "float", str: "string"}


def node():
    own = ROOT / ".cache/venv-node/lib/node-bin/node"
    return str(own) if own.is_file() else shutil.which("node", path=PATH)


def models():
    """The models in batches whose lists fit a message."""
    if not node() or not (FOLDER / "node_modules").is_dir():
        pytest.skip("the converters are not installed (scripts/console modules tests/converters)")
    made = subprocess.run([node(), "models.js", str(STRIDE)], cwd=FOLDER, capture_output=True,
                          text=True, timeout=120, check=True)
    batch, size = [], 0
    for line in made.stdout.splitlines():
        if batch and size + len(line) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(json.loads(line))
        size += len(line)
    yield batch


def flatten(value, name="", out=None):
    """As the gateway names fields; a tag's name, and `time`, are no field's."""
    out = {} if out is None else out
    if isinstance(value, dict):
        for key, inner in value.items():
            flatten(inner, f"{name}_{key}" if name else key, out)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            flatten(inner, f"{name}_{index}", out)
    elif value is not None:
        out[f"{name}_value" if name in ("time", "device") else name] = value
    return out


def differences(model, shown):
    """What is not as it should be, as texts."""
    if shown is None:
        return ["is not there"]
    out = []
    definition = model["entry"]["definition"]
    if (shown["manufacturer"], shown["model"]) != (definition["vendor"].strip(),
                                                   definition["description"].strip()):
        out.append(f"is called {shown['manufacturer']} {shown['model']}")
    fields = {field["name"]: field for field in shown["fields"]}
    for name, value in flatten(model["state"]).items():
        field = fields.pop(name, None)
        if field is None:
            out.append(f"{name} is missing")
            continue
        if (field["value"], field["type"]) != (value, TYPES[type(value)]):
            out.append(f"{name} is {field['value']!r} ({field['type']}) instead of {value!r}")
        unit = model["units"].get(name, False)
        if field["type"] == "float" and unit is not False and field["unit"] != unit:
            out.append(f"{name} is in {field['unit']} instead of {unit}")
    out += [f"{name} is too much" for name in fields]
    return out


@pytest.mark.timeout(300)
def test_every_model_is_understood(connected, broker):
    seen, wrong = 0, []
    with Publisher(broker) as publisher:
        for batch in models():
            names = {model["entry"]["friendly_name"]: model for model in batch}
            entries = [model["entry"] for model in batch]
            publisher.publish("zigbee2mqtt/bridge/devices", json.dumps(entries), retain=True)
            publisher.publish_all([(f"zigbee2mqtt/{name}", json.dumps(model["state"]))
                                   for name, model in names.items()])
            last = f"/api/v1/devices/{batch[-1]['entry']['friendly_name']}"

            def all_there(last=last):
                answer = connected.get(last)
                return (answer.status_code == 200 and answer.json()["model"]
                        and answer.json()["fields"])
            wait_until(all_there, 60, step=0.2, what=f"{last} to be described and heard")
            shown = {one["id"]: one for one in connected.devices()}
            for name, model in names.items():
                wrong += [f"{model['entry']['definition']['model']} ({name}): {what}"
                          for what in differences(model, shown.get(name))]
            seen += len(batch)
    system = connected.system()
    assert system["dead"] == 0, system["broken"]
    assert not wrong, f"{len(wrong)} of {seen} models' values:\n" + "\n".join(wrong[:60])
    assert seen * STRIDE > 3000, "there are more than 3,000 models"
