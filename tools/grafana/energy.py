"""Energy: power, what each device used a day, water and gas."""

from parts import (CHOSEN, GREEN, ORANGE, RED, T, YELLOW, bars, dashboard, devices, gauges, lines,
                   quantity, rooms, rows, section, steps, zone)

POWER = quantity("power", ("apower", "shelly"))
# Meters count up; a Shelly's counter is in Wh.
ENERGY = quantity("energy", ("total", "tasmota"), ("aenergy_total", "shelly", " / 1000"))
DAILY = T("Of a meter's readings of one day the largest less the smallest. A day begins at midnight "
          "of the time zone that is chosen above.",
          "하루 동안 계량기 값의 최댓값에서 최솟값을 뺀 것입니다. 하루는 위에서 고른 시간대의 자정에 "
          "시작합니다.")


def daily(field):
    return rows(f'SELECT spread("{field}") FROM /.*/ WHERE {CHOSEN} '
                "GROUP BY time(1d), \"area\", \"device\" fill(none) tz('$zone')")


POWER_STEPS = steps(GREEN, (500, YELLOW), (1500, ORANGE), (3000, RED))

ENERGY_BOARD = dashboard(
    "energy", T("Energy", "에너지"),
    T("Who uses how much: power now, energy of each day, water and gas.",
      "무엇이 얼마나 쓰는지: 지금의 전력, 하루 사용량, 물과 가스."),
    [
        gauges(T("Power now", "지금 전력"), POWER.now(), "watt", size=(10, 10), low=0,
               thresholds=POWER_STEPS, decimals=0),
        lines(T("Power", "전력"), POWER.over_time(), "watt", size=(14, 10), interval="1m", low=0),
        section(T("Each day", "하루마다")),
        bars(T("Electricity", "전기"), ENERGY.over_time("spread", "1d", end="tz('$zone')"),
             "kwatth", size=(24, 9), note=DAILY, decimals=2, low=0),
        bars(T("Water", "물"), [daily("water")], "m3", size=(12, 8), note=DAILY, decimals=3, low=0),
        bars(T("Gas", "가스"), [daily("gas")], "m3", size=(12, 8), note=DAILY, decimals=3, low=0),
        section(T("The grid", "전원")),
        lines(T("Voltage", "전압"), [
            rows(f'SELECT mean("voltage") FROM /.*/ WHERE "voltage" > 90 AND "voltage" < 300 AND '
                 f'{CHOSEN} GROUP BY time($__interval), "area", "device" fill(none)')],
              "volt", size=(24, 8), interval="5m",
              note=T("Values below 90 V are of batteries and are left out.",
                     "90 V보다 낮은 값은 배터리의 것이므로 뺍니다.")),
    ],
    [rooms(), devices(), zone()], time="now-7d", refresh="5m")
