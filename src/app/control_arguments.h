// What the handlers of control commands share.
#pragma once

#include "app/control.h"
#include "guard/audit.h"

#include <string>
#include <string_view>

namespace caredian::app {

inline const guard::Actor command_line_actor{"command line", ""};

// A text among the arguments; `otherwise` when it is missing or none.
inline std::string text_argument(const json::object& arguments, std::string_view name,
                                 std::string_view otherwise = {}) {
    const auto* value = arguments.if_contains(name);
    if (!value || !value->is_string()) return std::string(otherwise);
    return {value->get_string().data(), value->get_string().size()};
}

template <class T>
ControlAnswer answer_of(const result<T>& done) {
    return done ? ControlAnswer{} : ControlAnswer::failure(done.error().message());
}

} // namespace caredian::app
