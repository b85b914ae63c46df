// Rows of the table: the server and what it says.
#include "app/config_row.h"

namespace caredian::app {

namespace {

using namespace std::chrono_literals;

Section top_level() {
    Section s;
    s.title = {"General", "기본"};
    s.doc = {"Where the gateway listens and keeps its data.",
             "게이트웨이가 어디서 요청을 받고 어디에 데이터를 두는지 정합니다."};
    s.rows.push_back(CAREDIAN_ROW(
        listen, (ListOf{listen_address(), 16, false}),
        {"Addresses and ports to serve HTTP (or HTTPS, see `tls`) on. `0.0.0.0` is every IPv4 "
         "address, `[::]` every IPv6 address; port 0 takes any free port.",
         "HTTP(또는 `tls` 설정 시 HTTPS)를 받을 주소와 포트입니다. `0.0.0.0`은 모든 IPv4 주소, "
         "`[::]`는 모든 IPv6 주소이며, 포트 0은 비어 있는 포트를 씁니다."}));
    s.rows.push_back(CAREDIAN_ROW(workers, number(0, 256),
                                  {"Threads that serve requests. 0 is one for each core.",
                                   "요청을 처리하는 스레드 수입니다. 0이면 코어마다 하나입니다."}));
    s.rows.push_back(
        CAREDIAN_ROW(
            public_url, origin_url({"https", "http"}),
            {"How browsers reach the gateway. Its host name is accepted in the Host header, its "
             "origin in the Origin header, and `https` makes cookies Secure.",
             "브라우저가 게이트웨이에 접속하는 주소입니다. 이 호스트 이름을 Host 헤더에서, 이 "
             "출처를 Origin 헤더에서 받아들이며, `https`이면 쿠키에 Secure를 붙입니다."})
            .with_example("https://home.example.org"));
    s.rows.push_back(
        CAREDIAN_ROW(known_hosts, (ListOf{host_name(), 100, true}),
                     {"Further host names the gateway may be called by. IP addresses, "
                      "`localhost`, `*.local` and the host of `public_url` always are; any "
                      "other Host is answered with 421.",
                      "게이트웨이를 부를 수 있는 추가 호스트 이름입니다. IP 주소, `localhost`, "
                      "`*.local`, `public_url`의 호스트는 항상 허용되고 그 밖의 Host에는 421로 "
                      "답합니다."})
            .with_example("[caredian.lan]")
            .reloads());
    s.rows.push_back(
        CAREDIAN_ROW(trusted_proxies, (ListOf{network(), 100, true}),
                     {"Reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are "
                      "believed. Name only proxies of your own: anyone in these networks can "
                      "claim to be any client.",
                      "`X-Forwarded-For`와 `X-Forwarded-Proto`를 믿을 리버스 프록시입니다. 직접 "
                      "운영하는 프록시만 적으세요. 이 네트워크에 있으면 누구든 다른 "
                      "클라이언트라고 주장할 수 있습니다."})
            .with_example("[127.0.0.1, \"::1\"]")
            .reloads());
    s.rows.push_back(CAREDIAN_ROW(
        data_dir, file_path(),
        {"Folder for everything that is kept: database, journal, history, made secrets, the "
         "control socket. Made with mode 0700 when absent. A relative path counts from the "
         "working directory.",
         "데이터베이스, 저널, 기록, 자동 생성된 비밀값, 제어 소켓 등 모든 데이터를 두는 "
         "폴더입니다. 없으면 0700 권한으로 만듭니다. 상대 경로는 작업 디렉터리 기준입니다."}));
    s.rows.push_back(CAREDIAN_ROW(
        secret, secret_text(32),
        {"Signs session cookies (HS256). Made at first start and kept in `data_dir`, mode 0600, "
         "when not set. A change ends every session.",
         "세션 쿠키에 서명하는 값입니다(HS256). 설정하지 않으면 처음 시작할 때 만들어 "
         "`data_dir`에 0600 권한으로 보관합니다. 바꾸면 모든 세션이 끝납니다."}));
    s.rows.push_back(CAREDIAN_ROW(
        master_key, secret_text(32),
        {"Seals stored keys and tokens. Made like `secret` when not set; keep a copy outside "
         "`data_dir`, since a backup without it cannot be read.",
         "저장된 키와 토큰을 봉인하는 값입니다. 설정하지 않으면 `secret`처럼 만들어집니다. 이 "
         "값 없이는 백업을 읽을 수 없으므로 `data_dir` 밖에 사본을 두세요."}));
    return s;
}

Section tls() {
    Section s;
    s.name = "tls";
    s.title = {"HTTPS", "HTTPS"};
    s.doc = {"With a certificate, `listen` speaks TLS 1.2 and 1.3. The files are read again when "
             "they change; a pair that does not fit is refused and the old one stays.",
             "인증서를 설정하면 `listen` 주소에서 TLS 1.2와 1.3을 씁니다. 파일이 바뀌면 다시 "
             "읽고, 짝이 맞지 않으면 거부하고 이전 인증서를 유지합니다."};
    s.rows.push_back(CAREDIAN_ROW(tls.certificate, file_path(),
                                  {"PEM file: the certificate, then its chain.",
                                   "PEM 파일: 인증서와 그 뒤에 이어지는 체인."})
                         .with_example("/etc/caredian/tls/fullchain.pem"));
    s.rows.push_back(CAREDIAN_ROW(tls.key, file_path(),
                                  {"PEM file with the private key of `tls.certificate`.",
                                   "`tls.certificate`의 개인 키가 담긴 PEM 파일."})
                         .with_example("/etc/caredian/tls/privkey.pem"));
    return s;
}

Section http() {
    Section s;
    s.name = "http";
    s.title = {"Limits of the HTTP server", "HTTP 서버의 한도"};
    s.doc = {"They protect the gateway from slow and greedy clients. A stream that flows (relay, "
             "live values) has no limit.",
             "느리거나 과도한 클라이언트로부터 게이트웨이를 지킵니다. 흐르고 있는 "
             "스트림(중계, 실시간 값)에는 한도가 없습니다."};
    s.rows.push_back(CAREDIAN_ROW(http.header_limit, size(4096, 1 << 20),
                                  {"Request line and headers together. Beyond: 431.",
                                   "요청 줄과 헤더를 합한 크기. 넘으면 431."}));
    s.rows.push_back(CAREDIAN_ROW(http.header_timeout, (duration<milliseconds>(1s, 10min)),
                                  {"From the first byte of a request to its last header line.",
                                   "요청의 첫 바이트부터 마지막 헤더 줄까지의 시간."}));
    s.rows.push_back(CAREDIAN_ROW(
        http.body_timeout, (duration<milliseconds>(1s, 10min)),
        {"Between two pieces of a request body.", "요청 본문의 두 조각 사이의 시간."}));
    s.rows.push_back(CAREDIAN_ROW(http.write_timeout, (duration<milliseconds>(1s, 1h)),
                                  {"How long a client may take no byte of its answer.",
                                   "클라이언트가 답을 한 바이트도 받지 않아도 되는 시간."}));
    s.rows.push_back(CAREDIAN_ROW(http.idle_timeout, (duration<milliseconds>(1s, 1h)),
                                  {"How long a connection is kept between two requests.",
                                   "두 요청 사이에 연결을 유지하는 시간."}));
    s.rows.push_back(CAREDIAN_ROW(http.drain_timeout, (duration<milliseconds>(1s, 10min, true)),
                                  {"At stop: how long requests under way may take to finish.",
                                   "종료할 때 진행 중인 요청이 끝나기를 기다리는 시간."}));
    s.rows.push_back(CAREDIAN_ROW(http.connections, number(16, 1'000'000),
                                  {"Open connections of the whole server. Also mind the limit of "
                                   "open files.",
                                   "서버 전체의 열린 연결 수. 열린 파일 수 한도도 확인하세요."}));
    s.rows.push_back(CAREDIAN_ROW(
        http.connections_per_address, number(1, 1'000'000),
        {"Open connections from one address. Trusted proxies and this machine are exempt.",
         "한 주소에서 열 수 있는 연결 수. 신뢰하는 프록시와 이 컴퓨터는 제외됩니다."}));
    return s;
}

Section metrics() {
    Section s;
    s.name = "metrics";
    s.title = {"Metrics and readiness", "지표와 준비 상태"};
    s.rows.push_back(
        CAREDIAN_ROW(metrics.allow, (ListOf{network(), 100, true}),
                     {"Networks that may read `/metrics` and the details of `/readyz` without "
                      "signing in. This machine always may.",
                      "로그인 없이 `/metrics`와 `/readyz`의 상세 내용을 읽을 수 있는 "
                      "네트워크입니다. 이 컴퓨터는 항상 허용됩니다."})
            .with_example("[192.168.1.20]")
            .reloads());
    return s;
}

Section log_section() {
    Section s;
    s.name = "log";
    s.title = {"Log", "로그"};
    s.doc = {"To standard error, one line for each event. Secrets are never logged.",
             "표준 오류로 사건마다 한 줄씩 씁니다. 비밀값은 기록하지 않습니다."};
    s.rows.push_back(CAREDIAN_ROW(log.level,
                                  (choice<log::Level>({{"trace", log::Level::trace},
                                                       {"debug", log::Level::debug},
                                                       {"info", log::Level::info},
                                                       {"warning", log::Level::warning},
                                                       {"error", log::Level::error},
                                                       {"off", log::Level::off},
                                                       {"warn", log::Level::warning},
                                                       {"critical", log::Level::error}})),
                                  {"The least important kind of event that is written.",
                                   "기록할 사건의 최소 중요도."})
                         .reloads());
    s.rows.push_back(CAREDIAN_ROW(log.format,
                                  (choice<log::Format>(
                                      {{"text", log::Format::text}, {"json", log::Format::json}})),
                                  {"`text` for people, `json` for machines.",
                                   "사람이 읽으면 `text`, 기계가 읽으면 `json`."})
                         .reloads());
    s.rows.push_back(CAREDIAN_ROW(log.access, flag(),
                                  {"One line for each HTTP request.", "HTTP 요청마다 한 줄."}));
    return s;
}

} // namespace

std::vector<Section> server_sections() {
    std::vector<Section> all;
    all.push_back(top_level());
    all.push_back(tls());
    all.push_back(http());
    all.push_back(metrics());
    all.push_back(log_section());
    return all;
}

} // namespace caredian::app
