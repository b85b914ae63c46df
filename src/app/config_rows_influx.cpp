// Rows of the table: servers of InfluxDB.
#include "app/config_record.h"

#include <algorithm>

namespace caredian::app {

namespace {

using namespace std::chrono_literals;
using history::influx::Gzip;
using history::influx::Layout;
using history::influx::Version;

// One member of InfluxServer, for the row of the first server and the key of a further one.
template <class V>
struct Member {
    const char* name;
    V InfluxServer::* member;
    Codec<V> codec;
    Text doc;
    const char* example = nullptr;
};

Codec<std::string> sink_name() {
    auto codec = plain_text(32);
    codec.parse = [plain = codec.parse](std::string_view text, std::string& out) -> Refusal {
        auto letter = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        };
        if (auto refusal = plain(text, out)) return refusal;
        if (std::ranges::all_of(out, letter)) return std::nullopt;
        return quote_value(text) + " may have a to z, 0 to 9, - and _ only";
    };
    return codec;
}

void each_member(auto&& use) {
    use(Member<std::string>{"name",
                            &InfluxServer::name,
                            sink_name(),
                            {"In metrics, `/readyz` and the name of the file that holds how far "
                             "it is: another name begins anew.",
                             "메트릭과 `/readyz`, 그리고 진행 위치를 담는 파일의 이름에 씁니다. "
                             "이름을 바꾸면 처음부터 시작합니다."}});
    use(Member<std::string>{"url",
                            &InfluxServer::url,
                            base_url({"http", "https"}),
                            {"Where InfluxDB listens; behind a proxy perhaps below a path. Not "
                             "set: readings are kept in `data_dir` alone.",
                             "InfluxDB의 주소입니다. 프록시 뒤라면 경로가 붙어도 됩니다. 설정하지 "
                             "않으면 측정값은 `data_dir`에만 보관됩니다."},
                            "http://127.0.0.1:8086"});
    use(Member<Version>{
        "version",
        &InfluxServer::version,
        choice<Version>(
            {{"auto", Version::find}, {"1", Version::v1}, {"2", Version::v2}, {"3", Version::v3}}),
        {"Which API it has. `auto`: it is asked.",
         "API 버전입니다. `auto`이면 서버에 물어봅니다."}});
    use(Member<std::string>{"database",
                            &InfluxServer::database,
                            plain_text(200),
                            {"The database; with InfluxDB 2 the bucket.",
                             "데이터베이스 이름입니다. InfluxDB 2에서는 버킷입니다."}});
    use(Member<std::string>{"retention_policy",
                            &InfluxServer::retention_policy,
                            plain_text(200),
                            {"InfluxDB 1: write into this retention policy instead of the "
                             "default one.",
                             "InfluxDB 1: 기본 대신 이 보존 정책에 씁니다."},
                            "two_years"});
    use(Member<std::string>{"org",
                            &InfluxServer::org,
                            plain_text(200),
                            {"The organisation, InfluxDB 2.", "InfluxDB 2의 조직입니다."},
                            "home"});
    use(Member<Secret>{"token",
                       &InfluxServer::token,
                       secret_text(),
                       {"Of InfluxDB 2 and 3: may write, and make the bucket or database if it is "
                        "missing.",
                        "InfluxDB 2와 3의 토큰입니다. 쓰기 권한과, 없을 때 만들 권한이 있어야 "
                        "합니다."}});
    use(Member<std::string>{"username",
                            &InfluxServer::username,
                            plain_text(200),
                            {"Of InfluxDB 1.", "InfluxDB 1의 사용자입니다."},
                            "caredian"});
    use(Member<Secret>{"password",
                       &InfluxServer::password,
                       secret_text(),
                       {"Of InfluxDB 1.", "InfluxDB 1의 암호입니다."}});
    use(Member<std::string>{"ca",
                            &InfluxServer::ca,
                            file_path(),
                            {"PEM file of the authority that signed the server's certificate. Not "
                             "set: the system's.",
                             "서버 인증서에 서명한 기관의 PEM 파일입니다. 설정하지 않으면 시스템의 "
                             "기관을 씁니다."},
                            "/etc/caredian/influxdb-ca.pem"});
    use(Member<Layout>{"layout",
                       &InfluxServer::layout,
                       choice<Layout>({{"caredian", Layout::caredian},
                                       {"home_assistant", Layout::home_assistant}}),
                       {"`caredian`: measurement, device and fields as in this gateway. "
                        "`home_assistant`: as Home Assistant's own integration writes, so that its "
                        "dashboards go on. See docs/influxdb.md.",
                        "`caredian`: 이 게이트웨이의 measurement, 기기, 필드 그대로. "
                        "`home_assistant`: Home Assistant 통합이 쓰는 형태라서 기존 대시보드를 "
                        "그대로 씁니다. docs/influxdb.ko.md를 보세요."}});
    use(Member<bool>{
        "area_tag",
        &InfluxServer::area_tag,
        flag(),
        {"The layout `caredian`: the room of a device is the tag `area` of its points, "
         "so that dashboards can ask by room. See docs/influxdb.md.",
         "`caredian` 형식에서 기기가 있는 방을 태그 `area`로 씁니다. 그래서 대시보드가 "
         "방별로 물을 수 있습니다. docs/influxdb.ko.md를 보세요."}});
    use(Member<Gzip>{
        "gzip",
        &InfluxServer::gzip,
        choice<Gzip>({{"auto", Gzip::automatic}, {"on", Gzip::on}, {"off", Gzip::off}}),
        {"Pack what is sent. `auto`: unless the server is on this machine.",
         "보낼 때 압축합니다. `auto`이면 서버가 이 기기에 있을 때만 압축하지 "
         "않습니다."}});
    use(Member<bool>{"create",
                     &InfluxServer::create,
                     flag(),
                     {"Make the database or bucket when it is missing.",
                      "데이터베이스나 버킷이 없으면 만듭니다."}});
    use(Member<seconds>{"retention",
                        &InfluxServer::retention,
                        duration<seconds>(1h, 24h * 365 * 100, true),
                        {"How long the server keeps points, for a database that is made here. 0: "
                         "for ever.",
                         "여기서 만드는 데이터베이스가 측정값을 보관하는 시간. 0이면 계속."}});
    use(Member<milliseconds>{"flush_interval",
                             &InfluxServer::flush_interval,
                             duration<milliseconds>(1ms, 10min, true),
                             {"Writes begin no closer together; what comes meanwhile goes in one. "
                              "Longer spares the server's disk.",
                              "쓰기 사이의 최소 간격. 그동안 온 것은 한 번에 보냅니다. 길면 서버 "
                              "디스크를 아낍니다."}});
    use(Member<milliseconds>{"timeout",
                             &InfluxServer::timeout,
                             duration<milliseconds>(1s, 10min),
                             {"Of one write; then it is sent again.",
                              "한 번의 쓰기에 주는 시간. 지나면 다시 보냅니다."}});
    use(Member<std::uint64_t>{"buffer",
                              &InfluxServer::buffer,
                              size(65536, 1 << 30),
                              {"Lines that wait in memory. What is more waits in the journal.",
                               "메모리에서 기다리는 줄의 크기. 넘는 것은 저널에서 기다립니다."}});
}

// Rows want the member of Settings; a pointer to it knows which.
template <class V>
Row row_of(const Member<V>& m) {
    auto member = m.member;
    auto get = [member](auto& settings) -> auto& { return settings.influxdb.*member; };
    std::string path = std::string("influxdb.") + m.name;
    auto row = make_row(path.c_str(), get, m.codec, m.doc);
    if (m.example) return std::move(row).with_example(m.example);
    return row;
}

Refusal server_problem(const InfluxServer& server) {
    if (server.url.empty()) return "has no url";
    return std::nullopt;
}

RecordsOf<InfluxServer> further() {
    RecordsOf<InfluxServer> all;
    each_member(
        [&](const auto& m) { all.fields.push_back(field(m.name, m.member, m.codec, m.doc)); });
    all.fields.push_back(secret_file_field("token_file", &InfluxServer::token,
                                           {"The same from a file.", "파일에서 읽습니다."}));
    all.fields.push_back(secret_file_field("password_file", &InfluxServer::password,
                                           {"The same from a file.", "파일에서 읽습니다."}));
    all.check = server_problem;
    all.name = [](const InfluxServer& server) { return server.name; };
    all.most = 10;
    return all;
}

} // namespace

Section influx_section() {
    Section s;
    s.name = "influxdb";
    s.title = {"InfluxDB", "InfluxDB"};
    s.doc = {"Readings go there besides the local history, with the same promise: what the broker "
             "was told is kept is stored once, however long the server is away. InfluxDB 1, 2 and "
             "3. See docs/influxdb.md.",
             "측정값을 로컬 기록과 함께 이곳에도 저장합니다. 약속은 같습니다. 브로커에 확인한 것은 "
             "서버가 아무리 오래 없어도 한 번 저장됩니다. InfluxDB 1, 2, 3. docs/influxdb.ko.md를 "
             "보세요."};
    each_member([&](const auto& m) { s.rows.push_back(row_of(m)); });
    s.rows.push_back(CAREDIAN_ROW(influxdb.more, further(),
                                  {"Further servers. A slow one holds up no other.",
                                   "다른 서버들. 느린 서버가 다른 서버를 막지 않습니다."})
                         .with_example("[{name: cloud, url: \"https://influx.example.org\", "
                                       "version: 2, org: home, database: home}]"));
    return s;
}

} // namespace caredian::app
