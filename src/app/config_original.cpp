// Names that are not settings of this version: those that are to come, and the original gateway's.
#include "app/config_table.h"

#include <array>

namespace caredian::app {

std::span<const Reserved> reserved() {
    static constexpr std::array<Reserved, 2> all{{
        {"homes", "more than one home is not supported yet; use home_assistant"},
        {"log.file", "the log goes to standard error; the service manager keeps it"},
    }};
    return all;
}

std::span<const Original> original_names() {
    constexpr std::string_view later = "has no counterpart yet";
    static constexpr std::array<Original, 45> all{{
        {"HA_BASE_URL", "home_assistant.url", ""},
        {"HA_TOKEN", "home_assistant.token", ""},
        {"REQUEST_TIMEOUT_S", "home_assistant.first_byte_timeout", ""},
        {"REQUEST_TIMEOUT_SEC", "home_assistant.first_byte_timeout", ""},
        {"JWT_SECRET", "secret", ""},
        {"SESSION_SECRET", "secret", ""},
        {"LOG_LEVEL", "log.level", ""},
        {"LOG_JSON", "log.format", "true = json, false = text"},
        {"TLS_CERT", "tls.certificate", ""},
        {"TLS_KEY", "tls.key", ""},
        {"UVICORN_WORKERS", "workers", ""},
        {"SESSION_COOKIE", "", "is ignored: the cookie is named caredian_session"},
        {"SESSION_COOKIE_NAME", "", "is ignored: the cookie is named caredian_session"},
        {"TLS_HOST", "", "is ignored: set CAREDIAN_LISTEN"},
        {"TLS_PORT", "", "is ignored: set CAREDIAN_LISTEN"},
        {"TLS_REQUIRE_CLIENT_CERT", "", later},
        {"ACCESS_TTL", "tokens.access_ttl", ""},
        {"REFRESH_TTL", "tokens.refresh_ttl", ""},
        {"API_KEYS", "", "is ignored: make keys with `caredian key add`"},
        {"API_KEYS_JSON", "", "is ignored: make keys with `caredian key add`"},
        {"CC_CLIENTS_JSON", "", "is ignored: make keys with `caredian key add`"},
        {"JWT_ISSUER", "tokens.issuer", ""},
        {"JWT_AUDIENCE", "tokens.audience", ""},
        {"JWT_PRIVATE_PEM_PATH", "tokens.key", ""},
        {"JWT_PUBLIC_PEM_PATH", "", "is ignored: it is drawn from tokens.key"},
        {"JWT_TTL_SECONDS", "tokens.access_ttl", ""},
        {"OIDC_ISSUER", "", later},
        {"OIDC_ISSUER_URL", "", later},
        {"OIDC_CLIENT_ID", "", later},
        {"OIDC_CLIENT_SECRET", "", later},
        {"OIDC_REDIRECT_URI", "", later},
        {"OIDC_SCOPES", "", later},
        {"HA_SSO_HEADER", "", later},
        {"HA_SSO_GROUPS_HEADER", "", later},
        {"HA_SSO_DEFAULT_GROUPS", "", later},
        {"HA_NOTIFY_SERVICES", "", later},
        {"HA_NOTIFY_MOBILE", "", later},
        {"HA_NOTIFY_PERSIST", "", later},
        {"FCM_SERVER_KEY", "", later},
        {"INFLUX_URL", "influxdb.url", ""},
        {"INFLUX_DB", "influxdb.database", ""},
        {"INFLUX_USERNAME", "influxdb.username", ""},
        {"INFLUX_PASSWORD", "influxdb.password", ""},
        {"FALL_BACKEND", "", later},
        {"FALL_MODEL_PATH", "", later},
    }};
    return all;
}

} // namespace caredian::app
