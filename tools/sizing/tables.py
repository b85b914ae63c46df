"""Tables of docs/scale.md and docs/scale.ko.md."""

import math

import model
import simulate
import words
from inputs import KINDS, OPTIONS, Inputs

SIZES = (10, 100, 1000, 10_000, 100_000, 1_000_000)
LANGUAGES = ("en", "ko")
SEED = 1


def number(value):
    """Three digits that count."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{round(value, 2 - int(math.log10(abs(value)))):,.0f}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(digits, 3)}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"


def size(value):
    for unit, scale in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if value >= scale:
            return f"{number(value / scale)} {unit}"
    return f"{number(value)} B"


def seconds(value, language):
    if value <= 0.2:
        return words.WITHIN[LANGUAGES.index(language)].format("0.2 s").strip()
    return f"{value:.1f} s"


def hours(value):
    return f"{value / 24:.0f} d" if value >= 48 else f"{value:.1f} h"


def lines(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
                      *("| " + " | ".join(row) + " |" for row in rows)])


class Tables:
    """Plans and simulations of all sizes, made once."""

    def __init__(self, cost):
        self.cost = cost
        self.plans = [model.plan(Inputs(homes=homes), cost) for homes in SIZES]
        self._seen = None

    @property
    def seen(self):
        if self._seen is None:
            self._seen = []
            for plan in self.plans:
                found, wrong = simulate.check(plan, self.cost, SEED)
                assert not wrong, (plan.demand.homes, wrong)
                self._seen.append(found)
        return self._seen

    def table(self, name, language):
        at = LANGUAGES.index(language)
        inputs = self.plans[0].inputs
        head = [text.format(vcpu=inputs.vcpu, memory=f"{inputs.memory:g}")
                for text in words.HEADS[name][at]]
        return lines(head, getattr(self, name)(language))

    def demand(self, _):
        for plan in self.plans:
            d = plan.demand
            yield (f"{d.homes:,}", number(d.devices), number(d.rate), number(d.peak),
                   number(d.values), number(d.connections), number(d.views),
                   f"{size(d.network_in)}/s / {size(d.network_out)}/s")

    def plan(self, language):
        at = LANGUAGES.index(language)
        for plan in self.plans:
            d = plan.demand
            cores = d.gateway_cores + d.broker_cores + d.people_cores
            yield (f"{d.homes:,}", f"{plan.cells:,}", f"{plan.homes_per_cell:,}",
                   f"{plan.cells * plan.gateways:,} × {size(plan.cell_memory)}",
                   f"{plan.cells:,}", str(plan.machines), words.LIMITS[plan.machine_limit][at],
                   number(cores), str(plan.influxdbs), hours(plan.journal_hours))

    def data(self, _):
        for plan in self.plans:
            d = plan.demand
            yield (f"{d.homes:,}", number(d.series), size(d.disk_year), size(d.disk_downsampled),
                   size(d.vm_year), size(d.local_year),
                   f"{size(d.database_bytes)} / {size(d.audit_year)}", number(d.audit_writes),
                   f"{number(d.sessions)}, {size(d.redis_bytes)}", number(d.redis_ops))

    def limits(self, language):
        at = LANGUAGES.index(language)
        for plan in self.plans:
            parts = model.one_of_each(plan.inputs, self.cost)
            first = sorted(parts.items(), key=lambda one: -one[1])
            # Entities are bounded in step with devices: one of the two is named.
            first = [one for one in first if one[0] != "entities"][:4]
            yield (f"{plan.demand.homes:,}",
                   *(words.OF_LIMIT[at].format(what=words.LIMITS[what][at],
                                               part=f"{number(part)} ×")
                     for what, part in first))

    def simulation(self, language):
        for plan, seen in zip(self.plans, self.seen):
            lost, store = seen["gateway lost"], seen["InfluxDB lost"]
            yield (f"{plan.demand.homes:,}", f"{seen['busiest hour'].p99 * 1e3:.0f} ms",
                   seconds(seen["all at :00"].drained, language),
                   seconds(seen["power back"].drained, language),
                   f"{number(lost.queue)} / {seconds(lost.drained, language)}",
                   f"{size(store.journal)} / {seconds(store.drained, language)}")

    def machines(self, _):
        for homes in SIZES:
            row = [f"{homes:,}"]
            for vcpu, memory in ((2, 8), (4, 16), (8, 32), (8, 64)):
                plan = model.plan(Inputs(homes=homes, vcpu=vcpu, memory=memory), self.cost)
                row.append(str(plan.machines))
            yield row

    def bounds(self, language):
        """A million homes, had a gateway another bound."""
        at = LANGUAGES.index(language)
        own = int(self.cost["devices_per_gateway"])
        for most in (own, own * 2, own * 5):
            plan = model.plan(Inputs(homes=SIZES[-1], devices_per_gateway=most), self.cost)
            yield (f"{most:,}", f"{plan.cells:,}", f"{plan.homes_per_cell:,}",
                   size(plan.cell_memory), words.LIMITS[plan.cell_limit][at], str(plan.machines),
                   words.LIMITS[plan.machine_limit][at])

    def pi(self, language):
        factor = self.cost["pi_factor"]
        for name, one in KINDS.items():
            inputs = Inputs({name: one.__class__(1, one.devices, one.per_hour)}, homes=1)
            d = model.demand(inputs, self.cost)
            core = d.gateway_cores * factor
            burst = one.devices * model.message_us(self.cost, inputs.values) * factor / 1e3
            yield (f"{name} ({one.devices})", number(d.peak), f"{core * 100:.3f} %",
                   f"{number(burst)} ms", size(model.gateway_memory(inputs, self.cost, d)),
                   size(d.local_year),
                   size(d.rate * inputs.payload * self.cost["journal_single_factor"] * 86_400))

    def inputs(self, language):
        for name, one in KINDS.items():
            yield (f"`--kind {name}`", f"{one.share:g}, {one.devices}, {one.per_hour:g}",
                   words.KINDS[name] if language == "ko" else {
                       "family": "share of homes, devices, messages of a device in an hour: "
                                 "lights, plugs, doors, climate",
                       "care": "presence and motion in each room, bed, door, buttons",
                       "full": "as the demo home, with meters that report every few seconds",
                   }[name])
        for name, default, _, _, _, reason in OPTIONS:
            yield (f"`--{name}`", f"{default:,}" if isinstance(default, int) else f"{default:g}",
                   words.INPUTS[name] if language == "ko" else reason)


NAMES = ("inputs", "demand", "plan", "limits", "data", "machines", "bounds", "pi", "simulation")
