// Rows of the table: messages, Home Assistant, journal, history.
#include "app/config_mapping.h"
#include "app/config_row.h"

namespace caredian::app {

namespace {

using namespace std::chrono_literals;

Section mqtt() {
    Section s;
    s.name = "mqtt";
    s.title = {"MQTT broker", "MQTT 브로커"};
    s.doc = {"Whose messages are kept. Without `mqtt.url` there is no MQTT.",
             "메시지를 받아 보관할 브로커입니다. `mqtt.url`이 없으면 MQTT를 쓰지 않습니다."};
    s.rows.push_back(CAREDIAN_ROW(mqtt.url, origin_url({"mqtt", "mqtts"}),
                                  {"`mqtt://` (port 1883) or `mqtts://` (TLS, port 8883).",
                                   "`mqtt://`(포트 1883) 또는 `mqtts://`(TLS, 포트 8883)."})
                         .with_example("mqtt://127.0.0.1:1883"));
    s.rows.push_back(
        CAREDIAN_ROW(mqtt.client_id, plain_text(128),
                     {"The broker keeps what is not acknowledged under this name, so it must "
                      "stay the same and be used by nobody else. Not set: a name made once and "
                      "kept in `data_dir`.",
                      "브로커는 확인되지 않은 메시지를 이 이름으로 보관하므로 바뀌지 않아야 하고 "
                      "다른 클라이언트가 쓰지 않아야 합니다. 설정하지 않으면 한 번 만들어 "
                      "`data_dir`에 보관합니다."})
            .with_example("caredian-home"));
    s.rows.push_back(CAREDIAN_ROW(mqtt.topics, (ListOf{topic_filter(), 1000, false}),
                                  {"Topic filters to subscribe to.", "구독할 토픽 필터."}));
    s.rows.push_back(
        CAREDIAN_ROW(mqtt.qos, number(0, 2),
                     {"Asked for with every filter. With 0 a message may be lost on the way.",
                      "모든 필터에 요청하는 QoS. 0이면 메시지가 도중에 사라질 수 있습니다."}));
    s.rows.push_back(CAREDIAN_ROW(mqtt.username, plain_text(1024),
                                  {"User name at the broker.", "브로커의 사용자 이름."})
                         .with_example("caredian"));
    s.rows.push_back(
        CAREDIAN_ROW(mqtt.password, secret_text(), {"Password at the broker.", "브로커의 암호."}));
    s.rows.push_back(
        CAREDIAN_ROW(mqtt.ca, file_path(),
                     {"PEM file with the authority that signed the broker's certificate. Not set: "
                      "the system's. Only with `mqtts://`.",
                      "브로커 인증서에 서명한 인증 기관의 PEM 파일. 설정하지 않으면 시스템 "
                      "목록을 씁니다. `mqtts://`에서만."})
            .with_example("/etc/caredian/mqtt/ca.pem"));
    s.rows.push_back(CAREDIAN_ROW(mqtt.certificate, file_path(),
                                  {"PEM file with our own certificate for the broker (mTLS). Only "
                                   "with `mqtts://`.",
                                   "브로커에 보일 우리 인증서의 PEM 파일(mTLS). `mqtts://`에서만."})
                         .with_example("/etc/caredian/mqtt/client.pem"));
    s.rows.push_back(CAREDIAN_ROW(mqtt.key, file_path(),
                                  {"PEM file with the private key of `mqtt.certificate`.",
                                   "`mqtt.certificate`의 개인 키가 담긴 PEM 파일."})
                         .with_example("/etc/caredian/mqtt/client.key"));
    s.rows.push_back(CAREDIAN_ROW(mqtt.keep_alive, (duration<seconds>(5s, 18h)),
                                  {"A ping after this long without a message to the broker.",
                                   "이 시간 동안 브로커에 보낸 것이 없으면 핑을 보냅니다."}));
    s.rows.push_back(
        CAREDIAN_ROW(mqtt.session_expiry, (duration<seconds>(1min, 24h * 365, true)),
                     {"How long the broker is to keep our messages while we are away. 0: only "
                      "while connected.",
                      "우리가 없는 동안 브로커가 메시지를 보관할 시간. 0이면 연결된 동안만."}));
    s.rows.push_back(CAREDIAN_ROW(mqtt.receive_maximum, number(1, 65535),
                                  {"Messages the broker may send before we acknowledge (MQTT 5).",
                                   "확인 전에 브로커가 보낼 수 있는 메시지 수(MQTT 5)."}));
    s.rows.push_back(CAREDIAN_ROW(
        mqtt.max_packet, size(1024, 256 << 20),
        {"A larger packet is refused by its header.", "이보다 큰 패킷은 헤더만 보고 거부합니다."}));
    return s;
}

Section home_assistant() {
    Section s;
    s.name = "home_assistant";
    s.title = {"Home Assistant", "Home Assistant"};
    s.doc = {"The home this gateway stands beside: reached under `/ha/api/`. Without a URL there "
             "is no relay.",
             "이 게이트웨이가 함께 있는 집입니다. `/ha/api/`로 접근합니다. URL이 없으면 중계하지 "
             "않습니다."};
    s.rows.push_back(CAREDIAN_ROW(home_assistant.url, origin_url({"http", "https"}),
                                  {"Where Home Assistant listens.", "Home Assistant의 주소."})
                         .with_example("http://127.0.0.1:8123"));
    s.rows.push_back(
        CAREDIAN_ROW(home_assistant.token, secret_text(),
                     {"A long-lived access token of an administrator: profile page, Security.",
                      "관리자의 장기 액세스 토큰입니다. 프로필 화면의 보안 탭에서 만듭니다."}));
    s.rows.push_back(
        CAREDIAN_ROW(home_assistant.connect_timeout, (duration<milliseconds>(100ms, 1min)),
                     {"For a new connection. Beyond: 504.", "새 연결에 걸리는 시간. 넘으면 504."}));
    s.rows.push_back(CAREDIAN_ROW(home_assistant.first_byte_timeout,
                                  (duration<milliseconds>(100ms, 10min)),
                                  {"Until an answer begins. Beyond: 504. A stream that has begun "
                                   "has no limit.",
                                   "답이 시작될 때까지의 시간. 넘으면 504. 시작된 스트림에는 "
                                   "한도가 없습니다."}));
    return s;
}

Section journal() {
    Section s;
    s.name = "journal";
    s.title = {"Journal", "저널"};
    s.doc = {"Where a message is made durable before the broker gets its acknowledgement.",
             "브로커에 확인을 보내기 전에 메시지를 디스크에 안전하게 남기는 곳입니다."};
    s.rows.push_back(
        CAREDIAN_ROW(journal.max_bytes, size(1 << 20, 1ull << 40),
                     {"Size at which the journal is full.", "저널이 가득 찬 것으로 보는 크기."})
            .reloads());
    s.rows.push_back(CAREDIAN_ROW(journal.max_age, (duration<seconds>(1min, 24h * 3650)),
                                  {"Rows older than this that were not stored yet also make it "
                                   "full.",
                                   "이보다 오래되고 아직 저장되지 않은 행이 있어도 가득 찬 것으로 "
                                   "봅니다."})
                         .reloads());
    s.rows.push_back(
        CAREDIAN_ROW(
            journal.when_full,
            (choice<WhenFull>({{"stop", WhenFull::stop}, {"drop_oldest", WhenFull::drop_oldest}})),
            {"`stop`: acknowledge nothing more, the broker keeps what it can. "
             "`drop_oldest`: give up the oldest messages, counted.",
             "`stop`: 더 확인하지 않고 브로커가 보관하게 합니다. `drop_oldest`: 가장 "
             "오래된 메시지를 버리고 그 수를 셉니다."})
            .reloads());
    s.rows.push_back(
        CAREDIAN_ROW(journal.sync_interval, (duration<milliseconds>(1ms, 1min, true)),
                     {"Gather messages this long before a sync. Spares an SD card; "
                      "acknowledgements come later by as much. 0: sync what arrived while the "
                      "last sync ran.",
                      "동기화 전에 메시지를 모으는 시간. SD 카드를 아끼지만 확인이 그만큼 "
                      "늦어집니다. 0이면 지난 동기화 동안 도착한 것을 바로 동기화합니다."})
            .with_example("500ms")
            .reloads());
    s.rows.push_back(CAREDIAN_ROW(journal.urgent, (ListOf{topic_filter(), 1000, true}),
                                  {"Topic filters that never wait for `journal.sync_interval`.",
                                   "`journal.sync_interval`을 기다리지 않는 토픽 필터."})
                         .with_example("[zigbee2mqtt/+/smoke]")
                         .reloads());
    return s;
}

Section ingest() {
    Section s;
    s.name = "ingest";
    s.title = {"Decoding", "해석"};
    s.doc = {"How messages become readings.", "메시지를 측정값으로 바꾸는 방법입니다."};
    s.rows.push_back(
        CAREDIAN_ROW(ingest.ignore, (ListOf{topic_filter(), 1000, true}),
                     {"Topic filters whose messages are acknowledged and counted, but not kept.",
                      "확인하고 세기만 하고 보관하지 않을 메시지의 토픽 필터."})
            .with_example("[\"zigbee2mqtt/bridge/#\"]")
            .reloads());
    s.rows.push_back(
        CAREDIAN_ROW(ingest.mappings, MappingRules{},
                     {"Rules of your own: which topic becomes which measurement, device and "
                      "fields. They win over the built-in decoders. See docs/mapping.md.",
                      "직접 쓰는 규칙: 어떤 토픽이 어떤 measurement, 기기, 필드가 되는지 "
                      "정합니다. 내장 해석기보다 먼저입니다. docs/mapping.ko.md를 보십시오."})
            .with_example("[{topic: \"sensors/{area}/{device}\", measurement: climate}]")
            .reloads());
    s.rows.push_back(CAREDIAN_ROW(ingest.zigbee2mqtt_base, topic_name(),
                                  {"`base_topic` of Zigbee2MQTT.", "Zigbee2MQTT의 `base_topic`."}));
    s.rows.push_back(CAREDIAN_ROW(
        ingest.discovery_prefix, topic_name(),
        {"`discovery_prefix` of Home Assistant's MQTT integration: where devices describe "
         "themselves for it.",
         "Home Assistant MQTT 통합의 `discovery_prefix`. 기기가 스스로를 설명하는 곳입니다."}));
    s.rows.push_back(CAREDIAN_ROW(ingest.statestream_bases, (ListOf{topic_name(), 10, true}),
                                  {"`base_topic` of Home Assistant's `mqtt_statestream`.",
                                   "Home Assistant `mqtt_statestream`의 `base_topic`."}));
    s.rows.push_back(CAREDIAN_ROW(ingest.max_payload, size(1024, 256 << 20),
                                  {"A larger payload is kept as it is, but not decoded.",
                                   "이보다 큰 내용은 그대로 보관하되 해석하지 않습니다."}));
    return s;
}

Section history() {
    Section s;
    s.name = "history";
    s.title = {"History", "기록"};
    s.doc = {"How long readings are kept: as they came, and what five minutes and an hour of them "
             "sum up (count, sum, smallest, largest, last).",
             "측정값을 보관하는 기간입니다. 받은 그대로의 값과, 5분 및 1시간마다 요약한 "
             "값(개수, 합계, 최소, 최대, 마지막)을 따로 정합니다."};
    s.rows.push_back(CAREDIAN_ROW(
        history.source, plain_text(32),
        {"What `/api/v1/readings` answers from unless it is told: `local`, or the name "
         "of a server of `influxdb`, whose answers are the same.",
         "`/api/v1/readings`가 따로 지정하지 않으면 답하는 곳. `local` 또는 "
         "`influxdb` 서버의 이름이며 답은 같습니다."}));
    const auto keep = duration<seconds>(1h, 24h * 36500, true);
    const MapOf<seconds> by_measurement{keep, {"measurement", "measurement"}};
    s.rows.push_back(CAREDIAN_ROW(history.retention, keep,
                                  {"Older readings are deleted, a block at a time, once they are "
                                   "summed up. 0: never.",
                                   "더 오래된 측정값은 요약한 뒤 블록 단위로 지웁니다. 0이면 "
                                   "지우지 않습니다."})
                         .with_example("730d")
                         .reloads());
    s.rows.push_back(CAREDIAN_ROW(history.retention_by_measurement, by_measurement,
                                  {"For single measurements, instead of `history.retention`.",
                                   "`history.retention` 대신 measurement마다 정합니다."})
                         .with_example("{zigbee: 90d}")
                         .reloads());
    s.rows.push_back(CAREDIAN_ROW(history.retention_5m, keep,
                                  {"The same for what five minutes sum up. 0: never deleted.",
                                   "5분마다 요약한 값을 보관하는 기간. 0이면 지우지 않습니다."})
                         .with_example("1825d")
                         .reloads());
    s.rows.push_back(CAREDIAN_ROW(history.retention_5m_by_measurement, by_measurement,
                                  {"For single measurements, instead of `history.retention_5m`.",
                                   "`history.retention_5m` 대신 measurement마다 정합니다."})
                         .with_example("{zigbee: 365d}")
                         .reloads());
    s.rows.push_back(CAREDIAN_ROW(history.retention_1h, keep,
                                  {"The same for what an hour sums up. 0: never deleted.",
                                   "1시간마다 요약한 값을 보관하는 기간. 0이면 지우지 않습니다."})
                         .with_example("3650d")
                         .reloads());
    s.rows.push_back(CAREDIAN_ROW(history.retention_1h_by_measurement, by_measurement,
                                  {"For single measurements, instead of `history.retention_1h`.",
                                   "`history.retention_1h` 대신 measurement마다 정합니다."})
                         .with_example("{zigbee: 730d}")
                         .reloads());
    return s;
}

Section events() {
    Section s;
    s.name = "events";
    s.title = {"Events of devices", "기기 이벤트"};
    s.doc = {"What devices did (presses, motion, doors, alarms, online or not), in the table "
             "`device_events` of the database. See docs/events.md.",
             "기기가 한 일(누름, 움직임, 문, 경보, 연결 여부)을 데이터베이스의 `device_events` "
             "표에 남깁니다. docs/events.ko.md를 보세요."};
    s.rows.push_back(CAREDIAN_ROW(events.retention, (duration<seconds>(1h, 24h * 36500, true)),
                                  {"Older events are deleted. 0: never.",
                                   "더 오래된 이벤트는 지웁니다. 0이면 지우지 않습니다."})
                         .reloads());
    s.rows.push_back(CAREDIAN_ROW(events.max_rows, number(1000, 100'000'000),
                                  {"So many are kept; beyond, the oldest go.",
                                   "보관할 이벤트 수. 넘으면 가장 오래된 것부터 지웁니다."}));
    return s;
}

} // namespace

std::vector<Section> data_sections() {
    std::vector<Section> all;
    all.push_back(mqtt());
    all.push_back(home_assistant());
    all.push_back(journal());
    all.push_back(ingest());
    all.push_back(history());
    all.push_back(events());
    return all;
}

} // namespace caredian::app
