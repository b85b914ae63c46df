"""Appliances: what they do, what is worn out, what the fridge is at."""

from parts import (CHOSEN, GREEN, ORANGE, RED, T, dashboard, devices, gauges, lines, rooms, rows,
                   section, steps, timeline)

EVERY = 'GROUP BY time($__interval), "area", "device" fill(none)'
FRIDGE = "/^(left|right|middle|fridge|freezer|refrigerator)_.*temperature$/"


def states(field, where=""):
    return rows(f'SELECT last("{field}") FROM /.*/ WHERE {where}{CHOSEN} {EVERY}',
                f"$tag_area · $tag_device · {field}")


APPLIANCES = dashboard(
    "appliances", T("Appliances", "가전"),
    T("Washing machine, dishwasher, vacuum, air conditioner: what they do and what they need.",
      "세탁기, 식기세척기, 청소기, 에어컨: 무엇을 하고 무엇이 필요한지."),
    [
        timeline(T("What they do", "하는 일"), [states("status"), states("mode")], size=(24, 9),
                 interval="5m"),
        timeline(T("On and off", "켜짐과 꺼짐"), [
            states("state"),
            rows('SELECT last("power_state") FROM "tasmota" WHERE '
                 f"{CHOSEN} {EVERY}"),
            rows(f'SELECT last("output") FROM "shelly" WHERE {CHOSEN} {EVERY}'),
        ], size=(24, 12), interval="5m"),
        lines(T("Time left", "남은 시간"), [
            rows(f'SELECT last("remaining_time") FROM /.*/ WHERE {CHOSEN} {EVERY}')],
              "m", size=(12, 8), interval="1m", low=0),
        lines(T("Fridges", "냉장고"), [
            rows(f"SELECT mean({FRIDGE}) FROM /.*/ WHERE {CHOSEN} {EVERY}",
                 "$tag_area · $tag_device · $col")],
              "celsius", size=(12, 8), interval="5m"),
        section(T("Wear", "소모")),
        gauges(T("Filters", "필터"), [
            rows(f'SELECT last("filter_life") FROM /.*/ WHERE {CHOSEN} GROUP BY "area", "device"')],
               "percent", size=(12, 7), low=0, high=100,
               thresholds=steps(RED, (10, ORANGE), (25, GREEN))),
        gauges(T("Blinds and valves", "블라인드와 밸브"), [
            rows(f'SELECT last("position") FROM /.*/ WHERE {CHOSEN} GROUP BY "area", "device"'),
            rows('SELECT last("value") FROM "esphome" WHERE "entity" =~ /position/ AND '
                 f'{CHOSEN} GROUP BY "area", "device"')],
               "percent", size=(12, 7), low=0, high=100),
    ],
    [rooms(), devices()])
