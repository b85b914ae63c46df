// Rows of the table: several gateways for one home.
#include "app/config_row.h"

namespace caredian::app {

using namespace std::chrono_literals;

Section gateways_section() {
    Section s;
    s.name = "gateways";
    s.title = {"More than one gateway", "게이트웨이 여러 대"};
    s.doc = {"Several gateways share the work of one home, and one takes over for another: see "
             "docs/gateways.md. Without `gateways.group` this gateway is alone.",
             "여러 게이트웨이가 한 집의 일을 나누고 서로 이어받습니다(docs/gateways.ko.md 참고). "
             "`gateways.group`이 없으면 이 게이트웨이 하나뿐입니다."};
    s.rows.push_back(
        CAREDIAN_ROW(gateways.group, word_text(64),
                     {"Name of the shared subscription (`$share/<group>/…`), the same for all "
                      "gateways of the home: the broker deals messages out among them.",
                      "공유 구독(`$share/<group>/…`)의 이름입니다. 한 집의 모든 게이트웨이에 같은 "
                      "값을 씁니다. 브로커가 메시지를 서로 나누어 보냅니다."})
            .with_example("caredian"));
    s.rows.push_back(
        CAREDIAN_ROW(
            gateways.name, word_text(64),
            {"Name of this gateway, another one for each; it must stay the same. Its MQTT "
             "client ids are `caredian-<name>` and `caredian-<name>-home`. Not set: the "
             "host name.",
             "이 게이트웨이의 이름입니다. 게이트웨이마다 다르고 바뀌지 않아야 합니다. MQTT "
             "클라이언트 id는 `caredian-<name>`과 `caredian-<name>-home`입니다. 설정하지 "
             "않으면 호스트 이름을 씁니다."})
            .with_example("gate-1"));
    s.rows.push_back(
        CAREDIAN_ROW(
            gateways.address, origin_url({"http", "https"}),
            {"Where the other gateways reach this one: they pass on what only the one that "
             "works for the home has. Not set: they answer 503 instead.",
             "다른 게이트웨이가 이 게이트웨이에 닿는 주소입니다. 집의 일을 맡은 "
             "게이트웨이만 아는 것을 여기로 물어봅니다. 설정하지 않으면 503으로 "
             "답합니다."})
            .with_example("http://10.0.0.11:8080"));
    s.rows.push_back(
        CAREDIAN_ROW(gateways.lease, (duration<std::chrono::seconds>(2s, 10min)),
                     {"The gateway that works for the home renews its lease five times in this; "
                      "another takes over when it has not for so long.",
                      "집의 일을 맡은 게이트웨이는 이 시간에 다섯 번 임대를 갱신합니다. 이 시간 "
                      "동안 갱신이 없으면 다른 게이트웨이가 이어받습니다."}));
    s.rows.push_back(
        CAREDIAN_ROW(gateways.broker_queue, number(1, 1'000'000'000),
                     {"Messages that the broker keeps for a client that is away (Mosquitto's "
                      "`max_queued_messages`): `/readyz` tells how long that lasts when a gateway "
                      "is away.",
                      "떠나 있는 클라이언트를 위해 브로커가 보관하는 메시지 수(Mosquitto의 "
                      "`max_queued_messages`)입니다. 게이트웨이가 없는 동안 얼마나 버티는지 "
                      "`/readyz`가 알려 줍니다."}));
    return s;
}

} // namespace caredian::app
