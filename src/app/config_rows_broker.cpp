// Rows of the table: the broker that this gateway keeps.
#include "app/config_row.h"

namespace caredian::app {

using namespace std::chrono_literals;

Section broker_section() {
    Section s;
    s.name = "broker";
    s.title = {"A broker of our own", "직접 관리하는 브로커"};
    s.doc = {"Mosquitto with certificates that the gateway makes: see docs/broker.md. Then "
             "`mqtt.url` is `mqtts://` and `mqtt.ca`, `mqtt.certificate` and `mqtt.key` need not "
             "be set.",
             "게이트웨이가 만든 인증서를 쓰는 Mosquitto입니다(docs/broker.ko.md 참고). 이때 "
             "`mqtt.url`은 `mqtts://`이고 `mqtt.ca`, `mqtt.certificate`, `mqtt.key`는 설정하지 "
             "않아도 됩니다."};
    s.rows.push_back(
        CAREDIAN_ROW(broker.directory, file_path(),
                     {"Folder that `caredian broker init` made. The gateway keeps the revocation "
                      "list and the broker's certificate there. Without it the broker is somebody "
                      "else's, and devices get no certificates.",
                      "`caredian broker init`이 만든 폴더입니다. 게이트웨이가 폐기 목록과 "
                      "브로커의 인증서를 여기서 관리합니다. 설정하지 않으면 다른 사람이 관리하는 "
                      "브로커로 보며 기기에 인증서를 발급하지 않습니다."})
            .with_example("/etc/mosquitto/caredian"));
    s.rows.push_back(
        CAREDIAN_ROW(broker.pid_file, file_path(),
                     {"Mosquitto's `pid_file`, when the gateway may send it signals (the same "
                      "user): it is told at once that a file has changed. Else a service of the "
                      "system does it (deploy/mosquitto).",
                      "게이트웨이가 Mosquitto에 시그널을 보낼 수 있을 때(같은 사용자) 그 "
                      "`pid_file`입니다. 파일이 바뀌면 바로 알립니다. 아니면 시스템 서비스가 "
                      "대신합니다(deploy/mosquitto)."})
            .with_example("/run/mosquitto/mosquitto.pid"));
    s.rows.push_back(CAREDIAN_ROW(broker.address, plain_text(260),
                                  {"Where devices find the broker, `host:port`. Else the address "
                                   "of `mqtt.url`.",
                                   "기기가 접속할 브로커 주소(`host:port`)입니다. 설정하지 않으면 "
                                   "`mqtt.url`의 주소를 씁니다."})
                         .with_example("home.example.org:8883"));
    s.rows.push_back(CAREDIAN_ROW(broker.password_address, plain_text(260),
                                  {"The same for devices that sign in with a password.",
                                   "암호로 접속하는 기기에 알려 줄 주소입니다."})
                         .with_example("home.example.org:8884"));
    s.rows.push_back(CAREDIAN_ROW(
        broker.certificate_lifetime, (duration<std::chrono::seconds>(1min, 24h * 825)),
        {"How long a certificate is good. The gateway's and the broker's own are renewed when a "
         "third of it is left.",
         "인증서의 유효 기간입니다. 게이트웨이와 브로커의 인증서는 3분의 1이 남으면 새로 "
         "만듭니다."}));
    s.rows.push_back(
        CAREDIAN_ROW(broker.certificate_overlap, (duration<std::chrono::seconds>(1s, 24h * 90)),
                     {"How long a device's old certificate is good beside a newer one.",
                      "새 인증서를 발급한 뒤 이전 인증서를 함께 쓸 수 있는 기간입니다."}));
    s.rows.push_back(
        CAREDIAN_ROW(broker.code_lifetime, (duration<std::chrono::seconds>(1min, 24h * 7)),
                     {"How long the code is good with which a device fetches its certificate.",
                      "기기가 인증서를 받아 갈 때 쓰는 코드의 유효 기간입니다."}));
    return s;
}

} // namespace caredian::app
