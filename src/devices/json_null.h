// Texts that may be missing, in JSON.
#pragma once

#include "base/json.h"

#include <string_view>

namespace caredian::devices {

// Empty is null.
inline void text_or_null(JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name);
    if (text.empty())
        json.value(nullptr);
    else
        json.value(text);
}

} // namespace caredian::devices
