// Where to go after signing in: only to a path of this site.
#pragma once

#include <string>
#include <string_view>

namespace caredian::api {

// `text` when it is a path of ours, else "/". Refused: anything that a browser could read as
// another site (schemes, "//", backslashes, control characters, which browsers drop), what is not
// printable ASCII, what is longer than 1000 bytes, and the sign-in pages themselves.
std::string safe_return_to(std::string_view text);

// Where a session from another host of ours arrives, and a provider's answer.
inline constexpr std::string_view callback_path = "/auth/callback";
bool is_handover_target(std::string_view target); // that path with a query

// "/auth/login", with ?return_to=… unless that is "/".
std::string login_location(std::string_view return_to);

} // namespace caredian::api
