// Why a command was not sent.
#pragma once

#include "base/result.h"

namespace caredian::devices::commands {

enum class Errc {
    ok,
    busy,     // another command for the same thing is on its way
    too_many, // commands on their way
    away,     // the broker is away: nothing was sent
    stopping, // the gateway ends
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

} // namespace caredian::devices::commands

template <>
struct boost::system::is_error_code_enum<caredian::devices::commands::Errc> : std::true_type {};
