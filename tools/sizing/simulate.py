"""Does the sized system do what the model says? Queues in steps of time, with arrivals by chance.

Cells are alike and share nothing but machines and InfluxDB, so one cell is simulated whole: its
messages arrive by chance (Poisson), its broker is one queue, each gateway one more, and they have
the cell's part of all machines. An InfluxDB gets the cell's stream and, for its other cells, a
stream of their size. So a million homes take as long as a hundred: what is left out is that cells
of one machine may be busy at different moments, which is kinder than all at once, as here.

Messages are counted, not followed: all that arrive in a step of 50 ms go on together, first come
first served (200 ms where something is away for minutes). A step is the error of every time below;
the fixed way (network, sync, flush) is added as measured (`stored_p99_ms`)."""

import dataclasses
import math
import random
from collections import deque

import model

QUIET = 0.5     # s: p99 in the busiest hour (the goal of docs/performance.md)
CAUGHT_UP = 120  # s after a gateway, or InfluxDB, is back
LOST = 600      # s that it is away
JOURNAL = 0.75 * 256 * 2**20


@dataclasses.dataclass
class Seen:
    """Of one scenario. Seconds, messages."""
    p99: float = 0.0
    slowest: float = 0.0
    drained: float = 0.0  # from the event until nothing waits any more
    queue: float = 0.0    # at most at the cell's broker
    waiting: float = 0.0  # part of the messages that waited longer than ten seconds
    journal: float = 0.0  # bytes at most, of one gateway


def poisson(random_, mean):
    if mean <= 0:
        return 0
    if mean > 50:
        return max(0, round(random_.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, random_.random()
    while product > limit:
        count += 1
        product *= random_.random()
    return count


class Queue:
    """First come first served; `waits` is [(messages, seconds in it, step they came)]."""

    def __init__(self):
        self.lots = deque()  # [messages, step they came in at, step of their first arrival]
        self.length = 0.0
        self.most = 0.0

    def put(self, count, origin):
        if count > 0:
            self.lots.append([count, origin])
            self.length += count
            self.most = max(self.most, self.length)

    def take(self, room):
        """[(messages, origin)] of at most `room` messages."""
        out = []
        while room > 1e-9 and self.lots:
            lot = self.lots[0]
            part = min(room, lot[0])
            out.append((part, lot[1]))
            lot[0] -= part
            room -= part
            self.length -= part
            if lot[0] <= 1e-9:
                self.lots.popleft()
        if not self.lots:
            self.length = 0.0
        return out


@dataclasses.dataclass
class Scenario:
    seconds: float
    event: float = 0.0              # when it happens
    burst: float = 0.0              # messages of the cell, then
    spread: float = 1.0             # seconds over which they come
    handshakes: float = 0.0         # CPU seconds of the cell's broker, over `spread`
    away: tuple = (0.0, 0.0)        # a gateway is away from .. to
    machine_away: bool = False      # and its machine with it
    short: int = 0                  # machines that are gone all the time
    store_away: tuple = (0.0, 0.0)
    step: float = 0.05


class Cell:
    def __init__(self, plan, cost, seed):
        self.plan, self.inputs, self.cost = plan, plan.inputs, cost
        self.random = random.Random(seed)

    def run(self, scenario):
        """What was seen; None where nothing is there to take a message."""
        plan, inputs, cost = self.plan, self.inputs, self.cost
        machines, step_s = plan.machines - scenario.short, scenario.step
        if min(plan.cells, plan.gateways, machines, plan.influxdbs) < 1:
            return None
        steps = round(scenario.seconds / step_s)
        mean = plan.cell.peak * step_s
        broker_s, gateway_s = (cost["broker_us"] / 1e6,
                               model.message_us(cost, inputs.values) / 1e6)
        store_s = model.influxdb_us(cost, inputs.values) / 1e6
        others = plan.cells / plan.influxdbs - 1  # cells of the same InfluxDB beside this one
        catch_up = cost["catch_up_per_s"] * plan.gateways * (max(0.0, others) + 1)
        broker, store = Queue(), Queue()
        gateways = [Queue() for _ in range(plan.gateways)]
        waits, handshakes, turn, seen = {}, 0.0, 0, Seen()
        begin, spread = round(scenario.event / step_s), max(1, round(scenario.spread / step_s))
        for step in range(steps):
            now = step * step_s
            away = scenario.away[0] <= now < scenario.away[1]
            alive = machines - (away and scenario.machine_away)
            cores = max(0.0, alive * inputs.vcpu - plan.demand.people_cores) / plan.cells
            arrived = poisson(self.random, mean)
            if begin <= step < begin + spread:
                arrived += scenario.burst / spread
                handshakes += scenario.handshakes / spread
            broker.put(arrived, step)
            # CPU goes where there is work, the broker (one thread) before the gateways; what
            # these find no CPU for waits in their queues.
            budget = cores * step_s
            shaken = min(handshakes, budget, step_s)
            handshakes -= shaken
            budget -= shaken
            part = broker_s / (broker_s + gateway_s)
            room = min(step_s - shaken, max(budget * part, budget - self._wanted(gateways, away)
                                          * gateway_s)) / broker_s
            moved = broker.take(room)
            budget -= sum(count for count, _ in moved) * broker_s
            for count, origin in moved:  # by turns, and to one that is away as well: Mosquitto
                for at in range(plan.gateways):
                    gateways[(turn + at) % plan.gateways].put(count / plan.gateways, origin)
                turn += 1
            for at, queue in enumerate(gateways):
                if away and at == 0:
                    continue
                share = budget / max(1, plan.gateways - at - (1 if away else 0))
                done = queue.take(min(step_s, share) / gateway_s)
                budget -= sum(count for count, _ in done) * gateway_s
                for count, origin in done:
                    store.put(count, origin)
            # The other cells of this InfluxDB, as if all their messages came at once, too.
            beside = poisson(self.random, mean * others) if others > 0 else 0
            if begin <= step < begin + spread:
                beside += scenario.burst / spread * max(0.0, others)
            store.put(beside, None)
            if not scenario.store_away[0] <= now < scenario.store_away[1]:
                for count, origin in store.take(min(inputs.vcpu / store_s, catch_up) * step_s):
                    if origin is not None:
                        key = step - origin
                        waits[key] = waits.get(key, 0.0) + count
            held = broker.length + (gateways[0].length if scenario.away[1] else 0.0)
            seen.queue = max(seen.queue, held)
            mine = store.length / (others + 1) / max(1, plan.gateways)
            seen.journal = max(seen.journal, mine * (inputs.payload + 80))
            late = broker.length + handshakes / broker_s + sum(map(lambda q: q.length, gateways)) \
                + store.length / (others + 1)
            until = max(scenario.event + scenario.spread, scenario.away[1], scenario.store_away[1])
            if now >= until and late > max(2.0, mean * 4) and not away:
                seen.drained = now + step_s - max(scenario.event, scenario.away[1],
                                                scenario.store_away[1])
        left = handshakes + sum(q.length for q in (broker, store, *gateways))
        unfinished = left > max(2.0, mean * 4 * (max(0.0, others) + 1))
        return self._measured(waits, step_s, unfinished, seen)

    @staticmethod
    def _wanted(gateways, away):
        return sum(queue.length for at, queue in enumerate(gateways) if not (away and at == 0))

    def _measured(self, waits, step_s, unfinished, seen):
        fixed = self.cost["stored_p99_ms"] / 1e3
        total, passed = sum(waits.values()), 0.0
        for steps, count in sorted(waits.items()):
            seconds = steps * step_s + fixed
            if passed < total * 0.99:
                seen.p99 = seconds
            passed += count
            seen.slowest = seconds
            if seconds > 10:
                seen.waiting += count / total
        if unfinished:
            seen.drained = math.inf
        return seen


def scenarios(plan, cost):
    inputs, cell = plan.inputs, plan.cell
    connections = cell.connections * (cost["tls_us"] + cost["connect_us"]) / 1e6
    return {
        "busiest hour": Scenario(seconds=300),
        "all at :00": Scenario(
            seconds=60 + 4 * inputs.burst_within, event=30, spread=inputs.spread,
            burst=cell.devices * inputs.top_of_hour, short=inputs.spare),
        "power back": Scenario(
            seconds=60 + 2 * inputs.return_within, event=30, spread=inputs.return_spread,
            burst=cell.devices * inputs.hello, handshakes=connections, short=inputs.spare),
        "gateway lost": Scenario(seconds=LOST + 60 + 2 * CAUGHT_UP, event=30, step=0.2,
                                 away=(30, 30 + LOST), machine_away=True),
        "InfluxDB lost": Scenario(seconds=LOST + 60 + 2 * CAUGHT_UP, event=30, step=0.2,
                                  store_away=(30, 30 + LOST)),
    }


def check(plan, cost, seed, only=()):
    """({scenario: Seen}, [what is not as it shall be])."""
    inputs, found, wrong = plan.inputs, {}, []
    wrong += standing(plan, cost)
    for number, (name, scenario) in enumerate(scenarios(plan, cost).items()):
        if only and name not in only:
            continue
        seen = Cell(plan, cost, seed * 1000 + number).run(scenario)
        if seen is None:
            wrong.append(f"{name}: nothing is there")
            continue
        found[name] = seen
        if name == "busiest hour" and (seen.p99 > QUIET or seen.drained == math.inf):
            wrong.append(f"{name}: p99 {seen.p99:.2f} s, more than {QUIET} s")
        if name == "all at :00" and seen.drained > inputs.burst_within:
            wrong.append(f"{name}: stored after {seen.drained:.1f} s, "
                         f"not {inputs.burst_within:g} s")
        if name == "power back" and seen.drained > inputs.return_within:
            wrong.append(f"{name}: done after {seen.drained:.0f} s, not {inputs.return_within:g} s")
        if name in ("gateway lost", "InfluxDB lost") and seen.drained > CAUGHT_UP:
            wrong.append(f"{name}: caught up after {seen.drained:.0f} s, not {CAUGHT_UP} s")
        if seen.queue > plan.queue:
            wrong.append(f"{name}: {seen.queue:,.0f} messages wait at the broker, "
                         f"which keeps {plan.queue:,}")
        if seen.journal > JOURNAL:
            wrong.append(f"{name}: the journal would be more than three quarters full")
    return found, wrong


def standing(plan, cost):
    """What needs no simulation: bounds that are simply kept or not, with one machine gone."""
    inputs, wrong = plan.inputs, []
    if min(plan.cells, plan.influxdbs) < 1:
        return ["no cell, or no InfluxDB"]
    cell = model.demand(inputs, cost, math.ceil(plan.demand.homes / plan.cells))
    for what, homes in model.cell_bounds(inputs, cost).items():
        if cell.homes > math.floor(homes) and cell.homes > 1:
            wrong.append(f"cell: {cell.homes:,} homes, {what} allow {math.floor(homes):,}")
    if plan.gateways <= inputs.spare and inputs.spare:
        wrong.append("cell: no gateway is left when one is lost")
    left = plan.machines - inputs.spare
    if left < 1:
        return [*wrong, "machines: none is left when one is lost"]
    memory = model.memory_needed(inputs, cost, cell, plan.cells, plan.gateways)
    if memory > left * inputs.memory * 1e9 * inputs.memory_use:
        wrong.append("machines: too little memory when one is lost")
    used = plan.demand.gateway_cores + plan.demand.broker_cores + plan.demand.people_cores
    if used > left * inputs.vcpu * inputs.utilisation:
        wrong.append("machines: too little CPU when one is lost")
    if plan.demand.series > plan.influxdbs * cost["series_per_influxdb"]:
        wrong.append("InfluxDB: more series than its servers take")
    return wrong
