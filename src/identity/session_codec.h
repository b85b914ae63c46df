// How sessions stand in Redis: names of keys, and a session as JSON.
#pragma once

#include "identity/session_store.h"

#include <string>
#include <string_view>

namespace caredian::identity {

// What changes of these is told to every worker (CLIENT TRACKING): so the last use, which changes
// often and ends nothing, lives under another prefix.
inline constexpr std::string_view session_prefix = "caredian:session:";
std::string session_key(std::string_view id);    // JSON; runs out with the session
std::string used_key(std::string_view id);       // last use, ns since 1970; likewise
std::string owner_key(std::string_view account); // sorted set: ids by time of creation (ms)

std::string encode_session(const Session& session);
// `id` and last_used come from elsewhere. Nothing: not one of ours.
std::optional<Session> decode_session(std::string_view id, std::string_view json,
                                      std::string_view last_used);

} // namespace caredian::identity
