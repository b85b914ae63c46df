"""Parts of Grafana's dashboards: texts in two languages, queries, variables, panels, and their place.

Everything that a person reads is a T; render() makes the JSON of one language out of a dashboard.
"""

from typing import NamedTuple

LANGUAGES = ("en", "ko")
INFLUXDB = {"type": "influxdb", "uid": "caredian"}
PROMETHEUS = {"type": "prometheus", "uid": "caredian-metrics"}
WIDTH = 24  # of Grafana's grid

# All rooms and devices: also points without a room (a tag that is missing matches).
ROOM = '"area" =~ /^${area:regex}$/'
DEVICE = '"device" =~ /^${device:regex}$/'
CHOSEN = f"{ROOM} AND {DEVICE} AND $timeFilter"
LABEL = "$tag_area · $tag_device"

GREEN, YELLOW, ORANGE, RED, BLUE = "green", "yellow", "orange", "red", "blue"


class T(NamedTuple):
    en: str
    ko: str


# ---- queries

def rows(query, alias=LABEL, table=False):
    """A query of InfluxQL; the panel gives it its letter."""
    target = {"datasource": INFLUXDB, "rawQuery": True, "query": query,
              "resultFormat": "table" if table else "time_series"}
    return target if table else {**target, "alias": alias}


def metric(expression, legend, instant=False):
    return {"datasource": PROMETHEUS, "expr": expression, "legendFormat": legend,
            "instant": instant, "range": not instant, "editorMode": "code"}


class Quantity(NamedTuple):
    """What one thing is called by the families of devices: (field, measurement, condition, factor)."""
    ways: tuple

    def queries(self, function, group, fill="", where=CHOSEN, alias=LABEL):
        made = []
        for field, measurement, condition, factor in self.ways:
            condition = f"{condition} AND " if condition else ""
            made.append(rows(f'SELECT {function}("{field}"){factor} FROM {measurement} WHERE '
                             f"{condition}{where} GROUP BY {group}{fill}", alias))
        return made

    def over_time(self, function="mean", interval="$__interval", end="", **options):
        return self.queries(function, f'time({interval}), "area", "device"',
                            f" fill(none) {end}".rstrip(), **options)

    def now(self, **options):
        return self.queries("last", '"area", "device"', **options)


def quantity(field, *others, but="", entity=None):
    """`field` in any measurement; `others` (field, measurement[, factor]) in one; and what ESPHome and
    Home Assistant call `entity`, where a value's name is that of the entity."""
    entity = entity or field
    ways = [(field, "/.*/", but, "")]
    ways += [(name, f'"{measurement}"', "", factor[0] if factor else "")
             for name, measurement, *factor in others]
    ways += [("value", '"esphome"', f'"entity" =~ /{entity}/', ""),
             ("value", '"ha"', f'"device" =~ /^sensor\\..*{entity}/', "")]
    return Quantity(tuple(ways))


# ---- variables

def variable(name, label, query, **more):
    return {"name": name, "label": label, "type": "query", "datasource": INFLUXDB, "query": query,
            "definition": query, "refresh": 2, "sort": 5, "multi": True, "includeAll": True,
            "allValue": ".*", "regex": "", "hide": 0, "options": [],
            "current": {"selected": True, "text": ["All"], "value": ["$__all"]}, **more}


def rooms():
    return variable("area", T("Room", "방"), 'SHOW TAG VALUES WITH KEY = "area"')


def devices(name="device", label=T("Device", "기기"), **more):
    return variable(name, label, f'SHOW TAG VALUES WITH KEY = "device" WHERE {ROOM}', **more)


def zone():
    """InfluxQL counts a day from midnight of this zone."""
    name = "Asia/Seoul"
    return {"name": "zone", "label": T("Days of", "하루의 기준"), "type": "textbox", "query": name,
            "hide": 0, "options": [{"selected": True, "text": name, "value": name}],
            "current": {"text": name, "value": name}}


# ---- panels

def steps(*levels):
    """steps("green", (800, "yellow")): colours from a value on."""
    first, *more = levels
    return {"mode": "absolute", "steps": [{"color": first, "value": None},
                                          *({"color": c, "value": v} for v, c in more)]}


def mapped(**values):
    """mapped(true=(text, colour), …): what a value is called."""
    return [{"type": "value", "options": {
        value: {"text": text, "color": color, "index": index}
        for index, (value, (text, color)) in enumerate(values.items())}}]


def panel(kind, title, targets, unit=None, size=(12, 8), note=None, thresholds=None, custom=None,
          options=None, mappings=None, decimals=None, low=None, high=None, overrides=(),
          transformations=(), interval=None):
    defaults = {"unit": unit, "decimals": decimals, "min": low, "max": high,
                "thresholds": thresholds or steps(GREEN), "mappings": mappings or [],
                "custom": custom, "color": {"mode": "thresholds" if thresholds or mappings
                                            else "palette-classic"}, "noValue": "–"}
    made = {"type": kind, "title": title, "description": note, "size": size,
            "datasource": targets[0]["datasource"],
            "targets": [{"refId": chr(ord("A") + i), **t} for i, t in enumerate(targets)],
            "fieldConfig": {"defaults": {k: v for k, v in defaults.items() if v is not None},
                            "overrides": list(overrides)},
            "options": options or {}, "interval": interval,
            "transformations": list(transformations)}
    return {k: v for k, v in made.items() if v not in (None, ())}


def lines(title, targets, unit=None, gap="1h", fill=0, **more):
    """Over time. Sensors speak when they like: points are joined over gaps shorter than `gap`."""
    hours = {"1h": 3_600_000, "6h": 21_600_000, "1d": 86_400_000, "5m": 300_000}
    custom = {"drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1,
              "fillOpacity": fill, "showPoints": "auto", "pointSize": 4, "spanNulls": hours[gap],
              "thresholdsStyle": {"mode": "dashed" if more.get("thresholds") else "off"}}
    made = panel("timeseries", title, targets, unit, custom=custom, options=legend(), **more)
    made["fieldConfig"]["defaults"]["color"] = {"mode": "palette-classic"}
    return made


def bars(title, targets, unit=None, stacked=False, **more):
    custom = {"drawStyle": "bars", "barAlignment": 1, "fillOpacity": 70, "lineWidth": 0,
              "stacking": {"mode": "normal" if stacked else "none", "group": "A"}}
    return panel("timeseries", title, targets, unit, custom=custom, options=legend(("sum",)), **more)


def legend(calculations=("lastNotNull", "min", "max")):
    return {"legend": {"displayMode": "table", "placement": "right", "showLegend": True,
                       "calcs": list(calculations)},
            "tooltip": {"mode": "multi", "sort": "desc"}}


LAST = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}


def stats(title, targets, unit=None, **more):
    return panel("stat", title, targets, unit, options={
        **LAST, "colorMode": "background_solid" if more.get("mappings") else "value",
        "graphMode": "none", "justifyMode": "auto", "textMode": "value_and_name"}, **more)


def gauges(title, targets, unit=None, **more):
    return panel("bargauge", title, targets, unit, options={
        **LAST, "displayMode": "basic", "orientation": "horizontal", "showUnfilled": True,
        "valueMode": "color"}, **more)


def timeline(title, targets, mappings=None, **more):
    return panel("state-timeline", title, targets, mappings=mappings, options={
        "mergeValues": True, "showValue": "never" if mappings else "auto", "rowHeight": 0.85,
        "alignValue": "left", "legend": {"showLegend": bool(mappings), "placement": "bottom",
                                         "displayMode": "list"}},
        custom={"fillOpacity": 80, "lineWidth": 0, "spanNulls": 86_400_000}, **more)


def table(title, targets, names, since=None, **more):
    """`names` {column: T}: these columns in this order, others are hidden. `since`: the column whose
    time is shown as "3 hours ago"."""
    order = {name: index for index, name in enumerate(names)}
    shown = [{"id": "filterFieldsByName", "options": {"include": {"names": list(names)}}},
             {"id": "organize", "options": {"excludeByName": {}, "indexByName": order,
                                            "renameByName": dict(names)}}]
    merged = [{"id": "merge", "options": {}}] if len(targets) > 1 else []
    overrides = [] if since is None else [
        {"matcher": {"id": "byName", "options": names[since]},
         "properties": [{"id": "unit", "value": "dateTimeFromNow"}]}]
    sort = [{"displayName": names[since], "desc": False}] if since else []
    return panel("table", title, targets, transformations=[*merged, *shown], overrides=overrides,
                 options={"showHeader": True, "cellHeight": "sm", "sortBy": sort}, **more)


def section(title):
    return {"type": "row", "title": title, "size": (WIDTH, 1), "collapsed": False, "panels": []}


# ---- a dashboard

def placed(panels):
    """With ids and places: from left to right, in rows as high as their highest panel."""
    out, x, y, height = [], 0, 0, 0
    for number, one in enumerate(panels, 1):
        one = dict(one)
        width, tall = one.pop("size")
        if x + width > WIDTH:
            x, y, height = 0, y + height, 0
        out.append({"id": number, **one, "gridPos": {"x": x, "y": y, "w": width, "h": tall}})
        x, height = x + width, max(height, tall)
    return out


def dashboard(name, title, description, panels, variables, time="now-24h", refresh="1m"):
    return {"name": name, "title": title, "description": description, "time": time,
            "refresh": refresh, "variables": variables, "panels": placed(panels)}


def said(value, language):
    if isinstance(value, T):
        return getattr(value, language)
    if isinstance(value, dict):
        return {said(k, language): said(v, language) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [said(one, language) for one in value]
    return value


def render(made, language):
    """The JSON of one language."""
    others = {"type": "dashboards", "tags": [f"caredian-{language}"], "asDropdown": True,
              "title": "CareDian", "keepTime": True, "includeVars": True, "icon": "external link",
              "targetBlank": False, "url": "", "tooltip": ""}
    return said({
        "id": None, "uid": f"caredian-{made['name']}-{language}", "title": made["title"],
        "description": made["description"], "tags": ["caredian", f"caredian-{language}"],
        "schemaVersion": 39, "version": 1, "editable": False, "graphTooltip": 1,
        "timezone": "browser", "weekStart": "", "refresh": made["refresh"],
        "time": {"from": made["time"], "to": "now"},
        "timepicker": {"refresh_intervals": ["10s", "30s", "1m", "5m", "30m"]},
        "links": [others], "annotations": {"list": []},
        "templating": {"list": made["variables"]}, "panels": made["panels"]}, language)
