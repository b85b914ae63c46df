#include "identity/handover.h"

#include "base/encoding.h"
#include "base/json.h"
#include "identity/digest.h"
#include "identity/errc.h"
#include "identity/sealed_state.h"
#include "identity/used_once.h"

namespace caredian::identity {

namespace {

constexpr std::string_view purpose = "session.handover";
constexpr std::size_t state_bytes = 24;

// What a code is bound to is authenticated with it: another host or state does not open it.
std::string context_of(std::string_view host, std::string_view state) {
    return std::to_string(host.size()) + ' ' + lower_ascii(host) + ' ' + std::string(state);
}

} // namespace

Handover::Handover(store::Sealer sealer, store::Database& database, Sessions& sessions,
                   const Clock& clock, Random& random)
    : sealer_(std::move(sealer)), database_(database), sessions_(sessions), clock_(clock),
      random_(random) {}

std::string Handover::fresh_state() const {
    return random_.token(state_bytes);
}

std::string Handover::make_code(std::string_view session, std::string_view host,
                                std::string_view state) const {
    std::string json;
    JsonWriter(json)
        .begin_object()
        .member("s", session)
        .member("e", to_ns(clock_.wall() + handover_lifetime))
        .end_object();
    return seal_state(sealer_, purpose, context_of(host, state), std::move(json), random_);
}

result<std::string> Handover::take_code(std::string_view code, std::string_view host,
                                        std::string_view state) {
    if (state.empty()) return Errc::bad_token;
    auto held = open_state(sealer_, purpose, context_of(host, state), code, clock_.wall());
    if (!held) return Errc::bad_token;
    auto first = use_once(database_, "handover " + sha256_hex(code), end_of(*held));
    if (!first) return first.error();
    if (!*first) return Errc::bad_token;
    auto session = sessions_.read(text_of(*held, "s"));
    if (!session) return session.error();
    if (!*session) return Errc::bad_token;
    return sessions_.token_of(**session);
}

} // namespace caredian::identity
