// Rows of the table: who may do what, when.
#include "app/config_access.h"

namespace caredian::app {

Section access_section() {
    Section s;
    s.title = {"Roles and grants", "역할과 권한"};
    s.doc = {"Who may see and control what, beside the built-in roles `admin` and `member`. More "
             "can be given while the gateway runs (`/api/v1/roles`, `/api/v1/grants`); both count. "
             "See docs/access.md.",
             "기본 역할 `admin`과 `member` 외에, 누가 무엇을 보고 조작할 수 있는지 정합니다. 실행 "
             "중에도 추가할 수 있으며(`/api/v1/roles`, `/api/v1/grants`) 둘 다 적용됩니다. "
             "docs/access.ko.md를 보세요."};
    s.rows.push_back(
        CAREDIAN_ROW(time_zone, zone_name(),
                     {"Where the home is, for `hours` and dates. Not set: the machine's.",
                      "집이 있는 곳의 시간대로 `hours`와 날짜에 쓰입니다. 설정하지 않으면 컴퓨터의 "
                      "시간대입니다."})
            .with_example("Asia/Seoul")
            .reloads());
    s.rows.push_back(
        CAREDIAN_ROW(roles, Roles{},
                     {"Roles of one's own. Who has one has it instead of `member`.",
                      "직접 정하는 역할입니다. 역할을 받은 사람은 `member` 대신 그 역할만 "
                      "가집니다."})
            .with_example("[{name: caregiver, members: [\"group:carers\"], grants: [{areas: "
                          "[bedroom, living room], hours: \"08:00-20:00\"}]}]")
            .reloads());
    s.rows.push_back(
        CAREDIAN_ROW(grants, Grants{},
                     {"What people, groups and keys may do besides.",
                      "사람, 그룹, 키가 그 밖에 할 수 있는 일입니다."})
            .with_example("[{who: \"person:ben\", entities: [\"light.*\"], may: control}]")
            .reloads());
    return s;
}

} // namespace caredian::app
