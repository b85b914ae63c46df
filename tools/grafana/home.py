"""The home by room: temperature, humidity, light, who moves where."""

from parts import (BLUE, CHOSEN, GREEN, ORANGE, RED, T, dashboard, devices, lines, mapped, quantity,
                   rooms, rows, section, stats, steps, timeline)

# A Shelly's temperature is its own: of the relay in the wall.
TEMPERATURE = quantity("temperature", ("tempc", "ble"), but='"device" !~ /^shelly/')
HUMIDITY = quantity("humidity", ("hum", "ble"))
LIGHT = quantity("illuminance")
COMFORT = steps(BLUE, (17, GREEN), (26, ORANGE), (30, RED))

ON_OFF = mapped(true=(T("movement", "움직임"), ORANGE), false=(T("quiet", "조용함"), "#3b3f45"))

HOME = dashboard(
    "home", T("Home by room", "방별 집 상태"),
    T("Every room at a glance: warmth, humidity, light and movement.",
      "온도, 습도, 밝기, 움직임을 방별로 한눈에 봅니다."),
    [
        section(T("Now", "지금")),
        stats(T("Temperature", "온도"), TEMPERATURE.now(), "celsius", size=(12, 8), decimals=1,
              thresholds=COMFORT,
              note=T("The last value of each device within the time that is chosen above.",
                     "위에서 고른 기간 안에서 기기마다 마지막 값입니다.")),
        stats(T("Humidity", "습도"), HUMIDITY.now(), "humidity", size=(12, 8), decimals=0,
              thresholds=steps(ORANGE, (30, GREEN), (65, ORANGE), (80, RED))),
        section(T("Over time", "시간에 따라")),
        lines(T("Temperature", "온도"), TEMPERATURE.over_time(), "celsius", size=(24, 9),
              thresholds=COMFORT, interval="1m"),
        lines(T("Humidity", "습도"), HUMIDITY.over_time(), "humidity", size=(12, 9), interval="1m"),
        lines(T("Light", "밝기"), LIGHT.over_time(), "lux", size=(12, 9), gap="6h", interval="1m"),
        timeline(T("Movement by room", "방별 움직임"), [
            rows(f'SELECT last("occupancy") FROM "zigbee" WHERE {CHOSEN} '
                 'GROUP BY time($__interval), "area", "device" fill(none)'),
            rows(f'SELECT last("presence") FROM "zigbee" WHERE {CHOSEN} '
                 'GROUP BY time($__interval), "area", "device" fill(none)'),
            rows('SELECT last("value_bool") FROM "esphome" WHERE '
                 f'"entity" =~ /motion|presence|occupancy/ AND {CHOSEN} '
                 'GROUP BY time($__interval), "area", "device" fill(none)'),
        ], ON_OFF, size=(24, 9), interval="1m"),
    ],
    [rooms(), devices()])
