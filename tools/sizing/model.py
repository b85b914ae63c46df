"""Demand of so many homes, and what carries it.

A *cell* is a group of homes with a broker, gateways, a database and a Redis of its own: homes are
the shard key, because a gateway keeps a bounded number of devices and each gateway of a group
keeps all of them. Cells share machines and servers of InfluxDB."""

import dataclasses
import math

YEAR = 365 * 86_400


@dataclasses.dataclass
class Demand:
    """Of all homes together; rates a second, CPU in cores."""
    homes: int
    devices: float
    rate: float       # messages, mean
    peak: float       # messages, in the busiest hour
    values: float     # values in the busiest hour
    connections: float
    views: float      # pages, in the busiest hour
    calls: float
    streams: float
    sessions: float
    gateway_cores: float  # messages alone, in the busiest hour
    broker_cores: float
    influxdb_cores: float
    people_cores: float
    series: float
    disk_year: float        # bytes of InfluxDB after a year, points as they came
    disk_downsampled: float  # the same with --raw-days of points, then hours
    vm_year: float
    local_year: float        # bytes of the local history
    database_bytes: float    # accounts
    audit_year: float        # bytes of audit a year
    audit_writes: float      # rows a second in the busiest hour
    redis_bytes: float
    redis_ops: float
    network_in: float   # bytes a second into the brokers, in the busiest hour
    network_out: float  # to people


def message_us(cost, values):
    """CPU of the gateway for a message, its way to InfluxDB included."""
    sink = cost["plain_with_sink_us"] - cost["plain_us"]  # measured with four values
    return cost["message_us"] + sink * values / 4


def influxdb_us(cost, values):
    return cost["influxdb_us"] * values / 4


def demand(inputs, cost, homes=None):
    n = inputs.homes if homes is None else homes
    devices, rate = n * inputs.devices, n * inputs.rate
    peak = rate * inputs.peak
    people = n * inputs.people
    views = people * inputs.views / 86_400 * inputs.people_peak
    calls, streams = views * inputs.calls, people * inputs.watching
    # Each call: the check, 6 % of them at Redis (as measured), and a small answer.
    call_us = cost["check_us"] + cost["relay_us"]
    view_us = inputs.calls * call_us + inputs.charts * cost["chart_ms"] * 1e3 + cost["tls_us"]
    home_rate = inputs.rate * inputs.peak
    values_year = rate * inputs.values * YEAR
    hourly = devices * inputs.fields * 24 * max(0, 365 - inputs.raw_days)
    raw = rate * inputs.values * 86_400 * min(365, inputs.raw_days)
    audit = people * inputs.audit / 86_400
    return Demand(
        homes=n, devices=devices, rate=rate, peak=peak, values=peak * inputs.values,
        connections=n * (1 + inputs.devices * inputs.direct), views=views, calls=calls,
        streams=streams, sessions=people * inputs.sessions,
        gateway_cores=peak * message_us(cost, inputs.values) / 1e6,
        broker_cores=peak * cost["broker_us"] / 1e6,
        influxdb_cores=peak * influxdb_us(cost, inputs.values) / 1e6,
        people_cores=(views * view_us + streams * home_rate * cost["event_us"]) / 1e6,
        series=devices * 1.1,  # a room that changed is a series more
        disk_year=values_year * cost["influxdb_value_bytes"],
        disk_downsampled=(raw * cost["influxdb_value_bytes"]
                          + min(hourly, values_year) * cost["influxdb_mean_bytes"]),
        vm_year=values_year * cost["vm_value_bytes"],
        local_year=values_year * cost["value_bytes"],
        database_bytes=people * cost["account_row_bytes"],
        audit_year=audit * YEAR * cost["audit_row_bytes"],
        audit_writes=audit * inputs.people_peak,
        redis_bytes=people * inputs.sessions * cost["session_redis_bytes"],
        # 6 % of the checks ask, and each session in use writes its last use once a minute.
        redis_ops=calls * 0.06 + views + streams / 60,
        network_in=peak * (inputs.payload + 80),
        network_out=views * (inputs.charts * cost["chart_kb"] * 1e3 + inputs.calls * 2e3))


@dataclasses.dataclass
class Plan:
    inputs: object
    demand: Demand
    cell: Demand          # of one full cell
    cells: int
    cell_limit: str       # what bounds a cell
    gateways: int         # of each cell, the spare among them
    machines: int         # for gateways and brokers, the spare among them
    machine_limit: str
    influxdbs: int
    influxdb_limit: str
    cell_memory: float    # bytes of one gateway of a full cell
    queue: int            # max_queued_messages of a cell's broker
    journal_hours: float  # until three quarters of the default journal are used

    @property
    def homes_per_cell(self):
        return math.ceil(self.demand.homes / self.cells)

    @property
    def cores(self):
        return self.machines * self.inputs.vcpu


def gateway_memory(inputs, cost, of):
    """Bytes of one gateway that keeps the devices of `of`."""
    of_device = (cost["clients_mb"] - cost["idle_mb"]) * 1e6 / 10_000
    of_session = (cost["sessions_mb"] - cost["idle_mb"]) * 1e6 / 100_000
    of_stream = (cost["streams_mb"] - cost["idle_mb"]) * 1e6 / 200
    return (cost["idle_mb"] * 1e6 + of.devices * of_device + of.sessions * of_session
            + of.streams * of_stream)


def burst_us(inputs, cost):
    """CPU of broker and gateway for what one home says at :00."""
    return (inputs.devices * inputs.top_of_hour
            * (cost["broker_us"] + message_us(cost, inputs.values)))


def return_us(inputs, cost):
    """The same when power comes back: handshakes, connections, first messages."""
    connections = 1 + inputs.devices * inputs.direct
    hello = inputs.devices * inputs.hello
    return (connections * (cost["tls_us"] + cost["connect_us"])
            + hello * (cost["broker_us"] + message_us(cost, inputs.values)))


def cell_bounds(inputs, cost):
    """{what: homes of a cell at most}."""
    fill, each = inputs.fill, inputs.devices
    most = inputs.devices_per_gateway or cost["devices_per_gateway"]
    scale = most / cost["devices_per_gateway"]
    connections = 1 + each * inputs.direct
    core = 1e6 * inputs.utilisation
    bounds = {
        "devices": most * fill / each,
        "entities": cost["entities_per_gateway"] * scale * fill / (each * inputs.fields),
        "broker connections": cost["connections_per_broker"] * fill / connections,
        # One Mosquitto is one thread: what all say at :00, and what comes when power is back.
        "broker :00": inputs.burst_within * 1e6 / (each * max(inputs.top_of_hour, 1e-9)
                                                   * cost["broker_us"]),
        "broker handshakes": inputs.return_within * 1e6 / (
            connections * (cost["tls_us"] + cost["connect_us"])
            + each * inputs.hello * cost["broker_us"]),
    }
    if inputs.rate:
        bounds["broker CPU"] = core / (inputs.rate * inputs.peak * cost["broker_us"])
    if inputs.people * inputs.watching:
        bounds["HTTP connections"] = (cost["connections_per_gateway"] * fill
                                      / (inputs.people * inputs.watching))
    return bounds


def largest(wanted):
    """(name, number) of what asks for most."""
    return max(wanted.items(), key=lambda one: one[1])


def plan(inputs, cost):
    total = demand(inputs, cost)
    bounds = cell_bounds(inputs, cost)
    limit, homes = min(bounds.items(), key=lambda one: one[1])
    cells = max(1, math.ceil(total.homes / max(1, math.floor(homes))))
    cell = demand(inputs, cost, math.ceil(total.homes / cells))
    # One thread takes messages in, so a gateway of a cell counts as one core for them.
    burst = cell.devices * inputs.top_of_hour * message_us(cost, inputs.values) / 1e6
    need = max(1, math.ceil(max(cell.gateway_cores / inputs.utilisation,
                                burst / inputs.burst_within + cell.gateway_cores)))
    gateways = need + inputs.spare
    machines, machine_limit = machines_for(inputs, cost, total, cell, cells, gateways)
    wanted = {
        "series": total.series / cost["series_per_influxdb"],
        "CPU": total.influxdb_cores / inputs.utilisation / inputs.vcpu,
        ":00": (total.devices * inputs.top_of_hour * influxdb_us(cost, inputs.values) / 1e6
                / inputs.burst_within + total.influxdb_cores) / inputs.vcpu,
    }
    influxdb_limit, servers = largest(wanted)
    row = inputs.payload + 80
    journal = 0.75 * 256 * 2**20 / max(cell.rate / need * row, 1e-9)
    return Plan(inputs=inputs, demand=total, cell=cell, cells=cells, cell_limit=limit,
                gateways=gateways, machines=machines, machine_limit=machine_limit,
                influxdbs=max(1, math.ceil(servers)), influxdb_limit=influxdb_limit,
                cell_memory=gateway_memory(inputs, cost, cell),
                queue=max(1000, math.ceil(cell.peak) * inputs.outage),
                journal_hours=journal / 3600)


def memory_needed(inputs, cost, cell, cells, gateways):
    """Bytes of all gateways and brokers."""
    queue = math.ceil(cell.peak) * 600 * (inputs.payload + 200)  # ten minutes that wait
    broker = 10e6 + cell.connections * cost["connection_bytes"] + queue
    return cells * (gateways * gateway_memory(inputs, cost, cell) + broker)


def machines_for(inputs, cost, total, cell, cells, gateways):
    """(machines with the spare, what asks for them)."""
    used = total.gateway_cores + total.broker_cores + total.people_cores
    burst = total.homes * burst_us(inputs, cost) / 1e6 / inputs.burst_within + used
    back = total.homes * return_us(inputs, cost) / 1e6 / inputs.return_within + used
    wanted = {
        "CPU": used / inputs.utilisation / inputs.vcpu,
        ":00": burst / inputs.vcpu,
        "power back": back / inputs.vcpu,
        "memory": memory_needed(inputs, cost, cell, cells, gateways)
        / (inputs.memory * 1e9 * inputs.memory_use),
    }
    limit, number = largest(wanted)
    return max(1, math.ceil(number)) + inputs.spare, limit


def one_of_each(inputs, cost):
    """{what: part of its limit in use}, if all homes had one gateway, broker and InfluxDB."""
    total = demand(inputs, cost)
    bounds = cell_bounds(inputs, cost)
    return {
        **{name: total.homes / homes for name, homes in bounds.items()},
        "gateway CPU": (total.gateway_cores + total.people_cores)
        / inputs.utilisation / inputs.vcpu,
        "InfluxDB series": total.series / cost["series_per_influxdb"],
        "InfluxDB CPU": total.influxdb_cores / inputs.utilisation / inputs.vcpu,
    }
