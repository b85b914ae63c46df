// For tests of the configuration: a text as the file "c.yaml", and its problems as lines.
#pragma once

#include "app/config.h"

#include <gtest/gtest.h>
#include <ostream>

namespace caredian::app {

inline Loaded load(std::string_view yaml, const Environment& environment = {}) {
    return load_config_text("c.yaml", yaml, environment);
}

inline std::string all_text(const std::vector<Problem>& problems) {
    std::string out;
    for (const auto& p : problems) out += p.text() + "\n";
    return out;
}

// A row of a table of mistakes.
struct Mistake {
    const char* name;
    std::string yaml;
    Environment environment;
    std::string says; // the whole line
};

inline void PrintTo(const Mistake& mistake, std::ostream* out) {
    *out << mistake.name;
}

inline std::string name_of(const testing::TestParamInfo<Mistake>& info) {
    return info.param.name;
}

} // namespace caredian::app
