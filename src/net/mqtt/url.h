// mqtt://user:password@host:port and mqtts:// as options.
#pragma once

#include "net/mqtt/types.h"

#include <string>
#include <string_view>

namespace caredian::net::mqtt {

// Sets host, port (1883, with mqtts 8883), tls, user name and password (percent-decoded; left alone
// when the URL has none). Returns what is wrong, in words without the password; empty when it is
// good.
std::string apply_url(ClientOptions& options, std::string_view url);

} // namespace caredian::net::mqtt
