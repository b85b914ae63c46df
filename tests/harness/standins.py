"""Stand-ins for devices that can be told something: strict programs that keep to what a family's
documentation says of its messages. They are no devices: what a real one does beside is unknown."""

import json
import threading
import time

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

ANSWER, LATE, WRONG, REFUSE, SILENT, TWICE = "answer", "late", "wrong", "refuse", "silent", "twice"


class StandIn:
    """`behaviour` says what it does with the next commands; `heard` is what came. A payload that
    its convention does not know is in `broken`, and gets no answer."""

    commands = ()  # filters
    refuses = True  # its convention has a word for "I cannot"

    def __init__(self, broker):
        self.behaviour, self.delay = ANSWER, 1.0
        self.heard, self.broken = [], []
        self.client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        ready = threading.Event()
        self.client.on_connect = lambda client, *_: client.subscribe(
            [(one, 1) for one in self.commands])
        self.client.on_subscribe = lambda *_: ready.set()
        self.client.on_message = self._on_message
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()
        assert ready.wait(10), "the stand-in was not let in"
        self.introduce()

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()

    def say(self, topic, payload, retain=False):
        if not isinstance(payload, str):
            payload = json.dumps(payload)
        self.client.publish(topic, payload, qos=1, retain=retain)

    def _on_message(self, _client, _data, message):
        payload = message.payload.decode()
        self.heard.append((message.topic, payload))
        try:
            wanted = self.read(message.topic, payload)
        except (ValueError, KeyError, AssertionError) as problem:
            self.broken.append(f"{message.topic} {payload}: {problem!r}")
            return
        behaviour = self.behaviour
        if behaviour == REFUSE:
            self.refuse(wanted)
        elif behaviour == WRONG:
            self.answer(self.other(wanted), wanted)
        elif behaviour == LATE:
            threading.Timer(self.delay, lambda: self.answer(wanted, wanted)).start()
        elif behaviour in (ANSWER, TWICE):
            self.answer(wanted, wanted)
            if behaviour == TWICE:
                time.sleep(0.05)
                self.answer(wanted, wanted)


def words(payload, allowed):
    assert payload in allowed, f"not one of {allowed}"
    return payload


class Zigbee2Mqtt(StandIn):
    """A bridge with one lamp and one lock."""

    commands = ("zigbee2mqtt/+/set",)
    entity, value, told = "state", True, ("zigbee2mqtt/lamp/set", '{"state":"ON"}')

    @staticmethod
    def exposes():
        number = {"type": "numeric", "access": 7, "value_min": 0, "value_max": 254}
        return [{"type": "light", "features": [
            {"type": "binary", "name": "state", "property": "state", "access": 7,
             "value_on": "ON", "value_off": "OFF", "value_toggle": "TOGGLE"},
            {**number, "name": "brightness", "property": "brightness"},
            {"type": "composite", "name": "color_xy", "property": "color", "access": 7,
             "features": [
                {**number, "name": "x", "property": "x", "value_max": 1},
                {**number, "name": "y", "property": "y", "value_max": 1}]}]},
            {"type": "enum", "name": "power_on_behavior", "property": "power_on_behavior",
             "access": 7, "values": ["off", "on", "previous"]}]

    def introduce(self):
        lock = [{"type": "lock", "features": [
            {"type": "binary", "name": "state", "property": "state", "access": 7,
             "value_on": "LOCK", "value_off": "UNLOCK"}]}]
        self.say("zigbee2mqtt/bridge/devices", [
            {"ieee_address": "0x01", "type": "Router", "friendly_name": "lamp",
             "definition": {"model": "L1", "vendor": "Acme", "exposes": self.exposes()}},
            {"ieee_address": "0x02", "type": "EndDevice", "friendly_name": "lock",
             "definition": {"model": "K1", "vendor": "Acme", "exposes": lock}}], retain=True)
        self.say("zigbee2mqtt/lamp", {"state": "OFF", "brightness": 1})
        self.say("zigbee2mqtt/lock", {"state": "LOCK"})

    def read(self, topic, payload):
        wanted = json.loads(payload)
        assert isinstance(wanted, dict) and wanted
        name = topic.split("/")[1]
        known = {"state"}
        if name == "lamp":
            known |= {"brightness", "color", "power_on_behavior"}
        assert set(wanted) <= known
        return {"to": f"zigbee2mqtt/{name}", **wanted}

    def other(self, wanted):
        return {**wanted, "state": "OFF"}

    def answer(self, shown, _wanted):
        shown = dict(shown)
        self.say(shown.pop("to"), {**shown, "linkquality": 80})

    def refuse(self, wanted):
        name = wanted["to"].split("/")[1]
        self.say("zigbee2mqtt/bridge/logging", {
            "level": "error", "message": f"z2m: Publish 'set' 'state' to '{name}' failed: 'Error: "
                                         "ZCL command genOnOff.on failed (no response)'"})


class Tasmota(StandIn):
    commands = ("cmnd/plug/#",)
    entity, value, told = "POWER", True, ("cmnd/plug/POWER", "ON")

    def introduce(self):
        self.say("tasmota/discovery/A0B1C2D3E4F5/config", {
            "dn": "Plug", "fn": ["Plug", None], "hn": "plug", "mac": "A0B1C2D3E4F5", "md": "S1",
            "ft": "%prefix%/%topic%/", "t": "plug", "tp": ["cmnd", "stat", "tele"],
            "rl": [1, 0, 0, 0], "sw": "14.1.0"}, retain=True)
        self.say("tele/plug/STATE", {"Time": "2026-01-10T12:05:00", "POWER": "OFF"})

    def read(self, topic, payload):
        assert topic == "cmnd/plug/POWER"
        return words(payload, ("ON", "OFF", "TOGGLE"))

    def other(self, wanted):
        return "OFF" if wanted == "ON" else "ON"

    def answer(self, shown, _wanted):
        self.say("stat/plug/RESULT", {"POWER": shown})
        self.say("stat/plug/POWER", shown)

    def refuse(self, _wanted):
        self.say("stat/plug/RESULT", {"Command": "Unknown"})


class EspHome(StandIn):
    """A node without discovery: what it can be told follows from its topics."""

    commands = ("bath-node/+/+/command",)
    entity, value, told = "switch/fan", True, ("bath-node/switch/fan/command", "ON")
    refuses = False

    def introduce(self):
        self.say("bath-node/switch/fan/state", "OFF", retain=True)
        self.say("bath-node/status", "online", retain=True)

    def read(self, topic, payload):
        assert topic == "bath-node/switch/fan/command"
        return words(payload, ("ON", "OFF", "TOGGLE"))

    def other(self, wanted):
        return "OFF" if wanted == "ON" else "ON"

    def answer(self, shown, _wanted):
        self.say("bath-node/switch/fan/state", shown, retain=True)


class ShellyGen1(StandIn):
    base = "shellies/shelly1pm-B1C2D3"
    commands = (base + "/relay/0/command",)
    entity, value, told = "relay/0", True, (base + "/relay/0/command", "on")
    refuses = False

    def introduce(self):
        self.say(self.base + "/online", "true", retain=True)
        self.say(self.base + "/relay/0", "off")

    def read(self, _topic, payload):
        return words(payload, ("on", "off", "toggle"))

    def other(self, wanted):
        return "overpower" if wanted == "on" else "on"

    def answer(self, shown, _wanted):
        self.say(self.base + "/relay/0", shown)


class ShellyGen2(StandIn):
    base = "shellyplus1pm-a8032ab1c2d3"
    commands = (base + "/rpc",)
    entity, value = "switch:0", True
    told = (base + "/rpc", None)

    def introduce(self):
        self.say(self.base + "/online", "true", retain=True)
        self.say(self.base + "/status/switch:0", {"id": 0, "output": False, "apower": 0.0})

    def read(self, _topic, payload):
        request = json.loads(payload)
        assert request["method"] == "Switch.Set"
        assert request["params"] == {"id": 0, "on": request["params"]["on"]}
        assert isinstance(request["id"], int) and request["src"]
        return request

    def _reply(self, request, **members):
        self.say(request["src"] + "/rpc", {"id": request["id"], "src": self.base,
                                           "dst": request["src"], **members})

    def other(self, _wanted):
        return {"output": False}

    def answer(self, shown, wanted):
        if "output" in shown:
            self.say(self.base + "/status/switch:0", {"id": 0, **shown})
        else:
            self._reply(wanted, result={"was_on": False})

    def refuse(self, wanted):
        self._reply(wanted, error={"code": -105, "message": "Argument 'id', value 0 not found!"})


class Discovery(StandIn):
    """Whoever describes itself to Home Assistant, with words and a template of its own."""

    commands = ("garden/pump/set",)
    entity, value, told = "gw_pump", True, ("garden/pump/set", '{"relay":1}')
    refuses = False

    def introduce(self):
        self.say("homeassistant/switch/gw/pump/config", {
            "~": "garden/pump", "name": "Pump", "uniq_id": "gw_pump", "cmd_t": "~/set",
            "stat_t": "~/state", "val_tpl": "{{ value_json.relay }}", "pl_on": "1", "pl_off": "0",
            "cmd_tpl": '{"relay":{{ value }}}', "dev": {"ids": ["gw"], "name": "Pump"}},
            retain=True)
        self.say("garden/pump/state", {"relay": 0})

    def read(self, _topic, payload):
        wanted = json.loads(payload)
        assert wanted in ({"relay": 0}, {"relay": 1})
        return wanted

    def other(self, wanted):
        return {"relay": 1 - wanted["relay"]}

    def answer(self, shown, _wanted):
        self.say("garden/pump/state", shown)


FAMILIES = (Zigbee2Mqtt, Tasmota, EspHome, ShellyGen1, ShellyGen2, Discovery)
