#include "identity/handover.h"

#include "base/encoding.h"
#include "base/json.h"
#include "identity/errc.h"
#include "identity/oidc/jose.h"

#include <array>

namespace caredian::identity {

namespace {

constexpr std::string_view purpose = "session.handover";
constexpr std::size_t max_code = 1000;
constexpr std::size_t state_bytes = 24;

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS handovers_used("
     "id {key} NOT NULL PRIMARY KEY, expires_ns {integer} NOT NULL) {table}"},
}};

// What a code is bound to is authenticated with it: another host or state does not open it.
std::string context_of(std::string_view host, std::string_view state) {
    return std::to_string(host.size()) + ' ' + lower_ascii(host) + ' ' + std::string(state);
}

} // namespace

Handover::Handover(store::Sealer sealer, store::Database& database, Sessions& sessions,
                   const Clock& clock, Random& random)
    : sealer_(std::move(sealer)), database_(database), sessions_(sessions), clock_(clock),
      random_(random) {}

result<void> Handover::start() {
    return store::migrate(database_, "handover", steps);
}

std::string Handover::fresh_state() const {
    return random_.token(state_bytes);
}

std::string Handover::make_code(std::string_view session, std::string_view host,
                                std::string_view state) const {
    std::string text;
    JsonWriter(text)
        .begin_object()
        .member("s", session)
        .member("e", to_ns(clock_.wall() + handover_lifetime))
        .end_object();
    return base64url_encode(
        sealer_.seal(purpose, context_of(host, state), Secret(std::move(text)), random_));
}

result<std::string> Handover::take_code(std::string_view code, std::string_view host,
                                        std::string_view state) {
    if (code.size() > max_code || state.empty()) return Errc::bad_token;
    auto sealed = base64url_decode(code);
    if (!sealed) return Errc::bad_token;
    auto text = sealer_.open(purpose, context_of(host, state), *sealed);
    if (!text) return Errc::bad_token;
    auto value = parse_json(text->reveal(), {2}); // written by us
    const auto* object = value ? value->if_object() : nullptr;
    const auto* id = object ? object->if_contains("s") : nullptr;
    const auto* end = object ? object->if_contains("e") : nullptr;
    if (!id || !id->is_string() || !end || !end->is_int64()) return Errc::bad_token;
    if (clock_.wall() >= from_ns(end->get_int64())) return Errc::bad_token;
    if (auto r = use_once(code); !r) return r.error();
    auto session = sessions_.read(std::string_view(id->get_string()));
    if (!session) return session.error();
    if (!*session) return Errc::bad_token;
    return sessions_.token_of(**session);
}

result<void> Handover::use_once(std::string_view code) {
    auto now = clock_.wall();
    auto id = oidc::sha256_base64url(code);
    (void)database_.execute("DELETE FROM handovers_used WHERE expires_ns < ?", {to_ns(now)});
    auto used = database_.execute("INSERT INTO handovers_used(id,expires_ns) VALUES(?,?)",
                                  {id, to_ns(now + 2 * handover_lifetime)});
    if (used) return {};
    if (used.error() == store::Errc::constraint) return Errc::bad_token;
    return used.error();
}

} // namespace caredian::identity
