// One value for one entity: is it allowed, what is sent for it, and what the state is then.
#pragma once

#include "base/json.h"
#include "devices/commands/plan.h"
#include "readings/description.h"

#include <string>
#include <variant>

namespace caredian::devices::commands {

struct Chosen {
    std::string text;    // as a payload of its own
    std::string literal; // as JSON
    Shows shows;         // without places
    bool tells = true;   // some state shows it
    bool repeatable = true;
};

// The alternative is a sentence.
std::variant<Chosen, std::string> choose(const readings::EntityDescription& entity,
                                         const json::value& value);

} // namespace caredian::devices::commands
