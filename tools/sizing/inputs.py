"""What the model is asked about: homes and how they live. Every default has its reason."""

import dataclasses
import math
import tomllib
from pathlib import Path

COSTS = Path(__file__).with_name("costs.toml")


class BadInput(ValueError):
    """Its text is for the person who typed it."""


@dataclasses.dataclass(frozen=True)
class Kind:
    """One kind of home."""
    share: float  # of all homes
    devices: int
    per_hour: float  # messages of one device in an hour


# A Tasmota or Shelly plug reports every 1 to 5 minutes, a Zigbee sensor at changes: a few an hour.
KINDS = {
    "family": Kind(0.6, 30, 20),  # lights, plugs, doors, climate
    "care": Kind(0.3, 15, 30),    # presence and motion in each room, bed, door, buttons
    "full": Kind(0.1, 57, 60),    # as the demo home: meters that report every few seconds, too
}

# name, default, least, most, whole number?, what it is and why this default
OPTIONS = (
    ("homes", 1000, 1, 10_000_000, True, "homes"),
    ("values", 4, 1, 200, True, "values in a message: between a door (2) and a plug (10)"),
    ("fields", 5, 1, 500, True, "fields and entities of a device: its values, battery, signal"),
    ("payload", 300, 1, 262_144, True,
     "bytes of a payload: the plugs of docs/performance.md have 233 and 367"),
    ("peak", 2.0, 1, 100, False,
     "the busiest hour's messages beside the mean: timers know no evening, people do"),
    ("people", 3, 0, 1000, False, "people of a home with an account"),
    ("views", 8, 0, 100_000, False, "pages that one of them opens in a day"),
    ("calls", 15, 0, 10_000, False, "answers of the API for a page, each with a session check"),
    ("charts", 1, 0, 1000, False, "charts of a year among them"),
    ("people-peak", 3.0, 1, 100, False, "the busiest hour's pages beside the mean: evenings"),
    ("watching", 0.02, 0, 1, False, "part of the people with a live stream open in that hour"),
    ("sessions", 1.5, 0, 100, False, "live sessions of a person: a phone, now and then a computer"),
    ("audit", 0.5, 0, 100_000, False, "rows of the audit for a person and day: sign-ins, changes"),
    ("direct", 0.2, 0, 1, False,
     "part of the devices with a connection to the broker of their own; others speak through "
     "the home's bridge"),
    ("top-of-hour", 1.0, 0, 1, False, "part of the devices that all speak at :00"),
    ("spread", 2.0, 0.05, 60, False, "seconds over which clocks spread these"),
    ("burst-within", 5.0, 0.5, 600, False, "seconds from :00 until all of them are stored"),
    ("hello", 4, 0, 1000, True, "messages of a device when power comes back: birth, state"),
    ("return-spread", 30.0, 1, 3600, False, "seconds over which devices start again"),
    ("return-within", 60.0, 1, 3600, False, "seconds until all are connected and stored"),
    ("utilisation", 0.5, 0.05, 0.95, False,
     "part of the CPU in use in the busiest hour: queues stay short, one machine may go"),
    ("memory-use", 0.7, 0.05, 0.95, False, "part of the memory in use"),
    ("fill", 0.8, 0.05, 1, False, "part of a fixed bound (devices, connections) that is used"),
    ("spare", 1, 0, 10, True, "machines, and gateways of each cell, that may be gone"),
    ("vcpu", 4, 1, 192, True, "cores of a machine"),
    ("memory", 16.0, 0.5, 4096, False, "GB of a machine"),
    ("outage", 3600, 60, 1_209_600, True,
     "seconds for which the broker keeps what a gateway that is away misses"),
    ("raw-days", 30, 1, 36_500, True, "days of points as they came, with downsampling to hours"),
    ("devices-per-gateway", 0, 0, 1_000_000_000, True,
     "another bound than the gateway's own, to see what it would give; 0: its own"),
)


def _number(name, text, low, high, whole):
    try:
        value = float(text)
    except (TypeError, ValueError):
        raise BadInput(f"--{name}: not a number: {text!r}") from None
    if not math.isfinite(value) or not low <= value <= high:
        raise BadInput(f"--{name}: {text} is not in {low:,} to {high:,}")
    if whole and value != int(value):
        raise BadInput(f"--{name}: {text} is not a whole number")
    return int(value) if whole else value


def kind(text):
    """("family", Kind) of "family=0.6,30,20"."""
    name, _, rest = text.partition("=")
    parts = rest.split(",")
    if not name.isidentifier() or len(parts) != 3:
        raise BadInput(f"--kind: {text!r} is not NAME=SHARE,DEVICES,MESSAGES_AN_HOUR")
    return name, Kind(_number("kind", parts[0], 0, 1, False),
                      _number("kind", parts[1], 1, 100_000, True),
                      _number("kind", parts[2], 0, 360_000, False))


class Inputs:
    """An attribute for each option (`-` is `_`), and `kinds`."""

    def __init__(self, kinds=None, **given):
        known = {name.replace("-", "_"): name for name, *_ in OPTIONS}
        for key in given:
            if key not in known:
                raise BadInput(f"--{key.replace('_', '-')}: there is no such option")
        for name, default, low, high, whole, _ in OPTIONS:
            key = name.replace("-", "_")
            setattr(self, key, _number(name, given.get(key, default), low, high, whole))
        self.kinds = dict(kinds or KINDS)
        total = sum(one.share for one in self.kinds.values())
        if abs(total - 1) > 1e-6:
            raise BadInput(f"--kind: the shares add up to {total:g}, not to 1")
        if self.spread > self.burst_within:
            raise BadInput("--spread: longer than --burst-within")
        if self.return_spread > self.return_within:
            raise BadInput("--return-spread: longer than --return-within")
        self.given = given

    def mean(self, of):
        return sum(one.share * of(one) for one in self.kinds.values())

    @property
    def devices(self):
        """Of a home, on average."""
        return self.mean(lambda one: one.devices)

    @property
    def rate(self):
        """Messages of a home a second, mean of the day."""
        return self.mean(lambda one: one.devices * one.per_hour) / 3600

    def other(self, **changed):
        return Inputs(self.kinds, **{**self.given, **changed})


def costs():
    """{name: value} of costs.toml."""
    return {name: one["value"] for name, one in table().items()}


def table():
    return tomllib.loads(COSTS.read_text())
