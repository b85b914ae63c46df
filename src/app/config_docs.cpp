#include "app/config_docs.h"

#include "app/config_table.h"

#include <set>

namespace caredian::app {

namespace {

const std::string& in(Language language, const Text& text) {
    return language == Language::ko ? text.ko : text.en;
}

std::string_view pick(Language language, std::string_view en, std::string_view ko) {
    return language == Language::ko ? ko : en;
}

std::string shown_default(const Row& row) {
    if (row.secret) return {};
    auto text = row.show(Settings{});
    return text == "[]" || text == "{}" ? std::string() : text;
}

// Columns on a terminal: Korean letters take two.
std::size_t width(std::string_view word) {
    std::size_t columns = 0;
    for (char c : word) {
        auto u = static_cast<unsigned char>(c);
        if (u >= 0xE0)
            columns += 2;
        else if (u < 0x80 || u >= 0xC0)
            columns += 1;
    }
    return columns;
}

// `text` as comment lines of at most 96 columns.
std::string comment(std::string_view indent, std::string_view text) {
    std::string out, line;
    std::size_t columns = 0;
    while (!text.empty()) {
        auto space = std::min(text.find(' '), text.size());
        auto word = text.substr(0, space);
        text.remove_prefix(std::min(space + 1, text.size()));
        if (columns > 0 && indent.size() + 2 + columns + 1 + width(word) > 96) {
            out += std::string(indent) + "# " + line + "\n";
            line.clear();
            columns = 0;
        }
        if (columns > 0) line += ' ', ++columns;
        line += word;
        columns += width(word);
    }
    return line.empty() ? out : out + std::string(indent) + "# " + line + "\n";
}

std::string without_backticks(std::string text) {
    std::erase(text, '`');
    return text;
}

std::string sample_row(const Row& row, Language language, std::string_view indent) {
    auto name = row.path.substr(row.path.rfind('.') + 1);
    auto normal = shown_default(row);
    auto value = row.example.empty() ? normal : row.example;
    auto text = in(language, row.doc) + " (" + in(language, row.kind);
    if (!row.secret && value != normal) {
        text += pick(language, "; default: ", "; 기본값: ");
        text += normal.empty() ? pick(language, "not set", "없음") : normal;
    }
    if (row.secret) {
        name += "_file";
        value = "/etc/caredian/" + row.path;
    }
    return "\n" + comment(indent, without_backticks(text + ")")) + std::string(indent) + "#" +
           name + ": " + value + "\n";
}

std::string sample_head(Language language) {
    std::string out;
    out +=
        comment("", pick(language, "CareDian: every setting, each with its default or an example.",
                         "CareDian: 모든 설정과 기본값 또는 예시입니다."));
    out += "#\n";
    out += comment("", pick(language,
                            "Lines that begin with # and a name are settings that are not in "
                            "force: take the # away. With none of them the gateway runs as it is.",
                            "#과 이름으로 시작하는 줄은 적용되지 않은 설정입니다. #을 지우면 "
                            "적용됩니다. 아무것도 설정하지 않아도 게이트웨이는 동작합니다."));
    out += comment("", pick(language,
                            "Check this file with: caredian check-config --config FILE. Every "
                            "setting can also come from the environment (journal.max_bytes is "
                            "CAREDIAN_JOURNAL_MAX_BYTES), which wins. See docs/configuration.md.",
                            "검사: caredian check-config --config 파일. 모든 설정은 환경 변수로도 "
                            "줄 수 있으며(journal.max_bytes는 CAREDIAN_JOURNAL_MAX_BYTES) 환경 "
                            "변수가 우선합니다. docs/configuration.ko.md를 보세요."));
    out += comment("", pick(language, "Made by: caredian config sample",
                            "만든 명령: caredian config sample --language ko"));
    return out;
}

std::string reference_row(const Row& row, Language language) {
    auto normal = shown_default(row);
    auto line = "#### `" + row.path + "`\n\n" + in(language, row.doc) + "\n\n";
    line += "- " + std::string(pick(language, "Environment: ", "환경 변수: ")) + "`" +
            row.environment() + "`";
    if (row.secret)
        line += std::string(pick(language, " or ", " 또는 ")) + "`" + row.environment() + "_FILE`";
    line += "\n- " + std::string(pick(language, "Value: ", "값: ")) + in(language, row.kind);
    line += "\n- " + std::string(pick(language, "Default: ", "기본값: "));
    line += normal.empty() ? std::string(pick(language, "not set", "없음")) : "`" + normal + "`";
    if (!row.example.empty())
        line += "\n- " + std::string(pick(language, "Example: ", "예: ")) + "`" + row.example + "`";
    line += "\n- " + std::string(row.reloadable
                                     ? pick(language, "Applied by a reload", "다시 읽으면 적용")
                                     : pick(language, "Needs a restart", "재시작 필요"));
    line += "\n\n";
    if (row.keys.empty()) return line;
    line += pick(language, "| key | value | |\n|---|---|---|\n", "| 키 | 값 | |\n|---|---|---|\n");
    for (const auto& key : row.keys)
        line += "| `" + key.name + "` | " + in(language, key.kind) + " | " + in(language, key.doc) +
                " |\n";
    return line + "\n";
}

constexpr std::string_view head_en = R"(# Settings

<!-- Made by `caredian config reference`: change the table in src/app/config_rows_*.cpp instead. -->

With no settings at all the gateway runs: it listens on `0.0.0.0:8080` and keeps everything in `./data`.

**Where settings come from**, the first one wins:

1. an environment variable: `CAREDIAN_` and the setting's path in capitals, with `_` for the dots
   (`journal.max_bytes` is `CAREDIAN_JOURNAL_MAX_BYTES`); set but empty counts as not set;
2. the names of the original CareDian gateway, [below](#names-of-the-original-gateway);
3. the YAML file: `--config FILE`, else `CAREDIAN_CONFIG`, else `/etc/caredian/caredian.yaml` when it is there;
4. the default.

A commented file with all of them is `caredian.sample.yaml`; `caredian config sample` prints it.

**Checking.** `caredian check-config` lists every problem at once, each with its file and line or its variable,
and ends with 2; the gateway does the same at start. Unknown names in the file are refused, since a slip would
otherwise be a default; unknown `CAREDIAN_…` variables are only warned of.

**Lists** are YAML lists; in the environment JSON (`["a","b"]`) or `a,b`. **Maps** are YAML maps; in the
environment JSON (`{"a":"1d"}`) or `a=1d,b=2d`. **Durations** are `500ms`, `90s`, `15m`, `12h`, `7d` or a
number of seconds. **Sizes** are `512MiB`, `64kB` or a number of bytes.

**Secrets** are best kept in files of their own: `mqtt.password` can be given as `mqtt.password_file` in the
YAML file or as `CAREDIAN_MQTT_PASSWORD_FILE`. One line end is cut off. No message and no log holds a secret.

**Changing while it runs.** The gateway reads its file again when it changes and on SIGHUP. A file with a
problem is refused: the log names every problem and the old settings stay. Of a good one, what is marked
"applied by a reload" is, and the log names what needs a restart. Changed environment variables always need one.

)";

constexpr std::string_view head_ko = R"(# 설정

<!-- `caredian config reference --language ko`로 만들었습니다. src/app/config_rows_*.cpp의 표를 고치세요. -->

아무것도 설정하지 않아도 게이트웨이는 동작합니다. `0.0.0.0:8080`에서 요청을 받고 모든 데이터를 `./data`에 둡니다.

**설정의 출처**는 다음과 같으며 앞의 것이 우선합니다.

1. 환경 변수: `CAREDIAN_` 뒤에 설정 경로를 대문자로, 점은 `_`로 바꾼 이름
   (`journal.max_bytes`는 `CAREDIAN_JOURNAL_MAX_BYTES`). 빈 값은 없는 것으로 봅니다.
2. 원래 CareDian 게이트웨이의 이름([아래](#원래-게이트웨이의-이름))
3. YAML 파일: `--config 파일`, 없으면 `CAREDIAN_CONFIG`, 없으면 `/etc/caredian/caredian.yaml`(있을 때)
4. 기본값

모든 설정을 설명과 함께 담은 파일은 `caredian.sample.yaml`이며 `caredian config sample --language ko`로 출력합니다.

**검사.** `caredian check-config`는 모든 문제를 파일과 줄(또는 변수 이름)과 함께 한 번에 보여 주고 2로 끝납니다.
시작할 때도 같은 검사를 합니다. 파일에 모르는 이름이 있으면 거부하고, 모르는 `CAREDIAN_…` 변수는 경고만 합니다.

**목록**은 YAML 목록이며 환경 변수에서는 JSON(`["a","b"]`) 또는 `a,b`입니다. **맵**은 YAML 맵이며 환경 변수에서는
JSON(`{"a":"1d"}`) 또는 `a=1d,b=2d`입니다. **기간**은 `500ms`, `90s`, `15m`, `12h`, `7d` 또는 초 단위 숫자,
**크기**는 `512MiB`, `64kB` 또는 바이트 수입니다.

**비밀값**은 별도 파일에 두는 것이 좋습니다. `mqtt.password`는 YAML의 `mqtt.password_file`이나
`CAREDIAN_MQTT_PASSWORD_FILE`로 줄 수 있습니다. 끝의 줄바꿈 하나는 잘라냅니다. 어떤 메시지나 로그에도 비밀값은 나오지 않습니다.

**실행 중 변경.** 파일이 바뀌거나 SIGHUP을 받으면 다시 읽습니다. 문제가 있는 파일은 거부하고, 모든 문제를 로그에 남기며
이전 설정을 유지합니다. 문제가 없으면 "다시 읽으면 적용"으로 표시된 것을 적용하고, 재시작이 필요한 것은 로그에 적습니다.
환경 변수를 바꾸면 항상 재시작해야 합니다.

)";

std::string reference_tail(Language language) {
    std::string out(pick(language,
                         "## Names of the original gateway\n\nAccepted in the environment, with or "
                         "without capitals; `CAREDIAN_…` wins.\n\n| original | here |\n|---|---|\n",
                         "## 원래 게이트웨이의 이름\n\n환경 변수에서 대소문자 구분 없이 "
                         "받아들이며 `CAREDIAN_…`이 우선합니다.\n\n| 원래 이름 | 여기서는 "
                         "|\n|---|---|\n"));
    std::string none;
    for (const auto& name : original_names()) {
        auto code = "`" + std::string(name.name) + "`";
        if (name.path.empty()) {
            none += (none.empty() ? "" : ", ") + code;
            continue;
        }
        out += "| " + code + " | `" + std::string(name.path) + "`";
        if (!name.note.empty()) out += " (" + std::string(name.note) + ")";
        out += " |\n";
    }
    out += pick(language, "\nWithout a counterpart in this version, warned of when set: ",
                "\n이 버전에 대응하는 설정이 없어 경고만 하는 이름: ");
    out += none + ".\n\n";
    out += pick(language, "## Not supported yet\n\nThese names are refused:\n\n",
                "## 아직 지원하지 않는 설정\n\n다음 이름은 거부합니다.\n\n");
    for (const auto& r : reserved()) {
        out += "- `" + std::string(r.path) + "`";
        if (language == Language::en) out += ": " + std::string(r.message);
        out += "\n";
    }
    return out;
}

} // namespace

std::string config_sample(Language language) {
    auto out = sample_head(language);
    for (const auto& section : sections()) {
        std::string_view indent = section.name.empty() ? "" : "  ";
        out += "\n";
        if (section.name.empty())
            out += comment("", "---- " + in(language, section.title) + " ----");
        else
            out +=
                comment("", "---- " + in(language, section.title) + " ----") + section.name + ":\n";
        if (!in(language, section.doc).empty())
            out += comment(indent, without_backticks(in(language, section.doc)));
        for (const auto& row : section.rows) out += sample_row(row, language, indent);
    }
    return out;
}

std::string config_reference(Language language) {
    std::string out(pick(language, head_en, head_ko));
    for (const auto& section : sections()) {
        out += "## " + in(language, section.title);
        if (!section.name.empty()) out += ": `" + section.name + "`";
        out += "\n\n";
        if (!in(language, section.doc).empty()) out += in(language, section.doc) + "\n\n";
        for (const auto& row : section.rows) out += reference_row(row, language);
    }
    return out + reference_tail(language);
}

} // namespace caredian::app
