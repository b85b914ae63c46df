// Rows of the table: rate limits.
#include "api/limit_plan.h"
#include "app/config_record.h"
#include "guard/rate_buckets.h"

namespace caredian::app {

namespace {

using namespace std::chrono_literals;
using guard::RatePer;
using guard::RateRule;

Codec<std::string> route_pattern() {
    auto codec = plain_text(200);
    codec.kind = {"path of docs/openapi.json, with a method before it or a `*` at its end",
                  "docs/openapi.json의 경로. 앞에 메서드, 끝에 `*`를 둘 수 있음"};
    codec.parse = [plain = codec.parse](std::string_view text, std::string& out) -> Refusal {
        if (auto refusal = plain(text, out)) return refusal;
        if (auto problem = api::route_pattern_problem(text); !problem.empty())
            return quote_value(text) + " " + problem;
        return std::nullopt;
    };
    return codec;
}

std::vector<std::pair<std::string, RatePer>> per_words() {
    return {{"principal", RatePer::principal},
            {"address", RatePer::address},
            {"route", RatePer::route}};
}

Refusal rule_problem(const RateRule& rule) {
    auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    if (rule.name.empty()) return "has no name";
    if (!std::ranges::all_of(rule.name, letter))
        return "the name " + quote_value(rule.name) + " may have a to z, 0 to 9, - and _ only";
    if (rule.routes.empty()) return quote_value(rule.name) + " has no routes";
    if (rule.requests == 0) return quote_value(rule.name) + " has no requests";
    const std::int64_t burst = rule.burst > 0 ? rule.burst : rule.requests;
    if (burst * rule.every.count() / rule.requests > seconds(guard::longest_full).count())
        return quote_value(rule.name) + " has a burst that needs more than a year to come back";
    return std::nullopt;
}

RecordsOf<RateRule> rules() {
    RecordsOf<RateRule> all;
    auto& f = all.fields;
    f.push_back(field("name", &RateRule::name, plain_text(32),
                      {"In the headers and the answer.", "헤더와 응답에 나오는 이름입니다."}));
    f.push_back(list_field("routes", &RateRule::routes, route_pattern(),
                           {"What is limited: `POST /auth/login`, `/api/v1/*`.",
                            "제한할 대상입니다. 예: `POST /auth/login`, `/api/v1/*`."}));
    f.push_back(field("per", &RateRule::per, choice<RatePer>(per_words()),
                      {"Whose requests are counted together: each person's or key's, each client "
                       "address's (unless set), or all of a route.",
                       "함께 세는 단위입니다. 사람이나 키마다, 클라이언트 주소마다(기본값), 또는 "
                       "경로 전체."}));
    f.push_back(field("requests", &RateRule::requests, number(1, 100'000),
                      {"How many in `every`.", "`every` 동안 허용할 요청 수입니다."}));
    f.push_back(field("every", &RateRule::every, duration<seconds>(1s, 24h),
                      {"`1m` unless set.", "기본값은 `1m`입니다."}));
    f.push_back(field("burst", &RateRule::burst, number(1, 100'000),
                      {"How many at once, after a pause. `requests` unless set.",
                       "쉬었다가 한꺼번에 허용할 요청 수입니다. 기본값은 `requests`입니다."}));
    all.check = rule_problem;
    all.name = [](const RateRule& rule) { return rule.name; };
    return all;
}

std::string yaml_of(const RateRule& rule) {
    std::string out = "{name: " + yaml_text(rule.name) + ", routes: [";
    for (const auto& route : rule.routes)
        out += (&route == rule.routes.data() ? "" : ", ") + yaml_text(route);
    out += "], per: " + choice<RatePer>(per_words()).show(rule.per) +
           ", requests: " + std::to_string(rule.requests) +
           ", every: " + duration<seconds>(1s, 24h).show(rule.every);
    if (rule.burst > 0) out += ", burst: " + std::to_string(rule.burst);
    return out + "}";
}

} // namespace

Section limits_section() {
    Section s;
    s.title = {"Rate limits", "요청 수 제한"};
    s.doc = {"How many requests are let through; beyond, the answer is 429. Gateways that share a "
             "Redis count together. See docs/rate-limits.md.",
             "허용할 요청 수입니다. 넘으면 429로 답합니다. Redis를 함께 쓰는 게이트웨이는 함께 "
             "셉니다. docs/rate-limits.ko.md를 보세요."};
    auto row =
        CAREDIAN_ROW(rate_limits, rules(),
                     {"All that match a route hold. What is set here stands instead of the "
                      "default; `[]` is no limit.",
                      "경로에 맞는 규칙은 모두 적용됩니다. 설정하면 기본값을 대신하며 `[]`는 "
                      "제한 없음입니다."});
    row.show = [](const Settings& settings) {
        std::string out;
        for (const auto& rule : settings.rate_limits)
            out += (out.empty() ? "[" : ", ") + yaml_of(rule);
        return out.empty() ? "[]" : out + "]";
    };
    s.rows.push_back(std::move(row).reloads());
    return s;
}

} // namespace caredian::app
