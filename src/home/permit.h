// What a caller who is no administrator may do at Home Assistant's API, and what of the answer goes
// back.
#pragma once

#include "access/policies.h"
#include "devices/places.h"
#include "guard/denials.h"
#include "home/states_filter.h"
#include "net/http/client.h"
#include "net/http/router.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace caredian::home {

// All must outlive the relay.
struct RelayAccess {
    const access::Policies* policies = nullptr; // none: administrators alone
    const devices::PlaceBook* places = nullptr;
    guard::Denials* denials = nullptr;
    const Clock* clock = nullptr;
};

struct Permit {
    // May it still? Asked before each piece of the answer goes on: hours end, roles are taken away.
    // On the request's worker.
    std::function<bool()> still;
    // The answer is an array of states, of which these go on; empty: all of it.
    StatesFilter::May may_read;
    // What is sent in place of the caller's body: as it was understood.
    std::optional<std::string> body;
};

// For a caller who is signed in and no administrator. `rest` is what follows "/ha/api/", raw. Reads
// the body of a service call. A refusal is audited.
net::http::awaitable<std::variant<Permit, net::http::Response>>
permit_call(const RelayAccess& access, net::http::Context& context, std::string_view rest);

// Leaves out what would make the answer another one than the filter reads, and what was said of a
// body that is replaced.
void restrict_headers(const Permit& permit, std::vector<net::http::HeaderView>& headers);

// The answer's body by the permit. Errors cut the connection: bad_message, stopped.
std::unique_ptr<net::http::BodySource>
restrict_body(const Permit& permit, std::unique_ptr<net::http::InboundResponse> response);

} // namespace caredian::home
