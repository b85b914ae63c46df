// What one setting says about another. Without I/O.
#pragma once

#include "app/config.h"

#include <functional>

namespace caredian::app {

// Where a setting was given ("caredian.yaml:12"); "" when it was not.
using WhereIs = std::function<std::string(std::string_view path)>;

void check_settings(const Settings& settings, const WhereIs& where, std::vector<Problem>& problems,
                    std::vector<Problem>& warnings);

} // namespace caredian::app
