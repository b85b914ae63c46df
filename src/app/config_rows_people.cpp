// Rows of the table: accounts, sessions, sign-in.
#include "app/config_row.h"

namespace caredian::app {

namespace {

using namespace std::chrono_literals;

Section database() {
    Section s;
    s.name = "database";
    s.title = {"Database", "데이터베이스"};
    s.doc = {"Accounts, sessions and the audit trail. Messages and readings have files of their "
             "own in `data_dir`.",
             "계정, 세션, 감사 기록을 둡니다. 메시지와 측정값은 `data_dir`의 별도 파일에 "
             "있습니다."};
    s.rows.push_back(
        CAREDIAN_ROW(database.url, database_url(),
                     {"Not set: `caredian.db` in `data_dir`. The file must be on a local disk.",
                      "설정하지 않으면 `data_dir`의 `caredian.db`입니다. 파일은 로컬 디스크에 "
                      "있어야 합니다."})
            .with_example("sqlite:/var/lib/caredian/caredian.db"));
    return s;
}

Section sessions() {
    Section s;
    s.name = "sessions";
    s.title = {"Sessions", "세션"};
    s.doc = {"Of people who signed in with a browser.", "브라우저로 로그인한 사람의 세션입니다."};
    s.rows.push_back(CAREDIAN_ROW(sessions.idle, (duration<seconds>(1min, 24h * 365)),
                                  {"A session ends this long after its last use.",
                                   "마지막 사용 후 이 시간이 지나면 세션이 끝납니다."})
                         .reloads());
    s.rows.push_back(
        CAREDIAN_ROW(sessions.absolute, (duration<seconds>(1min, 24h * 365)),
                     {"A session ends this long after the sign-in, used or not. Not less than "
                      "`sessions.idle`.",
                      "로그인 후 이 시간이 지나면 사용 중이어도 세션이 끝납니다. "
                      "`sessions.idle`보다 짧을 수 없습니다."})
            .reloads());
    return s;
}

Section login() {
    Section s;
    s.name = "login";
    s.title = {"Sign-in", "로그인"};
    s.doc = {"Failed sign-ins are slowed down, for each account and each client address.",
             "실패한 로그인은 계정과 클라이언트 주소마다 점점 느려집니다."};
    s.rows.push_back(CAREDIAN_ROW(login.free_attempts, number(1, 100),
                                  {"Wrong passwords before the first delay.",
                                   "첫 지연 전까지 허용되는 잘못된 암호 횟수."})
                         .reloads());
    s.rows.push_back(CAREDIAN_ROW(login.max_delay, (duration<seconds>(1s, 24h)),
                                  {"The delay doubles from one second up to this.",
                                   "지연은 1초에서 시작해 두 배씩 이 값까지 늘어납니다."})
                         .reloads());
    return s;
}

} // namespace

std::vector<Section> people_sections() {
    std::vector<Section> all;
    all.push_back(database());
    all.push_back(sessions());
    all.push_back(login());
    return all;
}

} // namespace caredian::app
