// Rows of the table: accounts, sessions, sign-in.
#include "app/config_record.h"
#include "app/login_providers.h"

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
                     {"Not set: the file `caredian.db` in `data_dir`. A file must be on a local "
                      "disk. A server is MariaDB 10.5 or newer; see docs/database.md.",
                      "설정하지 않으면 `data_dir`의 파일 `caredian.db`입니다. 파일은 로컬 디스크에 "
                      "있어야 합니다. 서버는 MariaDB 10.5 이상입니다. docs/database.ko.md를 "
                      "보세요."})
            .with_example("mysql://caredian@db.example.org/caredian"));
    s.rows.push_back(CAREDIAN_ROW(database.password, secret_text(),
                                  {"Of the server's user, instead of a password in the URL.",
                                   "URL에 적는 대신 따로 주는 서버 사용자의 암호입니다."}));
    s.rows.push_back(
        CAREDIAN_ROW(database.tls, flag(),
                     {"Speak TLS to the server and check its certificate and name. On when "
                      "`database.ca` is set.",
                      "서버와 TLS로 통신하고 인증서와 이름을 확인합니다. `database.ca`를 설정하면 "
                      "켜집니다."}));
    s.rows.push_back(CAREDIAN_ROW(database.ca, file_path(),
                                  {"PEM file of the authority that signed the server's "
                                   "certificate. Not set: the system's authorities.",
                                   "서버 인증서에 서명한 기관의 PEM 파일입니다. 설정하지 않으면 "
                                   "시스템의 기관을 씁니다."})
                         .with_example("/etc/caredian/database-ca.pem"));
    return s;
}

Section redis() {
    Section s;
    s.name = "redis";
    s.title = {"Redis", "Redis"};
    s.doc = {
        "Keeps sessions for several gateways together: one that ends at one is refused at all "
        "within 50 ms. One gateway alone needs none. See docs/redis.md.",
        "여러 게이트웨이의 세션을 함께 보관합니다. 한 곳에서 끝난 세션은 모든 곳에서 50ms 안에 "
        "거부됩니다. 게이트웨이가 하나뿐이면 필요 없습니다. docs/redis.ko.md를 보세요."};
    s.rows.push_back(
        CAREDIAN_ROW(redis.url, redis_url(),
                     {"Not set: sessions are kept in the database. Redis 6.2 or newer; not Redis "
                      "Cluster.",
                      "설정하지 않으면 세션은 데이터베이스에 있습니다. Redis 6.2 이상이며 Redis "
                      "Cluster는 지원하지 않습니다."})
            .with_example("rediss://caredian:password@redis.example.org:6379/0"));
    s.rows.push_back(CAREDIAN_ROW(
        redis.password, secret_text(),
        {"Instead of a password in the URL.", "URL에 적는 대신 따로 주는 암호입니다."}));
    s.rows.push_back(CAREDIAN_ROW(redis.ca, file_path(),
                                  {"PEM file of the authority that signed the server's "
                                   "certificate. Not set: the system's authorities. Only with TLS.",
                                   "서버 인증서에 서명한 기관의 PEM 파일입니다. 설정하지 않으면 "
                                   "시스템의 기관을 씁니다. TLS일 때만 쓰입니다."})
                         .with_example("/etc/caredian/redis-ca.pem"));
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
    s.rows.push_back(CAREDIAN_ROW(
        sessions.grace, (duration<seconds>(1s, 24h, true)),
        {"While Redis or the database server cannot be asked, sessions that were known go on for "
         "this long; unknown ones are answered with 503.",
         "Redis나 데이터베이스 서버에 물을 수 없는 동안, 이미 알고 있는 세션은 이 시간 동안 계속 "
         "인정되고 모르는 세션에는 503으로 답합니다."}));
    s.rows.push_back(
        CAREDIAN_ROW(
            sessions.cookie_domain, host_name(),
            {"A domain that is all yours, and `public_url` in it: one cookie for every host below "
             "it. "
             "Without it each host has its own, and signing in takes a detour over `public_url`.",
             "`public_url`이 속한, 전체가 본인 소유인 도메인입니다. 설정하면 그 아래 모든 호스트가 "
             "쿠키 하나를 함께 씁니다. 설정하지 않으면 호스트마다 쿠키가 따로 있고 로그인은 "
             "`public_url`을 거쳐 갑니다."})
            .with_example("example.org"));
    return s;
}

using Provider = LoginProvider;

std::vector<RecordField<Provider>> provider_client() {
    std::vector<RecordField<Provider>> f;
    f.push_back(
        field("id", &Provider::id, plain_text(32),
              {"Its name in addresses (`/auth/login/ID`) and in the database: keep it.",
               "주소(`/auth/login/ID`)와 데이터베이스에서 쓰는 이름입니다. 바꾸지 마세요."}));
    f.push_back(field("preset", &Provider::preset, plain_text(32),
                      {"`authentik`, `google`, `naver`, `kakao`, `keycloak`, `oidc` or `oauth2`.",
                       "`authentik`, `google`, `naver`, `kakao`, `keycloak`, `oidc`, `oauth2` 중 "
                       "하나."}));
    f.push_back(field("issuer", &Provider::issuer, plain_text(500),
                      {"Letter by letter as the provider writes it (Authentik: with the last `/`). "
                       "Google, Kakao and Naver are known.",
                       "제공자가 쓰는 그대로 적습니다(Authentik은 끝의 `/`까지). Google, 카카오, "
                       "네이버는 적지 않아도 됩니다."}));
    f.push_back(field("client_id", &Provider::client_id, plain_text(500),
                      {"Given by the provider.", "제공자에게서 받은 값입니다."}));
    f.push_back(field("client_secret", &Provider::client_secret, secret_text(),
                      {"Given by the provider; without one the client is public, held by PKCE.",
                       "제공자에게서 받은 값입니다. 없으면 PKCE만 쓰는 공개 클라이언트입니다."}));
    f.push_back(secret_file_field("client_secret_file", &Provider::client_secret,
                                  {"The same from a file.", "같은 값을 파일에서 읽습니다."}));
    f.push_back(list_field("scopes", &Provider::scopes, plain_text(100),
                           {"Instead of the preset's.", "프리셋 대신 요청할 범위입니다."}));
    f.push_back(list_field("algorithms", &Provider::algorithms, plain_text(5),
                           {"How the provider signs ID tokens; nothing else is believed. `RS256` "
                            "unless set; `HS256` (with the client secret) stands alone.",
                            "ID 토큰의 서명 방식입니다. 다른 것은 믿지 않습니다. 기본값은 "
                            "`RS256`이며 `HS256`(클라이언트 비밀값)은 혼자만 쓸 수 있습니다."}));
    f.push_back(field("ca", &Provider::ca, file_path(),
                      {"PEM, for a provider with a certificate of your own.",
                       "직접 만든 인증서를 쓰는 제공자의 CA(PEM)입니다."}));
    return f;
}

void add_provider_people(std::vector<RecordField<Provider>>& f) {
    f.push_back(field("groups_claim", &Provider::groups_claim, plain_text(200),
                      {"Where the groups are; a dotted path. `groups` unless set.",
                       "그룹이 들어 있는 클레임의 경로입니다. 기본값은 `groups`입니다."}));
    f.push_back(map_field("roles", &Provider::roles, plain_text(64),
                          {"Group to role, at each sign-in: `{caredian-admins: admin}`. Not set: "
                           "roles are given here.",
                           "로그인할 때마다 그룹에 따라 역할을 정합니다. 예: "
                           "`{caredian-admins: admin}`. 없으면 역할은 여기서 정합니다."}));
    f.push_back(field("create_accounts", &Provider::create_accounts,
                      choice<std::string>({{"true", "true"}, {"false", "false"}}),
                      {"Whether people who have no account get one. `true`, but for Google, Kakao "
                       "and Naver, where anybody has one.",
                       "계정이 없는 사람에게 계정을 만들어 줄지 정합니다. 누구나 계정이 있는 "
                       "Google, 카카오, 네이버에서는 `false`, 그 밖에는 `true`입니다."}));
    f.push_back(list_field("allowed_emails", &Provider::allowed_emails, plain_text(320),
                           {"Only who has one of these (`ann@example.org`, `@example.org`), "
                            "verified, gets an account.",
                            "확인된 이메일이 이 가운데 하나인 사람만 계정을 받습니다."}));
    f.push_back(field("trust_emails", &Provider::trust_emails,
                      choice<std::string>({{"true", "true"}, {"false", "false"}}),
                      {"Whether its e-mail addresses count as verified though it does not say so. "
                       "Only where people cannot change them there.",
                       "이 제공자가 말하지 않아도 이메일 주소를 확인된 것으로 볼지 정합니다. "
                       "사람들이 거기서 주소를 바꿀 수 없을 때에만 쓰십시오."}));
    f.push_back(list_field("allowed_groups", &Provider::allowed_groups, plain_text(200),
                           {"Only who is in one of these may sign in.",
                            "이 그룹 가운데 하나에 속한 사람만 로그인할 수 있습니다."}));
    f.push_back(field("label_ko", &Provider::label_ko, plain_text(60),
                      {"On the button, in Korean.", "한국어 버튼 이름입니다."}));
    f.push_back(field("label_en", &Provider::label_en, plain_text(60),
                      {"On the button, in English.", "영어 버튼 이름입니다."}));
}

void add_provider_oauth2(std::vector<RecordField<Provider>>& f) {
    for (auto [name, member] : {std::pair{"authorization_url", &Provider::authorization_url},
                                std::pair{"token_url", &Provider::token_url},
                                std::pair{"profile_url", &Provider::profile_url}})
        f.push_back(field(
            name, member, plain_text(500),
            {"With `oauth2`, which has no discovery.", "디스커버리가 없는 `oauth2`에서 씁니다."}));
    f.push_back(map_field("claims", &Provider::claims, plain_text(200),
                          {"Where `subject`, `username`, `name`, `email`, `email_verified` and "
                           "`groups` are: `{subject: response.id}`.",
                           "`subject`, `username`, `name`, `email`, `email_verified`, `groups`의 "
                           "경로입니다. 예: `{subject: response.id}`."}));
}

RecordsOf<Provider> providers() {
    RecordsOf<Provider> all;
    all.fields = provider_client();
    add_provider_people(all.fields);
    add_provider_oauth2(all.fields);
    all.check = provider_problem;
    all.name = [](const Provider& p) { return p.id; };
    return all;
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
    s.rows.push_back(CAREDIAN_ROW(
        login.admins_need_second_factor, flag(),
        {"Administrators who sign in with a password must have a second factor: one who has none "
         "sets it up at the next sign-in. See docs/accounts.md.",
         "비밀번호로 로그인하는 관리자는 2단계 인증이 있어야 합니다. 없으면 다음 로그인에서 "
         "설정합니다. docs/accounts.ko.md를 보세요."}));
    s.rows.push_back(
        CAREDIAN_ROW(login.providers, providers(),
                     {"Other ways to sign in, by OpenID Connect or OAuth 2.0. See docs/login.md.",
                      "OpenID Connect나 OAuth 2.0으로 로그인하는 다른 방법입니다. "
                      "docs/login.ko.md를 보세요."})
            .with_example("[{id: authentik, preset: authentik, issuer: "
                          "\"https://sso.home.example/application/o/caredian/\", client_id: "
                          "caredian}]"));
    return s;
}

Section authentik() {
    Section s;
    s.name = "authentik";
    s.title = {"Authentik", "Authentik"};
    s.doc = {"Keeps up with Authentik's people: who is made, renamed, disabled or put into another "
             "group there. Needs a provider with the preset `authentik` whose subject is the "
             "user's id. See docs/login.md.",
             "Authentik의 사람을 따라갑니다. 그곳에서 만들거나 이름을 바꾸거나 사용을 중지하거나 "
             "그룹을 바꾸면 반영합니다. subject가 사용자 id인 `authentik` 프리셋 제공자가 "
             "필요합니다. docs/login.ko.md를 보세요."};
    s.rows.push_back(CAREDIAN_ROW(authentik.webhook_secret, secret_text(16),
                                  {"The secret that Authentik sends to `/hooks/authentik`.",
                                   "Authentik이 `/hooks/authentik`에 보내는 비밀값입니다."}));
    s.rows.push_back(CAREDIAN_ROW(authentik.url, origin_url({"https", "http"}),
                                  {"Where its API is. With `token` people are read from it instead "
                                   "of believing the webhook's body, and all are compared once a "
                                   "day.",
                                   "API 주소입니다. `token`과 함께 설정하면 웹훅 내용을 믿는 대신 "
                                   "API에서 읽고 하루에 한 번 모두 비교합니다."})
                         .with_example("https://sso.home.example"));
    s.rows.push_back(CAREDIAN_ROW(authentik.token, secret_text(),
                                  {"An API token of a user that may see all users.",
                                   "모든 사용자를 볼 수 있는 사용자의 API 토큰입니다."}));
    s.rows.push_back(CAREDIAN_ROW(authentik.ca, file_path(),
                                  {"PEM, for an Authentik with a certificate of your own.",
                                   "직접 만든 인증서를 쓰는 Authentik의 CA(PEM)입니다."})
                         .with_example("/etc/caredian/authentik-ca.crt"));
    return s;
}

Section tokens() {
    Section s;
    s.name = "tokens";
    s.title = {"Access tokens", "액세스 토큰"};
    s.doc = {"For programs that turn an API key into tokens (docs/tokens.md).",
             "API 키를 토큰으로 바꾸는 프로그램을 위한 설정입니다(docs/tokens.ko.md)."};
    s.rows.push_back(
        CAREDIAN_ROW(tokens.access_ttl, (duration<seconds>(1min, 24h)),
                     {"How long an access token is good.", "액세스 토큰이 유효한 시간."}));
    s.rows.push_back(
        CAREDIAN_ROW(tokens.refresh_ttl, (duration<seconds>(1min, 24h * 365)),
                     {"How long refresh tokens follow one another after an exchange; then the key "
                      "is needed again.",
                      "교환 뒤 리프레시 토큰이 이어지는 시간. 그 뒤에는 다시 키가 필요합니다."}));
    s.rows.push_back(CAREDIAN_ROW(tokens.issuer, plain_text(200),
                                  {"The claim `iss`. Not set: `public_url`, or `caredian`.",
                                   "클레임 `iss`. 설정하지 않으면 `public_url` 또는 "
                                   "`caredian`입니다."})
                         .with_example("https://home.example.org"));
    s.rows.push_back(
        CAREDIAN_ROW(tokens.audience, plain_text(200), {"The claim `aud`.", "클레임 `aud`."}));
    s.rows.push_back(
        CAREDIAN_ROW(tokens.key, file_path(),
                     {"A private key in PEM, RSA (RS256) or EC P-256 (ES256), so that others can "
                      "verify tokens by `/.well-known/jwks.json`. Not set: tokens are signed with "
                      "`secret` (HS256).",
                      "PEM 개인 키. RSA(RS256) 또는 EC P-256(ES256)이면 다른 프로그램이 "
                      "`/.well-known/jwks.json`으로 토큰을 확인할 수 있습니다. 설정하지 않으면 "
                      "`secret`으로 서명합니다(HS256)."})
            .with_example("/etc/caredian/tokens.pem"));
    s.rows.push_back(CAREDIAN_ROW(tokens.old_keys, (ListOf{file_path(), 10, true}),
                                  {"What `tokens.key` was: verifies its tokens until they end.",
                                   "이전의 `tokens.key`. 그 토큰이 끝날 때까지 확인에만 씁니다."})
                         .with_example("[/etc/caredian/tokens-2026.pem]"));
    s.rows.push_back(CAREDIAN_ROW(tokens.old_secret, secret_text(32),
                                  {"What `secret` was: verifies its access tokens until they end.",
                                   "이전의 `secret`. 그 액세스 토큰이 끝날 때까지 확인에만 "
                                   "씁니다."}));
    return s;
}

Section forward_auth() {
    Section s;
    s.name = "forward_auth";
    s.title = {"Forward authentication", "포워드 인증"};
    s.doc = {"For other programs behind a reverse proxy that asks `/auth/verify` about each "
             "request (docs/forward-auth.md). Whoever is signed in may pass; these narrow it.",
             "요청마다 `/auth/verify`에 물어보는 리버스 프록시 뒤의 다른 프로그램을 위한 "
             "설정입니다(docs/forward-auth.ko.md). 로그인한 사람은 누구나 통과하며, 아래 설정이 "
             "그것을 좁힙니다."};
    s.rows.push_back(
        CAREDIAN_ROW(forward_auth.admin_paths, (ListOf{path_rule(), 100, true}),
                     {"Paths that administrators alone may open, with all below them; of one host "
                      "or of every host. Where there is a rule for a host, its paths that two "
                      "programs may read in two ways (`//`, `..`, `%2F`) are refused.",
                      "관리자만 열 수 있는 경로와 그 아래 전부. 한 호스트 또는 모든 호스트에 "
                      "적용합니다. 규칙이 있는 호스트에서는 두 프로그램이 서로 다르게 읽을 수 있는 "
                      "경로(`//`, `..`, `%2F`)를 거부합니다."})
            .with_example("[grafana.example.org/admin]"));
    return s;
}

} // namespace

std::vector<Section> people_sections() {
    std::vector<Section> all;
    all.push_back(database());
    all.push_back(redis());
    all.push_back(sessions());
    all.push_back(login());
    all.push_back(authentik());
    all.push_back(tokens());
    all.push_back(forward_auth());
    all.push_back(access_section());
    all.push_back(limits_section());
    return all;
}

} // namespace caredian::app
