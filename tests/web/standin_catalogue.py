"""The stand-in's sensor catalogue: out of its devices, as the gateway makes it."""

try:
    from .standin_home import rfc3339
except ImportError:  # run by hand
    from standin_home import rfc3339


def catalogue(home, now):
    rows = {}
    heard = [home.device(name, now) for name in sorted(home.devices)]
    for device in heard:
        for field in device["fields"]:
            key = (device["sources"][0]["measurement"], field["name"], field["type"], field["unit"] or "")
            row = rows.setdefault(key, {
                "measurement": key[0], "tags": ["device"], "field": key[1], "type": key[2], "unit": field["unit"],
                "device_class": field["name"] if field["unit"] and key[0] == "zigbee" else None, "devices": 0, "last_seen": ""})
            row["devices"] += 1
            row["last_seen"] = max(row["last_seen"], field["time"])
    return {"made": rfc3339(now), "devices": len(heard), "truncated": False, "fields": [rows[key] for key in sorted(rows)]}
