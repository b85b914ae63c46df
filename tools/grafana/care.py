"""Care: is somebody who lives alone up and about? For a daughter, a son, a carer."""

from parts import (BLUE, GREEN, ORANGE, RED, ROOM, T, bars, dashboard, devices, lines, mapped, rooms,
                   rows, section, stats, steps, table, timeline, zone)

HERE = f"{ROOM} AND $timeFilter"
HA_MOTION = '"device" =~ /^binary_sensor\\..*(motion|occupancy|presence)/'
ESPHOME_MOTION = '"entity" =~ /motion|presence|occupancy/'
# (field, measurement, condition): somebody moves. Home Assistant's and ESPHome's are called by entity.
MOTION = (("occupancy", '"zigbee"', ""), ("presence", '"zigbee"', ""),
          ("value_bool", '"esphome"', f"{ESPHOME_MOTION} AND "), ("value_bool", '"ha"', f"{HA_MOTION} AND "))
DOORS = (("contact", '"zigbee"', False, ""),
         ("value_bool", '"ha"', True, '"device" =~ /^binary_sensor\\..*(door|window|contact)/ AND '))
OPEN = mapped(false=(T("open", "열림"), ORANGE), true=(T("closed", "닫힘"), "#3b3f45"))
IN_BED = mapped(true=(T("in bed", "침대에 있음"), BLUE), false=(T("up", "일어남"), "#3b3f45"))
ALARM = mapped(true=(T("ALARM", "위험"), RED), false=(T("all is well", "정상"), GREEN))
SAFE = ("smoke", "gas_leak", "water_leak", "carbon_monoxide")


def moved(function, group, fill="", table_=False, name=""):
    return [rows(f'SELECT {function}("{field}"){name} FROM {measurement} WHERE {condition}'
                 f'"{field}" = true AND {HERE} GROUP BY {group}{fill}', "$tag_area", table_)
            for field, measurement, condition in MOTION]


def opened(function, group, fill="", table_=False, name=""):
    return [rows(f'SELECT {function}("{field}"){name} FROM {measurement} WHERE {condition}'
                 f'"{field}" = {str(is_open).lower()} AND {HERE} GROUP BY {group}{fill}',
                 "$tag_area · $tag_device", table_)
            for field, measurement, is_open, condition in DOORS]


def one(field, function="last", where="", fill="fill(none)"):
    return rows(f'SELECT {function}("{field}") FROM /.*/ WHERE {where}{HERE} '
                f'GROUP BY time($__interval), "area", "device" {fill}')


CARE = dashboard(
    "care", T("Care", "돌봄"),
    T("Is everything as usual? Movement by room and hour, doors, bed, appliances. It shows what "
      "sensors said and is no alarm.",
      "평소와 같은지 봅니다. 방과 시간별 움직임, 문, 침대, 가전. 센서가 알린 것을 보여 줄 뿐 경보가 아닙니다."),
    [
        table(T("Last movement", "마지막 움직임"), moved("last", '"area"', "", True, ' AS "moved"'),
              {"area": T("Room", "방"), "Time": T("When", "언제")}, since="Time", size=(8, 8)),
        table(T("Doors last opened", "마지막으로 연 문"),
              opened("last", '"area", "device"', "", True, ' AS "opened"'),
              {"area": T("Room", "방"), "device": T("Door", "문"), "Time": T("When", "언제")},
              since="Time", size=(8, 8)),
        stats(T("What must never happen", "있어서는 안 되는 일"), [
            rows(f'SELECT last("{field}") FROM /.*/ WHERE {HERE} GROUP BY "area", "device"')
            for field in SAFE], size=(8, 8), mappings=ALARM),
        section(T("The day", "하루")),
        bars(T("Movement by room and hour", "방과 시간별 움직임"),
             moved("count", 'time(1h), "area"', " fill(0)"), "short", stacked=True, size=(24, 9),
             decimals=0,
             note=T("How often sensors said within an hour that somebody moves.",
                    "한 시간 동안 센서가 움직임을 알린 횟수입니다.")),
        bars(T("Longest time without movement", "움직임이 없던 가장 긴 시간"), [
            rows('SELECT max("gap") FROM (SELECT elapsed("occupancy", 1m) AS "gap" FROM "zigbee" '
                 f'WHERE "occupancy" = true AND {HERE}) WHERE $timeFilter '
                 "GROUP BY time(1d) fill(none) tz('$zone')", T("whole home", "집 전체"))],
             "m", size=(12, 8), decimals=0, thresholds=steps(GREEN, (600, ORANGE), (900, RED)),
             note=T("Of each day, in all rooms that are chosen. Nights count.",
                    "고른 모든 방에서, 하루마다. 밤도 셉니다.")),
        bars(T("Doors opened, by hour", "시간별 문 열림"),
             opened("count", 'time(1h), "area", "device"', " fill(0)"), "short", stacked=True,
             size=(12, 8), decimals=0),
        timeline(T("Doors and windows", "문과 창"), [one("contact")], OPEN, size=(24, 8),
                 interval="5m"),
        timeline(T("Bed", "침대"), [one("bed_occupied")], IN_BED, size=(12, 5), interval="5m"),
        table(T("Buttons", "버튼"), [
            rows('SELECT "action", "area", "device" FROM "zigbee_event" WHERE "action" !~ /^$/ '
                 f"AND {HERE} ORDER BY time DESC LIMIT 50", table=True)],
              {"Time": T("When", "언제"), "area": T("Room", "방"), "device": T("Button", "버튼"),
               "action": T("Press", "누름")}, since="Time", size=(12, 5)),
        section(T("Signs of life", "생활의 흔적")),
        bars(T("Appliances in use", "쓰는 가전"), [
            rows('SELECT max("power") FROM /.*/ WHERE "power" > 5 AND "device" =~ '
                 f'/^${{appliance:regex}}$/ AND {HERE} '
                 'GROUP BY time(1h), "area", "device" fill(none)', "$tag_area · $tag_device")],
             "watt", size=(12, 9),
             note=T("The largest power of each hour. Choose kettle, stove, television above.",
                    "시간마다 가장 큰 전력입니다. 주전자, 전기레인지, 텔레비전을 위에서 고르세요.")),
        lines(T("Heart rate and steps", "심박과 걸음"), [
            rows(f'SELECT mean("{field}") FROM /.*/ WHERE {HERE} '
                 'GROUP BY time($__interval), "device" fill(none)', f"$tag_device · {field}")
            for field in ("heart_rate", "steps")], "short", size=(12, 9), interval="5m"),
    ],
    [rooms(), devices("appliance", T("Appliance", "가전")), zone()], time="now-7d", refresh="5m")
