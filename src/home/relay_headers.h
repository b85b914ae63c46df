// Which headers pass the relay. Names are compared without case.
#pragma once

#include "net/http/message.h"

#include <vector>

namespace caredian::home {

// Those of `request` that go to Home Assistant: no hop-by-hop ones (nor those that Connection
// names), no framing, nothing that says who the caller is or where he comes from.
void append_request_headers(std::vector<net::http::HeaderView>& out,
                            const net::http::Request& request);
// True when a response header of Home Assistant goes to the caller.
bool passes_back(std::string_view name);

} // namespace caredian::home
