"""The made-up home of the stand-in: devices, their history, what the gateway says of itself."""

import json
import math
import threading
import time
from datetime import datetime, timezone
PASSWORD = "correct horse battery"


def rfc3339(t: float) -> str:
    return datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + f".{int(t % 1 * 1e9):09d}Z"


def day(t: float, low: float, high: float, peak_hour: float = 15) -> float:
    phase = ((t + 9 * 3600) / 3600 - peak_hour) / 24 * 2 * math.pi
    return low + (high - low) * (1 + math.cos(phase)) / 2 + 0.12 * math.sin(t / 97) + 0.05 * math.sin(t / 13)


def curve(low, high, digits=2, peak=15):
    return lambda t: round(day(t, low, high, peak), digits)


def pulse(period, length, offset=0):
    return lambda t: (t + offset) % period < length


def const(value):
    return lambda t: value


UNITS = {
    "temperature": "°C", "humidity": "%", "battery": "%", "illuminance": "lx", "power": "W", "energy": "kWh",
    "voltage": "V", "co2": "ppm", "pm25": "µg/m³", "linkquality": "lqi", "heart_rate": "bpm", "pressure": "hPa",
}


def climate(low=20.5, high=23.5):
    return {"temperature": curve(low, high), "humidity": curve(52, 44, 1), "battery": const(87), "linkquality": const(126)}


def make_home():
    """id -> (measurement, {field: function of time}, seconds since its last word)"""
    motion = lambda o: {"occupancy": pulse(240, 45, o), "illuminance": curve(2, 310, 0, 13), "battery": const(92), "linkquality": const(101)}
    door = lambda o: {"contact": lambda t: not pulse(900, 70, o)(t), "battery": const(76), "linkquality": const(84)}
    plug = lambda low, high: {"power": curve(low, high, 1), "energy": lambda t: round(83.4 + t % 86400 / 86400, 2), "state": const("ON"), "voltage": curve(219, 223, 1)}
    return {
        "living_room/climate": ("zigbee", climate(), 4),
        "living_room/motion": ("zigbee", motion(0), 12),
        "living_room/window": ("zigbee", door(300), 40),
        "living_room/air": ("home", {"co2": curve(520, 980, 0), "pm25": curve(6, 21, 0), "temperature": curve(21, 24)}, 3),
        "living_room/tv_plug": ("zigbee", plug(0.4, 118), 9),
        "kitchen/climate": ("zigbee", climate(21, 25), 6),
        "kitchen/leak": ("zigbee", {"water_leak": const(False), "battery": const(64), "linkquality": const(77)}, 400),
        "kitchen/smoke": ("zigbee", {"smoke": const(False), "battery": const(98)}, 900),
        "kitchen/fridge_plug": ("zigbee", plug(38, 92), 5),
        "kitchen/window": ("zigbee", door(0), 33),
        "bedroom/climate": ("zigbee", climate(18.5, 21), 8),
        "bedroom/bed": ("home", {"in_bed": pulse(600, 300), "heart_rate": curve(58, 74, 0), "respiration_rate": curve(12, 16, 1)}, 2),
        "bedroom/motion": ("zigbee", motion(90), 70),
        "bedroom/lamp": ("zigbee", {"state": const("OFF"), "brightness": const(128), "color_temp": const(370)}, 1800),
        "bathroom/climate": ("zigbee", climate(22, 26), 15),
        "bathroom/leak": ("zigbee", {"water_leak": const(True), "battery": const(71)}, 20),
        "bathroom/motion": ("zigbee", motion(33), 120),
        "entrance/door": ("zigbee", door(500), 55),
        "entrance/lock": ("zigbee", {"locked": const(True), "battery": const(41)}, 300),
        "entrance/motion": ("zigbee", {**motion(7), "battery": const(6)}, 18),
        "entrance/button": ("zigbee_event", {"action": const("single"), "battery": const(100)}, 5400),
        "study/climate": ("zigbee", climate(20, 24), 3 * 3600),
        "study/desk_plug": ("zigbee", plug(2, 160), 11),
        "balcony/weather": ("home", {"temperature": curve(-3, 6), "humidity": curve(70, 45, 0), "pressure": curve(1013, 1019, 1)}, 26),
        "sensor.outside_temperature": ("ha", {
            "value": curve(-3, 6), "unit_of_measurement": const("°C"), "device_class": const("temperature"),
            "friendly_name": const("바깥 온도 Outside"), "icon": const("mdi:thermometer"),
        }, 60),
        "wearable-e0e3": ("ble", {"heart_rate": curve(62, 88, 0), "steps": lambda t: int(t % 86400 / 14)}, 14),
    }


MODELS = {  # last word of the name -> (manufacturer, model, model's id)
    "climate": ("Aqara", "Temperature and humidity sensor", "WSDCGQ11LM"), "motion": ("Aqara", "Motion sensor", "RTCGQ11LM"),
    "leak": ("Aqara", "Water leak sensor", "SJCGQ11LM"), "door": ("Aqara", "Door and window sensor", "MCCGQ11LM"),
    "window": ("Aqara", "Door and window sensor", "MCCGQ11LM"), "plug": ("Sonoff", "Smart plug", "S40ZBTPB"),
    "button": ("IKEA", "Shortcut button", "E1812"), "lamp": ("IKEA", "TRADFRI bulb E27", "LED1624G9"),
}
CLASSES = {  # field -> (component, device_class, state_class, category)
    "temperature": ("sensor", "temperature", "measurement", ""), "humidity": ("sensor", "humidity", "measurement", ""),
    "battery": ("sensor", "battery", "measurement", "diagnostic"), "occupancy": ("binary_sensor", "motion", "", ""),
    "contact": ("binary_sensor", "door", "", ""), "water_leak": ("binary_sensor", "moisture", "", ""),
    "linkquality": ("sensor", "", "measurement", "diagnostic"), "power": ("sensor", "power", "measurement", ""),
    "energy": ("sensor", "energy", "total_increasing", ""), "voltage": ("sensor", "voltage", "measurement", "diagnostic"),
    "state": ("switch", "", "", ""), "illuminance": ("sensor", "illuminance", "measurement", ""),
}


class Home:
    def __init__(self):
        self.devices = make_home()
        self.started = time.time()
        self.sessions = set()
        self.users = {"anna": ("admin", PASSWORD), "minsu": ("member", PASSWORD)}
        self.down = set()  # dependencies that are away
        self.stop = threading.Event()
        self.old = False  # as a gateway that knows no registry, no widths, no explanations
        self.names = {}  # given by people
        self.areas = {}
        self.keys = []
        self.add_key("anna", "Wall clock in the hall", "member", ["read"], ["192.168.0.0/24"], 365)
        self.add_key("anna", "Backup", "admin", ["read", "admin"], [], -3)
        self.merged = {}  # other's id -> the one it went into
        self.slow = 0.0  # seconds that an answer about history takes
        self.dead_letters = [
            {"time": 380, "topic": "meter/7/raw", "payload": '{"t":1767999300,"v":[{"n":"wm1"', "reason": "malformed_json"},
            {"time": 86_400, "topic": "cam/porch/still", "payload": "\ufffd\ufffdJFIF\u0001", "reason": "invalid_utf8"},
        ]

    def account(self, user, now):
        """One's own, with everything on it: an app, passkeys with a name that is long."""
        keys = [{"id": "a" * 64, "name": "내 휴대폰", "created": rfc3339(now - 86400 * 30), "last_used": rfc3339(now - 3600), "backed_up": True},
                {"id": "b" * 64, "name": "<b>a key of steel</b> " + "x" * 60, "created": rfc3339(now - 60), "last_used": None, "backed_up": False}]
        return {"username": user, "full_name": "안나", "role": self.users[user][0], "language": "ko", "created": rfc3339(now),
                "password": True, "fresh": False, "passkeys": {"host": "127.0.0.1", "keys": keys},
                "second_factor": {"app": True, "passkeys": True, "recovery_codes_left": 9, "needed": True}}

    def own_sessions(self, now):
        agents = ["Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", ""]
        return [{"id": str(n), "created": rfc3339(now - 9000), "last_used": rfc3339(now - n * 4000), "expires": rfc3339(now + 9000),
                 "client": ["192.168.0.7", "2001:db8::1234:5678:9abc", "127.0.0.1"][n], "agent": agent, "current": n == 0} for n, agent in enumerate(agents)]

    def add_key(self, user, name, role, scopes, addresses, days):
        now = time.time()
        key = {"id": f"{len(self.keys):016x}", "user": user, "name": name, "role": role, "scopes": scopes, "addresses": addresses,
               "created": rfc3339(now), "expires": rfc3339(now + days * 86_400), "last_used": None if days > 0 else rfc3339(now - 4 * 86_400)}
        self.keys.append(key)
        return key

    def kind(self, value):
        if isinstance(value, bool):
            return "boolean"
        return "string" if isinstance(value, str) else "float"

    def last(self, name, now):
        silent = self.devices[name][2]
        return now - now % 2 if silent <= 60 else now - silent

    def fields(self, name, now, own=True):
        measurement, fields, _ = self.devices[name]
        t = self.last(name, now)
        return [
            {"name": f, "value": v(t), "type": self.kind(v(t)), "unit": UNITS.get(f), "time": rfc3339(t),
             **({} if own else {"measurement": measurement, "device": name, "tags": {}})}
            for f, v in fields.items()
        ]

    def device(self, name, now):
        measurement, fields, silent = self.devices[name]
        t = self.last(name, now)
        parts = [other for other, into in self.merged.items() if into == name]
        base = {
            "id": name, "name": self.names.get(name, name), "measurement": measurement, "tags": {}, "area": self.areas.get(name) or None, **({"area_chosen": True} if name in self.areas else {}),
            "last_seen": rfc3339(t), "fields": self.fields(name, now) + [f for p in parts for f in self.fields(p, now, own=False)],
        }
        if self.old:
            return base
        maker, model, _ = MODELS.get(name.split("/")[-1].split("_")[-1], (None, None, None))
        value = {f["name"]: f["value"] for f in base["fields"]}
        quality = value.get("linkquality")
        return base | {
            "manufacturer": maker, "model": model, "origin": "zigbee2mqtt" if measurement == "zigbee" else None,
            "online": value.get("online"), "stale": silent > 7200, "expected_interval_s": max(5, silent) if silent < 7200 else 300,
            "battery": value.get("battery"), "signal": {"name": "linkquality", "value": quality, "unit": "lqi"} if quality else None,
            "sources": [{"measurement": self.devices[p][0], "device": p} for p in [name, *parts]],
        }

    def detail(self, name, now):
        device = self.device(name, now)
        if self.old:
            return device
        topic = f"zigbee2mqtt/{name}"
        entities = [
            {"id": f"{name}_{f['name']}", "name": f["name"].replace("_", " ").capitalize(), "component": CLASSES[f["name"]][0],
             "unit": f["unit"], "device_class": CLASSES[f["name"]][1] or None, "state_class": CLASSES[f["name"]][2] or None,
             "category": CLASSES[f["name"]][3] or None, "state_topic": topic, "field": f["name"],
             "command_topic": f"{topic}/set" if CLASSES[f["name"]][0] == "switch" else None, "state": not f["value"] if f["name"] == "contact" else f["value"]}
            for f in device["fields"] if f["name"] in CLASSES
        ] if device["origin"] else []
        mark = f"0x00158d00{abs(hash(name)) % 2**32:08x}"
        return device | {"entities": entities, "identifiers": [f"zigbee2mqtt_{mark}"] if entities else [], "via": "Zigbee2MQTT bridge" if entities else None,
                         "sw_version": "3.0.0_0014" if entities else None, "first_seen": rfc3339(self.started - 200 * 86_400)}

    def messages(self, name, now):
        measurement, fields, _ = self.devices[name]
        t = self.last(name, now)
        payload = json.dumps({f: v(t) for f, v in fields.items()}, ensure_ascii=False, separators=(",", ":"))
        state = '{"state":"online"}'
        return [
            {"topic": f"zigbee2mqtt/{name}", "payload": payload, "bytes": len(payload.encode()), "time": rfc3339(t), "retained": False, "outcome": "decoded"},
            {"topic": f"zigbee2mqtt/{name}/availability", "payload": state, "bytes": len(state), "time": rfc3339(self.started - 4000), "retained": True, "outcome": "decoded"},
        ]

    def readings(self, query, now):
        """Rows of readings and the window that was chosen (0: every point)."""
        name, field = query["device"][0], query["field"][0]
        time.sleep(self.slow)
        bound = lambda key, otherwise: datetime.fromisoformat(query[key][0].replace("Z", "+00:00")).timestamp() if key in query else otherwise
        start = bound("from", 0)
        measurement, fields, _ = self.devices[name]
        end = min(self.last(name, now), bound("to", now))
        every = float(query["every"][0].rstrip("s")) if "every" in query else 0.0
        if "width" in query:
            wanted = (bound("to", now) - start) / max(60, float(query["width"][0]) / 2)
            every = next((step for step in (0, 30, 60, 300, 600, 1800, 3600, 21600, 86400) if step >= wanted or (step == 0 and wanted <= 20)), 86400)
        return self.rows(name, field, measurement, fields[field], start, end, every, query), every

    def rows(self, name, field, measurement, curve, start, end, every, query):
        fn = query.get("fn", ["mean"])[0]
        step = every or 20.0
        t = start - start % step
        if "fn" in query and not every:  # one value of the whole range
            t = end - 0.001
        while t < end:
            hole = name == "study/desk_plug" and 0.4 < (end - t) / max(1, end - start) < 0.55
            value = curve(t)
            spread = abs(value) * 0.015 if isinstance(value, float) else 0
            if "width" not in query and fn in ("min", "max"):
                value += -spread if fn == "min" else spread
            if not hole and t >= start:
                row = {
                    "time": rfc3339(t), "time_ns": int(t * 1e9), "measurement": measurement, "device": name,
                    "field": field, "value": value, "tags": {},
                }
                if "width" in query and every and isinstance(value, float):
                    row |= {"min": value - spread, "max": value + spread}
                yield row
            t += step

    def explain(self, topic, payload):
        try:
            value = json.loads(payload)
        except ValueError:
            return self.explanation(None, "broken", reason="malformed_json",
                                    yaml=self.rule(topic, ["value"]))
        if topic.startswith("zigbee2mqtt/") and isinstance(value, dict):
            fields = [{"name": k, "type": self.kind(float(v) if type(v) is int else v), "value": v} for k, v in value.items()]
            return self.explanation("zigbee2mqtt", "decoded", [{"measurement": "zigbee", "tags": {"device": topic.split("/", 1)[1]}, "fields": fields}])
        if topic.endswith("/set"):
            return self.explanation("zigbee2mqtt", "ignored", reason="z2m_command")
        names = list(value) if isinstance(value, dict) else ["value"]
        fields = [{"name": k, "type": "float", "value": value[k] if isinstance(value, dict) else value} for k in names
                  if isinstance(value[k] if isinstance(value, dict) else value, (int, float))]
        first, *_, last = topic.split("/") if "/" in topic else (topic, topic)
        reading = {"measurement": first, "tags": {"device": last}, "fields": fields}
        return self.explanation("json", "decoded", [reading] if fields else [], yaml=self.rule(topic, names))

    def rule(self, topic, names):
        levels = topic.split("/")
        pattern = "/".join([levels[0], *(f"{{level{i}}}" for i in range(2, len(levels))), "{device}"][:len(levels)])
        return (f'ingest:\n  mappings:\n    - topic: "{pattern}"\n      measurement: {levels[0]}\n      fields:\n'
                + "".join(f"        {name}: {{name: {name}, type: float}}\n" for name in names))

    def explanation(self, decoder, outcome, readings=(), reason=None, yaml=None):
        return {"decoder": decoder, "rule": None, "outcome": outcome, "reason": reason, "readings": list(readings), "descriptions": 0,
                "suggestion": {"yaml": yaml} if yaml else None}

    def system(self, now):
        up = now - self.started
        n = int(up * 14) + 48211
        names = {
            "mqtt": ("live values of devices", "mqtt://127.0.0.1:1883: session resumed"),
            "journal": ("keeping of messages", ""),
            "history": ("charts", ""),
            "home_assistant": ("calls to Home Assistant", "http://127.0.0.1:8123: connection refused"),
        }
        return {
            "version": "0.1.0", "started": rfc3339(self.started), "uptime_s": up + 93784, "received": n,
            "acknowledged": n - 3, "journaled": n, "decoded": n - 41, "described": 3, "dead": 2,
            "ignored": {"retained_unchanged": 31, "zigbee2mqtt_bridge": 8},
            "sinks": [{"name": "history", "written": n * 3, "cursor": n}, {"name": "devices", "written": n * 3, "cursor": n}],
            "journal": {"rows": 8120, "bytes": 2_310_144, "max_bytes": 268_435_456, "oldest": rfc3339(now - 540), "state": "ok"},
            "history": {"series": 74, "blocks": 9120, "points": 1_140_233, "bytes": 9_120_884} | ({} if self.old else {
                "values": 3_902_771, "first": rfc3339(now - 203 * 86_400), "size_bytes": 11_730_944, "rollup_bytes": 1_204_224, "bytes_per_value": 2.34}),
            "devices": {"known": len(self.devices), "dropped": 0} if self.old else {"count": len(self.devices), "stale": 1, "flood": False},
            "stream": {"subscribers": 1},
            "rates": {"messages_per_s": round(14 + 4 * math.sin(now / 5), 1)},
            "dependencies": [
                {
                    "name": name, "state": "down" if name in self.down else "up", "since": rfc3339(self.started - 5000),
                    "reason": reason if name in self.down or name == "mqtt" else "", "feature": feature,
                }
                for name, (feature, reason) in names.items()
            ],
            "process": {"rss_bytes": 21_400_000, "cpu_s": 45.2},
        }


