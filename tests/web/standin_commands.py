"""What devices are told, for the stand-in: a plug with every kind of control. Part of standin.py.

Some numbers stand for trouble: 13 has no answer, 14 finds the broker away, 15 is refused.
"""

import itertools
import time

try:
    from .standin_home import rfc3339
except ImportError:  # run by hand
    from standin_home import rfc3339

DEVICE = "living_room/tv_plug"
MORE = [  # besides what it measures
    ("power_on", "Power-on behaviour", "select", {"options": ["off", "on", "previous", "toggle", "restore"]}, "previous"),
    ("lamp", "Indicator lamp", "select", {"options": ["day", "night"]}, "day"),
    ("limit", "Limit", "number", {"min": 0, "max": 100, "step": 1}, 40),
    ("restart", "Restart", "button", {}, None),
    ("label", "Label", "text", {}, "TV"),
]


class Commands:
    def __init__(self):
        self.told = []  # newest first
        self.keys = {}  # of idempotency -> the command
        self.states = {}
        self.ids = itertools.count(1)

    def entities(self, device, listed):
        """The described entities, with how each is told."""
        for entity in listed:
            if entity["component"] == "switch":
                entity["commandable"] = True
                entity["state"] = self.states.get((device, entity["id"]), entity["state"] == "ON")
        if device != DEVICE:
            return listed
        return listed + [
            {"id": id, "name": name, "component": component, "unit": None, "device_class": None, "state_class": None, "category": "config",
             "state_topic": f"zigbee2mqtt/{device}", "field": None, "command_topic": f"zigbee2mqtt/{device}/set", "commandable": True,
             "state": self.states.get((device, id), state), **more}
            for id, name, component, more, state in MORE]

    def tell(self, user, device, body, key):
        """(status, answer)"""
        if key in self.keys:
            return 200, self.keys[key]
        value = body["value"]
        if value == 14:
            return 503, "the broker is away"
        if value == 15:
            return 422, "15 is not what it takes: 0 to 100"
        now = time.time()
        state = "no_answer" if value == 13 else "done"
        command = {"id": f"{next(self.ids)}", "device": device, "entity": body["entity"], "request": {"value": value}, "state": state, "by": user,
                   "sent": rfc3339(now), "answered": rfc3339(now + 0.12) if state == "done" else None, "attempts": 1 if state == "done" else 2,
                   "answer": None, "error": None}
        if state == "done":
            self.states[device, body["entity"]] = value
        self.told.insert(0, command)
        self.keys[key] = command
        return (200 if state == "done" else 504), command

    def of(self, device):
        return {"commands": [one for one in self.told if one["device"] == device][:20]}
