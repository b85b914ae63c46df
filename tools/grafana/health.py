"""The gateway and the devices: batteries and signals out of InfluxDB, the gateway's own figures out
of a Prometheus that reads its /metrics."""

from parts import (CHOSEN, GREEN, ORANGE, RED, T, YELLOW, dashboard, devices, gauges, lines, mapped,
                   metric, quantity, rooms, rows, section, stats, steps, table, timeline)

BATTERY = quantity("battery", ("batt", "ble"))
LOW = steps(RED, (10, ORANGE), (20, GREEN))
THERE = mapped(true=(T("online", "연결됨"), GREEN), false=(T("offline", "끊김"), RED))
UP = mapped(**{"1": (T("up", "정상"), GREEN), "0": (T("down", "멈춤"), RED)})


def rate(name, legend):
    return metric(f"sum by ({legend}) (rate(caredian_{name}[$__rate_interval]))",
                  "{{%s}}" % legend)


def total(name, legend):
    return metric(f"sum(rate(caredian_{name}[$__rate_interval]))", legend)


HEALTH = dashboard(
    "health", T("Gateway and devices", "게이트웨이와 기기"),
    T("Which batteries are low, which devices are silent, and how the gateway is.",
      "배터리가 부족한 기기, 말이 없는 기기, 게이트웨이의 상태."),
    [
        section(T("Devices (InfluxDB)", "기기 (InfluxDB)")),
        gauges(T("Batteries", "배터리"), BATTERY.now(), "percent", size=(10, 14), low=0, high=100,
               thresholds=LOW, decimals=0),
        table(T("Heard last (Zigbee)", "마지막 수신 (Zigbee)"), [
            rows(f'SELECT last("linkquality") AS "signal" FROM "zigbee" WHERE {CHOSEN} '
                 'GROUP BY "area", "device"', table=True)],
              {"area": T("Room", "방"), "device": T("Device", "기기"), "signal": T("Signal", "신호"),
               "Time": T("When", "언제")}, since="Time", size=(14, 14),
              note=T("The longest silent come first.", "가장 오래 말이 없는 기기가 먼저 나옵니다.")),
        lines(T("Link quality (Zigbee)", "연결 품질 (Zigbee)"), [
            rows(f'SELECT mean("linkquality") FROM "zigbee" WHERE {CHOSEN} '
                 'GROUP BY time($__interval), "area", "device" fill(none)')],
              "short", size=(12, 9), gap="6h", interval="5m", low=0,
              thresholds=steps(RED, (30, YELLOW), (60, GREEN))),
        lines(T("Signal (Wi-Fi, Bluetooth)", "신호 (Wi-Fi, 블루투스)"), [
            rows(f'SELECT mean("rssi") FROM /.*/ WHERE {CHOSEN} '
                 'GROUP BY time($__interval), "area", "device" fill(none)'),
            rows('SELECT mean("value") FROM "esphome" WHERE "entity" =~ /wifi_signal|rssi/ AND '
                 f'{CHOSEN} GROUP BY time($__interval), "area", "device" fill(none)')],
              "dBm", size=(12, 9), gap="6h", interval="5m"),
        timeline(T("Online", "연결"), [
            rows(f'SELECT last("online") FROM /.*/ WHERE {CHOSEN} '
                 'GROUP BY time($__interval), "area", "device" fill(none)')],
                 THERE, size=(24, 7), interval="5m"),
        section(T("Gateway (Prometheus)", "게이트웨이 (Prometheus)")),
        stats(T("Gateway", "게이트웨이"), [metric('up{job="caredian"}', "{{instance}}", True)],
              size=(4, 6), mappings=UP),
        stats(T("Journal filled", "저널 사용"), [
            metric("caredian_journal_bytes / caredian_journal_max_bytes", "{{instance}}", True)],
              "percentunit", size=(4, 6), thresholds=steps(GREEN, (0.5, ORANGE), (0.8, RED))),
        stats(T("Lines set aside", "따로 둔 줄"), [
            metric("caredian_sink_set_aside_total", "{{sink}}", True)], "short", size=(4, 6),
              thresholds=steps(GREEN, (1, ORANGE)), decimals=0,
              note=T("That a server refused: caredian sink set-aside shows them.",
                     "서버가 거부한 줄입니다: caredian sink set-aside로 봅니다.")),
        stats(T("Last write", "마지막 쓰기"), [
            metric("time() - caredian_sink_last_write_timestamp_seconds", "{{sink}}", True)],
              "s", size=(4, 6), thresholds=steps(GREEN, (300, ORANGE), (3600, RED)), decimals=0),
        stats(T("Broker dropped", "브로커가 버림"), [
            metric("caredian_mqtt_broker_dropped_total", "{{instance}}", True)], "short",
              size=(4, 6), thresholds=steps(GREEN, (1, RED)), decimals=0,
              note=T("Messages that the broker dropped because a queue was full.",
                     "대기열이 가득 차서 브로커가 버린 메시지입니다.")),
        stats(T("Not readable", "읽지 못함"), [
            metric("sum(caredian_ingest_dead_total)", T("messages", "메시지"), True)], "short",
              size=(4, 6), thresholds=steps(GREEN, (1, YELLOW)), decimals=0),
        lines(T("Messages", "메시지"), [
            total("ingest_received_total", T("received", "받음")),
            total("ingest_acknowledged_total", T("acknowledged", "수신 확인")),
            total("ingest_readings_total", T("readings", "측정값"))],
              "cps", size=(12, 8), gap="5m", low=0),
        lines(T("Lines to InfluxDB", "InfluxDB로 보낸 줄"), [
            rate("sink_lines_total", "sink"), rate("sink_failures_total", "sink")],
              "wps", size=(12, 8), gap="5m", low=0),
        lines(T("What waits", "대기 중"), [
            metric("caredian_journal_bytes", T("journal", "저널")),
            metric("caredian_sink_buffered_bytes", "{{sink}}")], "bytes", size=(12, 8), gap="5m",
              low=0),
        lines(T("Requests", "요청"), [rate("http_requests_total", "status")], "reqps", size=(12, 8),
              gap="5m", low=0),
    ],
    [rooms(), devices()], refresh="30s")
