"""Air: carbon dioxide, fine dust, volatile compounds, and the weather outside."""

from parts import (GREEN, ORANGE, RED, T, YELLOW, dashboard, devices, lines, quantity, rooms, section,
                   stats, steps)

CO2 = quantity("co2")
PM25 = quantity("pm2_5", ("pm25", "zigbee"))
PM10 = quantity("pm10")
TVOC = quantity("tvoc", ("voc", "zigbee"))
PRESSURE = quantity("pressure")
# The steps of Korea's air quality index; indoors CO2 as ventilation is judged by.
CO2_STEPS = steps(GREEN, (1000, YELLOW), (1500, ORANGE), (2000, RED))
PM25_STEPS = steps(GREEN, (16, YELLOW), (36, ORANGE), (76, RED))
PM10_STEPS = steps(GREEN, (31, YELLOW), (81, ORANGE), (151, RED))

AIR = dashboard(
    "air", T("Air", "공기"),
    T("When to open a window: carbon dioxide, dust and compounds, by room.",
      "언제 창문을 열어야 하는지: 이산화탄소, 먼지, 유기화합물을 방별로."),
    [
        stats(T("Carbon dioxide", "이산화탄소"), CO2.now(), "ppm", size=(8, 6), decimals=0,
              thresholds=CO2_STEPS),
        stats("PM2.5", PM25.now(), "conμgm3", size=(8, 6), decimals=0, thresholds=PM25_STEPS),
        stats("PM10", PM10.now(), "conμgm3", size=(8, 6), decimals=0, thresholds=PM10_STEPS),
        section(T("Over time", "시간에 따라")),
        lines(T("Carbon dioxide", "이산화탄소"), CO2.over_time(), "ppm", size=(24, 9),
              thresholds=CO2_STEPS, interval="1m"),
        lines("PM2.5", PM25.over_time(), "conμgm3", size=(12, 9), thresholds=PM25_STEPS,
              interval="1m", low=0),
        lines("PM10", PM10.over_time(), "conμgm3", size=(12, 9), thresholds=PM10_STEPS,
              interval="1m", low=0),
        lines(T("Volatile compounds", "휘발성 유기화합물"), TVOC.over_time(), size=(12, 9),
              interval="1m", low=0,
              note=T("In the unit of the device: an index, ppb or µg/m³.",
                     "기기마다 단위가 다릅니다: 지수, ppb, µg/m³.")),
        lines(T("Air pressure", "기압"), PRESSURE.over_time(), "pressurehpa", size=(12, 9), gap="6h",
              interval="5m"),
    ],
    [rooms(), devices()])
