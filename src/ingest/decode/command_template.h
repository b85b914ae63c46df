// Home Assistant's command templates, as far as they do nothing but put the value into a text.
// https://www.home-assistant.io/docs/configuration/templating/#using-command-templates-with-mqtt
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::ingest {

//   {"brightness": {{ value }}}   {{ value | int }}%   {{ (value | float) | round(1) }} is none
// The value may pass the filters int, float, round(DIGITS), string, trim, lower, upper, tojson.
// Anything else of a template (statements, other variables, sums) is not evaluated: nullopt.
class CommandTemplate {
public:
    static std::optional<CommandTemplate> parse(std::string_view text);
    // nullopt: the value is none that a filter can take (int of "warm").
    std::optional<std::string> fill(std::string_view value) const;

private:
    struct Filter {
        enum Kind { whole, real, round, lower, upper, trim, json } kind;
        int digits = 0;
    };
    struct Part {
        std::string text; // before the value
        bool value = false;
        std::vector<Filter> filters;
    };
    static bool read_filter(std::string_view& left, std::vector<Filter>& out);
    static bool apply(const Filter& filter, std::string& value);
    std::vector<Part> parts_;
};

} // namespace caredian::ingest
