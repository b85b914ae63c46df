// Topics below another.
#pragma once

#include <string_view>

namespace caredian::devices {

// "a" and all that is below it: "a/b", not "ab". Nothing is below "".
inline bool within(std::string_view topic, std::string_view base) {
    return !base.empty() && topic.starts_with(base) &&
           (topic.size() == base.size() || topic[base.size()] == '/');
}

} // namespace caredian::devices
